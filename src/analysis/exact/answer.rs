//! From a chain to findings: the same tables and charts as for a study, with numbers that have no interval.
//!
//! In: a [`Solvable`] and the model it came from. Out: [`Findings`]. What only runs can tell is left out: quantiles of
//! totals, averages and extremes of variables.

use super::eventual::{self, Eventual};
use super::explore::Chain;
use super::slice::Omitted;
use super::transient::{Course, Functional, Lumps, Question, TooStiff, Wanted, follow};
use super::{Exactness, Options, Solvable, Unsolvable};
use crate::analysis::study::{self, Subject};
use crate::analysis::{
    ConsequenceFindings, Fan, Findings, Mean, Method, Occupancy, Origin, Passage, Proportion, Summary, TimeAxis,
    TimeQuantile, VariableFindings, estimate,
};
use crate::model::Model;

/// Solves a scenario, with some inputs set.
///
/// # Errors
/// See [`Unsolvable`].
pub fn solve(subject: &Subject<'_>, set: &[(String, f64)], options: &Options) -> Result<Findings, Unsolvable> {
    let bound = study::bound(subject.model, set).map_err(Unsolvable::Failure)?;
    let takes_steps = bound.program().takes_steps;
    let solvable = Solvable::new(&bound, options)?;
    let points = estimate::time_points(subject.model, takes_steps);
    let answer = Answer::new(subject.model, &solvable, &points).map_err(Unsolvable::TooStiff)?;
    Ok(answer.findings(subject, set))
}

/// One functional an outcome: where it holds, or where it classifies at the horizon what is still going.
pub fn outcome_functionals(chain: &Chain, outcomes: usize) -> Vec<Functional> {
    let mut all = vec![Functional::default(); outcomes];
    for state in 0..chain.states() {
        let outcome = chain.outcome[state].unwrap_or(chain.at_horizon[state]);
        all[usize::from(outcome)].entries.push((state as u32, 1.0));
    }
    all
}

/// Everything that was computed.
struct Answer<'a> {
    model: &'a Model,
    solvable: &'a Solvable,
    points: &'a [f64],
    course: Course,
    /// Where the functionals of each kind begin.
    at: Places,
    milestones: Vec<Option<Course>>,
}

/// Index of the first functional of each kind; outcomes come first.
struct Places {
    alive: usize,
    states: usize,
    times: usize,
    variables: usize,
    consequences: usize,
    firings: usize,
}

impl<'a> Answer<'a> {
    fn new(model: &'a Model, solvable: &'a Solvable, points: &'a [f64]) -> Result<Self, TooStiff> {
        let chain = &solvable.chain;
        let (functionals, at) = functionals(model, solvable);
        let kept = model.outcomes.len();
        let course = follow(&Question { chain, halted: None, functionals: &functionals, points, kept })?;
        let mut milestones = Vec::new();
        for (index, states) in chain.milestones.iter().enumerate() {
            if !solvable.slice.milestones[index] {
                milestones.push(None);
                continue;
            }
            let mut halted = vec![false; chain.states()];
            states.iter().for_each(|&state| halted[state as usize] = true);
            let entries = states.iter().map(|&state| (state, 1.0)).collect();
            let reached = [Functional { entries, wanted: Wanted::Both, ..Functional::default() }];
            let question = Question { chain, halted: Some(&halted), functionals: &reached, points, kept: 1 };
            milestones.push(Some(follow(&question)?));
        }
        Ok(Answer { model, solvable, points, course, at, milestones })
    }

    fn findings(&self, subject: &Subject<'_>, set: &[(String, f64)]) -> Findings {
        let (model, chain) = (self.model, &self.solvable.chain);
        let courses = std::iter::once(&self.course).chain(self.milestones.iter().flatten());
        let error_bound = courses.map(|course| course.truncation + course.rounding).fold(0.0, f64::max);
        let (eventual, too_dense) = match eventual::eventual(chain, &names(model, self.solvable)) {
            Ok(eventual) => (Some(eventual), None),
            Err(unending) => (None, Some(unending.why())),
        };
        let mut omitted = self.solvable.slice.omitted.clone();
        omitted.extend(too_dense.map(|why| Omitted { what: "answers without a horizon".into(), why: why.into() }));
        let exactness = Exactness {
            states: chain.states(),
            transitions: chain.target.len(),
            error_bound,
            approximations: self.solvable.phases.approximations.clone(),
            omitted,
        };
        let method = Method::Exact(Box::new(exactness));
        let firings = chain.initial_firings + last(&self.course.integrals[self.at.firings]);
        Findings {
            origin: Origin::of(subject, set, method),
            axis: TimeAxis {
                unit: model.calendar.unit.name().to_owned(),
                horizon: model.calendar.horizon,
                points: self.points.to_vec(),
            },
            outcomes: self.outcomes(),
            milestones: self.milestones(),
            machines: self.machines(),
            consequences: self.consequences(),
            variables: self.variables(),
            durations: Vec::new(),
            journey: None,
            transitions_per_run: firings,
            confidence: estimate::CONFIDENCE,
            precision: None,
            words: None,
            quantile_relative_error: 0.0,
            doubt: None,
            rare: Vec::new(),
            eventual,
        }
    }

    fn outcomes(&self) -> Vec<Passage> {
        let all = self.model.outcomes.iter().enumerate();
        all.map(|(index, outcome)| {
            if outcome.at_horizon {
                self.at_horizon(index)
            } else {
                self.passage(&outcome.name, &outcome.about, &self.course, index)
            }
        })
        .collect()
    }

    fn milestones(&self) -> Vec<Passage> {
        let known = self.model.milestones.iter().zip(&self.milestones);
        known
            .filter_map(|(milestone, course)| {
                Some(self.passage(&milestone.name, &milestone.about, course.as_ref()?, 0))
            })
            .collect()
    }

    fn passage(&self, name: &str, about: &str, course: &Course, index: usize) -> Passage {
        let (incidence, horizon) = (&course.values[index], self.model.calendar.horizon);
        let reached = last(incidence);
        // E[T; T ≤ h] = h F(h) − ∫ F.
        let time = (horizon * reached - last(&course.integrals[index])) / reached;
        let time_of = |wanted: f64| if reached >= wanted { course.time_of(index, wanted) } else { None };
        let quantiles = estimate::QUANTILES.map(|probability| TimeQuantile { probability, time: time_of(probability) });
        let if_reached = estimate::QUANTILES.iter().filter(|_| reached > 0.0);
        Passage {
            name: name.to_owned(),
            about: about.to_owned(),
            at_horizon: false,
            probability: Proportion::exact(reached),
            incidence: incidence.iter().map(|&p| Proportion::exact(p)).collect(),
            mean_time_if_reached: (reached > 0.0).then(|| Mean::exact(time.clamp(0.0, horizon))),
            quantiles: quantiles.to_vec(),
            quantiles_if_reached: if_reached.filter_map(|&p| Some((p, time_of(p * reached)?))).collect(),
        }
    }

    /// An outcome that classifies what is left at the horizon: it is reached there and not before.
    fn at_horizon(&self, index: usize) -> Passage {
        let (outcome, horizon) = (&self.model.outcomes[index], self.model.calendar.horizon);
        let p = last(&self.course.values[index]);
        let mut incidence = vec![Proportion::exact(0.0); self.points.len()];
        *incidence.last_mut().expect("the horizon is a point") = Proportion::exact(p);
        let reached = |wanted: f64| (p >= wanted).then_some(horizon);
        let quantiles = estimate::QUANTILES.map(|probability| TimeQuantile { probability, time: reached(probability) });
        let if_reached = estimate::QUANTILES.iter().filter(|_| p > 0.0).map(|&probability| (probability, horizon));
        Passage {
            name: outcome.name.clone(),
            about: outcome.about.clone(),
            at_horizon: true,
            probability: Proportion::exact(p),
            incidence,
            mean_time_if_reached: (p > 0.0).then(|| Mean::exact(horizon)),
            quantiles: quantiles.to_vec(),
            quantiles_if_reached: if_reached.collect(),
        }
    }

    fn machines(&self) -> Vec<Occupancy> {
        let kept = self.model.machines.iter().enumerate().filter(|(index, _)| self.solvable.slice.machines[*index]);
        kept.map(|(_, machine)| Occupancy {
            machine: machine.name.clone(),
            states: self.model.states[machine.states.clone()].iter().map(|state| state.name.clone()).collect(),
            rows: (0..self.points.len())
                .map(|point| {
                    let shares = machine.states.clone().map(|state| self.course.values[self.at.states + state][point]);
                    shares.map(Proportion::exact).collect()
                })
                .collect(),
            mean_time: machine
                .states
                .clone()
                .map(|state| Mean::exact(last(&self.course.integrals[self.at.times + state])))
                .collect(),
        })
        .collect()
    }

    fn consequences(&self) -> Vec<ConsequenceFindings> {
        let kept = self.model.consequences.iter().enumerate();
        kept.filter(|(index, _)| self.solvable.slice.consequences[*index])
            .map(|(index, consequence)| {
                let start = self.solvable.chain.initial_totals[index];
                let totals = self.course.integrals[self.at.consequences + index].iter().map(|gain| start + gain);
                let totals: Vec<f64> = totals.collect();
                ConsequenceFindings {
                    name: consequence.name.clone(),
                    about: consequence.provenance.about.clone(),
                    unit: consequence.provenance.unit.clone(),
                    total: Summary::of_mean(Mean::exact(last(&totals))),
                    path: Fan::of_means(totals.iter().map(|&total| Some(Mean::exact(total))).collect()),
                }
            })
            .collect()
    }

    fn variables(&self) -> Vec<VariableFindings> {
        let alive = &self.course.values[self.at.alive];
        let kept = self.model.variables.iter().enumerate();
        kept.filter(|(index, _)| self.solvable.slice.variables[*index])
            .map(|(index, variable)| {
                let sums = &self.course.values[self.at.variables + index];
                let mean = |(&sum, &alive): (&f64, &f64)| (alive > 0.0).then(|| Mean::exact(sum / alive));
                VariableFindings {
                    name: variable.name.clone(),
                    about: variable.provenance.about.clone(),
                    unit: variable.provenance.unit.clone(),
                    time_average: None,
                    peak: None,
                    trough: None,
                    path: Fan::of_means(sums.iter().zip(alive).map(mean).collect()),
                }
            })
            .collect()
    }
}

fn last(values: &[f64]) -> f64 {
    values.last().copied().expect("the horizon is a point")
}

/// What is asked of the chain over time.
fn functionals(model: &Model, solvable: &Solvable) -> (Vec<Functional>, Places) {
    let chain = &solvable.chain;
    let of = |entries: Vec<(u32, f64)>, wanted: Wanted| Functional { entries, wanted, ..Functional::default() };
    let alive = |state: &u32| chain.outcome[*state as usize].is_none();
    let all = || 0..chain.states() as u32;
    let mut list = outcome_functionals(chain, model.outcomes.len());
    for (functional, outcome) in list.iter_mut().zip(&model.outcomes) {
        functional.wanted = if outcome.at_horizon { Wanted::Value } else { Wanted::Both };
    }
    let alive_at = list.len();
    list.push(of(all().filter(alive).map(|state| (state, 1.0)).collect(), Wanted::Value));
    let states = list.len();
    let (mut there, mut going) = (vec![Vec::new(); model.states.len()], vec![Vec::new(); model.states.len()]);
    for state in all() {
        for machine in (0..chain.machines).filter(|&machine| solvable.slice.machines[machine]) {
            let machine_state = chain.machine_state(state as usize, machine).index();
            there[machine_state].push((state, 1.0));
            if alive(&state) {
                going[machine_state].push((state, 1.0));
            }
        }
    }
    list.extend(there.into_iter().map(|entries| of(entries, Wanted::Value)));
    let times = list.len();
    list.extend(going.into_iter().map(|entries| of(entries, Wanted::Integral)));
    let numbers = |from: &[f64], width: usize, index: usize| -> Vec<(u32, f64)> {
        let numbers = all().filter(alive).map(|state| (state, from[state as usize * width + index]));
        numbers.filter(|(_, x)| *x != 0.0).collect()
    };
    let variables = list.len();
    for index in 0..chain.variables {
        let kept = solvable.slice.variables[index];
        let entries = if kept { numbers(&chain.values, chain.variables, index) } else { Vec::new() };
        list.push(of(entries, Wanted::Value));
    }
    let consequences = list.len();
    for index in 0..chain.consequences {
        let force = solvable.slice.bound.discount(index);
        let entries = numbers(&chain.gains, chain.consequences, index);
        let lumps = Lumps::Consequence(index);
        list.push(Functional { entries, force, wanted: Wanted::Integral, lumps });
    }
    let firings = list.len();
    let entries = numbers(&chain.firings, 1, 0);
    list.push(Functional { entries, wanted: Wanted::Integral, lumps: Lumps::Firings, ..Functional::default() });
    (list, Places { alive: alive_at, states, times, variables, consequences, firings })
}

fn names<'a>(model: &'a Model, solvable: &Solvable) -> eventual::Names<'a> {
    let slice = &solvable.slice;
    let name_list = |kept: &[bool], names: Vec<&'a str>| -> Vec<Option<&'a str>> {
        names.into_iter().zip(kept).map(|(name, kept)| kept.then_some(name)).collect()
    };
    let machine_states = |range: std::ops::Range<usize>| model.states[range].iter().map(|s| s.name.clone()).collect();
    eventual::Names {
        outcomes: model.outcomes.iter().map(|o| (!o.at_horizon).then_some(o.name.as_str())).collect(),
        milestones: name_list(&slice.milestones, model.milestones.iter().map(|m| m.name.as_str()).collect()),
        consequences: name_list(&slice.consequences, model.consequences.iter().map(|c| c.name.as_str()).collect())
            .into_iter()
            .enumerate()
            .map(|(index, name)| Some((name?, slice.bound.discount(index))))
            .collect(),
        variables: name_list(&slice.variables, model.variables.iter().map(|v| v.name.as_str()).collect()),
        machines: model
            .machines
            .iter()
            .zip(&slice.machines)
            .map(|(machine, kept)| {
                let states = machine_states(machine.states.clone());
                kept.then(|| (machine.name.as_str(), machine.states.start, states))
            })
            .collect(),
    }
}

/// What becomes of runs without a horizon; nothing else is solved.
///
/// # Errors
/// See [`Unsolvable`].
pub fn solve_eventually(model: &Model, set: &[(String, f64)], options: &Options) -> Result<Eventual, Unsolvable> {
    let bound = study::bound(model, set).map_err(Unsolvable::Failure)?;
    let solvable = Solvable::new(&bound, options)?;
    eventual::eventual(&solvable.chain, &names(model, &solvable)).map_err(Unsolvable::Unending)
}
