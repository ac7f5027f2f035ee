//! The three ladders as one would write them by hand in Rust: one run at a time, one stream of random numbers for all.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use standoff_peers::{Counts, report};

const HORIZON: f64 = 520.0;
const SETTLEMENT: usize = 6;
const CATASTROPHE: usize = 7;

fn main() {
    report(|model, runs, seed| {
        let rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        match model {
            "A" => memoryless(runs, rng),
            "B" => semi_markov(runs, rng),
            "C" => expressions(runs, rng),
            other => panic!("no model {other}"),
        }
    });
}

/// A number in (0, 1].
fn unit(rng: &mut Xoshiro256PlusPlus) -> f64 {
    ((rng.next_u64() >> 11) + 1) as f64 * (1.0 / (1_u64 << 53) as f64)
}

fn settlement_rate(rung: usize) -> f64 {
    0.02 * (6 - rung) as f64 / 6.0
}

fn count(counts: &mut Counts, state: usize, time: f64) {
    counts.catastrophe += u64::from(state == CATASTROPHE);
    counts.settlement += u64::from(state == SETTLEMENT);
    counts.duration += time.min(HORIZON);
}

/// The direct method: when anything happens, then what.
fn memoryless(runs: u64, mut rng: Xoshiro256PlusPlus) -> Counts {
    let rates: Vec<[(f64, usize); 4]> = (0..6_usize)
        .map(|rung| {
            [
                (if rung < 5 { 0.10 } else { 0.0 }, rung + 1),
                (if rung > 0 { 0.08 } else { 0.0 }, rung.saturating_sub(1)),
                (settlement_rate(rung), SETTLEMENT),
                (if rung == 5 { 0.03 } else { 0.0 }, CATASTROPHE),
            ]
        })
        .collect();
    let totals: Vec<f64> = rates.iter().map(|list| list.iter().map(|(rate, _)| rate).sum()).collect();
    let mut counts = Counts::default();
    for _ in 0..runs {
        let (mut state, mut time) = (0, 0.0);
        while state < SETTLEMENT {
            time -= unit(&mut rng).ln() / totals[state];
            if time > HORIZON {
                break;
            }
            let mut left = unit(&mut rng) * totals[state];
            let mut next = rates[state][3].1;
            for &(rate, to) in &rates[state] {
                left -= rate;
                if left <= 0.0 {
                    next = to;
                    break;
                }
            }
            state = next;
        }
        count(&mut counts, state, time);
    }
    counts
}

/// All clocks drawn on entry, the earliest wins.
fn semi_markov(runs: u64, mut rng: Xoshiro256PlusPlus) -> Counts {
    let exponential = |rng: &mut Xoshiro256PlusPlus| -unit(rng).ln();
    let normal = |rng: &mut Xoshiro256PlusPlus| {
        (-2.0 * unit(rng).ln()).sqrt() * (std::f64::consts::TAU * unit(rng)).cos()
    };
    let mut counts = Counts::default();
    for _ in 0..runs {
        let (mut state, mut time) = (0, 0.0);
        while state < SETTLEMENT {
            let (mut wait, mut next) = (exponential(&mut rng) / settlement_rate(state), SETTLEMENT);
            if state < 5 {
                let up = 10.0 * exponential(&mut rng).cbrt().powi(2);
                if up < wait {
                    (wait, next) = (up, state + 1);
                }
            } else {
                let fall = exponential(&mut rng) / 0.03;
                if fall < wait {
                    (wait, next) = (fall, CATASTROPHE);
                }
            }
            if state > 0 {
                let down = (2.3 + 0.6 * normal(&mut rng)).exp();
                if down < wait {
                    (wait, next) = (down, state - 1);
                }
            }
            time += wait;
            if time > HORIZON {
                break;
            }
            state = next;
        }
        count(&mut counts, if time > HORIZON { 0 } else { state }, time);
    }
    counts
}

/// Hazards over a pressure that moves at every jump.
fn expressions(runs: u64, mut rng: Xoshiro256PlusPlus) -> Counts {
    let mut counts = Counts::default();
    for _ in 0..runs {
        let (mut state, mut time, mut pressure) = (0, 0.0, 0.3_f64);
        while state < SETTLEMENT {
            let push = (1.5 * (pressure - 0.3)).exp();
            let up = if state < 5 { 0.10 * push } else { 0.0 };
            let down = if state > 0 { 0.08 / push } else { 0.0 };
            let settle = settlement_rate(state) * (1.0 - 0.5 * pressure);
            let fall = if state == 5 { 0.03 * (1.0 + pressure) } else { 0.0 };
            let total = up + down + settle + fall;
            time -= unit(&mut rng).ln() / total;
            if time > HORIZON {
                break;
            }
            let at = unit(&mut rng) * total;
            if at <= up {
                state += 1;
                pressure = (pressure + 0.1).min(1.0);
            } else if at <= up + down {
                state -= 1;
                pressure = (pressure - 0.1).max(0.0);
            } else if at <= up + down + settle {
                state = SETTLEMENT;
            } else {
                state = CATASTROPHE;
            }
        }
        count(&mut counts, state, time);
    }
    counts
}
