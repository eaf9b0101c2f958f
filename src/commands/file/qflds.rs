//! `AT+QFLDS`: how full a medium is.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};
use crate::store::Medium;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFLDS", Group::File, "How full a medium is", "FILE manual")
        .test(TestForm::Bare)
        .write(&[Param::text("<name_pattern>", 80)], |modem, values| {
            let disk = modem.stores.disk(values.text(0).parse::<Medium>()?)?;
            modem.info(format_args!("+QFLDS: {},{}", disk.free, disk.total));
            Ok(Flow::Done)
        })
        .execute(|modem, _| {
            let disk = modem.stores.disk(Medium::Ufs)?;
            modem.info(format_args!("+QFLDS: {},{}", disk.used, disk.files));
            Ok(Flow::Done)
        })
        .reject_with(400);
