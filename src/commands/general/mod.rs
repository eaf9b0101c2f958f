//! The V.250 and 27.007 commands around the others.

mod amp_c;
mod amp_d;
mod amp_f;
mod amp_v;
mod amp_w;
mod cclk;
mod cfun;
mod cgsn;
mod cmee;
mod cmgf;
mod cpas;
mod csca;
mod cscs;
mod csub;
mod ctzu;
mod d;
mod e;
mod gcap;
mod gmi;
mod gmm;
mod gmr;
mod gsn;
mod h;
mod i;
mod icf;
mod ifc;
mod ipr;
mod o;
mod q;
mod qlts;
mod qpowd;
mod qsclk;
mod qurccfg;
mod s;
mod v;
mod x;
mod z;

use crate::modem::command::CommandSpec;

pub(super) static COMMANDS: &[&CommandSpec] = &[
    &e::COMMAND,
    &q::COMMAND,
    &v::COMMAND,
    &x::COMMAND,
    &z::COMMAND,
    &amp_c::COMMAND,
    &amp_d::COMMAND,
    &amp_f::COMMAND,
    &amp_v::COMMAND,
    &amp_w::COMMAND,
    &s::S0,
    &s::S3,
    &s::S4,
    &s::S5,
    &s::S6,
    &s::S7,
    &s::S8,
    &s::S10,
    &s::S12,
    &d::COMMAND,
    &h::COMMAND,
    &o::COMMAND,
    &i::COMMAND,
    &csub::COMMAND,
    &gmi::GMI,
    &gmi::CGMI,
    &gmm::GMM,
    &gmm::CGMM,
    &gmr::GMR,
    &gmr::CGMR,
    &gmr::QGMR,
    &gsn::COMMAND,
    &cgsn::COMMAND,
    &gcap::COMMAND,
    &cscs::COMMAND,
    &ipr::COMMAND,
    &ifc::COMMAND,
    &icf::COMMAND,
    &qurccfg::COMMAND,
    &cmee::COMMAND,
    &cpas::COMMAND,
    &cfun::COMMAND,
    &qpowd::COMMAND,
    &qsclk::COMMAND,
    &cclk::COMMAND,
    &ctzu::COMMAND,
    &qlts::COMMAND,
    &cmgf::COMMAND,
    &csca::COMMAND,
];
