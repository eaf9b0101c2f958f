//! `AT+CGACT`: activate and deactivate PDP contexts.

use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CGACT",
    Group::Network,
    "Activate (1) or deactivate (0) PDP contexts",
    "27.007 §10.1.10; captures",
)
.test(TestForm::Text("(0,1)"))
.read(|modem, _| {
    let states: Vec<_> = modem
        .network
        .contexts
        .defined()
        .map(|(id, context)| (id, u8::from(context.address().is_some())))
        .collect();
    for (id, state) in states {
        modem.info(format_args!("+CGACT: {id},{state}"));
    }
    Ok(Flow::Done)
})
.write(
    &[
        Param::number("<state>", &[(0, 0), (1, 1)]),
        Param::number("<cid>", &[(1, 16)]).optional("all that are defined"),
    ],
    activate,
);

fn activate(modem: &mut Modem, values: &Values<'_>) -> Handled {
    modem.card()?;
    let ids: Vec<u8> = match values.get(1) {
        Some(id) => vec![id],
        None => modem.network.contexts.defined().map(|(id, _)| id).collect(),
    };
    for id in ids {
        let active = modem.network.contexts.get(id).address().is_some();
        match values.number(0) {
            Some(1) if !active => drop(modem.activate_other(id)?),
            Some(0) => modem.deactivate_context(id),
            _ => {}
        }
    }
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::modem::network::Registration;
    use crate::rig::Rig;

    #[test]
    fn a_context_of_cgact_is_not_free_for_qiact() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+CGDCONT=1,"IP","internet"
            < OK
            > AT+CGACT?
            < +CGACT: 1,0
            < OK
            > AT+CGACT=1,1
            < OK
            > AT+CGACT?;+CGPADDR=1;+QIACT?
            < +CGACT: 1,1
            < +CGPADDR: 1,"10.7.157.1"
            < OK
            > AT+QIACT=1
            < ERROR
            > AT+CGACT=0,1
            < OK
            > AT+CGPADDR=1
            < +CGPADDR: 1
            < OK
            > AT+QIACT=1
            < OK
            > AT+CGACT?
            < +CGACT: 1,1
            < OK
            > AT+CGACT=0
            < OK
            > AT+QIACT?
            < OK
            > AT+CGACT=?
            < +CGACT: (0,1)
            < OK
        "#,
        );
    }

    #[test]
    fn without_service_there_is_no_carrier() {
        let mut rig = Rig::default();
        rig.modem.network_mut().registration = Registration::Searching;
        rig.play("> AT+CGACT=1,1\n< NO CARRIER\n> AT+CGACT=2,1\n< ERROR");
    }
}
