//! The V.250 settings of a modem: what `AT&F` resets, `AT&W` stores and `ATZ` brings back.

use std::time::Duration;

use crate::at::line::LineSettings;
use crate::at::result::ResultFormat;

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
        }
    }
}

impl Profile {
    /// The factory profile of a module whose CMEE default is `cmee`.
    pub fn factory(cmee: u8) -> Profile {
        Profile { cmee, ..Profile::default() }
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
