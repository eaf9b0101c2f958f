//! `AT+QSCLK`: may the module sleep.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, Refusal, TestForm};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+QSCLK",
    Group::General,
    "Whether the module may sleep; kept, without effect",
    "captures",
)
.test(TestForm::Flat)
.read(|modem, _| {
    let sleep = modem.settings.sleep;
    modem.info(format_args!("+QSCLK: {sleep}"));
    Ok(Flow::Done)
})
.write(&[Param::number("<n>", &[(0, 0), (1, 1)])], |modem, values| {
    // ERROR just after the start, OK later (captures, INDEX point 34).
    if modem.power.is_starting() {
        return Err(Refusal::Error);
    }
    modem.settings.sleep = values.get(0).unwrap_or(0);
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::rig::Rig;

    #[test]
    fn sleep_is_refused_while_the_module_starts() {
        let mut setup = Setup::default();
        setup.knobs.boot_urcs = true;
        let mut rig = Rig::new(setup);
        rig.play("< RDY\n> AT+QSCLK=1\n< ERROR\n... 10s");
        rig.received();
        rig.play("> AT+QSCLK=1\n< OK\n> AT+QSCLK?\n< +QSCLK: 1\n< OK");
        rig.play("> AT+QSCLK=?\n< +QSCLK: (0,1)\n< OK\n> AT+QSCLK=2\n< ERROR");
    }
}
