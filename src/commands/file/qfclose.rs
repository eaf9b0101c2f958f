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

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn a_handle_is_closed_once() {
        let mut rig = Rig::default();
        rig.play("> AT+QFOPEN=\"f\"\n< +QFOPEN: 1\n< OK\n> AT+QFCLOSE=1\n< OK");
        rig.play("> AT+QFCLOSE=1\n< +CME ERROR: 416\n> AT+QFCLOSE=4294967295\n< +CME ERROR: 416");
        rig.play("> AT+QFCLOSE=4294967296\n< +CME ERROR: 400");
    }
}
