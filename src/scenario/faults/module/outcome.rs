//! `outcome`

use super::super::{Deed, FaultKind, Layer, Needs};
use crate::at::error::FtpErr;
use crate::scenario::form::{Form, Reader, record};
use crate::scenario::node::Node;
use crate::scenario::shape::Shape;
use crate::scenario::values::Int;

record! {
    /// The command ends with this outcome instead of its own, which is left undone:
    /// `do: {outcome: {err: 627, protocol: 550}}`.
    pub struct Outcome {
        /// The `<err>`: 0, or 601 to 631.
        err: ErrCode,
        /// The `<protocol_error>`: the server's reply, or 0; 0 unless told.
        protocol: Int<0, 999> = Int::of(0),
    }
}

impl FaultKind for Outcome {
    fn layer(&self) -> Layer {
        Layer::Module
    }

    fn needs(&self) -> Needs {
        Needs::Outcome
    }

    fn deed(&self) -> Deed {
        Deed::Outcome(self.err.0, self.protocol.get() as u16)
    }
}

/// An `<err>` of the FTP commands: 0, or 601 to 631 (FTP note §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrCode(pub FtpErr);

impl Form for ErrCode {
    fn shape() -> Shape {
        Shape::Any(vec![Shape::Integer { min: 0, max: 0 }, Shape::Integer { min: 601, max: 631 }])
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<ErrCode> {
        let what = "an <err>: 0, or 601 to 631";
        let code = reader.text(node, what)?.parse().ok().and_then(FtpErr::from_code);
        code.map(ErrCode).or_else(|| reader.expected(node, what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{problems, read};

    #[test]
    fn an_err_is_0_or_one_of_the_note() {
        assert_eq!(read("603"), Some(ErrCode(FtpErr::BUSY)));
        assert_eq!(read("0"), Some(ErrCode(FtpErr::OK)));
        assert_eq!(
            problems::<Outcome>("{err: 632, protocol: 1000}"),
            [
                "1:7: expected an <err>: 0, or 601 to 631, found `632`",
                "1:22: expected a number from 0 to 999, found `1000`",
            ]
        );
    }
}
