//! Waits with memory, approximated by chains of memoryless phases.
//!
//! In: the waits that a slice left to be approximated, and how many phases one may have. Out: [`Phases`]: for each a chain
//! with the same first moments (mixtures of Erlang laws below a coefficient of variation of 1, after Tijms; Coxian laws
//! of two phases above it, after Altiok, with three moments where there is such a law, and Marie, with two), and how far
//! its moments are off. While a clock runs, its phase is part of the state; clocks are armed and disarmed by the rules of
//! the kernel's own. Proportional hazards act on the law that is fitted; acceleration acts on the speed of the phases.

use super::slice::Slice;
use crate::distribution::Distribution;
use crate::model::ClockRule;
use crate::model::id::TransitionId;
use crate::program::TriggerCode;
use crate::program::behaviour::{Cause, Effects};
use crate::program::bind::Bound;
use crate::program::world::World;
use serde::Serialize;

/// How one wait was approximated. Moments are those of the wait at its hazard ratio and an acceleration of 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Approximation {
    /// `machine.transition`.
    pub transition: String,
    pub family: String,
    pub phases: usize,
    pub mean: f64,
    pub standard_deviation: f64,
    /// That of the phases.
    pub phases_standard_deviation: f64,
    /// Mean and third moment of the phases relative to those of the wait, less 1.
    pub mean_error: f64,
    pub third_moment_error: f64,
}

/// A chain of phases: each ends at a rate, and leads to the next one or to the end of the wait.
#[derive(Clone, Debug, PartialEq)]
struct Ladder {
    /// (rate to the next phase, rate to the end), per time unit.
    rates: Vec<(f64, f64)>,
    /// Probability of beginning in the first phase; otherwise it begins in the second.
    first: f64,
}

/// All approximated waits of a program.
#[derive(Clone, Debug, Default)]
pub struct Phases {
    waits: Vec<(TransitionId, ClockRule, Ladder)>,
    pub approximations: Vec<Approximation>,
}

/// The phase of each approximated clock: 0 when it does not run, else the phase from 1, with a mark while it is kept
/// for later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    phases: Vec<u32>,
}

const KEPT: u32 = 1 << 31;

impl Clocks {
    pub fn read(words: &[u32]) -> Self {
        Clocks { phases: words.to_vec() }
    }

    pub fn write(&self, key: &mut Vec<u32>) {
        key.extend(&self.phases);
    }

    /// The phase of a running clock, from 0.
    pub fn phase(&self, wait: usize) -> Option<usize> {
        let phase = self.phases[wait];
        (phase != 0 && phase & KEPT == 0).then(|| phase as usize - 1)
    }

    pub fn advance(&mut self, wait: usize) {
        self.phases[wait] += 1;
    }

    fn disarm(&mut self, wait: usize, rule: ClockRule) {
        if self.phase(wait).is_some() {
            self.phases[wait] = if rule == ClockRule::Resume { self.phases[wait] | KEPT } else { 0 };
        }
    }
}

impl Phases {
    /// Fits phases to every wait that the slice left to be approximated; `most` is the greatest number for one wait.
    pub fn fit(slice: &Slice, most: usize) -> Self {
        let mut phases = Phases::default();
        for &(id, wait) in &slice.waits {
            let transition = &slice.bound.program().transitions[id.index()];
            let TriggerCode::Timed { ratio, clock, .. } = &transition.trigger else { continue };
            let ratio = ratio.map_or(1.0, |ratio| slice.bound.reach(ratio).only().expect("only such waits are left"));
            let law = slice.bound.wait(wait);
            let moments = moments_of(law, ratio);
            let ladder = Ladder::fit(moments, most.max(1));
            phases.approximations.push(ladder.compared(&transition.name, law, moments));
            phases.waits.push((id, *clock, ladder));
        }
        phases
    }

    pub fn count(&self) -> usize {
        self.waits.len()
    }

    /// The index of a transition's wait, if it is approximated.
    pub fn of(&self, id: TransitionId) -> Option<usize> {
        self.waits.iter().position(|(other, ..)| *other == id)
    }

    pub fn unarmed(&self) -> Clocks {
        Clocks { phases: vec![0; self.waits.len()] }
    }

    /// The rates at which a wait ends and at which it goes on to its next phase, if there is one.
    pub fn leave(&self, wait: usize, phase: usize, multiplier: f64, speed: f64) -> (f64, Option<f64>) {
        let ladder = &self.waits[wait].2;
        let (next, end) = ladder.rates[phase];
        // The hazard ratio is in the fit; 0 switches it off in a world where its expression says so.
        let speed = if multiplier == 0.0 { 0.0 } else { speed };
        (end * speed, (next * speed > 0.0).then_some(next * speed))
    }

    /// Disarms what an event has interrupted or spent.
    pub fn follow_up(&self, bound: &Bound, world: &World, cause: Cause, effects: &Effects, clocks: &mut Clocks) {
        let program = bound.program();
        for (wait, (id, rule, _)) in self.waits.iter().enumerate() {
            if cause == Cause::Fires(*id) {
                clocks.phases[wait] = 0;
            }
            let transition = &program.transitions[id.index()];
            for moved in effects.moves.iter().filter(|moved| transition.from.contains(&moved.from)) {
                if !program.lasts_over(transition, moved) {
                    clocks.disarm(wait, *rule);
                }
            }
            if !bound.enabled(world, *id) {
                clocks.disarm(wait, *rule);
            }
        }
    }

    /// Arms what is enabled and does not run: the ways that clocks can begin, with probabilities.
    pub fn arm(&self, bound: &Bound, world: &World, clocks: &Clocks) -> Vec<(Clocks, f64)> {
        let mut ways = vec![(clocks.clone(), 1.0)];
        for (wait, (id, _, ladder)) in self.waits.iter().enumerate() {
            if !bound.enabled(world, *id) || clocks.phase(wait).is_some() {
                continue;
            }
            if clocks.phases[wait] & KEPT != 0 {
                ways.iter_mut().for_each(|(clocks, _)| clocks.phases[wait] &= !KEPT);
                continue;
            }
            let mut second = Vec::new();
            for (clocks, p) in &mut ways {
                if ladder.first < 1.0 {
                    let mut other = clocks.clone();
                    other.phases[wait] = 2;
                    second.push((other, *p * (1.0 - ladder.first)));
                }
                clocks.phases[wait] = 1;
                *p *= ladder.first;
            }
            ways.extend(second);
            ways.retain(|(_, p)| *p > 0.0);
        }
        ways
    }
}

/// The first three moments of a wait whose hazard is a multiple of a law's: ∫ H⁻¹(h / ratio)ⁿ e⁻ʰ dh, by
/// Simpson's rule in the fourth root of h, in which the inverse is smooth at 0 for the usual families.
fn moments_of(law: &Distribution, ratio: f64) -> [f64; 3] {
    // e^-60 is below the last digit of any moment of the families that have three.
    const END: f64 = 60.0;
    const PIECES: usize = 4000;
    let step = END.sqrt().sqrt() / PIECES as f64;
    let mut moments = [0.0; 3];
    for i in 0..=PIECES {
        let root = i as f64 * step;
        let cube = root * root * root;
        let h = cube * root;
        let weight = if i == 0 || i == PIECES { 1.0 } else { (2 + 2 * (i % 2)) as f64 };
        let wait = law.inverse_cumulative_hazard(h / ratio);
        let mut term = weight * step / 3.0 * 4.0 * cube * libm::exp(-h);
        for moment in &mut moments {
            term *= wait;
            if wait.is_finite() {
                *moment += term;
            }
        }
    }
    if ratio == 1.0 {
        moments[0] = law.mean();
        moments[1] = law.sd() * law.sd() + law.mean() * law.mean();
    }
    moments
}

impl Ladder {
    fn fit([mean, second, third]: [f64; 3], most: usize) -> Self {
        let variation = second / (mean * mean) - 1.0;
        if variation <= 1.0 {
            return Self::erlang(mean, variation, most);
        }
        Self::coxian(mean, second, third).unwrap_or_else(|| {
            // Marie: two moments.
            let (first, p) = (2.0 / mean, 0.5 / variation);
            Ladder { rates: vec![(first * p, first * (1.0 - p)), (0.0, 1.0 / (mean * variation))], first: 1.0 }
        })
    }

    /// A mixture of the Erlang laws of k − 1 and of k phases with one rate, 1/k ≤ variation ≤ 1/(k − 1); with too few
    /// phases the Erlang law of as many as there may be.
    fn erlang(mean: f64, variation: f64, most: usize) -> Self {
        // Rounding must not ask for a phase more.
        let wanted = (1.0 / variation.max(1e-9) - 1e-9).ceil().max(1.0);
        let (phases, p) = if wanted > most as f64 {
            (most, 0.0)
        } else {
            let (k, c) = (wanted, variation);
            let p = (k * c - (k * (1.0 + c) - k * k * c).max(0.0).sqrt()) / (1.0 + c);
            (wanted as usize, p.clamp(0.0, 1.0))
        };
        let rate = (phases as f64 - p) / mean;
        let mut rates = vec![(rate, 0.0); phases];
        rates[phases - 1] = (0.0, rate);
        Ladder { rates, first: if phases == 1 { 1.0 } else { 1.0 - p } }
    }

    /// The Coxian law of two phases with these moments, if there is one.
    fn coxian(mean: f64, second: f64, third: f64) -> Option<Self> {
        let y = (6.0 * mean - 3.0 * second / mean) / (1.5 * second * second / mean - third);
        let x = 1.0 / mean + second * y / (2.0 * mean);
        let root = x * x - 4.0 * y;
        if !(root >= 0.0 && y.is_finite()) {
            return None;
        }
        let first = (x + root.sqrt()) / 2.0;
        let last = x - first;
        let p = last / first * (mean * first - 1.0);
        let legal = first > 0.0 && last > 0.0 && (0.0..=1.0).contains(&p);
        legal.then(|| Ladder { rates: vec![(first * p, first * (1.0 - p)), (0.0, last)], first: 1.0 })
    }

    fn moments(&self) -> [f64; 3] {
        let n = self.rates.len();
        let mut before = vec![1.0; n + 1];
        let mut moments = [0.0; 3];
        for (order, moment) in moments.iter_mut().enumerate() {
            let mut now = vec![0.0; n + 1];
            for i in (0..n).rev() {
                let (next, end) = self.rates[i];
                now[i] = ((order + 1) as f64 * before[i] + next * now[i + 1]) / (next + end);
            }
            *moment = self.first * now[0] + (1.0 - self.first) * now.get(1).copied().unwrap_or(0.0);
            before = now;
        }
        moments
    }

    fn compared(&self, transition: &str, law: &Distribution, wanted: [f64; 3]) -> Approximation {
        let got = self.moments();
        let spread = |[mean, second, _]: [f64; 3]| (second - mean * mean).max(0.0).sqrt();
        Approximation {
            transition: transition.to_owned(),
            family: law.family().name().to_owned(),
            phases: self.rates.len(),
            mean: wanted[0],
            standard_deviation: spread(wanted),
            phases_standard_deviation: spread(got),
            mean_error: got[0] / wanted[0] - 1.0,
            third_moment_error: got[2] / wanted[2] - 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::{Argument, Family};

    fn law(family: Family, arguments: &[(Argument, f64)]) -> Distribution {
        Distribution::new(family, arguments, &[]).unwrap()
    }

    #[test]
    fn the_moments_of_a_wait_are_its_own() {
        for law in [
            law(Family::Gamma, &[(Argument::Mean, 3.0), (Argument::Sd, 2.0)]),
            law(Family::Weibull, &[(Argument::Shape, 1.7), (Argument::Scale, 4.0)]),
        ] {
            let [mean, second, _] = moments_of(&law, 1.000_000_000_001);
            assert!((mean / law.mean() - 1.0).abs() < 1e-6, "{mean}");
            let sd = (second - mean * mean).sqrt();
            assert!((sd / law.sd() - 1.0).abs() < 1e-5, "{sd}");
        }
        // Of an exponential the hazard ratio is the rate.
        let exponential = law(Family::Exponential, &[(Argument::Rate, 0.5)]);
        let moments = moments_of(&exponential, 4.0);
        for (got, wanted) in moments.iter().zip([0.5, 0.5, 0.75]) {
            assert!((got / wanted - 1.0).abs() < 1e-9, "{moments:?}");
        }
    }

    #[test]
    fn fits_have_the_moments_they_are_fitted_to() {
        for (mean, cv, third) in [(2.0, 0.3, 0.0), (5.0, 0.71, 0.0), (1.0, 1.0, 0.0), (3.0, 2.0, 1e4), (3.0, 1.2, 1.0)]
        {
            let variation: f64 = cv * cv;
            let second = mean * mean * (1.0 + variation);
            let ladder = Ladder::fit([mean, second, third], 100);
            let [got_mean, got_second, got_third] = ladder.moments();
            assert!((got_mean / mean - 1.0).abs() < 1e-12, "{ladder:?}");
            assert!((got_second / second - 1.0).abs() < 1e-12, "{ladder:?}");
            if third == 1e4 {
                assert!((got_third / third - 1.0).abs() < 1e-10, "{ladder:?}");
            }
        }
        // Too few phases: the mean holds, the spread is that of the Erlang law.
        let ladder = Ladder::fit([2.0, 4.04, 8.3], 5);
        let [mean, second, _] = ladder.moments();
        assert!((mean - 2.0).abs() < 1e-12 && (second / 4.0 - 1.2).abs() < 1e-12);
    }
}
