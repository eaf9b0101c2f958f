//! Knobs: the points where real firmware differs from the vendor's note, or where nobody knows.
//!
//! Each is declared once, with its default and where that comes from; a model (see
//! [`super::models`]) or a scenario sets those it wants otherwise. Adding a knob is one entry here.

use std::time::Duration;

use crate::time::parse_duration;

/// Where a setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A recorded exchange with a real module, named by its file.
    Capture(&'static str),
    /// The vendor's FTP(S) note; the section.
    Note(&'static str),
    /// Our choice: nobody has published what hardware does.
    Choice(&'static str),
}

/// A knob as it is declared, for tables and messages.
#[derive(Debug)]
pub struct KnobInfo {
    /// Its name in scenarios and on the command line.
    pub name: &'static str,
    /// What it decides.
    pub summary: &'static str,
    /// Where the default comes from.
    pub source: Source,
    /// Reads it.
    pub get: fn(&Knobs) -> String,
    set: fn(&mut Knobs, &str) -> Result<(), String>,
}

/// Why a knob could not be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KnobError {
    /// No knob has this name.
    #[error("there is no knob `{0}`")]
    Unknown(String),
    /// The knob does not take this value.
    #[error("knob `{name}`: `{value}` is not {expected}")]
    Value {
        /// The knob.
        name: &'static str,
        /// What was given.
        value: String,
        /// What it takes.
        expected: String,
    },
}

/// A type that a knob can have.
trait KnobValue: Sized {
    /// The value, or what was expected.
    fn read(text: &str) -> Result<Self, String>;
    fn show(&self) -> String;
}

impl KnobValue for bool {
    fn read(text: &str) -> Result<bool, String> {
        text.parse().map_err(|_| "true or false".to_owned())
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

macro_rules! number_knob {
    ($($ty:ty),*) => { $(
        impl KnobValue for $ty {
            fn read(text: &str) -> Result<$ty, String> {
                text.parse().map_err(|_| format!("a number from 0 to {}", <$ty>::MAX))
            }

            fn show(&self) -> String {
                self.to_string()
            }
        }
    )* };
}
number_knob!(u8, u16, u32, u64);

impl KnobValue for Duration {
    fn read(text: &str) -> Result<Duration, String> {
        parse_duration(text).map_err(|_| "a duration such as 50ms".to_owned())
    }

    fn show(&self) -> String {
        format!("{}ms", self.as_millis())
    }
}

/// Declares an enum whose values are words.
macro_rules! word_knob {
    ($(#[doc = $doc:literal])* $ty:ident { $($(#[doc = $vdoc:literal])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $ty { $($(#[doc = $vdoc])* $variant),* }

        impl KnobValue for $ty {
            fn read(text: &str) -> Result<$ty, String> {
                match text {
                    $($word => Ok($ty::$variant),)*
                    _ => Err(format!("one of {}", [$($word),*].join(", "))),
                }
            }

            fn show(&self) -> String {
                match self { $($ty::$variant => $word.to_owned()),* }
            }
        }
    };
}

word_knob! {
    /// What `+++` does in a download to `COM:`.
    EscapeGet {
        /// The transfer is suspended, `ATO` resumes it.
        Resume = "resume",
        /// The transfer is given up.
        Abort = "abort",
    }
}

word_knob! {
    /// How the failure of a download to `COM:` before any data is told.
    EarlyFailure {
        /// `+CME ERROR: <err>` instead of `CONNECT`.
        Cme = "cme",
        /// `OK`, then `+QFTPGET: <err>,<protocol_error>`, without `CONNECT`.
        Urc = "urc",
    }
}

word_knob! {
    /// A command that succeeds or fails.
    Outcome {
        /// It answers `OK`.
        Ok = "ok",
        /// It answers `ERROR`.
        Error = "error",
    }
}

macro_rules! knobs {
    ($($(#[doc = $doc:literal])* $name:ident: $ty:ty = $default:expr, $source:expr;)*) => {
        /// The value of every knob.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Knobs { $($(#[doc = $doc])* pub $name: $ty,)* }

        impl Default for Knobs {
            fn default() -> Knobs {
                Knobs { $($name: $default,)* }
            }
        }

        /// Every knob, in the order of their declaration.
        pub static KNOBS: &[KnobInfo] = &[$(KnobInfo {
            name: stringify!($name),
            summary: concat!($($doc),*),
            source: $source,
            get: |knobs| knobs.$name.show(),
            set: |knobs, text| <$ty as KnobValue>::read(text).map(|value| knobs.$name = value),
        },)*];
    };
}

use Source::{Capture, Choice, Note};

knobs! {
    /// `AT+CMEE` after power-on: 0 `ERROR`, 1 number, 2 text.
    cmee: u8 = 1, Capture("ec25-efar06a17m4g-provision");
    /// The pause between a final result code and a later `+QFTP…` line.
    urc_gap: Duration = Duration::from_millis(50), Choice("hosts need 20 ms to tell them apart");
    /// `+QFTPPWD: 0,"/"` instead of `0,/`.
    pwd_quoted: bool = false, Capture("ec20-merafour-ftp");
    /// `+QFLST: "name",size`, not `+QFLST: name,size`.
    qflst_quoted: bool = true, Capture("ec25-efar06a17m4g-provision");
    /// `AT+QFLST` asked without a prefix prints `UFS:` before UFS names.
    qflst_bare_prefix: bool = true, Capture("ec25-efar06a17m4g-provision");
    /// The misprint `+QFTPSIZE:0, 1000` of §3.4.
    size_misprint: bool = false, Capture("ec20-merafour-ftp");
    /// `+QFTPSTAT: 0,1` before its `OK` (§3.6).
    stat_before_ok: bool = false, Note("2.17");
    /// `AT+QFTPCFG` knows `"restenable"`.
    cfg_restenable: bool = true, Capture("eg25g-a08m2g_01.003.01.003-cellular");
    /// `AT+QFTPCFG=?` prints the range of `data_timeout`.
    cfg_data_timeout_in_test: bool = false, Capture("eg25g-a08m2g_01.003.01.003-cellular");
    /// `AT+QFTPCFG="account"` shows the password as asterisks.
    account_masked: bool = false, Note("2.1");
    /// `AT+QFTPNLIST` is taken for `AT+QFTPNLST`.
    accept_nlist: bool = false, Note("2.12");
    /// Slips of the note and of field code are taken: no password before `<auth>` in
    /// `AT+QICSGP`, a blank after `COM:`.
    lenient: bool = true, Note("3.1");
    /// The `+CME ERROR` of a command that needs a session, without one.
    closed_cmd_error: u16 = 606, Choice("nobody has published it");
    /// The `+CME ERROR` of a command while another operation is under way.
    busy_cmd_error: u16 = 603, Capture("ec2x-probserver");
    /// How a download to `COM:` of a missing file fails.
    com_get_missing: EarlyFailure = EarlyFailure::Cme, Choice("like a captured 615");
    /// What `+++` does in a download to `COM:`.
    escape_get: EscapeGet = EscapeGet::Resume, Note("1.4");
    /// After a data connection could not be opened, everything is 603 until `AT+QFTPCLOSE`.
    data_fail_sticky: bool = false, Choice("seen on a sibling only");
    /// The `+CME ERROR` of `AT+QFDEL` for a missing file.
    qfdel_missing: u16 = 418, Capture("ec25-efar06a17m4g-provision");
    /// The number of the first file handle.
    handle_base: u32 = 1, Choice("two public drivers take 0 for a failure");
    /// `AT+QFUPL` in ACK mode waits shortly for padding that fills the last kilobyte.
    qfupl_ack_tail: bool = true, Choice("a public updater pads and waits for its `A`");
    /// `AT+QIACT` on a context that is active.
    qiact_when_active: Outcome = Outcome::Error, Choice("weak evidence in a test framework");
    /// `AT+QIACT` needs an APN set by `AT+QICSGP`.
    qiact_needs_apn: bool = true, Note("4.2");
    /// The speed in bit/s that `CONNECT` tells after `ATD` and `ATO` with `ATX1` to `ATX4`; 0 none.
    connect_speed: u32 = 0, Capture("ec20-cefdr02a09m4g-toybrick");
    /// How long `AT+QIACT` takes, up to 150 s; nothing else is dealt with meanwhile.
    qiact_time: Duration = Duration::ZERO, Choice("it depends on the network");
    /// How long a ping travels there and back.
    ping_time: Duration = Duration::from_millis(40), Choice("it depends on the network");
    /// The modem starts with the boot lines (`RDY` …). After a restart they always come.
    boot_urcs: bool = false, Choice("on USB they come before a host has the port open");
    /// From power-on or restart to `RDY`.
    boot_time: Duration = Duration::from_secs(5), Choice("10 s and more were seen");
    /// What the host sends between `RDY` and `+CFUN: 1` is answered after that.
    boot_holds_input: bool = false, Capture("ec21j-wiolte-1");
    /// From `RDY` or `AT+CFUN=1` to `+CPIN: READY`.
    sim_time: Duration = Duration::from_secs(2), Capture("ec20-ce-edge-modem-bench");
    /// From `RDY` or `AT+CFUN=1` to the registration in the network.
    registration_time: Duration = Duration::from_secs(5), Capture("ec20-ce-edge-modem-bench");
    /// The greatest `"sslversion"`; 4 means all of them, and so does 5.
    ssl_version_max: u8 = 4, Capture("eg25g-a08m2g_01.003.01.003-cellular");
    /// `AT+QSSLCFG` knows 28 cipher suites, not 33.
    ssl_fewer_ciphers: bool = false, Capture("eg25g-a08m2g_01.003.01.003-cellular");
    /// `AT+QSSLCFG` knows `"ignorecertitem"`.
    ssl_ignorecertitem: bool = false, Capture("eg25g-a08m2g_01.003.01.003-cellular");
    /// `AT+QSSLCFG` knows `"ignoreprivkey"`.
    ssl_ignoreprivkey: bool = false, Capture("eg25g-a08m2g_01.003.01.003-cellular");
    /// `"sslversion"` is obeyed to the letter: versions that are out of use are used where they can
    /// be, else the handshake fails. Otherwise TLS 1.2 or 1.3 takes their place.
    tls_faithful: bool = false, Choice("few libraries still have the old versions");
    /// After `POWERED DOWN` the module starts again by itself.
    qpowd_reboots: bool = false, Choice("boards differ in who holds the power key");
    /// Bytes that UFS holds.
    ufs_total: u64 = 16 * 1024 * 1024, Capture("ec25-afxgar07a04m1g-notes");
    /// Bytes that RAM holds.
    ram_total: u64 = 8 * 1024 * 1024, Choice("nobody has published it");
    /// An SD card is there.
    sd_present: bool = true, Note("3.6");
    /// Bytes that the SD card holds.
    sd_total: u64 = 64 * 1024 * 1024, Choice("a small card");
}

impl Knobs {
    /// Sets the knob `name` to the value written as `text`.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), KnobError> {
        let info = KNOBS
            .iter()
            .find(|info| info.name == name)
            .ok_or_else(|| KnobError::Unknown(name.to_owned()))?;
        (info.set)(self, text).map_err(|expected| KnobError::Value {
            name: info.name,
            value: text.to_owned(),
            expected,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_knob_reads_back_what_it_shows() {
        let defaults = Knobs::default();
        for info in KNOBS {
            let mut knobs = Knobs::default();
            assert_eq!(knobs.set(info.name, &(info.get)(&defaults)), Ok(()), "{}", info.name);
            assert_eq!(knobs, defaults, "{}", info.name);
        }
    }

    #[test]
    fn a_bad_name_or_value_says_what_was_expected() {
        let mut knobs = Knobs::default();
        assert_eq!(knobs.set("pwd_quoted", "true"), Ok(()));
        assert!(knobs.pwd_quoted);
        let error = |knobs: &mut Knobs, name, text| knobs.set(name, text).unwrap_err().to_string();
        assert_eq!(error(&mut knobs, "pwd", "1"), "there is no knob `pwd`");
        assert_eq!(
            error(&mut knobs, "escape_get", "stop"),
            "knob `escape_get`: `stop` is not one of resume, abort"
        );
        assert_eq!(
            error(&mut knobs, "urc_gap", "50"),
            "knob `urc_gap`: `50` is not a duration such as 50ms"
        );
    }
}
