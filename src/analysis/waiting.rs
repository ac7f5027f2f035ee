//! How long a timed transition takes if nothing changes meanwhile, and who wins where several compete.
//!
//! In: a bound program, a world that stands still, and a transition. Out: its [`Law`]: mean, survival, and the wait at a
//! threshold; of the laws of one state the [`Sojourn`]: how long it lasts on average and the share of each way out.
//! Closed forms where every law is exponential; otherwise quadrature over the threshold of each.

use crate::distribution::Distribution;
use crate::model::id::TransitionId;
use crate::program::bind::Bound;
use crate::program::world::World;
use crate::program::{Hazard, TriggerCode};
use crate::stats::quadrature::exponential_mean;

/// The law of one wait under constant conditions, from age 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law<'a> {
    /// A constant hazard, at least 0 and finite.
    Rate(f64),
    /// `ratio` times the hazard of a distribution whose age runs at `speed`.
    Wait { distribution: &'a Distribution, ratio: f64, speed: f64 },
}

/// The law of a timed transition in a world that stands still; `None` for other triggers, and where a factor is not a
/// number from 0 on.
pub fn law<'a>(bound: &'a Bound, world: &World, id: TransitionId) -> Option<Law<'a>> {
    let TriggerCode::Timed { hazard, ratio, acceleration, .. } = &bound.program().transitions[id.index()].trigger
    else {
        return None;
    };
    let factor = |term| Some(bound.number(term, world)).filter(|value| *value >= 0.0 && value.is_finite());
    let ratio = ratio.map_or(Some(1.0), factor)?;
    let speed = acceleration.map_or(Some(1.0), factor)?;
    Some(match hazard {
        Hazard::Rate(rate) => Law::Rate(factor(*rate)? * ratio * speed),
        Hazard::Wait(index) => Law::Wait { distribution: bound.wait(*index), ratio, speed },
    })
}

impl Law<'_> {
    /// The mean wait; infinite if it never happens.
    pub fn mean(&self) -> f64 {
        match *self {
            Law::Rate(rate) => 1.0 / rate,
            Law::Wait { speed: 0.0, .. } => f64::INFINITY,
            Law::Wait { distribution, ratio, speed } => distribution.mean_with_hazard_ratio(ratio) / speed,
        }
    }

    /// One over the mean wait: the hazard of the exponential law that is as quick.
    pub fn pace(&self) -> f64 {
        match *self {
            Law::Rate(rate) => rate,
            _ => 1.0 / self.mean(),
        }
    }

    fn never(&self) -> bool {
        match *self {
            Law::Rate(rate) => rate == 0.0,
            Law::Wait { ratio, speed, .. } => ratio == 0.0 || speed == 0.0,
        }
    }

    /// Integrated hazard at time `t`.
    fn cumulative_hazard(&self, t: f64) -> f64 {
        match *self {
            _ if self.never() => 0.0,
            Law::Rate(rate) => rate * t,
            Law::Wait { distribution, ratio, speed } => ratio * distribution.cumulative_hazard(speed * t),
        }
    }

    /// When the integrated hazard reaches `threshold`.
    fn at(&self, threshold: f64) -> f64 {
        match *self {
            _ if self.never() => f64::INFINITY,
            Law::Rate(rate) => threshold / rate,
            Law::Wait { distribution, ratio, speed } => {
                distribution.inverse_cumulative_hazard(threshold / ratio) / speed
            }
        }
    }

    fn kinks(&self) -> Vec<f64> {
        match *self {
            Law::Rate(_) => Vec::new(),
            Law::Wait { distribution, speed, .. } => {
                distribution.kinks().into_iter().map(|kink| kink / speed).collect()
            }
        }
    }
}

/// How long a state lasts and how it ends, if nothing changes meanwhile.
#[derive(Clone, Debug, PartialEq)]
pub struct Sojourn {
    /// Infinite if nothing leads out.
    pub mean: f64,
    /// The probability that each law is the first, in their order; together 1, or all 0 if nothing ever happens.
    pub shares: Vec<f64>,
}

/// Lets laws compete from age 0; of two that are due at the same instant the earlier in the list wins.
pub fn sojourn(laws: &[Law<'_>]) -> Sojourn {
    if laws.iter().all(Law::never) {
        return Sojourn { mean: f64::INFINITY, shares: vec![0.0; laws.len()] };
    }
    if laws.iter().all(|law| matches!(law, Law::Rate(_))) {
        let total: f64 = laws.iter().map(Law::pace).sum();
        return Sojourn { mean: 1.0 / total, shares: laws.iter().map(|law| law.pace() / total).collect() };
    }
    let mut kinks: Vec<f64> = laws.iter().filter(|law| !law.never()).flat_map(Law::kinks).collect();
    kinks.sort_by(f64::total_cmp);
    kinks.dedup();
    let shares: Vec<f64> = (0..laws.len()).map(|winner| wins(laws, winner, &kinks, |_| 1.0)).collect();
    let total: f64 = shares.iter().sum();
    let mean = (0..laws.len()).map(|winner| wins(laws, winner, &kinks, |t| t)).sum::<f64>();
    Sojourn { mean, shares: shares.into_iter().map(|share| share / total).collect() }
}

/// The mean of `worth` of the time at which `winner` fires, counted where it is the first to.
fn wins(laws: &[Law<'_>], winner: usize, kinks: &[f64], worth: impl Fn(f64) -> f64) -> f64 {
    let law = &laws[winner];
    if law.never() {
        return 0.0;
    }
    let breaks: Vec<f64> = kinks.iter().map(|kink| law.cumulative_hazard(*kink)).collect();
    exponential_mean(&breaks, |threshold| {
        let t = law.at(threshold);
        let mut against = 0.0;
        for (index, other) in laws.iter().enumerate().filter(|(index, _)| *index != winner) {
            // A later one that is due at the very same instant comes too late: what counts is just before it.
            let moment = if index > winner { t * (1.0 - 1e-12) } else { t };
            against += other.cumulative_hazard(moment);
        }
        let first = libm::exp(-against);
        if first > 0.0 { first * worth(t) } else { 0.0 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::{Argument, Family};

    fn member(family: Family, arguments: &[(Argument, f64)]) -> Distribution {
        Distribution::new(family, arguments, &[]).unwrap()
    }

    #[track_caller]
    fn close(found: f64, truth: f64) {
        assert!((found - truth).abs() < 1e-8 * truth.abs().max(1e-3), "{found} against {truth}");
    }

    fn wait(distribution: &Distribution, ratio: f64, speed: f64) -> Law<'_> {
        Law::Wait { distribution, ratio, speed }
    }

    #[test]
    fn means_under_ratio_and_acceleration() {
        let weibull = member(Family::Weibull, &[(Argument::Shape, 2.0), (Argument::Scale, 10.0)]);
        close(wait(&weibull, 4.0, 1.0).mean(), weibull.mean() / 2.0);
        close(wait(&weibull, 1.0, 4.0).mean(), weibull.mean() / 4.0);
        close(wait(&weibull, 4.0, 4.0).mean(), weibull.mean() / 8.0);
        assert_eq!(wait(&weibull, 0.0, 1.0).mean(), f64::INFINITY);
        assert_eq!(wait(&weibull, 1.0, 0.0).mean(), f64::INFINITY);
        assert_eq!(Law::Rate(0.25).mean(), 4.0);
        assert_eq!(Law::Rate(0.0).mean(), f64::INFINITY);
    }

    #[test]
    fn rates_share_in_proportion() {
        let found = sojourn(&[Law::Rate(0.3), Law::Rate(0.0), Law::Rate(0.1)]);
        close(found.mean, 2.5);
        assert_eq!(found.shares[1], 0.0);
        close(found.shares[0], 0.75);
        assert_eq!(sojourn(&[Law::Rate(0.0)]).mean, f64::INFINITY);
        assert_eq!(sojourn(&[]).mean, f64::INFINITY);
    }

    #[test]
    fn weibulls_of_one_shape_share_like_rates() {
        // Hazards stay proportional: shares are those of scale^-shape, and the minimum is a weibull again.
        let a = member(Family::Weibull, &[(Argument::Shape, 1.5), (Argument::Scale, 10.0)]);
        let b = member(Family::Weibull, &[(Argument::Shape, 1.5), (Argument::Scale, 20.0)]);
        let (ha, hb) = (libm::pow(10.0, -1.5), 3.0 * libm::pow(20.0, -1.5));
        let found = sojourn(&[wait(&a, 1.0, 1.0), wait(&b, 3.0, 1.0)]);
        close(found.shares[0], ha / (ha + hb));
        close(found.mean, libm::pow(ha + hb, -1.0 / 1.5) * libm::tgamma(1.0 + 1.0 / 1.5));
    }

    #[test]
    fn a_fixed_wait_against_a_rate_has_a_jump() {
        let c = member(Family::Constant, &[(Argument::Value, 5.0)]);
        let found = sojourn(&[Law::Rate(0.2), wait(&c, 2.0, 2.0)]);
        close(found.shares[1], libm::exp(-0.5));
        close(found.mean, (1.0 - libm::exp(-0.5)) / 0.2);
        let d = member(Family::Constant, &[(Argument::Value, 2.5)]);
        for laws in [[wait(&c, 1.0, 2.0), wait(&d, 1.0, 1.0)], [wait(&d, 1.0, 1.0), wait(&c, 1.0, 2.0)]] {
            let found = sojourn(&laws);
            assert_eq!(found.shares, [1.0, 0.0], "at a tie the first in the file");
            close(found.mean, 2.5);
        }
    }

    #[test]
    fn two_uniforms() {
        // X on 0..1 against Y on 0..2: P(X < Y) = 3/4, E min = ∫ (1 − t)(1 − t/2) dt = 5/12.
        let x = member(Family::Uniform, &[(Argument::Low, 0.0), (Argument::High, 1.0)]);
        let y = member(Family::Uniform, &[(Argument::Low, 0.0), (Argument::High, 2.0)]);
        let found = sojourn(&[wait(&x, 1.0, 1.0), wait(&y, 1.0, 1.0)]);
        close(found.shares[0], 0.75);
        close(found.mean, 5.0 / 12.0);
    }
}
