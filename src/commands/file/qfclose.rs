//! `AT+QFCLOSE`: close a file.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

use super::handle::{HANDLE, handle};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFCLOSE", Group::File, "Close a file", "FILE manual")
        .test(TestForm::Nested)
        .write(&[HANDLE], |modem, values| {
            modem.stores.close(handle(values))?;
            Ok(Flow::Done)
        })
        .reject_with(400);
