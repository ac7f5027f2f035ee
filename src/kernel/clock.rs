//! The clock of one timed transition: how much hazard it has still to use up, and when that will be.
//!
//! A clock is armed with a threshold E ~ Exp(1) and is due when its integrated hazard ∫ m·h(age)·d(age) reaches it. When
//! the multiplier m or the speed of ageing changes, what was used up is subtracted (`pass`) and the rest of the
//! threshold counts on: Δ = H⁻¹(H(age) + R/m) − age. Nothing is drawn again.

use crate::distribution::Distribution;
use crate::model::ClockRule;
use crate::random::Stream;

/// What a clock's hazard is a multiple of.
#[derive(Clone, Copy, Debug)]
pub enum Baseline<'a> {
    /// 1: the multiplier is the hazard itself.
    Unit,
    /// The hazard of a waiting time at the clock's age.
    Wait(&'a Distribution),
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    armed: bool,
    /// Disarmed under the rule "resume": age and residual are still good.
    kept: bool,
    /// When age and residual were last brought up to date.
    since: f64,
    /// Age at `since`.
    age: f64,
    /// Threshold still to be used up at `since`; not looked at while `ends_at_age` is known.
    residual: f64,
    /// The age at which it is due, where that was drawn in place of a threshold; 0 where it was not.
    ends_at_age: f64,
    /// Hazard as a multiple of the baseline's.
    multiplier: f64,
    /// How fast the age runs; 1 for real time.
    speed: f64,
    /// Thresholds drawn so far in this run.
    draws: u64,
    /// Time waited before the run began, which the first wait goes on from.
    before: f64,
}

impl Clock {
    pub fn is_armed(&self) -> bool {
        self.armed
    }

    /// How often a threshold was drawn: the count in the next one's address.
    pub fn draws(&self) -> u64 {
        self.draws
    }

    /// Its age at `now`, if it is armed.
    pub fn age_at(&self, now: f64) -> f64 {
        self.age + self.speed * (now - self.since)
    }

    /// Whether arming needs a new threshold.
    pub fn wants_threshold(&self) -> bool {
        !self.kept
    }

    /// Lets the first wait have gone on for some time already when the run begins, as if it had been armed all the time
    /// and its age had run at the speed that it is first armed with. The threshold is that of having survived so far.
    pub fn has_waited(&mut self, time: f64) {
        self.before = time;
    }

    /// Whether it has waited before the run and was not armed since.
    pub fn goes_on(&self) -> bool {
        self.before > 0.0
    }

    /// Starts or resumes at `now`, ageing at `speed`. `threshold` must be given if it
    /// [`wants`](Self::wants_threshold) one.
    pub fn arm(&mut self, now: f64, rule: ClockRule, threshold: Option<f64>, speed: f64) {
        if let Some(threshold) = threshold {
            self.residual = threshold;
            self.ends_at_age = 0.0;
            self.age = self.before * speed;
            self.before = 0.0;
            self.draws += 1;
        }
        if rule == ClockRule::Forward {
            self.age = now;
        }
        self.since = now;
        self.armed = true;
        self.kept = false;
        // A multiplier that no model has, so that the first timing is not taken for an unchanged one.
        self.multiplier = -1.0;
    }

    /// Stops at `now`, because the transition is no longer enabled.
    pub fn disarm(&mut self, now: f64, rule: ClockRule, baseline: Baseline<'_>) {
        if self.armed {
            self.armed = false;
            self.kept = rule == ClockRule::Resume;
            // Only what is kept is brought up to date: of the clocks of a state all but one are thrown away, and a
            // cumulative hazard is the dearest number of a run (15 % of the semi-Markov ladder).
            if self.kept {
                self.pass(now, baseline);
            }
        } else if rule != ClockRule::Resume {
            self.before = 0.0;
        }
    }

    /// How often it had drawn a threshold before this scenario was entered, so that no draw is made twice in a run.
    pub fn count_from(&mut self, draws: u64) {
        self.draws = draws;
    }

    /// The clock as it goes on in another program at `now`, where its transition may be timed otherwise from then on.
    pub fn handed_on(mut self, now: f64, baseline: Baseline<'_>) -> Self {
        if self.armed {
            self.pass(now, baseline);
            self.multiplier = -1.0;
        }
        self
    }

    /// Whether it is armed or kept, with some of its threshold left.
    pub fn has_residual(&self) -> bool {
        (self.armed || self.kept) && (self.residual > 0.0 || self.ends_at_age > 0.0)
    }

    /// Draws anew what is left of the wait at `now`, and tells when it is due; `None`, with nothing drawn, where it is not armed or its
    /// family has no way for that. Its threshold is worked out only if something comes to change how fast it is used up.
    pub fn renew_wait(&mut self, now: f64, baseline: Baseline<'_>, rests: impl FnOnce() -> Stream) -> Option<f64> {
        let Baseline::Wait(wait) = baseline else { return None };
        if !self.armed || self.multiplier != 1.0 || self.speed <= 0.0 {
            return None;
        }
        let (age, mut rests) = (self.age_at(now), rests());
        let rest = wait.rest(age, &mut || rests.unit())?;
        self.draws += 1;
        (self.age, self.since, self.ends_at_age) = (age, now, age + rest);
        Some(now + rest / self.speed)
    }

    /// Takes this threshold, newly drawn, for what is left of the wait at `now`, and tells when it is due if it is armed. A threshold
    /// is exponential, so what is left of one that was survived so far has the law of a whole one: a run that shares its past
    /// with another and not its future goes on so.
    pub fn renew(&mut self, now: f64, baseline: Baseline<'_>, threshold: f64) -> Option<f64> {
        self.draws += 1;
        self.ends_at_age = 0.0;
        if self.armed {
            self.age = self.age_at(now);
            self.since = now;
        }
        self.residual = threshold;
        self.armed.then(|| now + self.remaining(baseline))
    }

    /// It was due and has fired: age and threshold are spent.
    pub fn spend(&mut self) {
        self.armed = false;
        self.kept = false;
    }

    /// Whether its age is past what a wait can last.
    pub fn is_overdue(&self, baseline: Baseline<'_>) -> bool {
        match baseline {
            Baseline::Unit => false,
            Baseline::Wait(wait) => wait.cumulative_hazard(self.age) == f64::INFINITY,
        }
    }

    /// Brings age and residual up to `now`.
    #[inline(always)]
    fn pass(&mut self, now: f64, baseline: Baseline<'_>) {
        let aged = self.age_at(now);
        if let (Baseline::Wait(wait), true) = (baseline, self.ends_at_age > 0.0) {
            // No threshold was drawn: it is what the hazard comes to until the age at which it is due.
            let left = wait.cumulative_hazard(self.ends_at_age) - wait.cumulative_hazard(aged);
            self.residual = (self.multiplier * left).max(0.0);
            self.ends_at_age = 0.0;
        } else if self.multiplier > 0.0 {
            let used = match baseline {
                Baseline::Unit => self.multiplier * (now - self.since),
                Baseline::Wait(wait) => {
                    let before = wait.cumulative_hazard(self.age);
                    let after = wait.cumulative_hazard(aged);
                    // Past the end of its support a wait has infinite hazard behind it and none left to use up.
                    if before.is_finite() { self.multiplier * (after - before) } else { f64::INFINITY }
                }
            };
            self.residual = (self.residual - used).max(0.0);
        }
        self.age = aged;
        self.since = now;
    }

    /// Takes a new multiplier and speed at `now`; returns when it is due, or `None` if nothing changed.
    #[inline(always)]
    pub fn retime(&mut self, now: f64, multiplier: f64, speed: f64, baseline: Baseline<'_>) -> Option<f64> {
        if multiplier == self.multiplier && speed == self.speed {
            return None;
        }
        self.pass(now, baseline);
        self.multiplier = multiplier;
        self.speed = speed;
        Some(now + self.remaining(baseline))
    }

    /// Time until it is due, if nothing changes.
    #[inline(always)]
    fn remaining(&self, baseline: Baseline<'_>) -> f64 {
        if self.multiplier == 0.0 || self.speed == 0.0 {
            return f64::INFINITY;
        }
        let residual = self.residual / self.multiplier;
        match baseline {
            Baseline::Unit => residual,
            Baseline::Wait(wait) => wait.residual_wait(self.age, residual) / self.speed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::{Argument, Family};
    use crate::random::{NameAddress, RunAddress};

    /// A rest that was drawn is one of a threshold that is worked out when it is needed, and that counts on from there.
    #[test]
    fn a_drawn_rest_is_re_timed_as_its_threshold_asks() {
        let wait = Distribution::new(Family::Gamma, &[(Argument::Shape, 3.0), (Argument::Scale, 2.0)], &[]).unwrap();
        let baseline = Baseline::Wait(&wait);
        let luck = |name: &str| Stream::at(RunAddress::new(1, 2), NameAddress::new(name), 0);
        let mut clock = Clock::default();
        clock.arm(10.0, ClockRule::Reset, Some(1.0), 1.0);
        clock.retime(10.0, 1.0, 1.0, baseline);
        let due = clock.renew_wait(11.0, baseline, || luck("rest")).unwrap();
        assert!(due > 11.0 && clock.has_residual());
        let (now, hazard) = (0.5 * (11.0 + due), |age: f64| wait.cumulative_hazard(age));
        let threshold = hazard(due - 10.0) - hazard(now - 10.0);
        let slower = clock.retime(now, 0.5, 1.0, baseline).unwrap();
        assert!((hazard(slower - 10.0) - hazard(now - 10.0) - 2.0 * threshold).abs() < 1e-9, "{slower}");
        let again = clock.retime(now, 1.0, 1.0, baseline).unwrap();
        assert!((again - due).abs() < 1e-9, "{again} and not {due}");
    }
}
