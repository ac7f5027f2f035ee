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

/// How many runs make Wilson's interval of any share at most `half_width` (more than 0) to either side of its middle,
/// at the standard normal quantile `z` of the confidence wanted. It is widest for a share of one half.
pub fn runs_for(half_width: f64, z: f64) -> u64 {
    let ratio = z / (2.0 * half_width);
    let runs = (ratio * ratio - z * z).ceil();
    // The cast saturates; no half-width that can be asked for comes near.
    (runs as u64).max(1)
}

/// The interval (low, high) `z` standard errors to either side of a mean (normal approximation).
pub fn normal(mean: f64, standard_error: f64, z: f64) -> (f64, f64) {
    (mean - z * standard_error, mean + z * standard_error)
}

#[cfg(test)]
mod tests {
    use super::super::special::beta_inverse;
    use super::*;
    use proptest::prelude::*;

    /// Computed by R's `binom` 1.0 and quoted by the tests of statsmodels: the intervals of Wald, Wilson, Clopper and Pearson,
    /// Agresti and Coull. Wilson's is ours; the others hold what they are made of to account: the normal interval, and the
    /// inverse of the beta law. The program printed 7 digits of the last four.
    #[test]
    fn the_runs_for_a_half_width_are_enough_and_hardly_more() {
        assert_eq!(runs_for(0.005, Z_95), 38_411, "1.96² (1 / 0.01² - 1), rounded up");
        for half_width in [0.2, 0.05, 0.01, 0.003] {
            let runs = runs_for(half_width, Z_95);
            let widest = |runs: u64| {
                let (low, high) = wilson(runs / 2, runs, Z_95);
                (high - low) / 2.0
            };
            assert!(widest(runs) <= half_width * (1.0 + 1e-9), "{half_width}: {}", widest(runs));
            assert!(widest(runs - 2) > half_width, "{half_width}: fewer would do");
        }
    }

    #[test]
    fn published_binomial_intervals() {
        let published = [
            (
                18,
                20,
                [
                    (0.768521618913513, 1.031478381086487),
                    (0.6989663547715128, 0.972133518786232),
                    (0.6830172859809176, 0.9876514728297052),
                    (0.6867561125596077, 0.984343760998137),
                ],
            ),
            (
                4,
                20,
                [
                    (0.0246954918846837, 0.3753045081153163),
                    (0.0806576625797981, 0.4160174322518935),
                    (0.05733399705003284, 0.436614002996668),
                    (0.0749115102767071, 0.4217635845549845),
                ],
            ),
            (
                4,
                200,
                [
                    (0.000597346459104517, 0.0394026535408955),
                    (0.00780442641634947, 0.05028708690582643),
                    (0.005475565879556443, 0.05041360908989634),
                    (0.005991954548218395, 0.0520995587739575),
                ],
            ),
            (
                190,
                200,
                [
                    (0.919794926420966, 0.980205073579034),
                    (0.910421851861224, 0.972617354399236),
                    (0.9099724622986486, 0.975765834527891),
                    (0.909307307911624, 0.973731898348837),
                ],
            ),
            (
                1,
                30,
                [
                    (-0.0309007, 0.09756737),
                    (0.00590859, 0.16670391),
                    (0.0008435709, 0.17216946),
                    (-0.008305484, 0.18091798),
                ],
            ),
            (29, 30, [(0.9024326, 1.0309007), (0.8332961, 0.9940914), (0.8278305, 0.9991564), (0.819082, 1.0083055)]),
            (0, 30, [(0.0, 0.0), (0.0, 0.11351339), (0.0, 0.11570331), (0.0, 0.1347117)]),
            (30, 30, [(1.0, 1.0), (0.8864866, 1.0), (0.8842967, 1.0), (0.8652883, 1.0)]),
        ];
        for (hits, runs, [wald, wilson_s, exact, agresti_coull]) in published {
            let (h, n) = (hits as f64, runs as f64);
            let about = |p: f64, n: f64| normal(p, (p * (1.0 - p) / n).sqrt(), Z_95);
            let clipped = |(low, high): (f64, f64)| {
                // As the table has them.
                if hits == 0 || hits == runs { (low.max(0.0), high.min(1.0)) } else { (low, high) }
            };
            let exact_low = if hits == 0 { 0.0 } else { beta_inverse(h, n - h + 1.0, 0.025) };
            let exact_high = if hits == runs { 1.0 } else { beta_inverse(h + 1.0, n - h, 0.975) };
            let wider = n + Z_95 * Z_95;
            for (name, found, printed) in [
                ("Wald", about(h / n, n), wald),
                ("Wilson", wilson(hits, runs, Z_95), wilson_s),
                ("exact", (exact_low, exact_high), exact),
                ("Agresti-Coull", clipped(about((h + Z_95 * Z_95 / 2.0) / wider, wider)), agresti_coull),
            ] {
                let tolerance = if runs == 30 { 1e-7 } else { 1e-13 };
                let near = |a: f64, b: f64| (a - b).abs() <= tolerance;
                let right = near(found.0, printed.0) && near(found.1, printed.1);
                assert!(right, "{name}, {hits} of {runs}: {found:?}, not {printed:?}");
            }
        }
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
