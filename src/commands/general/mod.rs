//! The V.250 and 27.007 commands around the others.

mod amp_d;
mod amp_f;
mod cmee;
mod e;
mod gsn;
mod i;
mod o;
mod q;
mod v;
mod z;

use crate::modem::command::CommandSpec;

pub(super) static COMMANDS: &[&CommandSpec] = &[
    &e::COMMAND,
    &q::COMMAND,
    &v::COMMAND,
    &z::COMMAND,
    &amp_f::COMMAND,
    &amp_d::COMMAND,
    &o::COMMAND,
    &i::COMMAND,
    &gsn::COMMAND,
    &cmee::COMMAND,
];
