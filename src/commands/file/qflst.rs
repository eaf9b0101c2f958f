//! `AT+QFLST`: the files of a medium.

use crate::at::param::Param;
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, TestForm};
use crate::store::{Medium, Pattern};

use super::FILE_NAME;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFLST", Group::File, "List files and their sizes", "FILE manual; captures")
        .test(TestForm::Bare)
        .write(&[Param::file("<name_pattern>", FILE_NAME)], |modem, values| {
            list(modem, &Pattern::parse(values.text(0))?)
        })
        .execute(|modem, _| list(modem, &Pattern::all()))
        .reject_with(400);

fn list(modem: &mut Modem, pattern: &Pattern) -> Handled {
    let asked_bare = pattern.medium() == Medium::Ufs && !pattern.is_prefixed();
    let bare = asked_bare && !modem.knobs.qflst_bare_prefix;
    if asked_bare && pattern.is_wildcard() && !modem.knobs.qflst_folder.is_empty() {
        let folder = modem.knobs.qflst_folder.clone();
        modem.info(format_args!("+QFLST: {folder}"));
    }
    let quote = if modem.knobs.qflst_quoted { "\"" } else { "" };
    for (name, size) in modem.stores.list(pattern)? {
        if bare {
            modem.info(format_args!("+QFLST: {quote}{}{quote},{size}", name.bare()));
        } else {
            modem.info(format_args!("+QFLST: {quote}{name}{quote},{size}"));
        }
    }
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::modem::knobs::Knobs;
    use crate::rig::Rig;

    fn with_files(knobs: Knobs) -> Rig {
        let mut rig = Rig::new(Setup { knobs, ..Setup::default() });
        for name in ["b", "a", "RAM:c"] {
            rig.play(&format!("> AT+QFUPL=\"{name}\",1\n< CONNECT\n>> 1\n< +QFUPL: 1,0\n< OK"));
        }
        rig
    }

    #[test]
    fn several_lines_have_no_blank_ones_between_them() {
        let mut rig = with_files(Knobs::default());
        let listing = "\r\n+QFLST: \"UFS:a\",1\r\n+QFLST: \"UFS:b\",1\r\n\r\nOK\r\n";
        for line in ["AT+QFLST", "AT+QFLST=\"*\"", "AT+QFLST=\"UFS:*\"", "AT+QFLST=*"] {
            assert_eq!(rig.ask(line), format!("{line}\r{listing}"));
        }
    }

    #[test]
    fn a_name_lists_itself_and_a_missing_one_is_405() {
        let mut rig = with_files(Knobs::default());
        rig.play("> AT+QFLST=\"a\"\n< +QFLST: \"UFS:a\",1\n< OK");
        rig.play("> AT+QFLST=\"RAM:c\"\n< +QFLST: \"RAM:c\",1\n< OK");
        rig.play("> AT+QFLST=\"c\"\n< +CME ERROR: 405");
        rig.play("> AT+QFLST=\"SD:*\"\n< OK\n> AT+QFLST=\"*.txt\"\n< OK");
    }

    #[test]
    fn the_misprint_of_the_note_is_an_error() {
        Rig::default().play("> AT+QFLST=SD:*\"\n< ERROR");
    }

    #[test]
    fn knobs_leave_out_quotes_and_the_prefix_that_was_not_asked_for() {
        let mut rig = with_files(Knobs { qflst_quoted: false, ..Knobs::default() });
        rig.play("> AT+QFLST=\"RAM:*\"\n< +QFLST: RAM:c,1\n< OK");
        let mut rig = with_files(Knobs { qflst_bare_prefix: false, ..Knobs::default() });
        rig.play("> AT+QFLST=\"a\"\n< +QFLST: \"a\",1\n< OK");
        rig.play("> AT+QFLST=\"UFS:a\"\n< +QFLST: \"UFS:a\",1\n< OK");
        rig.play("> AT+QFLST=\"RAM:*\"\n< +QFLST: \"RAM:c\",1\n< OK");
    }

    #[test]
    fn a_folder_stands_before_the_files_where_a_sibling_has_one() {
        let mut setup = Setup::default();
        setup.knobs.set("qflst_folder", "\"security/\",2").unwrap();
        let mut rig = Rig::new(setup);
        rig.play("> AT+QFLST=\"*\"\n< +QFLST: \"security/\",2\n< OK\n> AT+QFLST=\"UFS:*\"\n< OK");
    }
}
