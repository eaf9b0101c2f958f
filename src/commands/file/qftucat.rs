//! `AT+QFTUCAT`: cut an open file at its position.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

use super::handle::{HANDLE, handle};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QFTUCAT",
    Group::File,
    "Cut an open file at its position",
    "FILE manual; field code",
)
.test(TestForm::Inferred)
.write(&[HANDLE], |modem, values| {
    modem.stores.truncate(handle(values))?;
    Ok(Flow::Done)
})
.reject_with(400);

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_file_ends_at_the_position() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+QFTUCAT=?
            < +QFTUCAT: <filehandle>
            < OK
            > AT+QFUPL="f",10
            < CONNECT
            >> 10
            < +QFUPL: 10,{sum}
            < OK
            > AT+QFOPEN="f",0
            < +QFOPEN: 1
            < OK
            > AT+QFSEEK=1,4
            < OK
            > AT+QFTUCAT=1
            < OK
            > AT+QFLST="f"
            < +QFLST: "UFS:f",4
            < OK
            > AT+QFPOSITION=1
            < +QFPOSITION: 4
            < OK
        "#,
        );
    }

    #[test]
    fn an_unknown_handle_is_416_and_a_read_only_one_414() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+QFTUCAT=9
            < +CME ERROR: 416
            > AT+QFOPEN="f"
            < +QFOPEN: 1
            < OK
            > AT+QFCLOSE=1
            < OK
            > AT+QFOPEN="f",2
            < +QFOPEN: 1
            < OK
            > AT+QFTUCAT=1
            < +CME ERROR: 414
            > AT+QFTUCAT="f"
            < +CME ERROR: 400
        "#,
        );
    }
}
