//! Holds simulations, and exact answers, against the truths that stand beside a model (`[[expect]]`).
//!
//! In: findings of the same model from several seeds. Out: for each truth a [`Verdict`]: in all seeds within 4 standard
//! errors, and inside the 99 % interval in at least two of three. The standard error of a share is that of the expected
//! share, so that it is right at no hits too. Exact findings must meet each truth to its own tolerance.

use super::{Counts, Findings, Proportion};
use crate::model::id::MachineId;
use crate::model::{BaseRate, Expectation, Measure, Model, Subject};
use crate::stats::interval::{Z_95, normal, wilson};
use std::ops::Range;

/// Half-width of a 99 % normal interval in standard errors.
const Z99: f64 = 2.575_829_303_548_901;
/// No estimate may be further off than this many standard errors.
const WORST: f64 = 4.0;
/// A mean without spread must be met to this relative precision.
const EXACT: f64 = 1e-9;

/// One seed's answer to one truth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    pub seed: u64,
    pub estimate: f64,
    /// 0 if every run gave the same number.
    pub standard_error: f64,
}

/// How one truth was met.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Such as `outcome pullback` or `state queue.full at 5`.
    pub of: String,
    pub expected: f64,
    pub source: String,
    pub answers: Vec<Answer>,
    /// Distance of the worst answer in standard errors.
    pub worst: f64,
    /// Answers whose 99 % interval holds the truth.
    pub covering: usize,
    pub holds: bool,
}

impl Verdict {
    /// The widest 99 % half-width, relative to the truth (absolute where the truth is 0).
    pub fn relative_half_width(&self) -> f64 {
        let scale = if self.expected == 0.0 { 1.0 } else { self.expected.abs() };
        self.answers.iter().map(|answer| Z99 * answer.standard_error / scale).fold(0.0, f64::max)
    }
}

/// Holds every truth of the model against the findings, one of each seed. Each `findings` must be of this model.
pub fn verify(model: &Model, findings: &[Findings]) -> Vec<Verdict> {
    model.expectations.iter().map(|expectation| verdict(model, expectation, findings)).collect()
}

fn verdict(model: &Model, expectation: &Expectation, findings: &[Findings]) -> Verdict {
    let answers: Vec<Answer> = findings.iter().map(|findings| answer(model, expectation, findings)).collect();
    let distance = |answer: &Answer| {
        let off = (answer.estimate - expectation.value).abs();
        if answer.standard_error > 0.0 {
            off / answer.standard_error
        } else if off <= EXACT * expectation.value.abs().max(EXACT) {
            0.0
        } else {
            f64::INFINITY
        }
    };
    let worst = answers.iter().map(distance).fold(0.0, |worst: f64, z| if z.is_nan() { z } else { worst.max(z) });
    let covering = answers.iter().filter(|answer| distance(answer) <= Z99).count();
    // Two of three, and as many of any other number.
    let enough = 3 * covering >= 2 * answers.len() && !answers.is_empty();
    Verdict {
        of: describe(model, expectation),
        expected: expectation.value,
        source: expectation.source.clone(),
        holds: worst <= WORST && enough,
        worst,
        covering,
        answers,
    }
}

/// What is known from elsewhere, beside what findings say.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// As in [`Verdict`].
    pub of: String,
    /// The name of what it is of, such as `settlement` or `russia.striking`.
    pub subject: String,
    /// When, in the scenario's time unit.
    pub at: f64,
    /// Whether it is a share of the runs, and no quantity.
    pub is_share: bool,
    /// Whether that share is of what lasts longer than `at`, which is then no moment but a length.
    pub lasting: bool,
    /// Between what it lies elsewhere.
    pub range: [f64; 2],
    pub found: f64,
    /// The 95 % interval of what was found; without width of an exact answer.
    pub interval: [f64; 2],
    pub source: String,
}

impl Beside {
    /// Where the interval of what was found lies: wholly below the range, wholly above it, or neither.
    pub fn side(&self) -> std::cmp::Ordering {
        let ([low, high], [least, most]) = (self.interval, self.range);
        match (high < least, low > most) {
            (true, _) => std::cmp::Ordering::Less,
            (_, true) => std::cmp::Ordering::Greater,
            _ => std::cmp::Ordering::Equal,
        }
    }
}

/// Holds the findings beside every base rate of the model; exact ones may leave a subject out.
pub fn beside(model: &Model, findings: &Findings) -> Vec<Beside> {
    let found = |rate: &BaseRate| {
        let told = answer_if_known(model, &rate.expectation, findings).filter(|told| told.estimate.is_finite())?;
        // The error of a share is that at the share itself: a base rate is nothing that it ought to be.
        let own = Expectation { value: told.estimate, ..rate.expectation.clone() };
        let answer = answer_if_known(model, &own, findings)?;
        let (found, runs) = (answer.estimate, findings.origin.runs);
        let is_share = matches!(own.measure, Measure::Probability { .. });
        let lasting = matches!(own.subject, Subject::Duration(_));
        let of_runs = is_share && runs > 0 && !lasting;
        let (low, high) = match of_runs {
            true => wilson((found * runs as f64).round() as u64, runs, Z_95),
            false => normal(found, answer.standard_error, Z_95),
        };
        let (Measure::Probability { at } | Measure::Mean { at }) = own.measure else { return None };
        let subject = model.subject_name(own.subject);
        let subject = subject.split_once(' ').map_or(subject.as_str(), |(_, name)| name).to_owned();
        let (of, interval) = (describe(model, &own), [low, high]);
        Some(Beside { of, subject, at, is_share, lasting, range: rate.range, found, interval, source: own.source })
    };
    model.base_rates.iter().filter_map(found).collect()
}

fn describe(model: &Model, expectation: &Expectation) -> String {
    let subject = model.subject_name(expectation.subject);
    match (expectation.measure, expectation.subject) {
        (Measure::MeanTime, _) => format!("mean time to {subject}"),
        (Measure::Probability { at }, Subject::State(_) | Subject::Composite(_)) => format!("{subject} at {at}"),
        (Measure::Probability { at }, Subject::Duration(_)) => {
            format!("{subject} lasting longer than {}", (1e3 * at).round() / 1e3)
        }
        (Measure::Probability { at }, _) => format!("{subject} by {at}"),
        (Measure::Mean { at }, _) => format!("mean of {subject} at {at}"),
    }
}

/// How an exact answer meets a truth.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactVerdict {
    /// As in [`Verdict`].
    pub of: String,
    pub expected: f64,
    pub found: f64,
    /// The truth's own, or that of the digits it is written with.
    pub tolerance: f64,
    pub holds: bool,
}

/// How far a number may be off that was rounded to the digits that it has: three or more end in a rounded one; one or two
/// are exact, as those of 0, 0.5 and 12.
fn as_written(value: f64) -> f64 {
    const LEAST: usize = 3;
    let least = EXACT * value.abs().max(EXACT);
    // From 11 digits on the rounding is below that.
    let rounded = |digits: usize| format!("{value:.*e}", digits - 1).parse::<f64>().unwrap_or(value);
    let Some(digits) = (1..=10).find(|&digits| (rounded(digits) - value).abs() <= 1e-14 * value.abs()) else {
        return least;
    };
    if digits < LEAST {
        return least;
    }
    let exponent = libm::floor(libm::log10(value.abs())) as i32 + 1 - digits as i32;
    // A little more than a half, for what is rounded at a five.
    least.max(0.501 * libm::pow(10.0, f64::from(exponent)))
}

/// Holds every truth of the model against exact findings of it; `None` where the exact answer leaves its subject out.
pub fn verify_exactly(model: &Model, findings: &Findings) -> Vec<Option<ExactVerdict>> {
    let verdict = |expectation: &Expectation| {
        let found = answer_if_known(model, expectation, findings)?.estimate;
        let expected = expectation.value;
        let tolerance = expectation.tolerance.unwrap_or_else(|| as_written(expected));
        let holds = (found - expected).abs() <= tolerance;
        Some(ExactVerdict { of: describe(model, expectation), expected, found, tolerance, holds })
    };
    model.expectations.iter().map(verdict).collect()
}

fn answer(model: &Model, expectation: &Expectation, findings: &Findings) -> Answer {
    answer_if_known(model, expectation, findings).expect("a simulation leaves nothing out")
}

/// The answer of findings to a truth; `None` if they leave its subject out.
fn answer_if_known(model: &Model, expectation: &Expectation, findings: &Findings) -> Option<Answer> {
    let seed = findings.origin.seed;
    let point = |at: f64| {
        let found = findings.axis.points.iter().position(|&time| time == at);
        found.expect("a study records its series at the times that truths ask about")
    };
    let share = |share: Proportion| {
        let p = expectation.value;
        let runs = share.counts.map_or(f64::INFINITY, |counts| counts.runs as f64);
        Answer { seed, estimate: share.estimate, standard_error: (p * (1.0 - p) / runs).max(0.0).sqrt() }
    };
    let mean = |mean: Option<super::Mean>| match mean {
        Some(mean) => Answer { seed, estimate: mean.estimate, standard_error: mean.standard_error },
        None => Answer { seed, estimate: f64::NAN, standard_error: 0.0 },
    };
    Some(match (expectation.subject, expectation.measure) {
        (Subject::State(state), Measure::Probability { at } | Measure::Mean { at }) => {
            let machine = model.states[state.index()].machine;
            share(there(model, findings, machine, state.index()..state.index() + 1, point(at))?)
        }
        (Subject::Composite(composite), Measure::Probability { at } | Measure::Mean { at }) => {
            let composite = model.composite(composite);
            share(there(model, findings, composite.machine, composite.states.clone(), point(at))?)
        }
        (Subject::Outcome(index), Measure::Probability { at } | Measure::Mean { at }) => {
            share(findings.outcomes[index].incidence[point(at)])
        }
        (Subject::Outcome(index), Measure::MeanTime) => mean(findings.outcomes[index].mean_time_if_reached),
        (Subject::Milestone(index), measure) => {
            let milestone = findings.milestones.iter().find(|one| one.name == model.milestones[index].name)?;
            match measure {
                Measure::MeanTime => mean(milestone.mean_time_if_reached),
                Measure::Probability { at } | Measure::Mean { at } => share(milestone.incidence[point(at)]),
            }
        }
        (Subject::Duration(index), Measure::Probability { at } | Measure::Mean { at }) => {
            let duration = findings.durations.iter().find(|one| one.name == model.durations[index].name)?;
            let lasting = duration.ages.iter().find(|age| age.age == at).map(|age| age.lasting);
            // Of an age that no stay was watched at nothing is known.
            let estimate = lasting.map_or(f64::NAN, |share| share.estimate);
            let error = lasting.map_or(0.0, |share| share.standard_error);
            let p = expectation.value;
            let of_all = (p * (1.0 - p) / duration.begun.max(1) as f64).max(0.0).sqrt();
            Answer { seed, estimate, standard_error: if error > 0.0 { error } else { of_all } }
        }
        (Subject::Consequence(index), Measure::Mean { at }) => {
            let consequence = findings.consequences.iter().find(|one| one.name == model.consequences[index].name)?;
            mean(consequence.path.means[point(at)])
        }
        (Subject::Variable(index), Measure::Mean { at }) => {
            let variable = findings.variables.iter().find(|one| one.name == model.variables[index].name)?;
            mean(variable.path.means[point(at)])
        }
        (
            Subject::State(_)
            | Subject::Composite(_)
            | Subject::Duration(_)
            | Subject::Consequence(_)
            | Subject::Variable(_),
            _,
        ) => {
            unreachable!("the model pairs subjects with measures that they have")
        }
    })
}

/// The share of runs in one of some states of a machine at a point of the axis; `None` if the machine is left out.
fn there(
    model: &Model,
    findings: &Findings,
    machine: MachineId,
    states: Range<usize>,
    point: usize,
) -> Option<Proportion> {
    let machine = &model.machines[machine.index()];
    let row = &findings.machines.iter().find(|one| one.machine == machine.name)?.rows[point];
    let shares = &row[states.start - machine.states.start..states.end - machine.states.start];
    let runs = row[0].counts.map(|counts| counts.runs);
    Some(match runs {
        Some(runs) => {
            let hits = shares.iter().filter_map(|share| share.counts).map(|counts| counts.hits).sum();
            let estimate = hits as f64 / runs as f64;
            Proportion { counts: Some(Counts { hits, runs }), estimate, low: estimate, high: estimate }
        }
        None => Proportion::exact(shares.iter().map(|share| share.estimate).sum()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truth_is_as_exact_as_it_is_written() {
        for (written, off) in [
            (0.0, 1e-18),
            (1.0, 1e-9),
            (0.25, 2.5e-10),
            (12.0, 1.2e-8),
            (0.166, 0.501e-3),
            (16.62 / 100.0, 0.501e-4),
            (59.891_745, 0.501e-6),
            (540.0, 5.4e-7),
            (541.0, 0.501),
            (-541.0, 0.501),
            (1.0 / 3.0, 1e-9 / 3.0),
        ] {
            let found = as_written(written);
            assert!((found / off - 1.0).abs() < 1e-9, "{written}: {found:e}, not {off:e}");
        }
    }
}
