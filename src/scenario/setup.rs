//! From a scenario to a modem: the parts that are so from the start.

use std::io;

use bytes::Bytes;

use crate::modem::knobs::Knobs;
use crate::modem::network::{Network, Sim};
use crate::modem::{Setup, stores_of};
use crate::store::{Existing, FileError, FileName, Stores, Volume};

use super::{Scenario, SimState, StorePlan};

/// Why a store can't be filled as a scenario says.
#[derive(Debug, thiserror::Error)]
#[error("the file {name} of the scenario: {cause}")]
pub struct FillError {
    /// The file, with its prefix.
    pub name: String,
    /// Why not.
    pub cause: FillCause,
}

/// Why a file can't be put into a store.
#[derive(Debug, thiserror::Error)]
pub enum FillCause {
    /// The file that its content is in can't be read any more.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
    /// The store does not take it.
    #[error(transparent)]
    Refused(#[from] FileError),
}

impl Scenario {
    /// A modem as the scenario wants it at the start.
    ///
    /// # Errors
    /// A file does not fit, or can't be read any more.
    pub fn setup(&self) -> Result<Setup, FillError> {
        let mut knobs = self.model.0.knobs();
        self.set_knobs(&mut knobs);
        let stores = self.fill(stores_of(&knobs))?;
        let network = self.network();
        Ok(Setup { knobs, stores: Some(stores), network, ..Setup::of(self.model.0) })
    }

    /// Sets the knobs that the scenario wants otherwise.
    pub fn set_knobs(&self, knobs: &mut Knobs) {
        self.knobs.apply(knobs);
        knobs.boot_urcs = self.modem.boot_urcs.unwrap_or(knobs.boot_urcs);
    }

    /// The media as the scenario wants them, in memory; those it does not name stay as in `stores`.
    ///
    /// # Errors
    /// A file does not fit, or can't be read any more.
    pub fn fill(&self, mut stores: Stores) -> Result<Stores, FillError> {
        for (&medium, plan) in &self.stores {
            let StorePlan::Present(spec) = plan else {
                stores = stores.with_medium(medium, None);
                continue;
            };
            let capacity = spec.capacity.map(|size| size.0);
            // A medium that is there by the scenario only holds what UFS does, unless told.
            let like = stores.disk(medium).or_else(|_| stores.disk(crate::store::Medium::Ufs));
            let capacity = capacity.or(like.ok().map(|disk| disk.total)).unwrap_or(0);
            stores = stores.with_medium(medium, Some(Volume::memory(capacity)));
            for (name, content) in &spec.files {
                let full = format!("{medium}:{}", name.0);
                let put = content.bytes().map_err(FillCause::from).and_then(|bytes| {
                    Ok(put(&mut stores, &FileName::new(medium, &name.0)?, bytes.into())?)
                });
                put.map_err(|cause| FillError { name: full, cause })?;
            }
        }
        Ok(stores)
    }

    /// The card and the network as the scenario wants them.
    pub fn network(&self) -> Network {
        let mut network = Network { rssi: self.modem.signal.0, ..Network::default() };
        network.registration = self.modem.registration.into();
        match self.modem.sim {
            SimState::Ready => {}
            SimState::Absent => network.sim = Sim::Absent,
            SimState::PinRequired => {
                network.lock_card(self.modem.pin.as_ref().map_or("1234", |pin| &pin.0));
            }
        }
        network
    }
}

fn put(stores: &mut Stores, name: &FileName, bytes: Bytes) -> Result<(), FileError> {
    let writer = stores.create(name, Existing::Replace)?;
    let size = stores.append(&writer, bytes);
    stores.finish(writer);
    size.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::Rig;

    fn rig(text: &str) -> Rig {
        let scenario = Scenario::parse("s.yaml", text.as_bytes(), None).expect("valid");
        Rig::new(scenario.setup().expect("it fits"))
    }

    #[test]
    fn a_modem_is_what_the_scenario_says() {
        let mut rig = rig("
scenario: a
model: ec25
knobs: { qflst_quoted: false }
modem: { registration: roaming, signal: 12 }
stores: { UFS: { capacity: 64KiB, files: { log.bin: { size: 1000 } } }, SD: absent }
");
        rig.play(
            "
            > AT+CREG?
            < +CREG: 0,5
            < OK
            > AT+CSQ
            < +CSQ: 12,99
            < OK
            > AT+QFLST
            < +QFLST: UFS:log.bin,1000
            < OK
            > AT+QFLDS=\"UFS\"
            < +QFLDS: 64536,65536
            < OK
            > AT+QFLDS=\"SD\"
            < +CME ERROR: 419
            ",
        );
    }

    #[test]
    fn a_card_can_want_its_pin_or_be_missing() {
        let mut locked = rig("{scenario: a, modem: {sim: pin_required, pin: '4321'}}");
        locked.play("\n> AT+CPIN?\n< +CPIN: SIM PIN\n< OK\n> AT+CPIN=4321\n< OK\n");
        let mut absent = rig("{scenario: a, modem: {sim: absent}}");
        absent.play("\n> AT+CPIN?\n< +CME ERROR: 10\n");
    }

    #[test]
    fn a_file_that_does_not_fit_is_told() {
        let text = "{scenario: a, knobs: {ufs_total: 10}, stores: {UFS: {files: {a: {size: 11}}}}}";
        let scenario = Scenario::parse("s.yaml", text.as_bytes(), None).expect("valid");
        let error = scenario.setup().expect_err("it doesn't fit").to_string();
        assert!(error.starts_with("the file UFS:a of the scenario: "), "{error}");
    }
}
