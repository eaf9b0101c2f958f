//! `AT+IPR`: the speed of the port.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

/// The speeds a UART of the family has (AT manual §2).
const RATES: &[(i64, i64)] = &[
    (4800, 4800),
    (9600, 9600),
    (19200, 19200),
    (38400, 38400),
    (57600, 57600),
    (115_200, 115_200),
    (230_400, 230_400),
    (460_800, 460_800),
    (921_600, 921_600),
    (3_000_000, 3_000_000),
    (3_200_000, 3_200_000),
    (3_686_400, 3_686_400),
];

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+IPR",
    Group::General,
    "The speed of the port in bit/s; kept, AT&W stores it",
    "V.250 §6.2.10; captures",
)
.test(TestForm::Lines(|_| {
    // No speed is found by itself: the first list is empty.
    vec![format!("(),{}", Param::number("<rate>", RATES).test_text())]
}))
.read(|modem, _| {
    let baud = modem.settings.baud;
    modem.info(format_args!("+IPR: {baud}"));
    Ok(Flow::Done)
})
.write(&[Param::number("<rate>", RATES)], |modem, values| {
    modem.settings.baud = values.get(0).unwrap_or(115_200);
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn a_speed_of_the_list_is_kept() {
        let mut rig = Rig::default();
        assert_eq!(rig.ask("AT+IPR?"), "AT+IPR?\r\r\n+IPR: 115200\r\n\r\nOK\r\n");
        rig.play(
            "
            > AT+IPR=?
            < +IPR: (),(4800,9600,19200,38400,57600,115200,230400,460800,921600,3000000,3200000,3686400)
            < OK
            > AT+IPR=9600
            < OK
            > AT+IPR=1234
            < ERROR
            > AT+IPR?
            < +IPR: 9600
            < OK
        ",
        );
    }
}
