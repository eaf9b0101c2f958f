//! `AT+QFPOSITION`: the position in an open file.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

use super::handle::{HANDLE, handle};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFPOSITION", Group::File, "The position in an open file", "FILE manual")
        .test(TestForm::Inferred)
        .write(&[HANDLE], |modem, values| {
            let position = modem.stores.position(handle(values))?;
            modem.info(format_args!("+QFPOSITION: {position}"));
            Ok(Flow::Done)
        })
        .reject_with(400);

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn it_counts_from_the_start_of_the_file() {
        let mut rig = Rig::default();
        rig.play(
            "> AT+QFOPEN=\"f\"\n< +QFOPEN: 1\n< OK\n> AT+QFPOSITION=1\n< +QFPOSITION: 0\n< OK",
        );
        rig.play("> AT+QFWRITE=1,7\n< CONNECT\n>> 7\n< +QFWRITE: 7,7\n< OK");
        rig.play("> AT+QFPOSITION=1\n< +QFPOSITION: 7\n< OK");
    }
}
