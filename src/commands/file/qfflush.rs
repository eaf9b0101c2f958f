//! `AT+QFFLUSH`: write an open file through. It is written at once anyway.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

use super::handle::{HANDLE, handle};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFFLUSH", Group::File, "Write an open file through", "FILE manual")
        .test(TestForm::Inferred)
        .write(&[HANDLE], |modem, values| {
            modem.stores.flush(handle(values))?;
            Ok(Flow::Done)
        })
        .reject_with(400);

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn an_open_file_is_flushed_and_an_unknown_handle_is_416() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+QFFLUSH=?
            < +QFFLUSH: <filehandle>
            < OK
            > AT+QFFLUSH=1
            < +CME ERROR: 416
            > AT+QFOPEN="f"
            < +QFOPEN: 1
            < OK
            > AT+QFFLUSH=1
            < OK
        "#,
        );
    }
}
