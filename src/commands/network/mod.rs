//! SIM, network and packet domain.

mod cereg;
mod cgact;
mod cgatt;
mod cgdcont;
mod cgpaddr;
mod cgreg;
mod cimi;
mod clck;
mod cops;
mod cpin;
mod creg;
mod csq;
mod qccid;
mod qinistat;
mod qnwinfo;
mod qos;
mod qpinc;
mod qsimstat;
mod registration;

use crate::modem::command::CommandSpec;

pub(super) static COMMANDS: &[&CommandSpec] = &[
    &cimi::COMMAND,
    &cpin::COMMAND,
    &clck::COMMAND,
    &qpinc::COMMAND,
    &qinistat::COMMAND,
    &qsimstat::COMMAND,
    &qccid::COMMAND,
    &csq::COMMAND,
    &creg::COMMAND,
    &cgreg::COMMAND,
    &cereg::COMMAND,
    &cops::COMMAND,
    &qnwinfo::COMMAND,
    &cgatt::COMMAND,
    &cgdcont::COMMAND,
    &cgact::COMMAND,
    &cgpaddr::COMMAND,
    &qos::CGQREQ,
    &qos::CGQMIN,
    &qos::CGEQREQ,
    &qos::CGEQMIN,
];
