//! `AT+GMM`, `AT+CGMM`: the model.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static GMM: CommandSpec = model("+GMM", "V.250 §6.1.5");
pub(super) static CGMM: CommandSpec = model("+CGMM", "27.007 §5.2");

const fn model(name: &'static str, source: &'static str) -> CommandSpec {
    CommandSpec::new(name, Group::General, "The model", source).test(TestForm::Bare).execute(
        |modem, _| {
            let model = modem.knobs.product.clone();
            modem.info(format_args!("{model}"));
            Ok(Flow::Done)
        },
    )
}

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::modem::models::Model;
    use crate::rig::Rig;

    #[test]
    fn both_tell_the_model_without_its_suffix() {
        let mut rig = Rig::new(Setup::of(Model::find("eg25-g").unwrap()));
        assert_eq!(rig.ask("AT+GMM"), "AT+GMM\r\r\nEG25\r\n\r\nOK\r\n");
        assert_eq!(rig.ask("AT+CGMM"), "AT+CGMM\r\r\nEG25\r\n\r\nOK\r\n");
        assert_eq!(rig.ask("AT+CGMM=?"), "AT+CGMM=?\r\r\nOK\r\n");
    }
}
