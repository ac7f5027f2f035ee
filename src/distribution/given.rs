//! The values a distribution is given by, once their kinds are accepted, and the root finder of the fits.

use super::argument::{Argument, Level};
use super::{Family, Illegal};

/// The values of accepted arguments, by name.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Given {
    pub rate: Option<f64>,
    pub shape: Option<f64>,
    pub scale: Option<f64>,
    pub mean: Option<f64>,
    pub sd: Option<f64>,
    pub mu: Option<f64>,
    pub sigma: Option<f64>,
    pub low: Option<f64>,
    pub mode: Option<f64>,
    pub high: Option<f64>,
    pub value: Option<f64>,
    pub alpha: Option<f64>,
    pub beta: Option<f64>,
    /// Rising levels, those that are given first.
    quantiles: [Option<(Level, f64)>; 3],
}

/// A value that is stayed below with probability `p`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quantile {
    /// The probability level, strictly between 0 and 1.
    pub p: f64,
    /// Cumulative hazard at it, −ln(1 − p).
    pub hazard: f64,
    /// The value.
    pub at: f64,
}

impl Quantile {
    fn new((level, at): (Level, f64)) -> Quantile {
        let p = level.probability();
        Quantile { p, hazard: -libm::log1p(-p), at }
    }
}

impl Given {
    /// Gathers accepted arguments; every value must be finite.
    pub(super) fn gather(arguments: &[(Argument, f64)]) -> Result<Given, Illegal> {
        let mut given = Given::default();
        for &(argument, value) in arguments {
            if !value.is_finite() {
                return Err(Illegal::new(format!("`{}` must be a finite number, found {value}", argument.name())));
            }
            let place = match argument {
                Argument::Rate => &mut given.rate,
                Argument::Shape => &mut given.shape,
                Argument::Scale => &mut given.scale,
                Argument::Mean => &mut given.mean,
                Argument::Sd => &mut given.sd,
                Argument::Mu => &mut given.mu,
                Argument::Sigma => &mut given.sigma,
                Argument::Low => &mut given.low,
                Argument::Mode => &mut given.mode,
                Argument::High => &mut given.high,
                Argument::Value => &mut given.value,
                Argument::Alpha => &mut given.alpha,
                Argument::Beta => &mut given.beta,
                Argument::Quantile(level) => {
                    let free = given.quantiles.iter().position(Option::is_none);
                    given.quantiles[free.expect("no family takes more")] = Some((level, value));
                    continue;
                }
            };
            *place = Some(value);
        }
        given.quantiles.sort_by_key(|quantile| quantile.map_or((true, None), |(level, _)| (false, Some(level))));
        Ok(given)
    }

    /// The single quantile, which must be positive.
    pub(super) fn positive_quantile(&self) -> Result<Option<Quantile>, Illegal> {
        match self.quantiles {
            [Some(quantile), None, _] => {
                positive(&Argument::Quantile(quantile.0).name(), quantile.1)?;
                Ok(Some(Quantile::new(quantile)))
            }
            _ => Ok(None),
        }
    }

    /// The single quantile.
    pub(super) fn one_quantile(&self) -> Option<Quantile> {
        match self.quantiles {
            [Some(quantile), None, _] => Some(Quantile::new(quantile)),
            _ => None,
        }
    }

    /// Both quantiles in rising order, if there are two; Illegal unless their values rise too.
    pub(super) fn two_quantiles(&self) -> Result<Option<(Quantile, Quantile)>, Illegal> {
        let [Some(first), Some(second), None] = self.quantiles else { return Ok(None) };
        rising(first, second)?;
        Ok(Some((Quantile::new(first), Quantile::new(second))))
    }

    /// All quantiles in rising order, if there are three; Illegal unless their values rise too.
    pub(super) fn three_quantiles(&self) -> Result<Option<[Quantile; 3]>, Illegal> {
        let [Some(first), Some(second), Some(third)] = self.quantiles else { return Ok(None) };
        rising(first, second)?;
        rising(second, third)?;
        Ok(Some([first, second, third].map(Quantile::new)))
    }

    /// Like [`Given::two_quantiles`], where the lower one must be positive as well.
    pub(super) fn two_positive_quantiles(&self) -> Result<Option<(Quantile, Quantile)>, Illegal> {
        let pair = self.two_quantiles()?;
        if let (Some((low, _)), Some((level, _))) = (&pair, self.quantiles[0]) {
            positive(&Argument::Quantile(level).name(), low.at)?;
        }
        Ok(pair)
    }

    /// The coefficient of variation of a positive `mean` and `sd`, with the mean.
    pub(super) fn mean_and_variation(&self) -> Result<Option<(f64, f64)>, Illegal> {
        let (Some(mean), Some(sd)) = (self.mean, self.sd) else { return Ok(None) };
        positive("mean", mean)?;
        positive("sd", sd)?;
        Ok(Some((mean, sd / mean)))
    }
}

/// Complains of values that do not rise with their levels.
fn rising(first: (Level, f64), second: (Level, f64)) -> Result<(), Illegal> {
    if first.1 < second.1 {
        return Ok(());
    }
    Err(Illegal::new(format!(
        "`{}` must be below `{}`, found {} and {}",
        Argument::Quantile(first.0).name(),
        Argument::Quantile(second.0).name(),
        first.1,
        second.1
    )))
}

/// `value`, or the complaint that the argument of this name is not positive.
pub(super) fn positive(name: &str, value: f64) -> Result<f64, Illegal> {
    if value > 0.0 { Ok(value) } else { Err(Illegal::new(format!("`{name}` must be positive, found {value}"))) }
}

/// The complaint of a family that was given what its grammar does not accept.
pub(super) fn undetermined(family: Family) -> Illegal {
    Illegal::new(format!("these arguments do not determine {}", family.with_article()))
}

/// Where a continuous function with one change of sign between `low` and `high` is zero; `None` without a change.
///
/// Chandrupatla's method (Advances in Engineering Software 28, 1997): inverse quadratic steps where they are safe,
/// bisection where not.
pub(super) fn root(low: f64, high: f64, f: impl Fn(f64) -> f64) -> Option<f64> {
    let (mut b, mut a) = (low, high);
    let (mut fb, mut fa) = (f(b), f(a));
    if fa == 0.0 {
        return Some(a);
    }
    if fb == 0.0 {
        return Some(b);
    }
    if (fa > 0.0) == (fb > 0.0) || fa.is_nan() || fb.is_nan() {
        return None;
    }
    let mut share = 0.5;
    for _ in 0..200 {
        let place = a + share * (b - a);
        let value = f(place);
        let (c, fc);
        if (value > 0.0) == (fa > 0.0) {
            (c, fc) = (a, fa);
        } else {
            (c, fc) = (b, fb);
            (b, fb) = (a, fa);
        }
        (a, fa) = (place, value);
        let best = if libm::fabs(fa) < libm::fabs(fb) { a } else { b };
        let tolerance = 4.0 * f64::EPSILON * libm::fabs(best) + 1e-300;
        let limit = tolerance / libm::fabs(b - a);
        if limit > 0.5 || fa == 0.0 {
            return Some(best);
        }
        let (xi, phi) = ((a - b) / (c - b), (fa - fb) / (fc - fb));
        let safe = phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi;
        share = if safe {
            fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        } else {
            0.5
        };
        share = if share.is_nan() { 0.5 } else { share.clamp(limit, 1.0 - limit) };
    }
    Some(a)
}
