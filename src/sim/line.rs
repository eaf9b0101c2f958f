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
