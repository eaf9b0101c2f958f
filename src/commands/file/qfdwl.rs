//! `AT+QFDWL`: send a file to the host.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::file_data::FileOutput;
use crate::store::FileName;

use super::FILE_NAME;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFDWL", Group::File, "Send a file to the host", "FILE manual")
        .test(TestForm::Flat)
        .write(&[Param::file("<filename>", FILE_NAME)], |modem, values| {
            let reader = modem.stores.open_reader(&FileName::parse(values.text(0))?)?;
            modem.send_file(FileOutput::download(reader), None)
        })
        .reject_with(400);

#[cfg(test)]
mod tests {
    use crate::rig::Rig;
    use crate::transcript::chat::counter;

    #[test]
    fn data_come_raw_and_count_checksum_and_ok_in_one_write() {
        let mut rig = Rig::default();
        rig.play("> AT+QFUPL=\"f\",3\n< CONNECT\n>> \"abc\"\n< +QFUPL: 3,262\n< OK\n> ATE0\n< OK");
        rig.send("AT+QFDWL=\"f\"\r");
        let writes: Vec<_> = rig.writes().to_vec();
        assert_eq!(writes, ["\r\nCONNECT\r\n", "abc", "\r\n+QFDWL: 3,262\r\n\r\nOK\r\n"]);
    }

    #[test]
    fn a_missing_file_is_405_and_an_open_one_426() {
        let mut rig = Rig::default();
        rig.play("> AT+QFDWL=\"f\"\n< +CME ERROR: 405\n> AT+QFOPEN=\"f\"\n< +QFOPEN: 1\n< OK");
        rig.play("> AT+QFDWL=\"f\"\n< +CME ERROR: 426\n> AT+QFCLOSE=1\n< OK");
        rig.play("> AT+QFDWL=\"f\"\n< CONNECT\n< +QFDWL: 0,0\n< OK");
    }

    #[test]
    fn a_host_that_does_not_read_gets_everything_later() {
        let mut rig = Rig::default();
        rig.play("> AT+QFUPL=\"RAM:f\",1048576\n< CONNECT");
        rig.send(counter(1 << 20));
        rig.play("< +QFUPL: 1048576,{sum}\n< OK\n> ATE0\n< OK");
        rig.read(false);
        rig.send("AT+QFDWL=\"RAM:f\"\r");
        rig.read(true);
        rig.play("< CONNECT");
        let received = rig.received();
        assert_eq!(received[..1 << 20], counter(1 << 20));
        assert!(received[1 << 20..].starts_with(b"\r\n+QFDWL: 1048576,"));
    }

    #[test]
    fn the_escape_sequence_stops_it_with_429_and_closes_the_file() {
        let mut rig = Rig::default();
        rig.play("> AT+QFUPL=\"f\",1048576\n< CONNECT");
        rig.send(counter(1 << 20));
        rig.play("< +QFUPL: 1048576,{sum}\n< OK");
        rig.read(false);
        rig.send("AT+QFDWL=\"f\"\r");
        rig.escape();
        rig.read(true);
        assert!(rig.received().ends_with(b"\r\n+CME ERROR: 429\r\n"));
        rig.play("> AT+QFDEL=\"f\"\n< OK");
    }
}
