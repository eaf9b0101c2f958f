//! `AT+QFDEL`: delete files.

use crate::at::error::CmeError;
use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, Refusal, TestForm};
use crate::store::{FileError, Pattern};

use super::FILE_NAME;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFDEL", Group::File, "Delete files", "FILE manual; captures")
        .test(TestForm::Flat)
        .write(&[Param::file("<filename>", FILE_NAME)], |modem, values| {
            match modem.stores.delete(&Pattern::parse(values.text(0))?) {
                Ok(_) => Ok(Flow::Done),
                Err(FileError::NotFound) => Err(Refusal::Cme(CmeError(modem.knobs.qfdel_missing))),
                Err(error) => Err(error.into()),
            }
        })
        .reject_with(400);

#[cfg(test)]
mod tests {
    use crate::modem::{Setup, models::Model};
    use crate::rig::Rig;

    fn upload(rig: &mut Rig, name: &str) {
        rig.play(&format!("> AT+QFUPL=\"{name}\",1\n< CONNECT\n>> 1\n< +QFUPL: 1,0\n< OK"));
    }

    #[test]
    fn a_name_or_a_whole_medium() {
        let mut rig = Rig::default();
        for name in ["a", "b", "RAM:c"] {
            upload(&mut rig, name);
        }
        rig.play("> AT+QFDEL=\"UFS:a\"\n< OK\n> AT+QFDEL=\"*\"\n< OK\n> AT+QFLST\n< OK");
        rig.play("> AT+QFLST=\"RAM:*\"\n< +QFLST: \"RAM:c\",1\n< OK\n> AT+QFDEL=\"RAM:*\"\n< OK");
        rig.play("> AT+QFLST=\"RAM:*\"\n< OK\n> AT+QFDEL=\"RAM:*\"\n< OK");
    }

    #[test]
    fn a_missing_file_is_418_and_405_for_siblings() {
        Rig::default().play("> AT+QFDEL=\"f\"\n< +CME ERROR: 418");
        let mut sibling = Rig::new(Setup::of(Model::find("eg800k").unwrap()));
        sibling.play("> AT+QFDEL=\"f\"\n< +CME ERROR: 405");
    }

    #[test]
    fn an_open_file_is_426() {
        let mut rig = Rig::default();
        rig.play("> AT+QFOPEN=\"f\"\n< +QFOPEN: 1\n< OK\n> AT+QFDEL=\"f\"\n< +CME ERROR: 426");
        rig.play("> AT+QFCLOSE=1\n< OK\n> AT+QFDEL=\"f\"\n< OK");
    }
}
