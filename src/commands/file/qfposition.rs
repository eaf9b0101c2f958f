//! `AT+QFPOSITION`: the position in an open file.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

use super::handle::{HANDLE, handle};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFPOSITION", Group::File, "The position in an open file", "FILE manual")
        .test(TestForm::Nested)
        .write(&[HANDLE], |modem, values| {
            let position = modem.stores.position(handle(values))?;
            modem.info(format_args!("+QFPOSITION: {position}"));
            Ok(Flow::Done)
        })
        .reject_with(400);
