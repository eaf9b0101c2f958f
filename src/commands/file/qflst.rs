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
