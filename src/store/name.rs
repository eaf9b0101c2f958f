//! What a host may call a file, and the patterns that pick files.

use std::fmt;
use std::str::FromStr;

use super::FileError;

/// Longest name, in bytes, without its prefix (FILE manual).
pub const MAX_NAME: usize = 80;

/// A medium of the module. A name says it by a prefix of exactly these letters: a real EC25
/// refuses `ufs:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Medium {
    /// `RAM:`, lost at a restart.
    Ram,
    /// `UFS:`, the flash; meant when a name has no prefix.
    Ufs,
    /// `SD:`, the card.
    Sd,
}

impl Medium {
    /// Every medium.
    pub const ALL: [Self; 3] = [Self::Ram, Self::Ufs, Self::Sd];

    /// The prefix without its colon, as `AT+QFLDS` takes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ram => "RAM",
            Self::Ufs => "UFS",
            Self::Sd => "SD",
        }
    }
}

impl fmt::Display for Medium {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Medium {
    type Err = FileError;

    /// Takes `RAM`, `UFS` or `SD`; anything else, other case included, is 400.
    fn from_str(name: &str) -> Result<Self, FileError> {
        Self::ALL.into_iter().find(|medium| medium.name() == name).ok_or(FileError::InvalidInput)
    }
}

/// The name of a file in a medium.
///
/// Media are flat, and a name stands in replies between quotes and after a prefix, and on disk
/// as the name of a file in a folder. So separators, control characters, quotes, colons, `*` and
/// names of dots alone are not names. Names are text: bytes that aren't UTF-8 have no safe
/// counterpart in listings, reports and all file systems, and are refused like a separator.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName {
    medium: Medium,
    name: String,
}

impl FileName {
    /// Reads a name as the host wrote it, with or without prefix.
    ///
    /// # Errors
    /// 400 for an unknown prefix (`ufs:` is one), 412 for more than [`MAX_NAME`] bytes, 406 for
    /// what cannot be a file, `COM:` among it.
    pub fn parse(raw: impl AsRef<[u8]>) -> Result<Self, FileError> {
        let (medium, name) = split(raw.as_ref())?;
        Self::new(medium.unwrap_or(Medium::Ufs), name)
    }

    /// The file called `name`, which has no prefix, in `medium`.
    ///
    /// # Errors
    /// As for [`FileName::parse`]; a colon is 406 here.
    pub fn new(medium: Medium, name: &str) -> Result<Self, FileError> {
        if name.contains('*') {
            return Err(FileError::InvalidName);
        }
        check(name)?;
        Ok(Self { medium, name: name.to_owned() })
    }

    /// Where the file is.
    pub fn medium(&self) -> Medium {
        self.medium
    }

    /// The name without prefix.
    pub fn bare(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.medium, self.name)
    }
}

/// Which files `AT+QFLST` and `AT+QFDEL` mean: a name in which `*` stands for any characters,
/// also none. Always of one medium; without a prefix it is UFS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    medium: Medium,
    prefixed: bool,
    glob: String,
}

impl Pattern {
    /// Reads a pattern as the host wrote it, with or without prefix.
    ///
    /// # Errors
    /// As for [`FileName::parse`].
    pub fn parse(raw: impl AsRef<[u8]>) -> Result<Self, FileError> {
        let (medium, glob) = split(raw.as_ref())?;
        check(glob)?;
        Ok(Self {
            medium: medium.unwrap_or(Medium::Ufs),
            prefixed: medium.is_some(),
            glob: glob.to_owned(),
        })
    }

    /// Every file of UFS: what `AT+QFLST` alone lists.
    pub fn all() -> Self {
        Self { medium: Medium::Ufs, prefixed: false, glob: "*".to_owned() }
    }

    /// Every file of `medium`.
    pub fn whole(medium: Medium) -> Self {
        Self { medium, prefixed: true, glob: "*".to_owned() }
    }

    /// Where the files are.
    pub fn medium(&self) -> Medium {
        self.medium
    }

    /// Whether the host wrote a prefix: some modules list names as the pattern was written.
    pub fn is_prefixed(&self) -> bool {
        self.prefixed
    }

    /// Whether there is a `*` in it, so that no match is not an error.
    pub fn is_wildcard(&self) -> bool {
        self.glob.contains('*')
    }

    /// The one file it names, if it is not a wildcard.
    pub fn as_name(&self) -> Option<FileName> {
        FileName::new(self.medium, &self.glob).ok()
    }

    /// Whether the file is meant.
    pub fn matches(&self, file: &FileName) -> bool {
        self.medium == file.medium && glob_matches(&self.glob, &file.name)
    }
}

/// The text between the stars must follow one another: the first at the start, the last at the
/// end, the others as early as they come.
fn glob_matches(glob: &str, name: &str) -> bool {
    let mut parts = glob.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

/// Splits off a prefix.
fn split(raw: &[u8]) -> Result<(Option<Medium>, &str), FileError> {
    let text = str::from_utf8(raw).map_err(|_| FileError::InvalidName)?;
    match text.split_once(':') {
        None => Ok((None, text)),
        // A port of the FTP commands, not a place for files.
        Some(("COM", _)) => Err(FileError::InvalidName),
        Some((prefix, name)) => Ok((Some(prefix.parse()?), name)),
    }
}

/// The rules for names, but for `*`.
fn check(name: &str) -> Result<(), FileError> {
    if name.len() > MAX_NAME {
        return Err(FileError::TooLong);
    }
    let forbidden = |c: char| matches!(c, '/' | '\\' | ':' | '"') || c.is_control();
    if name.contains(forbidden) || name.chars().all(|c| c == '.') {
        return Err(FileError::InvalidName);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_without_prefix_is_in_ufs() {
        let file = FileName::parse("log.bin").unwrap();
        assert_eq!((file.medium(), file.bare()), (Medium::Ufs, "log.bin"));
        assert_eq!(file.to_string(), "UFS:log.bin");
        assert_eq!(file, FileName::parse("UFS:log.bin").unwrap());
    }

    #[test]
    fn prefixes_say_the_medium() {
        for (raw, medium) in [("RAM:x", Medium::Ram), ("UFS:x", Medium::Ufs), ("SD:x", Medium::Sd)]
        {
            assert_eq!(FileName::parse(raw).unwrap().medium(), medium);
            assert_eq!(FileName::parse(raw).unwrap().to_string(), raw);
        }
    }

    #[test]
    fn a_prefix_of_other_case_or_none_we_know_is_400() {
        for raw in ["ufs:x", "Ram:x", "foo:x", ":x", "../UFS:x", " UFS:x"] {
            assert_eq!(FileName::parse(raw), Err(FileError::InvalidInput), "{raw:?}");
        }
    }

    #[test]
    fn what_is_not_a_file_in_a_flat_medium_is_406() {
        for raw in [
            "",
            "UFS:",
            ".",
            "..",
            "UFS:..",
            "...",
            "/",
            "/etc/passwd",
            "UFS:../../etc/passwd",
            "a/b",
            "a\\b",
            "UFS:C:x",
            "a\0b",
            "a\nb",
            "a\u{7f}b",
            "a\u{85}b",
            "a\"b",
            "*",
            "a*b",
            "COM:",
            "COM:x",
        ] {
            assert_eq!(FileName::parse(raw), Err(FileError::InvalidName), "{raw:?}");
        }
        for raw in [&b"caf\xe9"[..], b"\xc0\xae\xc0\xae\xc0\xafx", b"..\xe0\x80\xafx"] {
            assert_eq!(FileName::parse(raw), Err(FileError::InvalidName), "{raw:?}");
        }
    }

    #[test]
    fn eighty_bytes_are_a_name_and_one_more_is_412() {
        let longest = "n".repeat(MAX_NAME);
        assert_eq!(FileName::parse(format!("RAM:{longest}")).unwrap().bare(), longest);
        assert_eq!(FileName::parse(format!("RAM:{longest}n")), Err(FileError::TooLong));
        assert_eq!(Pattern::parse(format!("{longest}*")), Err(FileError::TooLong));
    }

    #[test]
    fn unusual_but_flat_names_are_names() {
        for raw in [".hidden", "a..b", "a b", "x.", "é.txt", "~", "-rf", "%2e%2e%2fx", "．．∕x"]
        {
            assert_eq!(FileName::parse(raw).unwrap().bare(), raw);
        }
    }

    #[test]
    fn media_parse_by_their_exact_names() {
        assert_eq!("SD".parse(), Ok(Medium::Sd));
        for name in ["sd", "UFS:", "", "COM"] {
            assert_eq!(name.parse::<Medium>(), Err(FileError::InvalidInput));
        }
    }

    #[test]
    fn patterns_match_in_their_medium_only() {
        let file = FileName::parse("RAM:log.txt").unwrap();
        for (pattern, matches) in [
            ("RAM:*", true),
            ("*", false),
            ("UFS:*", false),
            ("RAM:log.txt", true),
            ("log.txt", false),
            ("RAM:*.txt", true),
            ("RAM:log*", true),
            ("RAM:l*g*t", true),
            ("RAM:**", true),
            ("RAM:log.txt*", true),
            ("RAM:log", false),
            ("RAM:*.bin", false),
            ("RAM:*g.t*t.txt", false),
            ("RAM:log.txt*t", false),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().matches(&file), matches, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_knows_how_it_was_written() {
        let bare = Pattern::parse("a.txt").unwrap();
        assert!(!bare.is_prefixed() && !bare.is_wildcard());
        assert_eq!(bare.as_name(), Some(FileName::parse("UFS:a.txt").unwrap()));
        let all = Pattern::parse("UFS:*").unwrap();
        assert!(all.is_prefixed() && all.is_wildcard());
        assert_eq!(all.as_name(), None);
        assert_eq!(Pattern::all(), Pattern::parse("*").unwrap());
    }

    #[test]
    fn a_pattern_obeys_the_rules_for_names() {
        assert_eq!(Pattern::parse("ufs:*"), Err(FileError::InvalidInput));
        assert_eq!(Pattern::parse("UFS:../*"), Err(FileError::InvalidName));
        assert_eq!(Pattern::parse(""), Err(FileError::InvalidName));
    }

    /// The textbook definition, to compare with.
    fn matches_slowly(glob: &[u8], name: &[u8]) -> bool {
        match glob.split_first() {
            None => name.is_empty(),
            Some((b'*', rest)) => (0..=name.len()).any(|skip| matches_slowly(rest, &name[skip..])),
            Some((c, rest)) => name.first() == Some(c) && matches_slowly(rest, &name[1..]),
        }
    }

    proptest! {
        #[test]
        fn globs_match_as_defined(glob in "[ab*]{1,8}", name in "[ab]{1,8}") {
            prop_assert_eq!(
                glob_matches(&glob, &name),
                matches_slowly(glob.as_bytes(), name.as_bytes())
            );
        }

        #[test]
        fn what_parses_prints_back_and_stays_in_its_folder(raw in "(UFS:|RAM:|SD:)?[./a]?.{0,6}") {
            if let Ok(file) = FileName::parse(&raw) {
                prop_assert_eq!(FileName::parse(file.to_string()), Ok(file.clone()));
                let path = std::path::Path::new("folder").join(file.bare());
                prop_assert_eq!(path.parent(), Some(std::path::Path::new("folder")));
            }
        }
    }
}
