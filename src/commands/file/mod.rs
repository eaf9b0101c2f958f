//! Files in RAM, UFS and SD.

mod handle;
mod qfclose;
mod qfdel;
mod qfdwl;
mod qfflush;
mod qflds;
mod qflst;
mod qfmov;
mod qfopen;
mod qfposition;
mod qfread;
mod qfseek;
mod qftucat;
mod qfupl;
mod qfwrite;

use crate::modem::command::CommandSpec;

/// A longer text can't be a file name; what is wrong with a shorter one the store says.
const FILE_NAME: usize = 255;

pub(super) static COMMANDS: &[&CommandSpec] = &[
    &qflds::COMMAND,
    &qflst::COMMAND,
    &qfupl::COMMAND,
    &qfdwl::COMMAND,
    &qfdel::COMMAND,
    &qfmov::COMMAND,
    &qfopen::COMMAND,
    &qfread::COMMAND,
    &qfwrite::COMMAND,
    &qfseek::COMMAND,
    &qfposition::COMMAND,
    &qftucat::COMMAND,
    &qfflush::COMMAND,
    &qfclose::COMMAND,
];

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::modem::knobs::Knobs;
    use crate::rig::Rig;

    fn cme(line: &str, err: u16) -> String {
        format!("{line}\r\r\n+CME ERROR: {err}\r\n")
    }

    #[test]
    fn the_test_forms_are_those_of_real_modules() {
        let mut rig = Rig::default();
        for (name, answer) in [
            ("+QFUPL", "<filename>[,(1-<freesize>)[,(1-65535)[,(0,1)]]]"),
            ("+QFDWL", "<filename>"),
            ("+QFOPEN", "<filename>[,(0-2)]"),
            ("+QFREAD", "<filehandle>[,<length>]"),
            ("+QFWRITE", "<filehandle>[,<length>[,<timeout>]]"),
            ("+QFSEEK", "<filehandle>,<offset>[,<position>]"),
            ("+QFPOSITION", "<filehandle>"),
            ("+QFCLOSE", "<filehandle>"),
            ("+QFDEL", "<filename>"),
        ] {
            let line = format!("AT{name}=?");
            let expected = format!("{line}\r\r\n{name}: {answer}\r\n\r\nOK\r\n");
            assert_eq!(rig.ask(&line), expected);
        }
        for line in ["AT+QFLDS=?", "AT+QFLST=?"] {
            assert_eq!(rig.ask(line), format!("{line}\r\r\nOK\r\n"));
        }
    }

    #[test]
    fn parameters_that_do_not_fit_are_400() {
        let mut rig = Rig::default();
        for line in [
            "AT+QFUPL=",
            "AT+QFUPL=\"f\",0",
            "AT+QFUPL=\"f\",-1",
            "AT+QFUPL=\"f\",\"10\"",
            "AT+QFUPL=\"f\",10,0",
            "AT+QFUPL=\"f\",10,65536",
            "AT+QFUPL=\"f\",10,5,2",
            "AT+QFUPL=\"f\",10,5,1,1",
            "AT+QFDWL=",
            "AT+QFOPEN=\"f\",3",
            "AT+QFREAD=x",
            "AT+QFREAD=\"1\"",
            "AT+QFREAD=1,0",
            "AT+QFWRITE=1,0",
            "AT+QFSEEK=1",
            "AT+QFSEEK=1,0,3",
            "AT+QFLDS=UFS",
        ] {
            assert_eq!(rig.ask(line), cme(line, 400), "{line}");
        }
        for line in ["AT+QFUPL", "AT+QFUPL?", "AT+QFUPL=“f”,10", "AT+QFDEL=\"f"] {
            assert_eq!(rig.ask(line), format!("{line}\r\r\nERROR\r\n"));
        }
    }

    #[test]
    fn names_that_are_none_have_their_codes_everywhere() {
        let mut rig = Rig::default();
        let long = "x".repeat(81);
        for command in ["+QFUPL", "+QFDWL", "+QFOPEN", "+QFDEL", "+QFLST"] {
            for (name, err) in [
                ("UFS:../../etc/passwd", 406),
                ("/etc/passwd", 406),
                ("", 406),
                ("RAM:", 406),
                ("COM:x", 406),
                ("ufs:x", 400),
                ("C:x", 400),
                (&long, 412),
            ] {
                let line = format!("AT{command}=\"{name}\"");
                assert_eq!(rig.ask(&line), cme(&line, err));
            }
        }
        assert_eq!(rig.ask("AT+QFLST"), "AT+QFLST\r\r\nOK\r\n", "nothing was made");
    }

    #[test]
    fn a_handle_nobody_has_is_416() {
        let mut rig = Rig::default();
        for line in
            ["AT+QFREAD=1", "AT+QFWRITE=0", "AT+QFSEEK=7,0", "AT+QFPOSITION=1", "AT+QFCLOSE=1"]
        {
            assert_eq!(rig.ask(line), cme(line, 416));
        }
    }

    #[test]
    fn an_absent_card_has_its_codes() {
        let knobs = Knobs { sd_present: false, ..Knobs::default() };
        let mut rig = Rig::new(Setup { knobs, ..Setup::default() });
        for (line, err) in [
            ("AT+QFLDS=\"SD\"", 419),
            ("AT+QFLST=\"SD:*\"", 417),
            ("AT+QFDEL=\"SD:f\"", 418),
            ("AT+QFDWL=\"SD:f\"", 410),
            ("AT+QFOPEN=\"SD:f\"", 410),
        ] {
            assert_eq!(rig.ask(line), cme(line, err));
        }
    }

    #[test]
    fn errors_are_told_as_cmee_says() {
        let mut rig = Rig::default();
        rig.play("> AT+CMEE=2\n< OK\n> AT+QFDWL=\"f\"\n< +CME ERROR: File not found");
        rig.play("> AT+QFDEL=\"ufs:f\"\n< +CME ERROR: Invalid input value");
        rig.play("> AT+CMEE=0\n< OK\n> AT+QFDWL=\"f\"\n< ERROR");
    }
}
