//! `AT+CLCK`: locks. Only that of the card (`"SC"`) can be set; the others are open.

use crate::at::error::CmeError;
use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, TestForm};

const FACILITIES: &[&str] = &[
    "SC", "AO", "OI", "OX", "AI", "IR", "AB", "AG", "AC", "FD", "PN", "PU", "PP", "PC", "PF", "PS",
];

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CLCK",
    Group::Network,
    "Whether the card asks for its PIN at every start",
    "27.007 §7.4",
)
.test(TestForm::Lines(|_| {
    let quoted: Vec<_> = FACILITIES.iter().map(|facility| format!("\"{facility}\"")).collect();
    vec![format!("({})", quoted.join(","))]
}))
.write(
    &[
        Param::text("<fac>", 2),
        Param::number("<mode>", &[(0, 2)]),
        Param::file("<passwd>", 8).optional("not needed to query"),
        Param::number("<class>", &[(1, 255)]).optional("7"),
    ],
    lock,
);

fn lock(modem: &mut Modem, values: &Values<'_>) -> Handled {
    let facility = FACILITIES
        .iter()
        .find(|facility| facility.eq_ignore_ascii_case(values.text(0)))
        .ok_or(CmeError::INCORRECT_PARAMETERS)?;
    modem.card()?;
    let card = *facility == "SC";
    if values.number(1) == Some(2) {
        let locked = u8::from(card && modem.network.pins.asked);
        modem.info(format_args!("+CLCK: {locked}"));
        return Ok(Flow::Done);
    }
    if !card {
        return Err(CmeError::NOT_SUPPORTED.into());
    }
    let pin = values.opt_text(2).ok_or(CmeError::INCORRECT_PARAMETERS)?;
    modem.network.check_pin(pin)?;
    modem.network.pins.asked = values.number(1) == Some(1);
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn a_lock_set_with_the_pin_holds_from_the_next_start_on() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+CLCK="SC",2
            < +CLCK: 0
            < OK
            > AT+CLCK="SC",1
            < +CME ERROR: 50
            > AT+CLCK="SC",1,"0000"
            < +CME ERROR: 16
            > AT+CLCK="SC",1,"1234"
            < OK
            > AT+CLCK="SC",2;+CPIN?
            < +CLCK: 1
            < +CPIN: READY
            < OK
            > AT+CFUN=0
            < OK
            > AT+CFUN=1
            < OK
            < +CPIN: SIM PIN
            > AT+CPIN="1234"
            < OK
            < +CPIN: READY
        "#,
        );
    }

    #[test]
    fn the_other_locks_are_open() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+CLCK=?
            < +CLCK: ("SC","AO","OI","OX","AI","IR","AB","AG","AC","FD","PN","PU","PP","PC","PF","PS")
            < OK
            > AT+CLCK="FD",2
            < +CLCK: 0
            < OK
            > AT+CLCK="FD",1,"1234"
            < +CME ERROR: 4
            > AT+CLCK="XX",2
            < +CME ERROR: 50
        "#,
        );
    }
}
