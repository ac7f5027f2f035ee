//! The mean of independent replications that are mostly 0 and now and then large, as those of rare-event methods are.
//!
//! Replications go in as [`Moments`]; their mean comes out with an interval and the number of independent contributions
//! that it is worth. The interval is that of the log of the mean: a normal law of standard deviation √ln(1 + r²), where r
//! is the relative standard error, and Student's law in its place for few contributions (with one degree of freedom less than
//! those). So it is never below 0, and longer upwards than downwards, as the errors are: a mean of few large
//! contributions is more often too small than too large, and its standard error with it.

use super::moments::Moments;
use super::special::beta_inverse;
use serde::Serialize;

/// A mean of replications.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Replicated {
    pub estimate: f64,
    pub standard_error: f64,
    pub low: f64,
    pub high: f64,
    /// (Σx)² / Σx²: of equal contributions it is their number (Kish, "Survey Sampling", 1965).
    pub effective_sample_size: f64,
}

impl Replicated {
    /// Of replications that are not negative; `None` if there are fewer than two, or all are 0. `confidence` lies between 0
    /// and 1.
    pub fn new(replications: &Moments, confidence: f64) -> Option<Self> {
        let (estimate, standard_error) = (replications.mean()?, replications.standard_error()?);
        if estimate <= 0.0 {
            return None;
        }
        let n = replications.count() as f64;
        let ratio = standard_error / estimate;
        // Σx² is n - 1 variances and n squared means.
        let effective_sample_size = n / (1.0 + (n - 1.0) * ratio * ratio);
        let spread = libm::log1p(ratio * ratio).sqrt();
        let far = libm::exp(student_quantile(effective_sample_size - 1.0, confidence) * spread);
        let (low, high) = (estimate / far, estimate * far);
        Some(Replicated { estimate, standard_error, low, high, effective_sample_size })
    }

    /// The longer arm of the interval, as a part of the estimate.
    pub fn reached(&self) -> f64 {
        self.high / self.estimate - 1.0
    }
}

/// How far Student's law of so many degrees of freedom reaches to either side of 0 with this probability; infinite for
/// almost none.
pub fn student_quantile(degrees: f64, confidence: f64) -> f64 {
    if degrees < 0.05 {
        return f64::INFINITY;
    }
    // |T| > t has the probability I_x(ν/2, 1/2) at x = ν / (ν + t²).
    let x = beta_inverse(degrees / 2.0, 0.5, 1.0 - confidence);
    (degrees * (1.0 - x) / x).sqrt()
}

/// How many times as many independent contributions it takes to know a mean to within `wanted` of itself as there are, if
/// the relative standard error of one replication is `spread`: the replications.
pub fn replications_for(wanted: f64, spread: f64, z: f64) -> f64 {
    let target = libm::log1p(wanted) / z;
    spread * spread / libm::expm1(target * target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::interval::Z_95;

    /// Tables of Student's law, two-sided 95 % and 99 %.
    #[test]
    fn students_quantiles_are_those_of_the_tables() {
        for (degrees, at_95, at_99) in
            [(1.0, 12.7062, 63.6567), (5.0, 2.5706, 4.0321), (30.0, 2.0423, 2.7500), (120.0, 1.9799, 2.6174)]
        {
            assert!((student_quantile(degrees, 0.95) - at_95).abs() < 1e-4, "{degrees}");
            assert!((student_quantile(degrees, 0.99) - at_99).abs() < 1e-4, "{degrees}");
        }
        assert!((student_quantile(1e7, 0.95) - Z_95).abs() < 1e-6);
        assert_eq!(student_quantile(0.0, 0.95), f64::INFINITY);
    }

    #[test]
    fn equal_contributions_are_counted() {
        let mut moments = Moments::new();
        (0..1000).for_each(|i| moments.add(if i % 50 == 0 { 1e-9 } else { 0.0 }));
        let found = Replicated::new(&moments, 0.95).unwrap();
        assert!((found.effective_sample_size - 20.0).abs() < 1e-9, "{found:?}");
        assert!((found.estimate - 2e-11).abs() < 1e-24);
        // Binomial: 20 of 1000.
        assert!((found.standard_error / found.estimate - (0.98_f64 / 20.0 * 1000.0 / 999.0).sqrt()).abs() < 1e-9);
        assert!(found.low > 0.0 && found.high - found.estimate > found.estimate - found.low);
    }

    #[test]
    fn of_nothing_nothing_is_known() {
        let mut moments = Moments::new();
        (0..10).for_each(|_| moments.add(0.0));
        assert_eq!(Replicated::new(&moments, 0.95), None);
        moments.add(1.0);
        // One contribution: no idea how far off it is.
        assert_eq!(Replicated::new(&moments, 0.95).unwrap().high, f64::INFINITY);
    }

    #[test]
    fn so_many_replications_reach_what_is_wanted() {
        let needed = replications_for(0.1, 30.0, Z_95);
        let ratio = 30.0 / needed.sqrt();
        let reached = libm::exp(Z_95 * libm::log1p(ratio * ratio).sqrt()) - 1.0;
        assert!((reached - 0.1).abs() < 1e-9, "{reached}");
    }
}
