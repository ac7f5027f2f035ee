//! How variables drift over one step: the exact transition law of each process.
//!
//! In: the world at the start of the step. Out: the variables at its end, all computed from the same start and clamped to
//! their bounds. Levels, drifts and volatilities are those at the start. Formulas for the mean-reverting process:
//! Gillespie, "Exact numerical simulation of the Ornstein–Uhlenbeck process and its integral", Phys. Rev. E 54 (1996) 2084.

use crate::program::behaviour::Fault;
use crate::program::bind::{Bound, clamp};
use crate::program::sheet::Kept;
use crate::program::world::World;
use crate::program::{DynamicsCode, LawCode, Term};

/// Refreshes every drifting variable over a step of length `step`; `normal` gives each its standard normal number.
pub fn refresh(
    bound: &Bound,
    world: &mut World,
    kept: &mut Kept,
    step: f64,
    refreshed: &mut Vec<f64>,
    mut normal: impl FnMut(usize) -> f64,
) -> Result<(), Fault> {
    refreshed.clear();
    for (index, variable) in bound.program().variables.iter().enumerate() {
        let now = world.variables[index];
        let next = match &variable.dynamics {
            None => now,
            Some(dynamics) => {
                let number = |term| kept.number(bound, world, term);
                let next = moved(number, dynamics, now, step, || normal(index)).and_then(|next| {
                    let next = clamp(next, variable.bounds);
                    if next.is_finite() { Ok(next) } else { Err(format!("it drifts to {next}")) }
                });
                next.map_err(|message| Fault {
                    span: dynamics.span,
                    part: format!("variable {}", variable.name),
                    message,
                    time: world.time,
                })?
            }
        };
        refreshed.push(next);
    }
    world.variables.copy_from_slice(refreshed);
    Ok(())
}

fn moved(
    mut number: impl FnMut(Term) -> f64,
    dynamics: &DynamicsCode,
    now: f64,
    step: f64,
    mut normal: impl FnMut() -> f64,
) -> Result<f64, String> {
    let drift = number(dynamics.drift);
    let volatility = number(dynamics.volatility);
    if volatility.is_nan() || volatility < 0.0 {
        return Err(format!("its volatility is {volatility}"));
    }
    let mut noise = |sd: f64| if sd == 0.0 { 0.0 } else { sd * normal() };
    match dynamics.law {
        LawCode::RandomWalk => Ok(now + drift * step + noise(volatility * step.sqrt())),
        LawCode::Geometric => {
            let growth = (drift - 0.5 * volatility * volatility) * step + noise(volatility * step.sqrt());
            Ok(now * libm::exp(growth))
        }
        LawCode::MeanReverting { level, half_life } => {
            let level = number(level);
            reverted(now, level, number(half_life), drift, volatility, step, &mut noise)
        }
        LawCode::LogMeanReverting { level, half_life } => {
            let level = number(level);
            if !(now > 0.0 && level > 0.0) {
                return Err(format!("its logarithm drifts, and it is {now} with level {level}"));
            }
            let half_life = number(half_life);
            let (now, level) = (libm::log(now), libm::log(level));
            reverted(now, level, half_life, drift, volatility, step, &mut noise).map(libm::exp)
        }
    }
}

/// One exact step of dx = k·(level − x) dt + drift dt + volatility dW, with k = ln 2 / half-life.
fn reverted(
    now: f64,
    level: f64,
    half_life: f64,
    drift: f64,
    volatility: f64,
    step: f64,
    noise: &mut impl FnMut(f64) -> f64,
) -> Result<f64, String> {
    if half_life.is_nan() || half_life <= 0.0 {
        return Err(format!("its half-life is {half_life}"));
    }
    let speed = std::f64::consts::LN_2 / half_life;
    if speed * step < 1e-12 {
        return Ok(now + (speed * (level - now) + drift) * step + noise(volatility * step.sqrt()));
    }
    // The shares of the way gone, and of the way gone by the variance.
    let (gone, variance_gone) = (-libm::expm1(-speed * step), -libm::expm1(-2.0 * speed * step));
    let centre = level + drift / speed;
    Ok(now + (centre - now) * gone + noise(volatility * (variance_gone / (2.0 * speed)).sqrt()))
}
