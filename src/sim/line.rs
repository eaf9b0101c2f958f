//! The serial line of a scenario.

use std::num::NonZeroU64;

use crate::endpoint::line::{Condition, Slices};
use crate::scenario::LinePlan;

/// How the line is as long as nothing goes wrong on it.
pub(super) fn condition(plan: &LinePlan) -> Condition {
    let gap = plan.slice_gap.map(|gap| gap.0).unwrap_or_default();
    Condition {
        baud: plan.baud.and_then(|baud| NonZeroU64::new(baud.get())),
        slices: plan
            .slice
            .and_then(|slice| NonZeroU64::new(slice.get()))
            .map(|bytes| Slices { bytes, gap }),
        ..Condition::default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn a_plan_is_a_line_that_is_always_like_this() {
        let condition = |line: &str| {
            let text = format!("scenario: a\nline: {line}\n");
            let scenario = Scenario::parse("a.yaml", text.as_bytes(), None).expect("valid");
            condition(&scenario.line)
        };
        assert_eq!(condition("{}"), Condition::default());
        let bytes = NonZeroU64::new(3).expect("a piece");
        let (slices, gap) =
            (Some(Slices { bytes, gap: Duration::ZERO }), Duration::from_millis(20));
        assert_eq!(condition("{slice: 3}"), Condition { slices, ..Condition::default() });
        let (baud, slices) = (NonZeroU64::new(9600), Some(Slices { bytes, gap }));
        assert_eq!(
            condition("{baud: 9600, slice: 3, slice_gap: 20ms}"),
            Condition { baud, slices, ..Condition::default() }
        );
    }
}
