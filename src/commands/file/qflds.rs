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

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn free_and_total_of_a_medium_or_what_ufs_holds() {
        let mut rig = Rig::default();
        rig.play("> AT+QFLDS=\"UFS\"\n< +QFLDS: 16777216,16777216\n< OK");
        rig.play("> AT+QFLDS=\"RAM\"\n< +QFLDS: 8388608,8388608\n< OK");
        rig.play("> AT+QFLDS=\"SD\"\n< +QFLDS: 67108864,67108864\n< OK");
        rig.play("> AT+QFLDS\n< +QFLDS: 0,0\n< OK");
        rig.play("> AT+QFUPL=\"f\",100\n< CONNECT\n>> 100\n< +QFUPL: 100,{sum}\n< OK");
        rig.play("> AT+QFLDS=\"UFS\"\n< +QFLDS: 16777116,16777216\n< OK");
        rig.play("> AT+QFLDS\n< +QFLDS: 100,1\n< OK");
        rig.play("> AT+QFLDS=\"ufs\"\n< +CME ERROR: 400\n> AT+QFLDS=\"COM\"\n< +CME ERROR: 400");
    }
}
