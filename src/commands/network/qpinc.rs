//! `AT+QPINC`: how many tries the card leaves.

use crate::at::param::Param;
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, Refusal, TestForm};
use crate::modem::network::Sim;

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QPINC",
    Group::Network,
    "How many tries the card leaves for PIN and PUK",
    "AT manual §5",
)
.test(TestForm::Text("(\"SC\",\"P2\")"))
.read(|modem, _| {
    tell(modem, "SC")?;
    tell(modem, "P2")
})
.write(&[Param::text("<facility>", 2)], |modem, values| tell(modem, values.text(0)));

fn tell(modem: &mut Modem, facility: &str) -> Handled {
    if matches!(modem.network.sim, Sim::Absent | Sim::Lost) {
        modem.card()?;
    }
    let [pin, puk, pin2, puk2] = modem.network.pins.tries;
    match facility {
        "SC" => modem.info(format_args!("+QPINC: \"SC\",{pin},{puk}")),
        "P2" => modem.info(format_args!("+QPINC: \"P2\",{pin2},{puk2}")),
        _ => return Err(Refusal::Error),
    }
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn the_tries_of_both_pins_are_told() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+QPINC=?
            < +QPINC: ("SC","P2")
            < OK
            > AT+QPINC?
            < +QPINC: "SC",3,10
            < +QPINC: "P2",3,10
            < OK
            > AT+QPINC="P2"
            < +QPINC: "P2",3,10
            < OK
            > AT+QPINC="XX"
            < ERROR
        "#,
        );
    }
}
