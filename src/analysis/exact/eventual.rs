//! A chain without a horizon: how it ends in the end, when, and where it stays if it does not.
//!
//! In: a [`Chain`]. Out: an [`Eventual`]. The strongly connected parts that are not left again are where runs end up: a
//! state with an outcome, or states among which a run goes on for ever. What leads there is solved by elimination; what
//! is infinite is said to be by the shape of the chain, not by a large number.

use super::connected::Connected;
use super::eliminate::{Elimination, System, TooDense};
use super::explore::Chain;
use serde::Serialize;
use std::collections::BTreeMap;

/// Half the distance from 1 to the next number.
const UNIT: f64 = 1.2e-16;

/// Something that may be reached some day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reached {
    pub name: String,
    /// That it is ever reached.
    pub probability: f64,
    /// Mean time to it in the runs that reach it; `None` if none does.
    pub mean_time_if_reached: Option<f64>,
    /// Mean time to it: infinite unless it is reached with certainty.
    #[serde(serialize_with = "finite_or_word")]
    pub mean_time: f64,
}

/// What becomes of a consequence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Accumulated {
    pub name: String,
    /// Expected total if runs go on until an outcome, or for ever; may be infinite. `None`: left out.
    #[serde(serialize_with = "finite_or_word_if_any")]
    pub total: Option<f64>,
    /// Expected gain per time unit in the long run, undiscounted; runs that have ended gain nothing.
    pub long_run_rate: Option<f64>,
}

/// A machine's states in the long run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LongRun {
    pub machine: String,
    pub states: Vec<String>,
    /// Share of runs in each state in the long run; runs that have ended keep their last state.
    pub shares: Vec<f64>,
}

/// What becomes of runs without a horizon.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Eventual {
    /// The outcomes that end runs, in file order; their probabilities and `never` sum to 1.
    pub outcomes: Vec<Reached>,
    /// Probability that no outcome ever holds.
    pub never: f64,
    /// Mean time to any outcome; infinite if there may never be one.
    #[serde(serialize_with = "finite_or_word")]
    pub mean_time_to_outcome: f64,
    pub milestones: Vec<Reached>,
    pub consequences: Vec<Accumulated>,
    pub long_run: Vec<LongRun>,
    /// Long-run mean of each variable over the runs that never end; empty if all do.
    pub variables: Vec<(String, f64)>,
    /// A bound on the error of every probability that an outcome is reached.
    pub error_bound: f64,
}

/// JSON has no infinity: it is written as the word `inf`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn finite_or_word<S: serde::Serializer>(x: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if x.is_finite() { serializer.serialize_f64(*x) } else { serializer.serialize_str(&x.to_string()) }
}

fn finite_or_word_if_any<S: serde::Serializer>(x: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match x {
        Some(x) => finite_or_word(x, serializer),
        None => serializer.serialize_none(),
    }
}

/// Names and rules of what is asked for.
#[derive(Clone, Debug)]
pub struct Names<'a> {
    /// `None`: classifies at the horizon, and so not here.
    pub outcomes: Vec<Option<&'a str>>,
    /// `None`: left out.
    pub milestones: Vec<Option<&'a str>>,
    /// With the force of interest, per time unit; `None`: left out.
    pub consequences: Vec<Option<(&'a str, f64)>>,
    pub variables: Vec<Option<&'a str>>,
    /// Each machine's name, its first state and the names of its states; `None`: left out.
    pub machines: Vec<Option<(&'a str, usize, Vec<String>)>>,
}

/// The parts of a chain in which runs end up, and the way there.
struct Way {
    /// Number of each transient state in the system.
    number: Vec<Option<u32>>,
    transient: Vec<usize>,
    /// Closed parts: their states, ascending.
    closed: Vec<Vec<usize>>,
    elimination: Elimination,
    /// Expected time in each transient state, by its number.
    times: Vec<f64>,
    /// Probability of coming into each state that is not transient.
    arrives: Vec<f64>,
    error_bound: f64,
}

impl Way {
    /// `halted` states are not left.
    fn new(chain: &Chain, halted: &dyn Fn(usize) -> bool) -> Result<Way, TooDense> {
        let states = chain.states();
        let reachable = reachable(chain, halted);
        let leaves = |state: usize| reachable[state] && !halted(state);
        let Connected { part_of, parts } = Connected::new(chain, &leaves);
        let mut open = vec![false; parts];
        for state in (0..states).filter(|&state| leaves(state)) {
            let own = part_of[state];
            open[own as usize] |= chain.entries(state).any(|(target, _)| part_of[target] != own);
        }
        let mut closed: Vec<Vec<usize>> = vec![Vec::new(); parts];
        for state in (0..states).filter(|&state| reachable[state] && !open[part_of[state] as usize]) {
            closed[part_of[state] as usize].push(state);
        }
        closed.retain(|part| !part.is_empty());
        closed.sort();
        let transient: Vec<usize> =
            (0..states).filter(|&state| reachable[state] && open[part_of[state] as usize]).collect();
        let mut number = vec![None; states];
        for (index, &state) in transient.iter().enumerate() {
            number[state] = Some(index as u32);
        }
        let mut system = System { rows: vec![BTreeMap::new(); transient.len()], exit: vec![0.0; transient.len()] };
        for (index, &state) in transient.iter().enumerate() {
            for (target, rate) in chain.entries(state) {
                match number[target] {
                    Some(target) => *system.rows[index].entry(target).or_insert(0.0) += rate,
                    None => system.exit[index] += rate,
                }
            }
        }
        let elimination = system.eliminate()?;
        let mut begin = vec![0.0; transient.len()];
        let mut arrives = vec![0.0; states];
        for &(state, p) in &chain.initial {
            match number[state as usize] {
                Some(index) => begin[index as usize] += p,
                None => arrives[state as usize] += p,
            }
        }
        let times = elimination.times(&begin);
        let error_bound = residual(chain, &transient, &number, &begin, &times);
        for (&state, time) in transient.iter().zip(&times) {
            for (target, rate) in chain.entries(state).filter(|(target, _)| number[*target].is_none()) {
                arrives[target] += time * rate;
            }
        }
        Ok(Way { number, transient, closed, elimination, times, arrives, error_bound })
    }

    /// The probability of ending up in states of a kind, and the mean time of the runs that do.
    fn reach(&self, chain: &Chain, of_kind: &dyn Fn(usize) -> bool) -> (f64, Option<f64>) {
        let kind: Vec<usize> =
            (0..self.arrives.len()).filter(|&state| self.arrives[state] > 0.0 && of_kind(state)).collect();
        let probability: f64 = kind.iter().map(|&state| self.arrives[state]).sum();
        if probability == 0.0 {
            return (0.0, None);
        }
        // A run spends Σ times · P(ends up there from here), in the runs that do.
        let mut inflow = vec![0.0; self.transient.len()];
        for (index, &state) in self.transient.iter().enumerate() {
            let entries = chain.entries(state).filter(|(target, _)| self.number[*target].is_none() && of_kind(*target));
            inflow[index] = entries.map(|(_, rate)| rate).sum();
        }
        let chances = self.elimination.gains(&inflow);
        let time: f64 = self.times.iter().zip(&chances).map(|(time, chance)| time * chance).sum();
        (probability.min(1.0), Some(time / probability))
    }

    fn time(&self) -> f64 {
        self.times.iter().sum()
    }
}

/// States that a run can come to without leaving a halted one.
fn reachable(chain: &Chain, halted: &dyn Fn(usize) -> bool) -> Vec<bool> {
    let mut seen = vec![false; chain.states()];
    let mut open: Vec<usize> = chain.initial.iter().map(|(state, _)| *state as usize).collect();
    open.iter().for_each(|&state| seen[state] = true);
    while let Some(state) = open.pop() {
        if halted(state) {
            continue;
        }
        for (target, _) in chain.entries(state) {
            if !std::mem::replace(&mut seen[target], true) {
                open.push(target);
            }
        }
    }
    seen
}

/// What flows into the transient states less what flows out, in sum, with the rounding of these sums: as much
/// probability as is not accounted for.
fn residual(chain: &Chain, transient: &[usize], number: &[Option<u32>], begin: &[f64], times: &[f64]) -> f64 {
    let (mut flow, mut size) = (begin.to_vec(), begin.to_vec());
    for (index, &state) in transient.iter().enumerate() {
        for (target, rate) in chain.entries(state) {
            let gone = times[index] * rate;
            flow[index] -= gone;
            size[index] += gone;
            if let Some(target) = number[target] {
                flow[target as usize] += gone;
                size[target as usize] += gone;
            }
        }
    }
    let (flow, size) = (flow.iter().map(|x| x.abs()).sum::<f64>(), size.iter().sum::<f64>());
    flow + 8.0 * UNIT * size
}

/// Why it is not known what becomes of runs without a horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unending {
    /// Elimination would take too much memory.
    TooDense,
    /// Shocks come at their times, which have no place in a chain that only knows order.
    Shocks,
}

impl Unending {
    pub fn why(self) -> &'static str {
        match self {
            Unending::TooDense => "the chain is too large and too entangled to be solved without a horizon",
            Unending::Shocks => "shocks come at their times, and are solved up to a horizon only",
        }
    }
}

impl From<TooDense> for Unending {
    fn from(_: TooDense) -> Self {
        Unending::TooDense
    }
}

/// Solves the chain without a horizon.
///
/// # Errors
/// See [`Unending`].
pub fn eventual(chain: &Chain, names: &Names<'_>) -> Result<Eventual, Unending> {
    if !chain.jumps.is_empty() {
        return Err(Unending::Shocks);
    }
    let way = Way::new(chain, &|_| false)?;
    let has_outcome = |state: usize| chain.outcome[state].is_some();
    let endless: Vec<&Vec<usize>> = way.closed.iter().filter(|part| !has_outcome(part[0])).collect();
    let shares: Vec<Vec<f64>> = endless.iter().map(|part| long_run_shares(chain, part)).collect::<Result<_, _>>()?;
    let arrival = |part: &[usize]| part.iter().map(|&state| way.arrives[state]).sum::<f64>();
    // A sum of nothing is −0.
    let never: f64 = endless.iter().map(|part| arrival(part)).sum::<f64>() + 0.0;
    // Long-run probability of each state.
    let mut settled = vec![0.0; chain.states()];
    for part in way.closed.iter().filter(|part| has_outcome(part[0])) {
        settled[part[0]] = arrival(part);
    }
    for (part, shares) in endless.iter().zip(&shares) {
        let arrival = arrival(part);
        part.iter().zip(shares).for_each(|(&state, share)| settled[state] = arrival * share);
    }
    let alone = |count: usize| if count == 0 { way.time() } else { f64::INFINITY };
    let ending = names.outcomes.iter().enumerate().filter_map(|(index, name)| {
        let name = (*name)?;
        let of_kind = |state: usize| chain.outcome[state] == Some(index as u16);
        let (probability, mean_time_if_reached) = way.reach(chain, &of_kind);
        let others = way.closed.iter().filter(|part| !of_kind(part[0])).count();
        Some(Reached { name: name.to_owned(), probability, mean_time_if_reached, mean_time: alone(others) })
    });
    Ok(Eventual {
        outcomes: ending.collect(),
        never,
        mean_time_to_outcome: alone(endless.len()),
        milestones: milestones(chain, names)?,
        consequences: consequences(chain, names, &way, &settled, &endless)?,
        long_run: long_run(chain, names, &settled),
        variables: if never > 0.0 { means(chain, names, &settled, never) } else { Vec::new() },
        error_bound: way.error_bound,
    })
}

fn long_run_shares(chain: &Chain, part: &[usize]) -> Result<Vec<f64>, TooDense> {
    let number = |state: usize| part.binary_search(&state).expect("a closed part is not left") as u32;
    let row = |&state: &usize| chain.entries(state).map(|(target, rate)| (number(target), rate)).collect();
    System { rows: part.iter().map(row).collect(), exit: vec![0.0; part.len()] }.long_run()
}

fn milestones(chain: &Chain, names: &Names<'_>) -> Result<Vec<Reached>, TooDense> {
    let mut all = Vec::new();
    for (index, name) in names.milestones.iter().enumerate() {
        let Some(name) = name else { continue };
        let mut holds = vec![false; chain.states()];
        chain.milestones[index].iter().for_each(|&state| holds[state as usize] = true);
        let way = Way::new(chain, &|state| holds[state])?;
        let (probability, mean_time_if_reached) = way.reach(chain, &|state| holds[state]);
        let certain = way.closed.iter().all(|part| holds[part[0]]);
        let mean_time = if certain { way.time() } else { f64::INFINITY };
        all.push(Reached { name: (*name).to_owned(), probability, mean_time_if_reached, mean_time });
    }
    Ok(all)
}

fn consequences(
    chain: &Chain,
    names: &Names<'_>,
    way: &Way,
    settled: &[f64],
    endless: &[&Vec<usize>],
) -> Result<Vec<Accumulated>, TooDense> {
    let mut discounted: Vec<(f64, Vec<f64>)> = Vec::new();
    let mut all = Vec::new();
    for (index, kept) in names.consequences.iter().enumerate() {
        let Some((name, force)) = *kept else { continue };
        let gain = |state: usize| chain.gains[state * chain.consequences + index];
        let long_run_rate = settled.iter().enumerate().map(|(state, p)| if *p > 0.0 { p * gain(state) } else { 0.0 });
        let long_run_rate = Some(long_run_rate.sum::<f64>() + 0.0);
        let total = if force == 0.0 {
            let on_the_way = way.transient.iter().zip(&way.times).map(|(&state, time)| time * gain(state));
            let rates: Vec<f64> = endless.iter().flat_map(|part| part.iter().map(|&state| gain(state))).collect();
            let (grows, falls) = (rates.iter().any(|rate| *rate > 0.0), rates.iter().any(|rate| *rate < 0.0));
            let finite = chain.initial_totals[index] + on_the_way.sum::<f64>() + 0.0;
            match (grows, falls) {
                (false, false) => Some(finite),
                (true, false) => Some(f64::INFINITY),
                (false, true) => Some(f64::NEG_INFINITY),
                // Gains and losses for ever: the sum has no limit.
                (true, true) => None,
            }
        } else if force > 0.0 {
            if !discounted.iter().any(|(other, _)| *other == force) {
                discounted.push((force, discounted_times(chain, force)?));
            }
            let (_, times) = discounted.iter().find(|(other, _)| *other == force).expect("it was just put there");
            let worth = times.iter().enumerate().map(|(state, time)| time * gain(state));
            Some(chain.initial_totals[index] + worth.sum::<f64>())
        } else {
            None
        };
        all.push(Accumulated { name: name.to_owned(), total, long_run_rate });
    }
    Ok(all)
}

/// Expected time in each state, each moment weighted with its discount.
fn discounted_times(chain: &Chain, force: f64) -> Result<Vec<f64>, TooDense> {
    let row = |state: usize| chain.entries(state).map(|(target, rate)| (target as u32, rate)).collect();
    let rows = (0..chain.states()).map(row).collect();
    let elimination = System { rows, exit: vec![force; chain.states()] }.eliminate()?;
    let mut begin = vec![0.0; chain.states()];
    chain.initial.iter().for_each(|&(state, p)| begin[state as usize] += p);
    Ok(elimination.times(&begin))
}

fn long_run(chain: &Chain, names: &Names<'_>, settled: &[f64]) -> Vec<LongRun> {
    let kept = names.machines.iter().enumerate().filter_map(|(index, machine)| Some((index, machine.as_ref()?)));
    kept.map(|(index, (name, first, states))| {
        let mut shares = vec![0.0; states.len()];
        for (state, p) in settled.iter().enumerate() {
            shares[chain.machine_state(state, index).index() - first] += p;
        }
        LongRun { machine: (*name).to_owned(), states: states.clone(), shares }
    })
    .collect()
}

fn means(chain: &Chain, names: &Names<'_>, settled: &[f64], never: f64) -> Vec<(String, f64)> {
    let kept = names.variables.iter().enumerate().filter_map(|(index, name)| Some((index, (*name)?)));
    kept.map(|(index, name)| {
        let alive = settled.iter().enumerate().filter(|(state, p)| **p > 0.0 && chain.outcome[*state].is_none());
        let sum: f64 = alive.map(|(state, p)| p * chain.values[state * chain.variables + index]).sum();
        (name.to_owned(), sum / never)
    })
    .collect()
}
