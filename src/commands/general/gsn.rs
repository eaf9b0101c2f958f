//! `AT+GSN`: the IMEI.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+GSN", Group::General, "The IMEI", "V.250 §6.1.7; AT manual §2")
        .test(TestForm::Bare)
        .execute(|modem, _| {
            let imei = modem.network.imei.clone();
            modem.info(format_args!("{imei}"));
            Ok(Flow::Done)
        });
