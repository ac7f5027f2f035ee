//! Confidence intervals for shares and means.
//!
//! Counts, or a mean with its standard error, go in; the ends of an interval come out. Shares get the score interval
//! of E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927): it stays
//! inside 0 … 1, still says something at no hits at all, and its coverage is close to what is stated from few runs
//! on, where the textbook interval p ± z·√(p(1-p)/n) collapses to a point and the "exact" one of Clopper and Pearson
//! is needlessly wide (L. D. Brown, T. T. Cai, A. DasGupta, "Interval estimation for a binomial proportion",
//! Statistical Science 16 (2001)). Coverage is an average over shares: near 0 and 1 it can fall short by a few points.

/// The standard normal quantile of 0.975: half-width of a two-sided 95 % interval, in standard errors.
pub const Z_95: f64 = 1.959963984540054;

/// Wilson's score interval (low, high) for a share, from `hits` out of `runs` and the standard normal quantile `z`
/// (≥ 0) of the confidence wanted.
///
/// No hits give a low end of exactly 0, nothing but hits a high end of exactly 1, and no runs (0, 1).
/// `hits` must not exceed `runs`.
pub fn wilson(hits: u64, runs: u64, z: f64) -> (f64, f64) {
    debug_assert!(hits <= runs, "{hits} hits in {runs} runs");
    debug_assert!(z >= 0.0);
    if runs == 0 {
        return (0.0, 1.0);
    }
    // The roots of the quadratic that the score test solves, each in the form that does not subtract.
    let (h, n, misses) = (hits as f64, runs as f64, (runs - hits) as f64);
    let sum = 2.0 * h + z * z + z * (z * z + 4.0 * h * misses / n).sqrt();
    let low = if hits == 0 { 0.0 } else { 2.0 * h * (h / n) / sum };
    let high = if hits == runs { 1.0 } else { sum / (2.0 * (n + z * z)) };
    (low, high)
}

/// The interval (low, high) `z` standard errors to either side of a mean (normal approximation).
pub fn normal(mean: f64, standard_error: f64, z: f64) -> (f64, f64) {
    (mean - z * standard_error, mean + z * standard_error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(hits: u64, runs: u64, low: f64, high: f64, tolerance: f64) {
        let (found_low, found_high) = wilson(hits, runs, Z_95);
        assert!((found_low - low).abs() <= tolerance, "{hits} of {runs}: low {found_low}, not {low}");
        assert!((found_high - high).abs() <= tolerance, "{hits} of {runs}: high {found_high}, not {high}");
    }

    /// Computed by R's `binom` 1.0 and quoted by the tests of statsmodels; the last three rows to 8 digits.
    #[test]
    fn published_wilson_intervals() {
        check(18, 20, 0.6989663547715128, 0.972133518786232, 1e-14);
        check(4, 20, 0.0806576625797981, 0.4160174322518935, 1e-14);
        check(4, 200, 0.00780442641634947, 0.05028708690582643, 1e-14);
        check(190, 200, 0.910421851861224, 0.972617354399236, 1e-14);
        check(1, 30, 0.00590859, 0.16670391, 1e-8);
        check(29, 30, 0.8332961, 0.9940914, 1e-7);
        check(0, 30, 0.0, 0.11351339, 1e-8);
    }

    #[test]
    fn the_ends_are_exact_at_no_hits_and_at_nothing_but_hits() {
        for runs in [1, 3, 30, 4096, 1_000_000, 10_000_000_000] {
            assert_eq!(wilson(0, runs, Z_95).0, 0.0);
            assert_eq!(wilson(runs, runs, Z_95).1, 1.0);
        }
        assert_eq!(wilson(0, 0, Z_95), (0.0, 1.0));
        assert_eq!(wilson(1, 4, 0.0), (0.25, 0.25));
    }

    #[test]
    fn normal_interval_is_centred() {
        assert_eq!(normal(10.0, 0.5, 2.0), (9.0, 11.0));
    }

    proptest! {
        #[test]
        fn contains_the_estimate_and_mirrors(runs in 1_u64..1_000_000_000, share in 0.0..=1.0) {
            let hits = (runs as f64 * share) as u64;
            let (low, high) = wilson(hits, runs, Z_95);
            let estimate = hits as f64 / runs as f64;
            prop_assert!(0.0 <= low && low <= estimate && estimate <= high && high <= 1.0, "{low} {high}");
            let (mirrored_low, mirrored_high) = wilson(runs - hits, runs, Z_95);
            prop_assert!((mirrored_low - (1.0 - high)).abs() < 1e-15);
            prop_assert!((mirrored_high - (1.0 - low)).abs() < 1e-15);
        }
    }
}
