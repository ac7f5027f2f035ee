//! Distributions of waiting times and of uncertain parameters, each family whole: legality, fitting, moments,
//! quantiles, hazard, cumulative hazard and its inverse stand together in one file.
//!
//! In go a family and its arguments, textbook or as an analyst knows them (mean and spread, quantiles); out comes a
//! [`Distribution`], checked once, whose functions never fail. Each family gives its cumulative hazard H and its
//! inverse to full precision in both tails; distribution function, survival and quantile follow from them. Nothing here
//! draws: a draw is the quantile of a uniform, the inverse hazard of an exponential threshold, or is made of uniforms that
//! are given.

mod argument;
mod beta;
mod empirical;
mod exponential;
mod family;
mod gamma;
mod given;
mod gompertz;
mod log_logistic;
mod lognormal;
mod normal;
mod pert;
mod three_points;
mod triangular;
mod uniform;
mod weibull;

pub use argument::{Argument, Level, Way};
pub use beta::Beta;
pub use empirical::{Constant, Empirical};
pub use exponential::Exponential;
pub use family::Family;
pub use gamma::Gamma;
pub use gompertz::Gompertz;
pub use log_logistic::LogLogistic;
pub use lognormal::Lognormal;
pub use normal::Normal;
pub use pert::Pert;
pub use triangular::Triangular;
pub use uniform::Uniform;
pub use weibull::Weibull;

use crate::stats::quadrature;
use given::Given;
use std::fmt;

/// Why a distribution cannot be: values out of range, or quantiles that no member has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Illegal {
    /// The complaint in the author's words, such as "`sd` must be positive, found -2".
    pub message: String,
}

impl Illegal {
    fn new(message: impl Into<String>) -> Illegal {
        Illegal { message: message.into() }
    }
}

impl fmt::Display for Illegal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Illegal {}

/// What every family knows of its members. Arguments are not NaN.
trait Life {
    /// The closed hull of the possible values.
    fn support(&self) -> (f64, f64);
    fn mean(&self) -> f64;
    fn sd(&self) -> f64;
    /// −ln(1 − F(t)), to full relative precision in both tails.
    fn cumulative_hazard(&self, t: f64) -> f64;
    /// The smallest t with H(t) ≥ h, for 0 < h < ∞.
    fn inverse(&self, h: f64) -> f64;
    /// Density over survival, strictly inside the support.
    fn hazard(&self, t: f64) -> f64;

    fn quantile(&self, p: f64) -> f64 {
        self.inverse(-libm::log1p(-p))
    }

    fn cdf(&self, x: f64) -> f64 {
        -libm::expm1(-self.cumulative_hazard(x))
    }

    fn survival(&self, x: f64) -> f64 {
        libm::exp(-self.cumulative_hazard(x))
    }

    /// Mean of the wait whose hazard is `ratio` times this one's, for 0 < ratio < ∞: ∫ S^ratio. By quadrature of
    /// H⁻¹(e / ratio) over the exponential law, where a family has no closed form.
    fn mean_at_ratio(&self, ratio: f64) -> f64 {
        let breaks: Vec<f64> = self.kinks().iter().map(|kink| ratio * self.cumulative_hazard(*kink)).collect();
        quadrature::exponential_mean(&breaks, |e| self.inverse(e / ratio))
    }

    /// Values at which the distribution function has a kink or a jump inside the support.
    fn kinks(&self) -> Vec<f64> {
        Vec::new()
    }

    /// In place of each h the smallest t with H(t) ≥ h, for 0 < h < ∞.
    #[inline(always)]
    fn inverse_each(&self, hazards: &mut [f64]) {
        hazards.iter_mut().for_each(|h| *h = self.inverse(*h));
    }

    /// H⁻¹(H(age) + residual) − age, for 0 < age, H(age) < ∞ and 0 < residual < ∞.
    fn residual_wait(&self, age: f64, residual: f64) -> f64 {
        self.wait_by_inverse(age, residual)
    }

    /// What is left of a wait that has lasted for `age`, made of uniforms; `None` where the inverse is as fast.
    fn rest(&self, _age: f64, _uniform: &mut dyn FnMut() -> f64) -> Option<f64> {
        None
    }

    /// The residual wait of a family, or of the part of its support, that has no closed form for it.
    fn wait_by_inverse(&self, age: f64, residual: f64) -> f64 {
        let used = self.cumulative_hazard(age);
        let (low, high) = self.support();
        // A residual that would drown in the sum with what is used up is a step along the tangent.
        if residual < 1e-8 * used && age > low && age < high {
            let hazard = self.hazard(age);
            if hazard > 0.0 {
                return (residual / hazard).min(high - age);
            }
        }
        self.inverse(used + residual) - age
    }
}

/// A distribution with legal parameters.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// See [`Exponential`].
    Exponential(Exponential),
    /// See [`Weibull`].
    Weibull(Weibull),
    /// See [`Lognormal`].
    Lognormal(Lognormal),
    /// See [`Gamma`].
    Gamma(Gamma),
    /// See [`Gompertz`].
    Gompertz(Gompertz),
    /// See [`LogLogistic`].
    LogLogistic(LogLogistic),
    /// See [`Uniform`].
    Uniform(Uniform),
    /// See [`Triangular`].
    Triangular(Triangular),
    /// See [`Pert`].
    Pert(Pert),
    /// See [`Normal`].
    Normal(Normal),
    /// See [`Beta`].
    Beta(Beta),
    /// See [`Constant`].
    Constant(Constant),
    /// See [`Empirical`].
    Empirical(Empirical),
}

/// One expression for whichever family a distribution is of.
macro_rules! each {
    ($distribution:expr, $law:ident => $body:expr) => {
        match $distribution {
            Distribution::Exponential($law) => $body,
            Distribution::Weibull($law) => $body,
            Distribution::Lognormal($law) => $body,
            Distribution::Gamma($law) => $body,
            Distribution::Gompertz($law) => $body,
            Distribution::LogLogistic($law) => $body,
            Distribution::Uniform($law) => $body,
            Distribution::Triangular($law) => $body,
            Distribution::Pert($law) => $body,
            Distribution::Normal($law) => $body,
            Distribution::Beta($law) => $body,
            Distribution::Constant($law) => $body,
            Distribution::Empirical($law) => $body,
        }
    };
}

/// What [`Distribution::wait_each`] does.
struct EachWait<'a> {
    wait: &'a Distribution,
    thresholds: &'a mut [f64],
}

impl pulp::NullaryFnOnce for EachWait<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        if self.thresholds.iter().all(|threshold| *threshold > 0.0 && *threshold < f64::INFINITY) {
            let (low, high) = self.wait.support();
            each!(self.wait, law => law.inverse_each(self.thresholds));
            self.thresholds.iter_mut().for_each(|wait| *wait = wait.clamp(low, high).max(0.0));
        } else {
            self.thresholds.iter_mut().for_each(|wait| *wait = self.wait.residual_wait(0.0, *wait));
        }
    }
}

impl Distribution {
    /// The member of `family` with these arguments, fitted to mean and spread or to quantiles where those are given;
    /// `values` are the list of an empirical distribution, and empty for every other family.
    ///
    /// # Errors
    /// If the arguments do not determine a member, or determine none that is legal.
    pub fn new(family: Family, arguments: &[(Argument, f64)], values: &[f64]) -> Result<Distribution, Illegal> {
        let kinds: Vec<Argument> = arguments.iter().map(|(argument, _)| *argument).collect();
        family.accepts(&kinds).map_err(Illegal::new)?;
        if family != Family::Empirical && !values.is_empty() {
            return Err(Illegal::new(format!("{} takes no list of `values` and no `csv`", family.with_article())));
        }
        let given = Given::gather(arguments)?;
        Ok(match family {
            Family::Exponential => Distribution::Exponential(Exponential::fit(&given)?),
            Family::Weibull => Distribution::Weibull(Weibull::fit(&given)?),
            Family::Lognormal => Distribution::Lognormal(Lognormal::fit(&given)?),
            Family::Gamma => Distribution::Gamma(Gamma::fit(&given)?),
            Family::Gompertz => Distribution::Gompertz(Gompertz::fit(&given)?),
            Family::LogLogistic => Distribution::LogLogistic(LogLogistic::fit(&given)?),
            Family::Uniform => Distribution::Uniform(Uniform::fit(&given)?),
            Family::Triangular => Distribution::Triangular(Triangular::fit(&given)?),
            Family::Pert => Distribution::Pert(Pert::fit(&given)?),
            Family::Normal => Distribution::Normal(Normal::fit(&given)?),
            Family::Beta => Distribution::Beta(Beta::fit(&given)?),
            Family::Constant => Distribution::Constant(Constant::fit(&given)?),
            Family::Empirical => Distribution::Empirical(Empirical::fit(values)?),
        })
    }

    /// The family it is of.
    pub fn family(&self) -> Family {
        match self {
            Distribution::Exponential(_) => Family::Exponential,
            Distribution::Weibull(_) => Family::Weibull,
            Distribution::Lognormal(_) => Family::Lognormal,
            Distribution::Gamma(_) => Family::Gamma,
            Distribution::Gompertz(_) => Family::Gompertz,
            Distribution::LogLogistic(_) => Family::LogLogistic,
            Distribution::Uniform(_) => Family::Uniform,
            Distribution::Triangular(_) => Family::Triangular,
            Distribution::Pert(_) => Family::Pert,
            Distribution::Normal(_) => Family::Normal,
            Distribution::Beta(_) => Family::Beta,
            Distribution::Constant(_) => Family::Constant,
            Distribution::Empirical(_) => Family::Empirical,
        }
    }

    /// The mean; infinite for a log-logistic of shape 1 or less.
    pub fn mean(&self) -> f64 {
        each!(self, law => law.mean())
    }

    /// The mean of a waiting time whose hazard is `ratio` times this one's at every age (proportional hazards):
    /// infinite for a ratio of 0, and for a log-logistic whose shape times the ratio is 1 or less.
    pub fn mean_with_hazard_ratio(&self, ratio: f64) -> f64 {
        if ratio == 1.0 {
            self.mean()
        } else if ratio > 0.0 {
            each!(self, law => law.mean_at_ratio(ratio))
        } else {
            f64::INFINITY
        }
    }

    /// Values at which the distribution function is not smooth: the finite ends of the support, and what lies between.
    pub fn kinks(&self) -> Vec<f64> {
        let (low, high) = self.support();
        let mut kinks: Vec<f64> = each!(self, law => law.kinks());
        kinks.extend([low, high].into_iter().filter(|end| end.is_finite()));
        kinks
    }

    /// The standard deviation; infinite for a log-logistic of shape 2 or less.
    pub fn sd(&self) -> f64 {
        each!(self, law => law.sd())
    }

    /// The least and the greatest value; the latter may be infinite, for a normal without bounds both are.
    pub fn support(&self) -> (f64, f64) {
        each!(self, law => law.support())
    }

    /// The value that is stayed below with probability `p`; the ends of the support at 0 and 1.
    pub fn quantile(&self, p: f64) -> f64 {
        let (low, high) = self.support();
        if p <= 0.0 {
            low
        } else if p >= 1.0 {
            high
        } else {
            each!(self, law => law.quantile(p)).clamp(low, high)
        }
    }

    /// Probability of a value of at most `x`.
    pub fn cdf(&self, x: f64) -> f64 {
        let (low, high) = self.support();
        if x < low {
            0.0
        } else if x >= high {
            1.0
        } else {
            each!(self, law => law.cdf(x))
        }
    }

    /// Probability of a value above `t`.
    pub fn survival(&self, t: f64) -> f64 {
        let (low, high) = self.support();
        if t < low {
            1.0
        } else if t >= high {
            0.0
        } else {
            each!(self, law => law.survival(t))
        }
    }

    /// Density over survival at age `t`, per time unit.
    ///
    /// Where there is probability in a single point (constant, empirical) it is infinite at that point and 0 elsewhere;
    /// before the support it is 0, and from its end on infinite.
    pub fn hazard(&self, t: f64) -> f64 {
        let (low, high) = self.support();
        if t < low {
            0.0
        } else if t >= high && high.is_finite() {
            f64::INFINITY
        } else {
            each!(self, law => law.hazard(t.min(f64::MAX)))
        }
    }

    /// The hazard per time unit of a wait without memory, whose hazard is the same at every age; `None` for any other.
    pub fn constant_hazard(&self) -> Option<f64> {
        match self {
            Distribution::Exponential(law) => Some(1.0 / law.mean()),
            // These two contain the exponential law, at shape 1.
            Distribution::Weibull(_) | Distribution::Gamma(_) => {
                let mean = self.mean();
                let same = |age: f64| (self.hazard(age * mean) * mean - 1.0).abs() < 1e-13;
                (same(0.125) && same(1.0) && same(8.0)).then(|| 1.0 / mean)
            }
            _ => None,
        }
    }

    /// Integrated hazard of a waiting time from age 0 to age `t`: −ln of the survival, without that survival's loss of
    /// digits. 0 for `t` ≤ 0, as a wait of that age has used up nothing yet, even if it may end at once; infinite from
    /// the end of the support on.
    pub fn cumulative_hazard(&self, t: f64) -> f64 {
        if t <= 0.0 {
            return 0.0;
        }
        let (low, high) = self.support();
        if t < low {
            0.0
        } else if t >= high {
            f64::INFINITY
        } else {
            each!(self, law => law.cumulative_hazard(t))
        }
    }

    /// The smallest `t` whose survival is at most e⁻ʰ, that is, with H(t) ≥ h: the lower end of the support at h = 0,
    /// the upper end at infinity.
    pub fn inverse_cumulative_hazard(&self, h: f64) -> f64 {
        let (low, high) = self.support();
        if h <= 0.0 {
            low
        } else if h == f64::INFINITY {
            high
        } else {
            each!(self, law => law.inverse(h)).clamp(low, high)
        }
    }

    /// Time still to wait at `age` until `residual` more of integrated hazard is used up: H⁻¹(H(age) + residual) − age,
    /// never negative, and free of cancellation where a closed form allows. 0 if `age` is past the support's end.
    pub fn residual_wait(&self, age: f64, residual: f64) -> f64 {
        let (low, high) = self.support();
        if residual <= 0.0 || age >= high {
            return 0.0;
        }
        if age <= 0.0 || age < low {
            return (self.inverse_cumulative_hazard(residual) - age).max(0.0);
        }
        if residual == f64::INFINITY {
            return high - age;
        }
        each!(self, law => law.residual_wait(age, residual)).clamp(0.0, high - age)
    }

    /// Of waits that begin, each with a threshold for its integrated hazard, how long they last: in place of each threshold what
    /// [`residual_wait`](Distribution::residual_wait) gives for it at age 0.
    pub fn wait_each(&self, thresholds: &mut [f64]) {
        // With the widest vector units that this processor has; what they compute is the same.
        pulp::Arch::new().dispatch(EachWait { wait: self, thresholds });
    }

    /// A draw of what is left of a wait that has lasted for `age` ≥ 0, made of uniforms between 0 and 1, where a family has a
    /// way that is faster than the inverse of the hazard: `None` for all others. Which draw belongs to which threshold is lost,
    /// so that runs which share luck do not share this one.
    pub fn rest(&self, age: f64, uniform: &mut dyn FnMut() -> f64) -> Option<f64> {
        each!(self, law => law.rest(age, uniform))
    }

    /// Checks that it can be a waiting time: no negative values.
    ///
    /// # Errors
    /// If the support reaches below 0, with what to write instead.
    pub fn check_as_wait(&self) -> Result<(), Illegal> {
        let (low, _) = self.support();
        if low >= 0.0 {
            return Ok(());
        }
        let family = self.family();
        Err(Illegal::new(if family == Family::Normal && low == f64::NEG_INFINITY {
            "a waiting time cannot be negative, and a normal reaches below 0; add `low = 0`".to_owned()
        } else {
            format!("a waiting time cannot be negative, and this {} reaches down to {low}", family.name())
        }))
    }
}

#[cfg(test)]
mod tests;
