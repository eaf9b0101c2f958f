//! `AT+QFOPEN`: open a file.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};
use crate::store::{FileName, OpenMode};

use super::FILE_NAME;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFOPEN", Group::File, "Open a file, or list the open ones", "FILE manual")
        .test(TestForm::Nested)
        .read(|modem, _| {
            let open: Vec<_> = modem
                .stores
                .open_files()
                .map(|(handle, name, mode)| (name.clone(), handle, mode.number()))
                .collect();
            for (name, handle, mode) in open {
                modem.info(format_args!("+QFOPEN: \"{name}\",{handle},{mode}"));
            }
            Ok(Flow::Done)
        })
        .write(
            &[
                Param::file("<filename>", FILE_NAME),
                Param::number("<mode>", &[(0, 2)]).optional("0"),
            ],
            |modem, values| {
                let mode = OpenMode::try_from(values.get(1).unwrap_or(0u8))?;
                let handle = modem.stores.open(&FileName::parse(values.text(0))?, mode)?;
                modem.info(format_args!("+QFOPEN: {handle}"));
                Ok(Flow::Done)
            },
        )
        .reject_with(400);

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::modem::knobs::Knobs;
    use crate::rig::Rig;

    #[test]
    fn modes_differ_in_what_they_do_to_the_file() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+QFOPEN="f",2
            < +CME ERROR: 405
            > AT+QFOPEN="f"
            < +QFOPEN: 1
            < OK
            > AT+QFWRITE=1,4
            < CONNECT
            >> 4
            < +QFWRITE: 4,4
            < OK
            > AT+QFOPEN="UFS:f",2
            < +CME ERROR: 426
            > AT+QFCLOSE=1
            < OK
            > AT+QFOPEN="f",2
            < +QFOPEN: 1
            < OK
            > AT+QFWRITE=1,4
            < +CME ERROR: 414
            > AT+QFCLOSE=1
            < OK
            > AT+QFOPEN="f",1
            < +QFOPEN: 1
            < OK
            > AT+QFREAD=1
            < +CME ERROR: 402
        "#,
        );
    }

    #[test]
    fn the_read_form_lists_what_is_open() {
        let mut rig = Rig::default();
        assert_eq!(rig.ask("AT+QFOPEN?"), "AT+QFOPEN?\r\r\nOK\r\n");
        rig.play(
            "> AT+QFOPEN=\"a\"\n< +QFOPEN: 1\n< OK\n> AT+QFOPEN=\"RAM:b\",1\n< +QFOPEN: 2\n< OK",
        );
        let expected =
            "AT+QFOPEN?\r\r\n+QFOPEN: \"UFS:a\",1,0\r\n+QFOPEN: \"RAM:b\",2,1\r\n\r\nOK\r\n";
        assert_eq!(rig.ask("AT+QFOPEN?"), expected);
    }

    #[test]
    fn the_eleventh_is_413_and_the_first_handle_a_knob() {
        let knobs = Knobs { handle_base: 3000, ..Knobs::default() };
        let mut rig = Rig::new(Setup { knobs, ..Setup::default() });
        for handle in 3000..3010 {
            rig.play(&format!("> AT+QFOPEN=\"{handle}\"\n< +QFOPEN: {handle}\n< OK"));
        }
        rig.play("> AT+QFOPEN=\"one more\"\n< +CME ERROR: 413");
    }
}
