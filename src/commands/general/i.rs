//! `ATI`: who the module is.

use crate::at::param::Param;
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Flow, Group, Handled};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "I",
    Group::General,
    "Manufacturer, model and revision",
    "AT manual §2; captures",
)
.write(&[Param::number("<value>", &[(0, 1)])], |modem, _| identify(modem))
.execute(|modem, _| identify(modem));

fn identify(modem: &mut Modem) -> Handled {
    let (product, revision) = (modem.knobs.product.clone(), modem.knobs.revision.clone());
    modem.info(format_args!("Quectel"));
    modem.info(format_args!("{product}"));
    modem.info(format_args!("Revision: {revision}"));
    Ok(Flow::Done)
}

#[cfg(test)]
mod tests {
    use crate::modem::Setup;
    use crate::modem::models::MODELS;
    use crate::rig::Rig;

    #[test]
    fn every_model_says_who_it_is() {
        for model in MODELS {
            let mut rig = Rig::new(Setup::of(model));
            let knobs = model.knobs();
            let expected = format!(
                "ATI\r\r\nQuectel\r\n{}\r\nRevision: {}\r\n\r\nOK\r\n",
                knobs.product, knobs.revision
            );
            assert_eq!(rig.ask("ATI"), expected);
        }
    }
}
