//! Where things are, by name: `pty`, `tcp`, `ftp`…
//!
//! The program is told each as a variable of its environment (`QFTPSIM_PTY`), and where its
//! arguments say `{pty}`. With several modems the plain name is the first one's, and `pty0`,
//! `pty1`… are each one's own.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use crate::sim::Simulation;

/// What each modem may have: its port by the link or else the pty itself, a TCP port, one with
/// RFC 2217, a Unix socket.
const OF_A_MODEM: [&str; 4] = ["pty", "tcp", "rfc2217", "unix"];

/// What a run may have: the address of the FTP server, its CA certificate, the control address,
/// the name of the scenario, what everything random is drawn from.
const OF_THE_RUN: [&str; 5] = ["ftp", "ca", "control", "scenario", "seed"];

/// What a variable begins with.
const PREFIX: &str = "QFTPSIM_";

/// What there is, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places(BTreeMap<String, OsString>);

/// An argument asks for something that this run does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no {{{name}}} in this run, but `{}` asks for it; there is {there_is}", .argument.display())]
pub struct Absent {
    /// The name, without braces.
    pub name: String,
    /// The argument.
    pub argument: OsString,
    /// What there is, for people.
    pub there_is: String,
}

impl Places {
    /// What a running simulation has.
    pub fn of(simulation: &Simulation) -> Places {
        let mut places = Places::default();
        let modems = simulation.modems();
        for (index, modem) in modems.iter().enumerate() {
            let addr = |addr: std::net::SocketAddr| OsString::from(addr.to_string());
            let values = [
                modem.link().or(modem.pty()).map(|path| path.as_os_str().to_owned()),
                modem.tcp().map(addr),
                modem.rfc2217().map(addr),
                modem.unix().map(|path| path.as_os_str().to_owned()),
            ];
            for (name, value) in OF_A_MODEM.into_iter().zip(values) {
                if let Some(value) = value {
                    places.insert_of_modem(name, (index, modems.len()), &value);
                }
            }
        }
        if let Some(server) = simulation.server() {
            places.insert("ftp", server.ftp_addr().to_string());
        }
        if let Some(ca) = simulation.ca() {
            places.insert("ca", ca);
        }
        places.insert("seed", simulation.seed().to_string());
        places
    }

    /// Adds something that there is one of.
    pub fn insert(&mut self, name: &str, value: impl AsRef<OsStr>) {
        self.0.insert(name.to_owned(), value.as_ref().to_owned());
    }

    /// Adds something of modem `index` of `count`.
    pub fn insert_of_modem(
        &mut self,
        name: &str,
        (index, count): (usize, usize),
        value: impl AsRef<OsStr>,
    ) {
        if count > 1 {
            self.insert(&format!("{name}{index}"), &value);
        }
        if index == 0 {
            self.insert(name, value);
        }
    }

    /// The variables of the environment.
    pub(super) fn variables(&self) -> impl Iterator<Item = (String, &OsStr)> {
        self.0.iter().map(|(name, value)| (variable(name), value.as_os_str()))
    }

    /// Whether `name` is a variable that a run sets if it has what it stands for: one that comes
    /// from elsewhere would mislead the program.
    pub(super) fn is_variable(name: &OsStr) -> bool {
        let name = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        name.is_some_and(|name| {
            name.bytes().all(|byte| !byte.is_ascii_lowercase())
                && is_place(&name.to_ascii_lowercase())
        })
    }

    /// `argument` with its placeholders filled in. `{word}` stays as it is unless the word is one
    /// of ours, and `${word}` always does: that is the shell's.
    ///
    /// # Errors
    /// It asks for something of ours that is not there.
    pub fn fill_in(&self, argument: &OsStr) -> Result<OsString, Absent> {
        let mut filled = Vec::new();
        let mut rest = argument.as_bytes();
        while let Some(start) = rest.iter().position(|&byte| byte == b'{') {
            let (before, from) = rest.split_at(start);
            filled.extend_from_slice(before);
            let word = from.iter().position(|&byte| byte == b'}').map(|end| &from[1..end]);
            let name =
                word.and_then(|word| str::from_utf8(word).ok()).filter(|word| is_place(word));
            rest = match name {
                Some(name) if !before.ends_with(b"$") => {
                    let value = self.0.get(name).ok_or_else(|| self.absent(name, argument))?;
                    filled.extend_from_slice(value.as_bytes());
                    &from[name.len() + 2..]
                }
                _ => {
                    filled.push(b'{');
                    &from[1..]
                }
            };
        }
        filled.extend_from_slice(rest);
        Ok(OsString::from_vec(filled))
    }

    fn absent(&self, name: &str, argument: &OsStr) -> Absent {
        let names: Vec<_> = self.0.keys().map(|name| format!("{{{name}}}")).collect();
        let there_is = if names.is_empty() { "none at all".to_owned() } else { names.join(", ") };
        Absent { name: name.to_owned(), argument: argument.to_owned(), there_is }
    }
}

fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_ascii_uppercase())
}

/// Whether `word` is one of our names: `pty`, `pty1`.
fn is_place(word: &str) -> bool {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    OF_THE_RUN.contains(&word)
        || OF_A_MODEM.iter().any(|name| word.strip_prefix(name).is_some_and(is_number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        let mut places = Places::default();
        places.insert_of_modem("pty", (0, 2), "/dev/pts/7");
        places.insert_of_modem("pty", (1, 2), "/dev/pts/8");
        places.insert("seed", "42");
        places
    }

    fn filled(argument: &str) -> Result<String, String> {
        let filled = places().fill_in(OsStr::new(argument));
        filled.map(|text| text.into_string().unwrap()).map_err(|absent| absent.name)
    }

    #[test]
    fn names_in_braces_are_filled_in_wherever_they_stand() {
        assert_eq!(filled("{pty}").unwrap(), "/dev/pts/7");
        assert_eq!(filled("--port={pty1}:{seed}{seed}!").unwrap(), "--port=/dev/pts/8:4242!");
        assert_eq!(filled("{{pty0}}").unwrap(), "{/dev/pts/7}");
    }

    #[test]
    fn what_is_no_name_of_ours_stays() {
        for text in
            ["", "{", "}{", "{}", "{word}", "{PTY}", "{pty", "{ pty }", "{print $1}", "{pty-1}"]
        {
            assert_eq!(filled(text).as_deref(), Ok(text));
        }
        assert_eq!(filled("p=${pty}; echo {seed}").unwrap(), "p=${pty}; echo 42");
        let bytes = OsStr::from_bytes(b"\xff{pty}\xfe{\xfd}");
        assert_eq!(places().fill_in(bytes).unwrap().as_bytes(), b"\xff/dev/pts/7\xfe{\xfd}");
    }

    #[test]
    fn a_name_of_something_absent_is_an_error_that_says_what_there_is() {
        assert_eq!(filled("a{tcp}").unwrap_err(), "tcp");
        assert_eq!(filled("{pty2}").unwrap_err(), "pty2");
        assert_eq!(
            places().fill_in(OsStr::new("-p{tcp}")).unwrap_err().to_string(),
            "there is no {tcp} in this run, but `-p{tcp}` asks for it; \
             there is {pty}, {pty0}, {pty1}, {seed}"
        );
    }

    #[test]
    fn one_modem_has_no_number() {
        let mut places = Places::default();
        places.insert_of_modem("tcp", (0, 1), "127.0.0.1:1");
        let variables: Vec<_> = places.variables().map(|(name, _)| name).collect();
        assert_eq!(variables, ["QFTPSIM_TCP"]);
    }

    #[test]
    fn only_our_own_variables_are_known_as_ours() {
        let is_ours = |name: &str| Places::is_variable(OsStr::new(name));
        assert!(is_ours("QFTPSIM_PTY") && is_ours("QFTPSIM_TCP12") && is_ours("QFTPSIM_SEED"));
        assert!(!is_ours("QFTPSIM_REQUIRE_SERVERS") && !is_ours("PTY") && !is_ours("QFTPSIM_pty"));
    }
}
