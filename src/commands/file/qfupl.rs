//! `AT+QFUPL`: take a file from the host.

use std::time::Duration;

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::file_data::FileInput;
use crate::store::{Existing, FileError, FileName};

use super::FILE_NAME;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFUPL", Group::File, "Take a file from the host", "FILE manual; captures")
        .test(TestForm::Nested)
        .write(
            &[
                Param::file("<filename>", FILE_NAME),
                Param::number("<file_size>", &[(1, i64::MAX)])
                    .optional("10240")
                    .shown_as("(1-<freesize>)"),
                Param::number("<timeout>", &[(1, 65535)]).optional("5"),
                Param::number("<ackmode>", &[(0, 0), (1, 1)]).optional("0"),
            ],
            |modem, values| {
                let name = FileName::parse(values.text(0))?;
                let size = values.get(1).unwrap_or(10240);
                let timeout = Duration::from_secs(values.get(2).unwrap_or(5));
                let ack = values.number(3) == Some(1);
                if modem.stores.size(&name).is_ok() {
                    return Err(FileError::AlreadyExists.into());
                }
                if size > modem.stores.disk(name.medium())?.free {
                    return Err(FileError::NoSpace.into());
                }
                let writer = modem.stores.create(&name, Existing::Refuse)?;
                modem.receive_file(FileInput::upload(writer, size, timeout, ack))
            },
        )
        .reject_with(400);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::knobs::Knobs;
    use crate::modem::{Input, Setup};
    use crate::rig::Rig;
    use crate::transcript::chat::counter;

    #[test]
    fn count_checksum_and_ok_are_one_write() {
        let mut rig = Rig::default();
        let line = "AT+QFUPL=\"f\",4";
        assert_eq!(rig.ask(line), format!("{line}\r\r\nCONNECT\r\n"));
        rig.send("ab");
        rig.send("cd");
        assert_eq!(rig.writes().len(), 1);
        assert_eq!(rig.text(), "\r\n+QFUPL: 4,206\r\n\r\nOK\r\n");
        rig.play("> AT+QFLST=\"UFS:f\"\n< +QFLST: \"UFS:f\",4\n< OK");
    }

    #[test]
    fn the_checksum_is_lower_case_hex_without_leading_zeros() {
        let mut rig = Rig::default();
        for (data, sum) in [("a", "6100"), ("ab", "6162"), ("abc", "262"), ("aaaa", "0")] {
            rig.play(&format!(
                "> AT+QFUPL=\"RAM:{data}\",{0}\n< CONNECT\n>> \"{data}\"\n< +QFUPL: {0},{sum}\n< OK",
                data.len()
            ));
        }
    }

    #[test]
    fn what_follows_the_last_byte_is_the_next_command() {
        let mut rig = Rig::default();
        rig.play("> AT+QFUPL=\"f\",4\n< CONNECT");
        rig.send("abcdAT+QFDEL=\"f\"\r");
        let expected = "\r\n+QFUPL: 4,206\r\n\r\nOK\r\nAT+QFDEL=\"f\"\r\r\nOK\r\n";
        assert_eq!(rig.text(), expected);
    }

    #[test]
    fn without_a_size_it_takes_10240_bytes() {
        let mut rig = Rig::default();
        rig.play("> AT+QFUPL=\"f\"\n< CONNECT\n>> 10240\n< +QFUPL: 10240,{sum}\n< OK");
    }

    #[test]
    fn an_existing_name_is_407_and_too_much_data_420() {
        let knobs = Knobs { ufs_total: 100, ..Knobs::default() };
        let mut rig = Rig::new(Setup { knobs, ..Setup::default() });
        rig.play("> AT+QFUPL=\"f\",60\n< CONNECT\n>> 60\n< +QFUPL: 60,{sum}\n< OK");
        rig.play("> AT+QFUPL=\"UFS:f\",10\n< +CME ERROR: 407");
        rig.play("> AT+QFUPL=\"g\",41\n< +CME ERROR: 420");
        rig.play("> AT+QFUPL=\"g\",40\n< CONNECT\n>> 40\n< +QFUPL: 40,{sum}\n< OK");
        rig.play("> AT+QFLDS=\"UFS\"\n< +QFLDS: 0,100\n< OK");
    }

    #[test]
    fn silence_ends_it_with_421_and_the_file_keeps_what_came() {
        let mut rig = Rig::default();
        rig.play("> AT+QFUPL=\"f\",10\n< CONNECT\n>> \"ab\"");
        rig.pass(Duration::from_millis(4_999));
        assert_eq!(rig.text(), "");
        rig.send("c");
        rig.pass(Duration::from_millis(4_999));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_millis(1));
        assert_eq!(rig.text(), "\r\n+QFUPL: 3,262\r\n\r\n+CME ERROR: 421\r\n");
        rig.play("> AT+QFLST=\"f\"\n< +QFLST: \"UFS:f\",3\n< OK");
    }

    #[test]
    fn the_timeout_is_in_seconds() {
        let mut rig = Rig::default();
        rig.play("> AT+QFUPL=\"f\",10,300\n< CONNECT");
        rig.pass(Duration::from_millis(299_999));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_millis(1));
        assert_eq!(rig.text(), "\r\n+QFUPL: 0,0\r\n\r\n+CME ERROR: 421\r\n");
    }

    #[test]
    fn the_escape_sequence_ends_it_with_429() {
        let mut rig = Rig::default();
        rig.play("> AT+QFUPL=\"f\",10,60\n< CONNECT\n>> \"ab\"\n+++\n< +QFUPL: 2,6162");
        rig.play("< +CME ERROR: 429\n> AT+QFLST=\"f\"\n< +QFLST: \"UFS:f\",2\n< OK");
    }

    #[test]
    fn a_host_that_vanishes_leaves_a_file_that_is_closed() {
        let mut rig = Rig::default();
        rig.play("> AT+QFUPL=\"f\",10,60\n< CONNECT\n>> \"ab\"");
        rig.input(Input::HostPresent(false));
        rig.input(Input::HostPresent(true));
        assert_eq!(rig.text(), "");
        rig.play("> AT+QFDEL=\"f\"\n< OK");
    }

    #[test]
    fn in_ack_mode_an_a_follows_every_full_kilobyte_the_last_included() {
        let mut rig = Rig::default();
        rig.play("> AT+QFUPL=\"f\",2048,5,1\n< CONNECT");
        rig.send(counter(1023));
        assert_eq!(rig.text(), "");
        rig.send([0]);
        assert_eq!(rig.text(), "A");
        rig.send(counter(1024));
        let text = rig.text();
        assert!(text.starts_with("A\r\n+QFUPL: 2048,") && text.ends_with("\r\nOK\r\n"), "{text}");
    }

    #[test]
    fn in_ack_mode_a_part_of_a_kilobyte_waits_shortly_for_padding() {
        let mut rig = Rig::default();
        rig.play("> AT+QFUPL=\"f\",1000,5,1\n< CONNECT");
        rig.send(counter(1000));
        rig.pass(Duration::from_millis(99));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_millis(1));
        assert!(rig.text().starts_with("\r\n+QFUPL: 1000,"));

        rig.play("> AT+QFUPL=\"g\",1000,5,1\n< CONNECT");
        rig.send([&counter(1000)[..], &[0xFF; 24], b"AT\r"].concat());
        let text = rig.text();
        assert!(
            text.starts_with("A\r\n+QFUPL: 1000,") && text.ends_with("AT\r\r\nOK\r\n"),
            "{text}"
        );
        rig.play("> AT+QFLST=\"g\"\n< +QFLST: \"UFS:g\",1000\n< OK");
    }

    #[test]
    fn what_is_too_short_for_padding_is_the_next_command() {
        let mut rig = Rig::default();
        rig.play("> AT+QFUPL=\"f\",1000,5,1\n< CONNECT");
        rig.send([&counter(1000)[..], b"AT\r"].concat());
        rig.pass(Duration::from_millis(100));
        assert!(rig.text().ends_with("\r\n\r\nOK\r\nAT\r\r\nOK\r\n"));
    }

    #[test]
    fn without_the_knob_nothing_is_padding() {
        let knobs = Knobs { qfupl_ack_tail: false, ..Knobs::default() };
        let mut rig = Rig::new(Setup { knobs, ..Setup::default() });
        rig.play("> AT+QFUPL=\"f\",1000,5,1\n< CONNECT");
        rig.send(counter(1000));
        assert!(rig.text().starts_with("\r\n+QFUPL: 1000,"));
    }

    #[test]
    fn a_simple_name_needs_no_quotes_and_blanks_after_commas_are_forgiven() {
        let mut rig = Rig::default();
        rig.play("> at+qfupl=f.txt, 2, 5,\n< CONNECT\n>> 2\n< +QFUPL: 2,1\n< OK");
        rig.play("> AT+QFDEL=f.txt;\n< OK");
    }
}
