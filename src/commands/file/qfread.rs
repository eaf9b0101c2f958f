//! `AT+QFREAD`: read from an open file.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::file_data::FileOutput;
use crate::store::FileError;

use super::handle::{HANDLE, handle};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFREAD", Group::File, "Read from an open file", "FILE manual")
        .test(TestForm::Nested)
        .write(
            &[HANDLE, Param::number("<length>", &[(1, i64::MAX)]).optional("to the end").by_name()],
            |modem, values| {
                let handle = handle(values);
                let left = modem.stores.remaining(handle)?;
                let length = values.get(1).unwrap_or(left).min(left);
                if length == 0 {
                    return Err(FileError::ReadZeroBytes.into());
                }
                modem.send_file(FileOutput::read(handle, length), Some(length))
            },
        )
        .reject_with(400);

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn connect_announces_what_comes_and_the_position_moves() {
        let mut rig = Rig::default();
        rig.play(
            "> AT+QFUPL=\"f\",5\n< CONNECT\n>> \"hello\"\n< +QFUPL: 5,{sum}\n< OK\n> ATE0\n< OK",
        );
        rig.play("> AT+QFOPEN=\"f\",2\n< +QFOPEN: 1\n< OK");
        assert_eq!(rig.ask("AT+QFREAD=1,3"), "\r\nCONNECT 3\r\nhel\r\nOK\r\n");
        assert_eq!(rig.ask("AT+QFREAD=1,10"), "\r\nCONNECT 2\r\nlo\r\nOK\r\n");
        assert_eq!(rig.ask("AT+QFREAD=1,10"), "\r\n+CME ERROR: 402\r\n");
        rig.play("> AT+QFSEEK=1,0\n< OK");
        assert_eq!(rig.ask("AT+QFREAD=1"), "\r\nCONNECT 5\r\nhello\r\nOK\r\n");
    }
}
