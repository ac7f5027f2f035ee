//! The triangular law: least, most likely and greatest value, joined by straight lines.

use super::given::Given;
use super::three_points::Standard;
use super::{Family, Illegal, Life};

pub(super) use super::three_points::GRAMMAR;

const STANDARD: Standard = Standard {
    family: Family::Triangular,
    means: (1.0 / 3.0, 2.0 / 3.0),
    quantile: |share, p| {
        if p < share { libm::sqrt(p * share) } else { 1.0 - libm::sqrt((1.0 - p) * (1.0 - share)) }
    },
};

/// Triangular on `low` to `high` with its peak at `mode`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Triangular {
    low: f64,
    mode: f64,
    high: f64,
}

impl Triangular {
    pub(super) fn fit(given: &Given) -> Result<Triangular, Illegal> {
        let (low, mode, high) = STANDARD.fit(given)?;
        Ok(Triangular { low, mode, high })
    }

    fn width(&self) -> f64 {
        self.high - self.low
    }

    /// Probability below the mode.
    fn share_below(&self) -> f64 {
        (self.mode - self.low) / self.width()
    }

    fn below(&self, p: f64) -> f64 {
        self.low + self.width() * libm::sqrt(p * self.share_below())
    }

    fn above(&self, upper: f64) -> f64 {
        self.high - self.width() * libm::sqrt(upper * ((self.high - self.mode) / self.width()))
    }
}

impl Life for Triangular {
    fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    fn mean(&self) -> f64 {
        self.low + ((self.mode - self.low) + self.width()) / 3.0
    }

    fn kinks(&self) -> Vec<f64> {
        vec![self.mode]
    }

    /// Variance (x² − xw + w²) / 18 with x the mode and w the high end, both measured from the low end.
    fn sd(&self) -> f64 {
        let share = self.share_below();
        self.width() * libm::sqrt((share * share - share + 1.0) / 18.0)
    }

    fn quantile(&self, p: f64) -> f64 {
        if p < self.share_below() { self.below(p) } else { self.above(1.0 - p) }
    }

    fn cumulative_hazard(&self, t: f64) -> f64 {
        let width = self.width();
        if t < self.mode {
            let from_low = (t - self.low) / width;
            -libm::log1p(-(from_low * from_low / self.share_below()))
        } else {
            let (to_high, above) = ((self.high - t) / width, (self.high - self.mode) / width);
            if to_high < 0.5 * above {
                return -libm::log(to_high * to_high / above);
            }
            // Near the mode of a law that falls from its low end the lower tail is what keeps digits.
            let from_low = (t - self.low) / width;
            let lower = self.share_below() + (from_low - self.share_below()) * (1.0 + to_high / above);
            -libm::log1p(-lower.min(1.0))
        }
    }

    fn inverse(&self, h: f64) -> f64 {
        let lower = -libm::expm1(-h);
        let share = self.share_below();
        if lower < share {
            return self.below(lower);
        }
        let upper = libm::exp(-h);
        if upper < 0.5 {
            return self.above(upper);
        }
        // The same as `above`, measured from the mode so that small values keep their digits.
        let (beyond, above) = (lower - share, 1.0 - share);
        self.mode + self.width() * beyond / (1.0 + libm::sqrt(1.0 - beyond / above))
    }

    fn hazard(&self, t: f64) -> f64 {
        if t < self.mode {
            let slope = 2.0 * ((t - self.low) / self.width()) / (self.mode - self.low);
            slope / libm::exp(-self.cumulative_hazard(t))
        } else {
            2.0 / (self.high - t)
        }
    }

    fn residual_wait(&self, age: f64, residual: f64) -> f64 {
        if age >= self.mode {
            return -libm::expm1(-0.5 * residual) * (self.high - age);
        }
        self.wait_by_inverse(age, residual)
    }
}
