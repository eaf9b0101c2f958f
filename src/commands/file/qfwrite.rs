//! `AT+QFWRITE`: write to an open file.

use std::time::Duration;

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::file_data::FileInput;
use crate::store::{FileError, OpenMode};

use super::handle::{HANDLE, handle};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFWRITE", Group::File, "Write to an open file", "FILE manual")
        .test(TestForm::Nested)
        .write(
            &[
                HANDLE,
                Param::number("<length>", &[(1, i64::MAX)]).optional("10240").by_name(),
                Param::number("<timeout>", &[(1, 65535)]).optional("5").by_name(),
            ],
            |modem, values| {
                let handle = handle(values);
                let (_, _, mode) = modem
                    .stores
                    .open_files()
                    .find(|&(open, ..)| open == handle)
                    .ok_or(FileError::InvalidHandle)?;
                if mode == OpenMode::ReadOnly {
                    return Err(FileError::ReadOnly.into());
                }
                let length = values.get(1).unwrap_or(10240);
                let timeout = Duration::from_secs(values.get(2).unwrap_or(5));
                modem.receive_file(FileInput::write(handle, length, timeout))
            },
        )
        .reject_with(400);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::Setup;
    use crate::modem::knobs::Knobs;
    use crate::rig::Rig;

    #[test]
    fn it_writes_at_the_position_and_tells_the_size_of_the_file() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+QFOPEN="f"
            < +QFOPEN: 1
            < OK
            > AT+QFWRITE=1,5
            < CONNECT
            >> "hello"
            < +QFWRITE: 5,5
            < OK
            > AT+QFSEEK=1,3
            < OK
            > AT+QFWRITE=1,1
            < CONNECT
            >> "p"
            < +QFWRITE: 1,5
            < OK
            > AT+QFSEEK=1,0
            < OK
            > AT+QFREAD=1
            < CONNECT 5
            << "helpo"
            < OK
        "#,
        );
    }

    #[test]
    fn silence_and_the_escape_sequence_end_it_with_what_was_written() {
        let mut rig = Rig::default();
        rig.play("> AT+QFOPEN=\"f\"\n< +QFOPEN: 1\n< OK\n> AT+QFWRITE=1\n< CONNECT\n>> 3");
        rig.pass(Duration::from_millis(4_999));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_millis(1));
        assert_eq!(rig.text(), "\r\n+QFWRITE: 3,3\r\n\r\nOK\r\n");
        rig.play("> AT+QFWRITE=1,10,60\n< CONNECT\n>> 4\n+++\n< +QFWRITE: 4,7\n< OK");
    }

    #[test]
    fn data_that_do_not_fit_are_420() {
        let knobs = Knobs { ufs_total: 10, ..Knobs::default() };
        let mut rig = Rig::new(Setup { knobs, ..Setup::default() });
        rig.play("> AT+QFOPEN=\"f\"\n< +QFOPEN: 1\n< OK\n> AT+QFWRITE=1,11\n< CONNECT\n>> 11");
        rig.play("< +CME ERROR: 420\n> AT+QFPOSITION=1\n< +QFPOSITION: 0\n< OK");
    }
}
