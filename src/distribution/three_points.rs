//! What the triangular and the PERT law share: a least, a most likely and a greatest value, and the ways to find them.
//!
//! Both are one law between 0 and 1 for each place of the mode there, its share, stretched and moved. Every way of giving
//! three numbers is an equation for the share alone, whose left side rises with it, or stays as it is; least and greatest value follow.

use super::argument::{Argument, Grammar, Way};
use super::given::{Given, Quantile, root, undetermined};
use super::uniform::check_bounds;
use super::{Family, Illegal};

pub(super) const GRAMMAR: Grammar = Grammar {
    ways: &[
        Way { named: &[Argument::Low, Argument::Mode, Argument::High], quantiles: 0 },
        Way { named: &[Argument::Low, Argument::High, Argument::Mean], quantiles: 0 },
        Way { named: &[Argument::Low, Argument::High], quantiles: 1 },
        Way { named: &[Argument::Mode], quantiles: 2 },
        Way { named: &[], quantiles: 3 },
    ],
    optional: &[],
};

/// A family of three points, by its members between 0 and 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standard {
    pub family: Family,
    /// Means at a share of 0 and of 1; it is a straight line between.
    pub means: (f64, f64),
    /// The quantile of a probability for a share.
    pub quantile: fn(f64, f64) -> f64,
}

impl Standard {
    /// The least, the most likely and the greatest value that are given, or that have what is given.
    pub(super) fn fit(&self, given: &Given) -> Result<(f64, f64, f64), Illegal> {
        if let (Some(low), Some(high)) = (given.low, given.high) {
            check_bounds(low, high)?;
            let mode = self.between(low, high, given)?;
            return Ok((low, mode, high));
        }
        let at = |share, quantile: Quantile| (self.quantile)(share, quantile.p);
        // The share, and two quantiles to stretch the law to.
        let (share, first, second) = if let (Some(mode), Some((first, second))) = (given.mode, given.two_quantiles()?) {
            if first.p > 0.5 || second.p < 0.5 {
                return Err(Illegal::new(
                    "with `mode`, one quantile must be the median or lower and the other the median or higher, \
                     such as `p05` and `p95`: otherwise several distributions have them",
                ));
            }
            let target = (mode - first.at) / (second.at - first.at);
            let place = |share| (share - at(share, first)) / (at(share, second) - at(share, first));
            let reach = |share| first.at + place(share) * (second.at - first.at);
            let share = self.share(target, place, "`mode`", mode, (reach(0.0), reach(1.0)))?;
            (share, first, second)
        } else if let Some([first, middle, last]) = given.three_quantiles()? {
            let target = (middle.at - first.at) / (last.at - first.at);
            let place = |share| (at(share, middle) - at(share, first)) / (at(share, last) - at(share, first));
            let reach = |share| first.at + place(share) * (last.at - first.at);
            let share = self.share(target, place, "the quantile in the middle", middle.at, (reach(0.0), reach(1.0)))?;
            (share, first, last)
        } else {
            return Err(undetermined(self.family));
        };
        let width = (second.at - first.at) / (at(share, second) - at(share, first));
        let low = first.at - at(share, first) * width;
        check_bounds(low, low + width)?;
        Ok((low, given.mode.unwrap_or(low + share * width), low + width))
    }

    /// The most likely value between two that are given.
    fn between(&self, low: f64, high: f64, given: &Given) -> Result<f64, Illegal> {
        let width = high - low;
        let share = if let Some(mode) = given.mode {
            if low <= mode && mode <= high {
                return Ok(mode);
            }
            return Err(Illegal::new(format!(
                "`mode` must lie between `low` and `high`, found {mode} outside {low} to {high}"
            )));
        } else if let Some(mean) = given.mean {
            let (least, most) = self.means;
            let place = |share: f64| least + share * (most - least);
            self.share((mean - low) / width, place, "`mean`", mean, (low + least * width, low + most * width))?
        } else if let Some(quantile) = given.one_quantile() {
            let place = |share| (self.quantile)(share, quantile.p);
            let ends = (low + place(0.0) * width, low + place(1.0) * width);
            self.share((quantile.at - low) / width, place, "the quantile", quantile.at, ends)?
        } else {
            return Err(undetermined(self.family));
        };
        Ok((low + share * width).clamp(low, high))
    }

    /// The share at which something that rises with it reaches its target; `what` is `found`, and could be between `ends`.
    fn share(
        &self,
        target: f64,
        place: impl Fn(f64) -> f64,
        what: &str,
        found: f64,
        ends: (f64, f64),
    ) -> Result<f64, Illegal> {
        // Where all three quantiles of a triangle lie to one side of its mode, they do not say how far off it is: then it is
        // taken to stand at the end.
        if let Some(end) = [0.0, 1.0].into_iter().find(|end| libm::fabs(place(*end) - target) <= 1e-12) {
            return Ok(end);
        }
        root(0.0, 1.0, |share| place(share) - target).ok_or_else(|| {
            let family = self.family.with_article();
            Illegal::new(format!(
                "{what} must lie between {} and {} for {family} with the other two, found {found}",
                rounded(ends.0),
                rounded(ends.1)
            ))
        })
    }
}

/// A number to be read, to six digits.
fn rounded(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}
