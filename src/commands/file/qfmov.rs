//! `AT+QFMOV`: rename, move or copy a file.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};
use crate::store::{Existing, FileName};

use super::FILE_NAME;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QFMOV",
    Group::File,
    "Move a file (0) or copy it (1), over another one (1) or not (0)",
    "FILE manual; field code",
)
.test(TestForm::Nested)
.write(
    &[
        Param::file("<src_filename>", FILE_NAME),
        Param::file("<dst_filename>", FILE_NAME),
        Param::number("<copy>", &[(0, 0), (1, 1)]).optional("0"),
        Param::number("<overwrite>", &[(0, 0), (1, 1)]).optional("0"),
    ],
    |modem, values| {
        let (from, to) = (FileName::parse(values.text(0))?, FileName::parse(values.text(1))?);
        let existing = match values.number(3) {
            Some(1) => Existing::Replace,
            _ => Existing::Refuse,
        };
        match values.number(2) {
            Some(1) => modem.stores.copy(&from, &to, existing)?,
            _ => modem.stores.rename(&from, &to, existing)?,
        }
        Ok(Flow::Done)
    },
)
.reject_with(400);

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    fn with_two_files() -> Rig {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+QFUPL="a",3
            < CONNECT
            >> "aaa"
            < +QFUPL: 3,{sum}
            < OK
            > AT+QFUPL="RAM:b",2
            < CONNECT
            >> "bb"
            < +QFUPL: 2,{sum}
            < OK
        "#,
        );
        rig
    }

    #[test]
    fn a_file_is_moved_or_copied_between_media() {
        with_two_files().play(
            r#"
            > AT+QFMOV="a","RAM:c"
            < OK
            > AT+QFMOV="RAM:b","b",1
            < OK
            > AT+QFLST="*";+QFLST="RAM:*"
            < +QFLST: "UFS:b",2
            < +QFLST: "RAM:b",2
            < +QFLST: "RAM:c",3
            < OK
            > AT+QFDWL="RAM:c"
            < CONNECT
            << "aaa"
            < +QFDWL: 3,{sum}
            < OK
        "#,
        );
    }

    #[test]
    fn another_file_is_replaced_only_if_asked() {
        with_two_files().play(
            r#"
            > AT+QFMOV="a","RAM:b"
            < +CME ERROR: 407
            > AT+QFMOV="a","RAM:b",1,1
            < OK
            > AT+QFLST="a";+QFLST="RAM:b"
            < +QFLST: "UFS:a",3
            < +QFLST: "RAM:b",3
            < OK
        "#,
        );
    }

    #[test]
    fn what_cannot_be_moved_stays() {
        with_two_files().play(
            r#"
            > AT+QFMOV=?
            < +QFMOV: <src_filename>,<dst_filename>[,(0,1)[,(0,1)]]
            < OK
            > AT+QFMOV="x","y"
            < +CME ERROR: 405
            > AT+QFOPEN="a"
            < +QFOPEN: 1
            < OK
            > AT+QFMOV="a","y"
            < +CME ERROR: 426
            > AT+QFMOV="a"
            < +CME ERROR: 400
            > AT+QFMOV="a","b",2
            < +CME ERROR: 400
        "#,
        );
    }
}
