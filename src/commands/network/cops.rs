//! `AT+COPS`: the operator.

use crate::at::error::CmeError;
use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, TestForm};
use crate::modem::network::Selection;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+COPS", Group::Network, "The operator", "27.007 §7.3; captures")
        .test(TestForm::Lines(scan))
        .read(|modem, _| tell(modem))
        .write(
            &[
                Param::number("<mode>", &[(0, 4)]),
                Param::number("<format>", &[(0, 2)]).optional("the previous one; 0"),
                Param::text("<oper>", 32).joined(""),
                Param::number("<AcT>", &[(0, 0), (2, 7)]).optional("any"),
            ],
            select,
        );

/// What is in the air: the one operator.
fn scan(modem: &Modem) -> Vec<String> {
    let network = &modem.network;
    let found = if modem.power.functionality() == crate::modem::power::Functionality::Full {
        let state = if modem.is_registered() { 2 } else { 1 };
        format!(
            "({state},\"{}\",\"{}\",\"{}\",{}),",
            network.operator, network.operator_short, network.plmn, network.access
        )
    } else {
        String::new()
    };
    vec![format!("{found},(0,1,2,3,4),(0,1,2)")]
}

fn tell(modem: &mut Modem) -> Handled {
    let network = &modem.network;
    let mode = network.selection as u8;
    let format = modem.settings.operator_format;
    let operator = match format {
        0 => &network.operator,
        1 => &network.operator_short,
        _ => &network.plmn,
    };
    let (operator, access) = (operator.clone(), network.access);
    if modem.is_registered() && !operator.is_empty() {
        modem.info(format_args!("+COPS: {mode},{format},\"{operator}\",{access}"));
    } else {
        modem.info(format_args!("+COPS: {mode}"));
    }
    Ok(Flow::Done)
}

fn select(modem: &mut Modem, values: &Values<'_>) -> Handled {
    let mode = values.number(0);
    if mode == Some(3) {
        let format = values.get(1).ok_or(CmeError::INCORRECT_PARAMETERS)?;
        modem.settings.operator_format = format;
        return Ok(Flow::Done);
    }
    modem.card()?;
    let asked = values.opt_text(2);
    let network = &mut modem.network;
    let names = [&network.operator, &network.operator_short, &network.plmn];
    let known = asked.is_some_and(|asked| names.iter().any(|name| *name == asked));
    network.selection = match mode {
        Some(2) => Selection::Deregistered,
        Some(1) if !known => return Err(CmeError::NO_NETWORK_SERVICE.into()),
        Some(1) => Selection::Manual,
        // 4: by the host first, then by itself.
        Some(4) if known => Selection::Manual,
        _ => Selection::Automatic,
    };
    if network.selection == Selection::Deregistered {
        modem.deactivate_all_contexts();
    }
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::modem::network::Registration;
    use crate::rig::Rig;

    #[test]
    fn the_operator_is_told_in_the_format_asked_for() {
        let mut rig = Rig::default();
        rig.modem.network_mut().operator_short = "QSIM".to_owned();
        assert_eq!(rig.ask("AT+COPS?"), "AT+COPS?\r\r\n+COPS: 0,0,\"QFTPSIM\",7\r\n\r\nOK\r\n");
        rig.play(
            r#"
            > AT+COPS=3,2;+COPS?
            < +COPS: 0,2,"00101",7
            < OK
            > AT+COPS=3,1;+COPS?
            < +COPS: 0,1,"QSIM",7
            < OK
            > AT+COPS=3
            < +CME ERROR: 50
        "#,
        );
    }

    #[test]
    fn without_registration_or_name_only_the_mode_is_told() {
        let mut rig = Rig::default();
        rig.modem.network_mut().operator.clear();
        assert_eq!(rig.ask("AT+COPS?"), "AT+COPS?\r\r\n+COPS: 0\r\n\r\nOK\r\n");
        rig.modem.network_mut().registration = Registration::Searching;
        rig.play("> AT+COPS=3,2;+COPS?\n< +COPS: 0\n< OK");
    }

    #[test]
    fn a_scan_finds_the_one_operator() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+COPS=?
            < +COPS: (2,"QFTPSIM","QFTPSIM","00101",7),,(0,1,2,3,4),(0,1,2)
            < OK
        "#,
        );
    }

    #[test]
    fn the_host_may_choose_or_leave_the_network() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+CREG=1
            < OK
            > AT+COPS=1,2,"99999"
            < +CME ERROR: 30
            > AT+COPS=1,2,"00101",7
            < OK
            > AT+COPS?
            < +COPS: 1,0,"QFTPSIM",7
            < OK
            > AT+COPS=2
            < OK
            < +CREG: 0
            > AT+COPS?
            < +COPS: 2
            < OK
            > AT+COPS=0
            < OK
            < +CREG: 1
        "#,
        );
    }
}
