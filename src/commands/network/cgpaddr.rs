//! `AT+CGPADDR`: the addresses of PDP contexts.

use crate::at::param::Param;
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CGPADDR",
    Group::Network,
    "The addresses of PDP contexts",
    "27.007 §10.1.14; captures",
)
.test(TestForm::Lines(|modem| {
    let ids: Vec<_> = modem.network.contexts.defined().map(|(id, _)| id.to_string()).collect();
    vec![format!("({})", ids.join(","))]
}))
.write(&[Param::number("<cid>", &[(1, 16)])], |modem, values| {
    tell(modem, values.get(0).unwrap_or(1));
    Ok(Flow::Done)
})
.execute(|modem, _| {
    let ids: Vec<_> = modem.network.contexts.defined().map(|(id, _)| id).collect();
    for id in ids {
        tell(modem, id);
    }
    Ok(Flow::Done)
});

/// Without an address the number stands alone (capture `bg770a-gl-ar01a05-labwired`).
fn tell(modem: &mut Modem, id: u8) {
    match modem.network.contexts.get(id).address() {
        Some(address) => modem.info(format_args!("+CGPADDR: {id},\"{address}\"")),
        None => modem.info(format_args!("+CGPADDR: {id}")),
    }
}

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn addresses_are_told_one_by_one_or_all() {
        let mut rig = Rig::logged_in();
        rig.play(
            r#"
            > AT+CGDCONT=3,"IP","x"
            < OK
            > AT+CGPADDR
            < +CGPADDR: 1,"10.7.157.1"
            < +CGPADDR: 3
            < OK
            > AT+CGPADDR=1
            < +CGPADDR: 1,"10.7.157.1"
            < OK
            > AT+CGPADDR=?
            < +CGPADDR: (1,3)
            < OK
            > AT+CGPADDR=0
            < ERROR
        "#,
        );
    }
}
