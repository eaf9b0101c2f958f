//! The V.250 settings of a modem: what `AT&F` resets, `AT&W` stores and `ATZ` brings back.

use std::time::Duration;

use crate::at::line::LineSettings;
use crate::at::result::ResultFormat;

use super::knobs::Knobs;

/// The settings; [`Profile::default`] are the factory values of the family's AT manual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// `ATE`: echo.
    pub echo: bool,
    /// `ATQ`: no result codes.
    pub quiet: bool,
    /// `ATV`: words instead of numbers.
    pub verbose: bool,
    /// `ATX`, 0–4: how `CONNECT` is told.
    pub connect_text: u8,
    /// `AT&C`, 0 or 1: DCD.
    pub dcd: u8,
    /// `AT&D`, 0–2: what DTR off does.
    pub dtr: u8,
    /// `AT+CMEE`, 0–2.
    pub cmee: u8,
    /// The S registers by number. S3, S4 and S5 are the special characters, S12 is the guard time
    /// of `+++` in 20 ms; the others are kept, without effect.
    pub s: [u8; 13],
    /// `AT+CREG`, `AT+CGREG`, `AT+CEREG`: which registration lines come by themselves, 0–2.
    pub registration_urcs: [u8; 3],
    /// `AT+CSCS`: the character set of texts; kept, without effect.
    pub character_set: CharacterSet,
}

/// `AT+CSCS` (27.007 §5.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CharacterSet {
    /// The GSM 7-bit alphabet.
    #[default]
    Gsm,
    /// International reference alphabet.
    Ira,
    /// UCS2 in hexadecimal.
    Ucs2,
}

impl Default for Profile {
    fn default() -> Profile {
        Profile {
            echo: true,
            quiet: false,
            verbose: true,
            connect_text: 4,
            dcd: 1,
            dtr: 2,
            cmee: 1,
            s: [0, 0, 0, 13, 10, 8, 2, 0, 2, 0, 15, 0, 50],
            registration_urcs: [0; 3],
            character_set: CharacterSet::Gsm,
        }
    }
}

/// Settings outside the profile: `AT&F` and `ATZ` leave them as they are, a restart does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `AT+IPR`: bit/s of the port. Kept, without effect on a port that has no speed; `AT&W`
    /// stores it.
    pub baud: u32,
    /// `AT+IFC`: flow control by the host (RTS) and by the module (CTS), 0 none or 2 RTS/CTS.
    pub flow_control: [u8; 2],
    /// `AT+ICF`: character format and parity.
    pub framing: [u8; 2],
    /// `AT+CMGF`: 0 PDU, 1 text.
    pub message_format: u8,
    /// `AT+CSCA`: number and type of the message centre.
    pub message_centre: (String, u8),
    /// `AT+QURCCFG="urcport"`: where unsolicited result codes go. Kept; the one port gets them.
    pub urc_port: &'static str,
    /// `AT+QSCLK`: may sleep (1); kept, without effect.
    pub sleep: u8,
    /// `AT+CTZU`: the network sets the clock (1), or local time too (3).
    pub clock_update: u8,
    /// `AT+QSIMSTAT`: a card that comes or goes is told.
    pub card_urcs: bool,
    /// `AT+COPS=3`: 0 long name, 1 short name, 2 number.
    pub operator_format: u8,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            baud: 115_200,
            flow_control: [0; 2],
            framing: [3; 2],
            message_format: 0,
            message_centre: ("+10000000000".to_owned(), 145),
            urc_port: "usbat",
            sleep: 0,
            clock_update: 1,
            card_urcs: false,
            operator_format: 0,
        }
    }
}

impl Profile {
    /// The factory profile of a module with these knobs.
    pub fn factory(knobs: &Knobs) -> Profile {
        let mut profile = Profile { cmee: knobs.cmee, ..Profile::default() };
        profile.s[12] = u8::try_from(knobs.guard_time.as_millis() / 20).unwrap_or(u8::MAX);
        profile
    }

    /// Takes from `other` what `AT&W` stores and `ATZ` brings back (AT manual §15): not the special
    /// characters, nor how errors and texts are written.
    pub fn take_storable(&mut self, other: &Profile) {
        let Profile { cmee, character_set, s, .. } = self.clone();
        *self = Profile { cmee, character_set, s, ..other.clone() };
        for register in [0, 7, 10, 12] {
            self.s[register] = other.s[register];
        }
    }

    /// How long the silences around `+++` last.
    pub fn guard_time(&self) -> Duration {
        Duration::from_millis(20) * u32::from(self.s[12])
    }

    pub(super) fn line_settings(&self) -> LineSettings {
        LineSettings { terminator: self.s[3], backspace: self.s[5], echo: self.echo }
    }

    pub(super) fn result_format(&self) -> ResultFormat {
        ResultFormat {
            verbose: self.verbose,
            quiet: self.quiet,
            cmee: self.cmee,
            cr: self.s[3],
            lf: self.s[4],
        }
    }
}
