//! Round numbers for the sides of a plot.

/// The next number of 1, 2 or 5 and zeros that is not below `value`; 0 for what is not positive.
pub(super) fn nice_above(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 0.0;
    }
    let power = 10f64.powf(value.log10().floor());
    // A hair above a round number is meant to be one.
    let step = [1.0, 2.0, 5.0].into_iter().find(|step| step * power >= value * (1.0 - 1e-9));
    step.unwrap_or(10.0) * power
}

/// Round numbers from 0 to `end`, about `count` of them.
pub(super) fn ticks(end: f64, count: u32) -> Vec<f64> {
    let step = nice_above(end / f64::from(count));
    if step == 0.0 {
        return vec![0.0];
    }
    (0..=count).map(|at| f64::from(at) * step).take_while(|&at| at <= end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nice_number_is_round_and_not_below() {
        for (value, nice) in [(0.9, 1.0), (1.0, 1.0), (1.1, 2.0), (3.0, 5.0), (51.0, 100.0)] {
            assert_eq!(nice_above(value), nice, "{value}");
        }
        assert_eq!(nice_above(0.0), 0.0);
        assert_eq!(nice_above(f64::NAN), 0.0);
    }

    #[test]
    fn ticks_are_round_and_end_in_time() {
        assert_eq!(ticks(105.0, 5), [0.0, 50.0, 100.0]);
        assert_eq!(ticks(100.0, 5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(ticks(0.0, 5), [0.0]);
    }
}
