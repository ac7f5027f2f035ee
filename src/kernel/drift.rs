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
use crate::random::{DrawAddress, NameAddress, RunAddress};
use crate::stats::special;

/// Where a run stands as it takes a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand {
    pub(super) run: RunAddress,
    /// How many steps it has come to, this one included.
    pub(super) steps: u64,
    pub(super) time: f64,
}

/// What is kept from one step to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Drifted {
    /// The variables at the end of a step, one after the other, each of all runs.
    pub(super) variables: Vec<f64>,
    /// By variable; as long as half-lives stay what they are nothing here changes.
    pulls: Vec<Pulls>,
}

/// What a mean-reverting process does over a step of a certain length, in each run.
#[derive(Clone, Debug)]
struct Pulls {
    step: f64,
    half_lives: [f64; LANES],
    /// k = ln 2 / half-life.
    speeds: [f64; LANES],
    /// The share of the way to its centre that is gone.
    gone: [f64; LANES],
    /// Standard deviation at the end, of a volatility of 1.
    spreads: [f64; LANES],
    /// Whether all half-lives are positive and none is so long that the process hardly reverts.
    are_usual: bool,
}

/// Lets the variables of all runs that have their numbers in `kept` drift over a step of length `step`; where no run stands they mean
/// nothing. `names` are what variables draw their luck by.
///
/// # Errors
/// Of the variables that cannot drift, the first one of the first such run.
pub(super) fn refresh(
    bound: &Bound,
    kept: &Kept,
    step: f64,
    stands: &[Option<Stand>],
    names: &[NameAddress],
    drifted: &mut Drifted,
) -> Result<(), Fault> {
    let Drifted { variables: refreshed, pulls } = drifted;
    refreshed.clear();
    pulls.resize_with(bound.program().variables.len(), Pulls::default);
    let mut fault: Option<(usize, Fault)> = None;
    let (mut runs, mut counts) = ([RunAddress::new(0, 0); LANES], [0; LANES]);
    for (lane, stand) in stands.iter().enumerate() {
        if let Some(stand) = stand {
            (runs[lane], counts[lane]) = (stand.run, stand.steps);
        }
    }
    for (index, variable) in bound.program().variables.iter().enumerate() {
        let now = kept.variables(index);
        let Some(dynamics) = &variable.dynamics else {
            refreshed.extend_from_slice(now);
            continue;
        };
        let first = refreshed.len();
        refreshed.resize(first + now.len(), 0.0);
        let next = &mut refreshed[first..];
        // With the widest vector units that this processor has; what they compute is the same.
        let drifting = Drifting {
            bound,
            kept,
            variable,
            dynamics,
            now,
            step,
            name: names[index],
            runs: &runs,
            counts: &counts,
            pulls: &mut pulls[index],
            next,
        };
        if pulp::Arch::new().dispatch(drifting) {
            continue;
        }
        for (lane, &next) in refreshed[first..].iter().enumerate() {
            if next.is_finite() || fault.as_ref().is_some_and(|(earlier, _)| *earlier <= lane) {
                continue;
            }
            if let Some(stand) = stands[lane] {
                fault = Some((lane, why(bound, kept, variable, dynamics, lane, next, stand.time)));
            }
        }
    }
    fault.map_or(Ok(()), |(_, fault)| Err(fault))
}

/// One variable of all runs, each with luck of its own, within its bounds; NaN where its law does not hold. Gives whether all
/// numbers are finite.
struct Drifting<'a> {
    bound: &'a Bound,
    kept: &'a Kept,
    variable: &'a VariableCode,
    dynamics: &'a DynamicsCode,
    now: &'a [f64],
    step: f64,
    /// What the luck of each run is drawn by.
    name: NameAddress,
    runs: &'a [RunAddress; LANES],
    counts: &'a [u64; LANES],
    pulls: &'a mut Pulls,
    next: &'a mut [f64],
}

impl pulp::NullaryFnOnce for Drifting<'_> {
    type Output = bool;

    #[inline(always)]
    fn call(mut self) -> bool {
        drift(&mut self);
        let mut all_finite = true;
        for next in &mut *self.next {
            *next = clamp(*next, self.variable.bounds);
            all_finite &= next.is_finite();
        }
        all_finite
    }
}

#[inline(always)]
fn drift(drifting: &mut Drifting<'_>) {
    let &mut Drifting {
        bound,
        kept,
        dynamics,
        now,
        step,
        name,
        runs: addresses,
        counts,
        ref mut pulls,
        ref mut next,
        ..
    } = drifting;
    let runs = now.len();
    let (mut units, mut normals) = ([0.5; LANES], [0.0; LANES]);
    for lane in 0..runs {
        units[lane] = DrawAddress::new(addresses[lane], name, counts[lane]).unit();
    }
    special::normal_quantile_each(&units[..runs], &mut normals[..runs]);
    let (drifts, normals) = (&kept.numbers(bound, dynamics.drift)[..runs], &normals[..runs]);
    let (volatilities, next) = (&kept.numbers(bound, dynamics.volatility)[..runs], &mut next[..runs]);
    let root = step.sqrt();
    match dynamics.law {
        LawCode::RandomWalk => {
            for lane in 0..runs {
                let moved = now[lane] + drifts[lane] * step;
                next[lane] = moved + noise(volatilities[lane] * root, normals[lane]);
            }
        }
        LawCode::Geometric => {
            for lane in 0..runs {
                let volatility = volatilities[lane];
                let noise = noise(volatility * root, normals[lane]);
                next[lane] = (drifts[lane] - 0.5 * volatility * volatility) * step + noise;
            }
            exp_all(next);
            next.iter_mut().zip(now).for_each(|(growth, now)| *growth *= now);
        }
        LawCode::MeanReverting { level, half_life } | LawCode::LogMeanReverting { level, half_life } => {
            let in_logarithms = matches!(dynamics.law, LawCode::LogMeanReverting { .. });
            let (levels, half_lives) = (&kept.numbers(bound, level)[..runs], kept.numbers(bound, half_life));
            let (mut log_now, mut log_levels) = ([0.0; LANES], [0.0; LANES]);
            let (now, levels) = match in_logarithms {
                true => (logs(now, &mut log_now), logs(levels, &mut log_levels)),
                false => (now, levels),
            };
            pulls.bring_up(step, half_lives);
            pulls.pull(now, levels, drifts, volatilities, normals, next);
            if in_logarithms {
                exp_all(next);
            }
        }
    }
}

/// A normal number with this standard deviation, from a standard one; NaN if there is no such deviation.
#[inline(always)]
fn noise(sd: f64, normal: f64) -> f64 {
    let scaled = if sd == 0.0 { 0.0 } else { sd * normal };
    if sd >= 0.0 { scaled } else { f64::NAN }
}

/// The logarithm of each number; NaN if it is not positive.
#[inline(always)]
fn logs<'a>(numbers: &[f64], logs: &'a mut [f64; LANES]) -> &'a [f64] {
    let logs = &mut logs[..numbers.len()];
    special::log_each(numbers, logs);
    logs.iter_mut().zip(numbers).for_each(|(log, number)| *log = if *number > 0.0 { *log } else { f64::NAN });
    logs
}

/// The numbers become their exponentials.
#[inline(always)]
fn exp_all(numbers: &mut [f64]) {
    let mut powers = [0.0; LANES];
    let powers = &mut powers[..numbers.len()];
    powers.copy_from_slice(numbers);
    special::exp_each(powers, numbers);
}

impl Default for Pulls {
    /// Of no step.
    fn default() -> Self {
        let nothing = [f64::NAN; LANES];
        let (half_lives, speeds, gone, spreads) = (nothing, nothing, nothing, nothing);
        Pulls { step: f64::NAN, half_lives, speeds, gone, spreads, are_usual: false }
    }
}

impl Pulls {
    /// Takes these half-lives, of as many runs as there are, and a step of this length.
    #[inline(always)]
    fn bring_up(&mut self, step: f64, half_lives: &[f64]) {
        let mut are_known = self.step == step;
        for (lane, half_life) in half_lives.iter().enumerate() {
            are_known &= self.half_lives[lane].to_bits() == half_life.to_bits();
        }
        if !are_known {
            self.take(step, half_lives);
        }
    }

    #[cold]
    fn take(&mut self, step: f64, half_lives: &[f64]) {
        let is_other_step = self.step != step;
        self.step = step;
        for (lane, &half_life) in half_lives.iter().enumerate() {
            if !is_other_step && self.half_lives[lane].to_bits() == half_life.to_bits() {
                continue;
            }
            let speed = std::f64::consts::LN_2 / half_life;
            let (gone, variance_gone) = (-libm::expm1(-speed * step), -libm::expm1(-2.0 * speed * step));
            (self.half_lives[lane], self.speeds[lane], self.gone[lane]) = (half_life, speed, gone);
            self.spreads[lane] = (variance_gone / (2.0 * speed)).sqrt();
        }
        self.are_usual = (0..half_lives.len()).all(|lane| self.half_lives[lane] > 0.0 && !self.hardly_reverts(lane));
    }

    fn hardly_reverts(&self, lane: usize) -> bool {
        self.speeds[lane] * self.step < 1e-12
    }

    /// One exact step of dx = k·(level − x) dt + drift dt + volatility dW in each run.
    #[inline(always)]
    fn pull(
        &self,
        now: &[f64],
        levels: &[f64],
        drifts: &[f64],
        volatilities: &[f64],
        normals: &[f64],
        next: &mut [f64],
    ) {
        let runs = next.len();
        let (now, levels, drifts) = (&now[..runs], &levels[..runs], &drifts[..runs]);
        let (volatilities, normals) = (&volatilities[..runs], &normals[..runs]);
        for lane in 0..runs {
            let centre = levels[lane] + drifts[lane] / self.speeds[lane];
            let noise = noise(volatilities[lane] * self.spreads[lane], normals[lane]);
            next[lane] = now[lane] + (centre - now[lane]) * self.gone[lane] + noise;
        }
        if self.are_usual {
            return;
        }
        for lane in 0..runs {
            if self.half_lives[lane].is_nan() || self.half_lives[lane] <= 0.0 {
                next[lane] = f64::NAN;
            } else if self.hardly_reverts(lane) {
                let noise = noise(volatilities[lane] * self.step.sqrt(), normals[lane]);
                next[lane] =
                    now[lane] + (self.speeds[lane] * (levels[lane] - now[lane]) + drifts[lane]) * self.step + noise;
            }
        }
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
