//! What `AT+QFTPLIST`, `AT+QFTPNLST` and `AT+QFTPMLSD` share: a directory, and where its listing
//! goes.

use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Group, Handled, Handler, TestForm};
use crate::modem::ftp::GetRequest;
use crate::modem::link::{ListVerb, Transfer};

const PARAMS: &[Param] =
    &[Param::file("<dirname>", 255), Param::file("<local_name>", 60).optional("COM:")];

pub(super) const fn listing(
    name: &'static str,
    summary: &'static str,
    source: &'static str,
    handler: Handler,
) -> CommandSpec {
    CommandSpec::new(name, Group::Ftp, summary, source)
        .test(TestForm::Flat)
        .write(PARAMS, handler)
        .reject_with(610)
}

pub(super) fn run(
    modem: &mut Modem,
    values: &Values<'_>,
    prefix: &'static str,
    verb: ListVerb,
) -> Handled {
    modem.ftp_get(GetRequest {
        prefix,
        transfer: Transfer::List { verb, path: values.text(0).to_owned() },
        local: values.opt_text(1).unwrap_or("COM:"),
        length: None,
    })
}
