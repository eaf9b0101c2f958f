//! Names and addresses in the simulated network, as `AT+QIDNSGIP`, `AT+QPING` and `AT+QNTP` see
//! them.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::TcpIpError;

/// How a host in the network behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// It has an address and answers.
    #[default]
    Answers,
    /// Its name can't be resolved.
    Unresolvable,
    /// It has an address and does not answer.
    Unreachable,
}

/// Who answers in the network: by name in lower case, and everybody else.
#[derive(Clone, Debug, Default)]
pub struct NameTable {
    /// Hosts that behave otherwise than the rest.
    pub hosts: BTreeMap<String, Reach>,
    /// Every other host.
    pub others: Reach,
}

impl NameTable {
    /// How the host with this name or address behaves.
    pub fn reach(&self, host: &str) -> Reach {
        self.hosts.get(&host.to_ascii_lowercase()).copied().unwrap_or(self.others)
    }

    /// The address of a host: that of a literal itself, that of a name made up from its letters,
    /// so that it stays the same, within 198.18.0.0/15 (RFC 2544: no real host is there).
    ///
    /// # Errors
    /// 565 for what is no name (RFC 1123 §2.1), or can't be resolved.
    pub fn resolve(&self, host: &str) -> Result<Ipv4Addr, TcpIpError> {
        if let Ok(address) = host.parse() {
            return Ok(address);
        }
        if !is_name(host) || self.reach(host) == Reach::Unresolvable {
            return Err(TcpIpError::DNS_PARSE_FAILED);
        }
        // FNV-1a; any hash that never changes would do.
        let hash = host.bytes().fold(0x811C_9DC5_u32, |hash, byte| {
            (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193)
        });
        Ok(Ipv4Addr::from(u32::from(Ipv4Addr::new(198, 18, 0, 0)) | (hash & 0x0001_FFFF)))
    }
}

/// Letters, digits and hyphens between dots (RFC 1123 §2.1); one dot may end it.
fn is_name(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    host.len() <= 253
        && host.split('.').all(label)
        && !host.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_address_in_the_range_where_nobody_lives() {
        let table = NameTable::default();
        let address = table.resolve("ftp.example.com").unwrap();
        assert_eq!(table.resolve("FTP.Example.com"), Ok(address));
        assert_ne!(table.resolve("ftp2.example.com"), Ok(address));
        assert_eq!(address.octets()[0], 198);
        assert!((18..=19).contains(&address.octets()[1]));
        assert_eq!(table.resolve("8.8.8.8"), Ok(Ipv4Addr::new(8, 8, 8, 8)));
    }

    #[test]
    fn what_is_no_name_is_not_resolved() {
        let table = NameTable::default();
        let long = "a".repeat(64);
        for name in ["", "a..b", "-a", "a-", "a b", "256.1.1.1", "1.2.3", "ä", ".", &long] {
            assert_eq!(table.resolve(name), Err(TcpIpError::DNS_PARSE_FAILED), "{name}");
        }
    }

    #[test]
    fn a_host_may_be_unknown_or_silent() {
        let mut table = NameTable::default();
        table.hosts.insert("nowhere.example".to_owned(), Reach::Unresolvable);
        table.hosts.insert("silent.example".to_owned(), Reach::Unreachable);
        assert_eq!(table.resolve("Nowhere.example"), Err(TcpIpError::DNS_PARSE_FAILED));
        assert!(table.resolve("silent.example").is_ok());
        assert_eq!(table.reach("silent.example"), Reach::Unreachable);
        table.others = Reach::Unresolvable;
        assert!(table.resolve("else.example").is_err());
    }
}
