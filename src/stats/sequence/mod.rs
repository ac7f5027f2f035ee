//! Intervals of shares that stay valid however often one looks: confidence sequences, and when they are narrow enough.
//!
//! Counts go in; intervals come out that hold at *every* number of runs at once, so that a study may stop as soon as they are
//! narrow. For each probability p that might be the true one, the runs seen so far are held against a mixture of other
//! probabilities, a beta law about p: the likelihood ratio of the mixture is a martingale with mean 1 if p is true, and
//! exceeds 1/α at any time at all with probability α at the most (J. Ville, 1939). The interval is what is not excluded.
//! This is the beta-binomial mixture of H. Robbins, "Statistical methods related to the law of the iterated logarithm",
//! Annals of Mathematical Statistics 41 (1970), in the form of S. R. Howard, A. Ramdas, J. McAuliffe and J. Sekhon,
//! "Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49 (2021), proposition 7: with the
//! mixture's spread tuned to the number of runs at which the precision asked for is reached. A fifth of the mixture is
//! Jeffreys' law Beta(½, ½), which is never far off, so that a study that ends long before, or after, is told fairly too.
//!
//! Several shares are told at once: each gets its part of the error probability (Bonferroni's union bound), so that all
//! intervals hold together with the confidence stated. Does not know what is counted, nor who looks when.

pub mod mean;

use super::special::ln_beta_front;
use serde::Serialize;

/// The part of the mixture that is tuned.
const TUNED: f64 = 0.8;

/// How near a probability is to be known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// At most so far from the estimate, as a share of all runs: 0.005 is half a percentage point. More than 0.
    Absolute(f64),
    /// At most so far from the estimate, as a part of the estimate: 0.1 is a tenth of it. More than 0. What was never
    /// seen is never known so.
    Relative(f64),
}

/// Intervals of several shares that hold together, at any number of runs, with one confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sequence {
    precision: Precision,
    /// ln(1/α) of one share.
    threshold: f64,
}

impl Sequence {
    /// For `shares` (at least 1) of the same runs, tuned to `precision`; `confidence` lies between 0 and 1.
    pub fn new(precision: Precision, confidence: f64, shares: usize) -> Sequence {
        let threshold = libm::log(shares.max(1) as f64) - libm::log1p(-confidence);
        Sequence { precision, threshold }
    }

    /// The ratio of the runs at which the precision is reached to the concentration of the mixture that makes the
    /// interval narrowest there: about λ + ln(1 + λ) for λ = 2 ln(1/α) (Howard and others 2021, section 3.5).
    fn tuning(&self) -> f64 {
        let lambda = self.lambda();
        lambda + libm::log1p(lambda)
    }

    /// 2 ln(1/α), where α is what is left for the tuned part alone.
    fn lambda(&self) -> f64 {
        2.0 * (self.threshold - libm::log(TUNED))
    }

    /// The squared half-width of the interval in standard errors, where there are `ratio` times as many runs as the
    /// mixture's concentration (the normal mixture's boundary, which the beta-binomial one approaches).
    fn squared_errors(&self, ratio: f64) -> f64 {
        (1.0 + 1.0 / ratio) * (libm::log1p(ratio) + self.lambda())
    }

    /// The concentration (sum of both shapes) of the beta law about `p` in (0, 1) that the runs are held against.
    ///
    /// An absolute precision takes most runs at one half, and it is tuned to that; a relative one takes a certain number
    /// of hits, so the rarer, the more runs.
    fn concentration(&self, p: f64) -> f64 {
        let tuning = self.tuning();
        let runs = match self.precision {
            Precision::Absolute(half) => self.squared_errors(tuning) * 0.25 / (half * half),
            Precision::Relative(part) => self.squared_errors(tuning) * (1.0 - p) / (p * part * part),
        };
        runs / tuning
    }

    /// The logarithm of the likelihood ratio: how much better the mixture about `p` explains the runs than `p` does.
    fn evidence_against(&self, p: f64, hits: u64, runs: u64) -> f64 {
        let concentration = self.concentration(p);
        let tuned = libm::log(TUNED) + ratio((concentration * p, concentration * (1.0 - p)), p, hits, runs);
        let plain = libm::log(1.0 - TUNED) + ratio((0.5, 0.5), p, hits, runs);
        tuned.max(plain) + libm::log1p(libm::exp(-(tuned - plain).abs()))
    }

    /// Whether the interval after `runs`, of which `hits` were hits, leaves `p` out.
    pub fn excludes(&self, p: f64, hits: u64, runs: u64) -> bool {
        if p <= 0.0 {
            return p < 0.0 || hits > 0;
        }
        if p >= 1.0 {
            return p > 1.0 || hits < runs;
        }
        self.evidence_against(p, hits, runs) >= self.threshold
    }

    /// The interval (low, high); (0, 1) without runs. No hits give a low end of exactly 0, nothing but hits a high end
    /// of exactly 1.
    pub fn interval(&self, hits: u64, runs: u64) -> (f64, f64) {
        debug_assert!(hits <= runs, "{hits} hits in {runs} runs");
        if runs == 0 {
            return (0.0, 1.0);
        }
        let estimate = hits as f64 / runs as f64;
        let low = if hits == 0 { 0.0 } else { self.end(estimate, 0.0, hits, runs) };
        let high = if hits == runs { 1.0 } else { self.end(estimate, 1.0, hits, runs) };
        (low, high)
    }

    /// Where the interval ends between the estimate, which is inside, and `outside`: by bisection, rounded outwards.
    /// The evidence grows from the estimate to either side.
    fn end(&self, estimate: f64, outside: f64, hits: u64, runs: u64) -> f64 {
        let (mut inside, mut outside) = (estimate, outside);
        loop {
            let middle = inside + (outside - inside) / 2.0;
            if middle == inside || middle == outside || (outside - inside).abs() <= 1e-12 * outside.min(1.0 - outside) {
                return outside;
            }
            if self.excludes(middle, hits, runs) { outside = middle } else { inside = middle }
        }
    }

    /// How near the share is known: the longer arm of its interval, in the unit of the precision (a share of all runs, or
    /// a part of the estimate). `None` where that cannot be told: without runs, or relative to an estimate of 0.
    pub fn reached(&self, hits: u64, runs: u64) -> Option<f64> {
        if runs == 0 {
            return None;
        }
        let estimate = hits as f64 / runs as f64;
        let (low, high) = self.interval(hits, runs);
        let arm = (estimate - low).max(high - estimate);
        match self.precision {
            Precision::Absolute(_) => Some(arm),
            Precision::Relative(_) => (hits > 0).then(|| arm / estimate),
        }
    }

    /// How far the ends may be from an estimate.
    fn arm(&self, estimate: f64) -> f64 {
        match self.precision {
            Precision::Absolute(half) => half,
            Precision::Relative(part) => part * estimate,
        }
    }

    /// Whether the share is known as nearly as was asked for.
    pub fn is_met(&self, hits: u64, runs: u64) -> bool {
        if runs == 0 || (hits == 0 && matches!(self.precision, Precision::Relative(_))) {
            return false;
        }
        let estimate = hits as f64 / runs as f64;
        let arm = self.arm(estimate);
        let (low, high) = (estimate - arm, estimate + arm);
        (low <= 0.0 || self.excludes(low, hits, runs)) && (high >= 1.0 || self.excludes(high, hits, runs))
    }

    /// About how many runs it takes if the probability is `p`; infinite for a relative precision of what never happens.
    pub fn runs_for(&self, p: f64) -> f64 {
        let (arm, variance) = (self.arm(p), p * (1.0 - p));
        if variance <= 0.0 {
            return if arm > 0.0 { 0.0 } else { f64::INFINITY };
        }
        let concentration = self.concentration(p);
        let enough = |runs: f64| variance * self.squared_errors(runs / concentration) <= runs * arm * arm;
        let (mut few, mut many) = (0.0, 1.0);
        while !enough(many) {
            few = many;
            many *= 2.0;
        }
        while many - few > 1e-3 * many {
            let middle = (few + many) / 2.0;
            if enough(middle) { many = middle } else { few = middle }
        }
        many
    }
}

/// The logarithm of B(a + hits, b + misses) / B(a, b) / (pʰⁱᵗˢ (1 − p)ᵐⁱˢˢᵉˢ): how much better a beta law with the shapes
/// (a, b) explains the runs than `p` does.
fn ratio((a, b): (f64, f64), p: f64, hits: u64, runs: u64) -> f64 {
    let (q, hits, misses) = (1.0 - p, hits as f64, (runs - hits) as f64);
    ln_beta_front(a, b, p, q) - ln_beta_front(a + hits, b + misses, p, q)
}

#[cfg(test)]
mod tests;
