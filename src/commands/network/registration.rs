//! What `AT+CREG`, `AT+CGREG` and `AT+CEREG` share.

use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled, TestForm};
use crate::modem::network::Domain;

pub(super) const PARAMS: &[Param] = &[Param::number("<n>", &[(0, 2)])];

pub(super) const fn registration(
    name: &'static str,
    summary: &'static str,
    source: &'static str,
) -> CommandSpec {
    CommandSpec::new(name, Group::Network, summary, source).test(TestForm::Flat)
}

/// Answers the read form.
pub(super) fn tell(modem: &mut Modem, domain: Domain) -> Handled {
    let n = modem.profile.registration_urcs[domain as usize];
    let text = modem.registration_text(domain);
    modem.info(format_args!("{}: {n},{text}", domain.command()));
    Ok(Flow::Done)
}

/// Carries out the write form.
pub(super) fn set(modem: &mut Modem, values: &Values<'_>, domain: Domain) -> Handled {
    modem.profile.registration_urcs[domain as usize] = values.get(0).unwrap_or(0);
    Ok(Flow::Done)
}
