//! How much a host has to meet: `commands=20`, `faults=100%`.

use std::fmt;
use std::str::FromStr;

use super::{Coverage, Topic};
use crate::transcript::report::{Case, CaseKind, Failure};

/// So much of a topic has to be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    topic: Topic,
    least: Least,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Least {
    Count(usize),
    /// 0 to 100 per cent.
    Share(usize),
}

/// What is wrong with a requirement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequirementError {
    /// It does not have the form.
    #[error("`{0}`: expected TOPIC=N or TOPIC=N%, such as errs=5 or faults=100%")]
    Form(String),
    /// There is no such topic.
    #[error("`{0}`: expected one of commands, forms, errs, protocol, faults")]
    Topic(String),
    /// More than all.
    #[error("`{0}`: expected at most 100%")]
    Share(String),
    /// More than there are.
    #[error("`{given}`: there are {of} {}", .topic.word())]
    Count {
        /// As it was written.
        given: String,
        /// What there is too little of.
        topic: Topic,
        /// How many there are.
        of: usize,
    },
}

impl FromStr for Requirement {
    type Err = RequirementError;

    fn from_str(text: &str) -> Result<Requirement, RequirementError> {
        let form = || RequirementError::Form(text.to_owned());
        let (word, least) = text.trim().split_once('=').ok_or_else(form)?;
        let topic = Topic::ALL.into_iter().find(|topic| topic.word() == word);
        let topic = topic.ok_or_else(|| RequirementError::Topic(word.to_owned()))?;
        let number = |digits: &str| {
            let digits = Some(digits).filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
            digits.and_then(|digits| digits.parse().ok()).ok_or_else(form)
        };
        let least = match least.strip_suffix('%') {
            Some(share) => Least::Share(number(share)?),
            None => Least::Count(number(least)?),
        };
        let (_, of) = Coverage::default().table().met(topic);
        match least {
            Least::Share(101..) => Err(RequirementError::Share(text.to_owned())),
            // How many faults there are only the scenario knows.
            Least::Count(count) if topic != Topic::Faults && count > of => {
                Err(RequirementError::Count { given: text.to_owned(), topic, of })
            }
            _ => Ok(Requirement { topic, least }),
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.least {
            Least::Count(count) => write!(f, "{}={count}", self.topic.word()),
            Least::Share(share) => write!(f, "{}={share}%", self.topic.word()),
        }
    }
}

impl Requirement {
    /// Whether the host has met so much.
    pub fn judge(&self, coverage: &Coverage) -> Case {
        let table = coverage.table();
        let (met, all) = table.met(self.topic);
        let word = self.topic.word();
        let (enough, expected) = match self.least {
            Least::Count(count) => (met >= count, format!("at least {count} of {all} {word}")),
            Least::Share(share) => {
                (met * 100 >= share * all, format!("at least {share}% of {all} {word}"))
            }
        };
        let row = |row: &super::Row| match row.count {
            0 => None,
            count => Some(format!("{} ({count})", row.name)),
        };
        let failure = || Failure {
            expected,
            actual: format!("{met} of {all}"),
            received: table.rows(self.topic).iter().filter_map(row).collect(),
        };
        Case { kind: CaseKind::Coverage, name: self.to_string(), failure: (!enough).then(failure) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_is_a_number_or_a_share() {
        for text in ["commands=20", "forms=30%", "errs=31", "protocol=0%", "faults=100%"] {
            let requirement: Requirement = text.parse().expect(text);
            assert_eq!(requirement.to_string(), text);
        }
        for (text, expected) in [
            ("errs", "`errs`: expected TOPIC=N or TOPIC=N%, such as errs=5 or faults=100%"),
            ("errs=", "`errs=`: expected TOPIC=N or TOPIC=N%, such as errs=5 or faults=100%"),
            ("errs=+1", "`errs=+1`: expected TOPIC=N or TOPIC=N%, such as errs=5 or faults=100%"),
            ("codes=1", "`codes`: expected one of commands, forms, errs, protocol, faults"),
            ("errs=101%", "`errs=101%`: expected at most 100%"),
            ("errs=32", "`errs=32`: there are 31 errs"),
        ] {
            let error = text.parse::<Requirement>().expect_err(text);
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn what_is_not_met_is_told_with_what_was() {
        let mut coverage = Coverage::default();
        coverage.errs.extend([(0, 9), (603, 2), (627, 1)]);
        coverage.faults.extend([("a".to_owned(), 1), ("b".to_owned(), 0)]);
        let judge = |text: &str| text.parse::<Requirement>().expect(text).judge(&coverage);
        assert_eq!(judge("errs=2").failure, None);
        assert_eq!(judge("faults=50%").failure, None);
        let case = judge("errs=10%");
        assert_eq!((case.kind, case.name.as_str()), (CaseKind::Coverage, "errs=10%"));
        let failure = case.failure.expect("2 of 31 are 6%");
        assert_eq!(failure.expected, "at least 10% of 31 errs");
        assert_eq!(failure.actual, "2 of 31");
        assert_eq!(failure.received, ["603 (2)", "627 (1)"]);
        assert!(judge("faults=2").failure.is_some());
    }
}
