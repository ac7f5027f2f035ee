use super::*;
use proptest::prelude::*;

const POINT: Precision = Precision::Absolute(0.01);
const TENTH: Precision = Precision::Relative(0.1);

/// The evidence by its definition, B(a + s, b + f) / B(a, b) / (pˢ (1 − p)ᶠ), summed term by term.
#[test]
fn the_evidence_is_the_mixture_s_likelihood_ratio() {
    for precision in [POINT, TENTH, Precision::Absolute(0.2)] {
        let sequence = Sequence::new(precision, 0.95, 3);
        for (p, hits, runs) in [(0.3, 5_u64, 20_u64), (0.01, 0, 50), (0.9, 50, 50), (0.001, 2, 900)] {
            let by_term = |a: f64, b: f64| {
                let hit = |i: u64| (a + i as f64) / p;
                let miss = |i: u64| (b + i as f64) / (1.0 - p);
                let all: f64 = (0..hits).map(hit).chain((0..runs - hits).map(miss)).map(libm::log).sum();
                libm::exp(all - (0..runs).map(|i| libm::log(a + b + i as f64)).sum::<f64>())
            };
            let concentration = sequence.concentration(p);
            let tuned = by_term(concentration * p, concentration * (1.0 - p));
            let ln = libm::log(0.8 * tuned + 0.2 * by_term(0.5, 0.5));
            let found = sequence.evidence_against(p, hits, runs);
            assert!((found - ln).abs() < 1e-9 * (1.0 + ln.abs()), "{precision:?} {p} {hits} {runs}: {found}, not {ln}");
        }
    }
}

/// If p is true, the likelihood ratio is a martingale: its mean over all results of n runs is 1.
#[test]
fn the_evidence_is_a_martingale_with_mean_one() {
    for precision in [POINT, TENTH] {
        let sequence = Sequence::new(precision, 0.95, 1);
        for (p, runs) in [(0.02_f64, 60_u64), (0.4, 25), (0.7, 90)] {
            let mean: f64 = (0..=runs)
                .map(|hits| {
                    let (h, n) = (hits as f64, runs as f64);
                    let ln_ways = libm::lgamma(n + 1.0) - libm::lgamma(h + 1.0) - libm::lgamma(n - h + 1.0);
                    let ln_likelihood = ln_ways + h * libm::log(p) + (n - h) * libm::log(1.0 - p);
                    libm::exp(ln_likelihood + sequence.evidence_against(p, hits, runs))
                })
                .sum();
            assert!((mean - 1.0).abs() < 1e-9, "{precision:?} {p}: {mean}");
        }
    }
}

#[test]
fn the_ends_are_exact_at_no_hits_and_at_nothing_but_hits() {
    for precision in [POINT, TENTH] {
        let sequence = Sequence::new(precision, 0.95, 4);
        for runs in [1, 30, 4096, 1_000_000] {
            assert_eq!(sequence.interval(0, runs).0, 0.0);
            assert_eq!(sequence.interval(runs, runs).1, 1.0);
            // At least ln(1/α) / n, what one look could tell: (1 − p)ⁿ = α.
            assert!(sequence.interval(0, runs).1 >= -libm::expm1(-sequence.threshold / runs as f64));
        }
        assert_eq!(sequence.interval(0, 0), (0.0, 1.0));
        assert_eq!(sequence.reached(0, 0), None);
    }
}

/// It costs about a half more in width than an interval at a number of runs fixed beforehand.
#[test]
fn looking_at_any_time_costs_a_known_factor() {
    let sequence = Sequence::new(POINT, 0.95, 1);
    let runs = sequence.runs_for(0.5).ceil() as u64;
    let (low, high) = sequence.interval(runs / 2, runs);
    assert!(((high - low) / 2.0 - 0.01).abs() < 2e-4, "{runs}: {low} {high}");
    // At a number of runs fixed beforehand, it takes 9,604: (1.96 / 0.02)².
    assert!((2.0..2.6).contains(&(runs as f64 / 9604.0)), "{runs}");
}

/// A study that ends at a hundredth of the runs that its precision takes has an interval two and a half times as wide as
/// Wilson's at most, not ten times.
#[test]
fn an_early_end_is_told_fairly() {
    for (precision, hits, runs) in
        [(Precision::Absolute(0.001), 2_000, 5_000), (TENTH, 12, 20_000), (TENTH, 33, 50_000)]
    {
        let (low, high) = Sequence::new(precision, 0.95, 12).interval(hits, runs);
        let (fixed_low, fixed_high) = super::super::interval::wilson(hits, runs, super::super::interval::Z_95);
        assert!(low > 0.0 && high - low < 2.75 * (fixed_high - fixed_low), "{low} {high} {fixed_low} {fixed_high}");
    }
}

#[test]
fn what_was_never_seen_is_never_known_relatively() {
    let sequence = Sequence::new(TENTH, 0.95, 2);
    assert!(!sequence.is_met(0, 1_000_000_000));
    assert_eq!((sequence.reached(0, 1_000_000), sequence.runs_for(0.0)), (None, f64::INFINITY));
    assert!(sequence.is_met(2_000, 1_000_000_000) && !sequence.is_met(1_000, 1_000_000_000));
    let sequence = Sequence::new(POINT, 0.95, 2);
    assert!(sequence.is_met(0, 4096) && !sequence.is_met(2048, 4096));
}

proptest! {
    #[test]
    fn the_interval_is_what_is_not_excluded(
        runs in 1_u64..2_000_000, share in 0.0..=1.0, place in 0.0..=1.0, points in 0.001..0.2, relative in any::<bool>()
    ) {
        let precision = if relative { Precision::Relative(points) } else { Precision::Absolute(points) };
        let sequence = Sequence::new(precision, 0.95, 5);
        let hits = (runs as f64 * share) as u64;
        let (low, high) = sequence.interval(hits, runs);
        let estimate = hits as f64 / runs as f64;
        prop_assert!(0.0 <= low && low <= estimate && estimate <= high && high <= 1.0, "{low} {high}");
        // One interval without holes: the evidence falls to the estimate and rises behind it.
        let inside = low + (high - low) * (0.001 + 0.998 * place);
        prop_assert!(!sequence.excludes(inside, hits, runs), "{inside} between {low} and {high}");
        prop_assert!(low == 0.0 || sequence.excludes(low * place, hits, runs));
        prop_assert!(high == 1.0 || sequence.excludes(high + (1.0 - high) * place, hits, runs));
        let within = estimate - low <= sequence.arm(estimate) && high - estimate <= sequence.arm(estimate);
        prop_assert_eq!(sequence.is_met(hits, runs), within && !(relative && hits == 0));
    }

    #[test]
    fn the_runs_told_are_about_enough(p in 0.01..0.99, relative in any::<bool>()) {
        let precision = if relative { TENTH } else { POINT };
        let sequence = Sequence::new(precision, 0.95, 3);
        let runs = (sequence.runs_for(p) * 1.1).ceil() as u64 + 1500;
        let hits = (p * runs as f64).round() as u64;
        prop_assert!(sequence.is_met(hits, runs), "{runs}: {:?}", sequence.interval(hits, runs));
    }
}
