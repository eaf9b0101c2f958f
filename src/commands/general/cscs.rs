//! `AT+CSCS`: the character set of texts.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, Refusal, TestForm};
use crate::modem::profile::CharacterSet;

const SETS: &[(&str, CharacterSet)] =
    &[("GSM", CharacterSet::Gsm), ("IRA", CharacterSet::Ira), ("UCS2", CharacterSet::Ucs2)];

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "+CSCS",
    Group::General,
    "The character set of texts; kept, without effect",
    "27.007 §5.5; captures",
)
.test(TestForm::Text("(\"GSM\",\"IRA\",\"UCS2\")"))
.read(|modem, _| {
    let now = modem.profile.character_set;
    for (name, _) in SETS.iter().filter(|&&(_, set)| set == now) {
        modem.info(format_args!("+CSCS: \"{name}\""));
    }
    Ok(Flow::Done)
})
.write(&[Param::text("<chset>", 8)], |modem, values| {
    let set = SETS.iter().find(|(name, _)| name.eq_ignore_ascii_case(values.text(0)));
    modem.profile.character_set = set.ok_or(Refusal::Error)?.1;
    Ok(Flow::Done)
});

#[cfg(test)]
mod tests {
    use crate::rig::Rig;

    #[test]
    fn a_known_set_is_kept_and_reset_with_the_profile() {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+CSCS=?
            < +CSCS: ("GSM","IRA","UCS2")
            < OK
            > AT+CSCS?
            < +CSCS: "GSM"
            < OK
            > AT+CSCS="UCS2"
            < OK
            > AT+CSCS?
            < +CSCS: "UCS2"
            < OK
            > AT+CSCS="EBCDIC"
            < ERROR
            > AT&F
            < OK
            > AT+CSCS?
            < +CSCS: "GSM"
            < OK
        "#,
        );
    }
}
