//! `AT+CSUB`: the sub-edition of the firmware, often joined to `ATI`.

use crate::modem::command::{CommandSpec, Flow, Group, TestForm};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+CSUB", Group::General, "The sub-edition of the firmware", "captures")
        .test(TestForm::Bare)
        .execute(|modem, _| {
            let edition = modem.knobs.sub_edition.clone();
            modem.info(format_args!("SubEdition: {edition}"));
            Ok(Flow::Done)
        });

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::modem::models::Model;
    use crate::rig::Rig;

    #[test]
    fn joined_to_ati_each_answer_keeps_its_frame() {
        let mut rig = Rig::default();
        let answer = "\r\nQuectel\r\nEC25\r\nRevision: EC25EFAR06A17M4G\r\n\r\nSubEdition: V04\r\n\r\nOK\r\n";
        for line in ["ATI;+CSUB", "ATI+CSUB", "ati;+csub"] {
            assert_eq!(rig.ask(line), format!("{line}\r{answer}"));
        }
    }

    /// Capture `ec20-cefdr02a09m4g-toybrick`.
    #[test]
    fn seven_joined_commands_answer_in_their_order_with_one_ok() {
        let mut rig = Rig::new(Setup::of(Model::find("ec20").unwrap()));
        let network = rig.modem.network_mut();
        network.registration = crate::modem::network::Registration::NotRegistered;
        rig.ask("ATE0");
        assert_eq!(
            rig.ask("ATI;+CSUB;+CSQ;+CPIN?;+COPS?;+CGREG?;&D2"),
            "\r\nQuectel\r\nEC20F\r\nRevision: EC20CEFDR02A09M4G\r\n\r\nSubEdition: V04\r\n\r\n\
             +CSQ: 24,99\r\n\r\n+CPIN: READY\r\n\r\n+COPS: 0\r\n\r\n+CGREG: 0,0\r\n\r\nOK\r\n"
        );
    }
}
