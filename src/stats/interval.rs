//! Confidence intervals.
//!
//! In: counts or a mean with its error, and a quantile of the normal law. Out: an interval. Shares get Wilson's: it is right
//! at no hits and at all hits, where the textbook (Wald) interval collapses, and needs nothing but a square root, so
//! that its bits are the same everywhere.

/// The 97.5 % quantile of the standard normal law, for two-sided 95 % intervals.
pub const Z95: f64 = 1.959_963_984_540_054;

/// Wilson's score interval for `hits` of `runs` (E. B. Wilson, J. Amer. Statist. Assoc. 22 (1927) 209–212). With no runs
/// it is (0, 1).
pub fn wilson(hits: u64, runs: u64, z: f64) -> (f64, f64) {
    if runs == 0 {
        return (0.0, 1.0);
    }
    let (n, p) = (runs as f64, hits as f64 / runs as f64);
    let z2 = z * z;
    let centre = p + z2 / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    let low = if hits == 0 { 0.0 } else { (centre - half) / scale };
    let high = if hits == runs { 1.0 } else { (centre + half) / scale };
    (low.max(0.0), high.min(1.0))
}

/// The normal interval around a mean.
pub fn normal(mean: f64, standard_error: f64, z: f64) -> (f64, f64) {
    (mean - z * standard_error, mean + z * standard_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of R's `binom` 1.0 package, as statsmodels keeps them for its own tests.
    #[test]
    fn wilson_agrees_with_published_values() {
        let (low, high) = wilson(4, 20, Z95);
        assert!((low - 0.080_657_66).abs() < 1e-8, "{low}");
        assert!((high - 0.416_017_7).abs() < 1e-6, "{high}");
    }

    #[test]
    fn the_ends_are_ends() {
        let (low, high) = wilson(0, 100, Z95);
        assert_eq!(low, 0.0);
        assert!((high - Z95 * Z95 / (100.0 + Z95 * Z95)).abs() < 1e-15);
        let (low, high) = wilson(100, 100, Z95);
        assert!((low - 100.0 / (100.0 + Z95 * Z95)).abs() < 1e-15);
        assert_eq!(high, 1.0);
        assert_eq!(wilson(0, 0, Z95), (0.0, 1.0));
    }

    /// Exact coverage at a few probabilities: never far below the nominal 95 %.
    #[test]
    fn covers_as_it_says() {
        let runs: u64 = 50;
        for p in [0.01, 0.05, 0.2, 0.5, 0.8, 0.99] {
            let mut probability = libm::pow(1.0 - p, runs as f64);
            let mut covered = 0.0;
            for hits in 0..=runs {
                let (low, high) = wilson(hits, runs, Z95);
                if (low..=high).contains(&p) {
                    covered += probability;
                }
                probability *= (runs - hits) as f64 / (hits + 1) as f64 * p / (1.0 - p);
            }
            assert!(covered > 0.91, "coverage {covered} at {p}");
        }
    }
}
