//! `AT+QFSEEK`: move the position in an open file.

use std::io::SeekFrom;

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};
use crate::store::FileError;

use super::handle::{HANDLE, handle};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFSEEK", Group::File, "Move the position in an open file", "FILE manual")
        .test(TestForm::Inferred)
        .write(
            &[
                HANDLE,
                Param::number("<offset>", &[(-i64::MAX, i64::MAX)]).by_name(),
                Param::number("<position>", &[(0, 2)]).optional("0").by_name(),
            ],
            |modem, values| {
                let offset = values.number(1).unwrap_or(0);
                let to = match values.number(2) {
                    Some(1) => SeekFrom::Current(offset),
                    // Counted backwards, with or without a sign (our choice).
                    Some(2) => SeekFrom::End(-offset.abs()),
                    _ => {
                        SeekFrom::Start(u64::try_from(offset).map_err(|_| FileError::InvalidInput)?)
                    }
                };
                modem.stores.seek(handle(values), to)?;
                Ok(Flow::Done)
            },
        )
        .reject_with(400);

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::rig::Rig;

    #[test]
    fn from_the_start_from_here_and_from_the_end() {
        let mut rig = Rig::default();
        rig.play("> AT+QFUPL=\"f\",10\n< CONNECT\n>> 10\n< +QFUPL: 10,{sum}\n< OK");
        rig.play("> AT+QFOPEN=\"f\"\n< +QFOPEN: 1\n< OK");
        for (args, position) in
            [("4", 4), ("3,1", 7), ("-2,1", 5), ("0,2", 10), ("4,2", 6), ("-4,2", 6), ("10,0", 10)]
        {
            rig.play(&format!("> AT+QFSEEK=1,{args}\n< OK"));
            rig.play(&format!("> AT+QFPOSITION=1\n< +QFPOSITION: {position}\n< OK"));
        }
        for (args, err) in [("11", 401), ("1,1", 401), ("-1", 400), ("-11,1", 400), ("11,2", 400)] {
            rig.play(&format!("> AT+QFSEEK=1,{args}\n< +CME ERROR: {err}"));
        }
        rig.play("> AT+QFPOSITION=1\n< +QFPOSITION: 10\n< OK");
    }

    #[test]
    fn the_test_forms_that_nobody_has_seen_may_be_bare() {
        let mut setup = Setup::default();
        setup.knobs.inferred_tests = false;
        let mut rig = Rig::new(setup);
        for name in ["QFSEEK", "QFPOSITION", "QFTUCAT", "QFFLUSH"] {
            rig.play(&format!("> AT+{name}=?\n< OK"));
        }
        rig.play("> AT+QFCLOSE=?\n< +QFCLOSE: <filehandle>\n< OK");
    }
}
