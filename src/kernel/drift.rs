//! How variables drift over one step: the exact transition law of each process.
//!
//! In: the numbers of one run, or of several at once, at the start of the step. Out: the variables at its end, all computed from
//! the same start and clamped to their bounds. Levels, drifts and volatilities are those at the start. Formulas for the
//! mean-reverting process: Gillespie, "Exact numerical simulation of the Ornstein–Uhlenbeck process and its integral", Phys.
//! Rev. E 54 (1996) 2084.

use crate::program::behaviour::Fault;
use crate::program::bind::{Bound, clamp};
use crate::program::sheet::Kept;
use crate::program::sheet::lanes::LANES;
use crate::program::{DynamicsCode, LawCode, VariableCode};
use crate::random::{NameAddress, RunAddress, Stream};
use crate::stats::special;

/// Where a run stands as it takes a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand {
    pub(super) run: RunAddress,
    /// How many steps it has come to, this one included.
    pub(super) steps: u64,
    pub(super) time: f64,
}

/// What a mean-reverting process does over a step of a certain length.
#[derive(Clone, Copy, Debug)]
struct Pull {
    half_life: f64,
    /// k = ln 2 / half-life.
    speed: f64,
    /// The share of the way to its centre that is gone.
    gone: f64,
    /// Standard deviation at the end, of a volatility of 1.
    spread: f64,
}

/// The variables at the end of a step of length `step`, one after the other, each of all runs that have their numbers in
/// `kept`; where no run stands they mean nothing. `names` are what variables draw their luck by.
///
/// # Errors
/// Of the variables that cannot drift, the first one of the first such run.
pub(super) fn refresh(
    bound: &Bound,
    kept: &Kept,
    step: f64,
    stands: &[Option<Stand>],
    names: &[NameAddress],
    refreshed: &mut Vec<f64>,
) -> Result<(), Fault> {
    refreshed.clear();
    let mut fault: Option<(usize, Fault)> = None;
    for (index, variable) in bound.program().variables.iter().enumerate() {
        let now = kept.variables(index);
        let Some(dynamics) = &variable.dynamics else {
            refreshed.extend_from_slice(now);
            continue;
        };
        let mut units = [0.5; LANES];
        for (unit, stand) in units.iter_mut().zip(stands) {
            let of = |stand: &Stand| Stream::at(stand.run, names[index], stand.steps).unit();
            *unit = stand.as_ref().map_or(0.5, of);
        }
        let first = refreshed.len();
        // With the widest vector units that this processor has; what they compute is the same.
        pulp::Arch::new().dispatch(|| drift(bound, kept, dynamics, now, step, &units[..now.len()], refreshed));
        for lane in 0..now.len() {
            let next = &mut refreshed[first + lane];
            *next = clamp(*next, variable.bounds);
            if next.is_finite() || fault.as_ref().is_some_and(|(earlier, _)| *earlier <= lane) {
                continue;
            }
            if let Some(stand) = stands[lane] {
                fault = Some((lane, why(bound, kept, variable, dynamics, lane, *next, stand.time)));
            }
        }
    }
    fault.map_or(Ok(()), |(_, fault)| Err(fault))
}

/// One variable of all runs, each with a uniform number of its own; NaN where its law does not hold.
#[inline(always)]
fn drift(
    bound: &Bound,
    kept: &Kept,
    dynamics: &DynamicsCode,
    now: &[f64],
    step: f64,
    units: &[f64],
    refreshed: &mut Vec<f64>,
) {
    let drifts = kept.numbers(bound, dynamics.drift);
    let volatilities = kept.numbers(bound, dynamics.volatility);
    let mut normals = [0.0; LANES];
    special::normal_quantile_each(units, &mut normals[..units.len()]);
    let noise = |lane: usize, sd: f64| match sd {
        0.0 => 0.0,
        sd if sd >= 0.0 => sd * normals[lane],
        _ => f64::NAN,
    };
    let root = step.sqrt();
    match dynamics.law {
        LawCode::RandomWalk => refreshed.extend((0..now.len()).map(|lane| {
            let moved = now[lane] + drifts[lane] * step;
            moved + noise(lane, volatilities[lane] * root)
        })),
        LawCode::Geometric => {
            let first = refreshed.len();
            refreshed.extend((0..now.len()).map(|lane| {
                let volatility = volatilities[lane];
                (drifts[lane] - 0.5 * volatility * volatility) * step + noise(lane, volatility * root)
            }));
            exp_from(refreshed, first);
            refreshed[first..].iter_mut().zip(now).for_each(|(growth, now)| *growth *= now);
        }
        LawCode::MeanReverting { level, half_life } | LawCode::LogMeanReverting { level, half_life } => {
            let in_logarithms = matches!(dynamics.law, LawCode::LogMeanReverting { .. });
            let (levels, half_lives) = (kept.numbers(bound, level), kept.numbers(bound, half_life));
            let (first, mut pull) = (refreshed.len(), Pull::over(step, half_lives[0]));
            refreshed.extend((0..now.len()).map(|lane| {
                if half_lives[lane] != pull.half_life {
                    pull = Pull::over(step, half_lives[lane]);
                }
                let noise = |sd| noise(lane, sd);
                if in_logarithms && !(now[lane] > 0.0 && levels[lane] > 0.0) {
                    f64::NAN
                } else if in_logarithms {
                    let (now, level) = (libm::log(now[lane]), libm::log(levels[lane]));
                    pull.moves(now, level, drifts[lane], volatilities[lane], step, noise)
                } else {
                    pull.moves(now[lane], levels[lane], drifts[lane], volatilities[lane], step, noise)
                }
            }));
            if in_logarithms {
                exp_from(refreshed, first);
            }
        }
    }
}

/// The numbers from the index on become their exponentials.
#[inline(always)]
fn exp_from(numbers: &mut [f64], first: usize) {
    let mut powers = [0.0; LANES];
    let count = numbers.len() - first;
    powers[..count].copy_from_slice(&numbers[first..]);
    special::exp_each(&powers[..count], &mut numbers[first..]);
}

impl Pull {
    fn over(step: f64, half_life: f64) -> Self {
        let speed = std::f64::consts::LN_2 / half_life;
        let (gone, variance_gone) = (-libm::expm1(-speed * step), -libm::expm1(-2.0 * speed * step));
        Pull { half_life, speed, gone, spread: (variance_gone / (2.0 * speed)).sqrt() }
    }

    /// One exact step of dx = k·(level − x) dt + drift dt + volatility dW.
    #[inline(always)]
    fn moves(&self, now: f64, level: f64, drift: f64, volatility: f64, step: f64, noise: impl Fn(f64) -> f64) -> f64 {
        if self.half_life.is_nan() || self.half_life <= 0.0 {
            return f64::NAN;
        }
        if self.speed * step < 1e-12 {
            return now + (self.speed * (level - now) + drift) * step + noise(volatility * step.sqrt());
        }
        let centre = level + drift / self.speed;
        now + (centre - now) * self.gone + noise(volatility * self.spread)
    }
}

/// Why a variable of one run has drifted to what is no finite number.
#[cold]
fn why(
    bound: &Bound,
    kept: &Kept,
    variable: &VariableCode,
    dynamics: &DynamicsCode,
    lane: usize,
    next: f64,
    time: f64,
) -> Fault {
    let number = |term| kept.numbers(bound, term)[lane];
    let volatility = number(dynamics.volatility);
    let of_law = match dynamics.law {
        LawCode::RandomWalk | LawCode::Geometric => None,
        LawCode::MeanReverting { half_life, .. } => Some((number(half_life), None)),
        LawCode::LogMeanReverting { level, half_life } => {
            let index = bound.program().variables.iter().position(|other| std::ptr::eq(other, variable));
            let now = index.map_or(f64::NAN, |index| kept.variables(index)[lane]);
            Some((number(half_life), Some((now, number(level)))))
        }
    };
    let message = match of_law {
        _ if volatility.is_nan() || volatility < 0.0 => format!("its volatility is {volatility}"),
        Some((_, Some((now, level)))) if !(now > 0.0 && level > 0.0) => {
            format!("its logarithm drifts, and it is {now} with level {level}")
        }
        Some((half_life, _)) if half_life.is_nan() || half_life <= 0.0 => format!("its half-life is {half_life}"),
        _ => format!("it drifts to {next}"),
    };
    Fault { span: dynamics.span, part: format!("variable {}", variable.name), message, time }
}
