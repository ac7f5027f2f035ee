//! Linear systems of Markov chains, by elimination of one state after another.
//!
//! In: rates between states and out of the system. Out: an [`Elimination`], with which expected times ([`Elimination::
//! times`]) and expected gains ([`Elimination::gains`]) are had by substitution, and the long-run shares of a closed chain.
//! Nothing is ever subtracted (Grassmann, Taksar and Heyman 1985): what is left of a state's exits is summed up anew, so
//! that stiff chains keep their digits. General sparse solvers do subtract. States with the fewest entries go first; what
//! has filled up by then goes on as a full matrix.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

/// More entries than this are refused.
const ENTRIES: usize = 30_000_000;
/// More multiplications than this are refused; a sparse one counts as [`SPARSE`]. Some tens of seconds.
const WORK: usize = 50_000_000_000;
/// How many multiplications in a full matrix take as long as one between sparse rows.
const SPARSE: usize = 200;

/// A system: rates between its states, and out of it.
#[derive(Clone, Debug, Default)]
pub struct System {
    /// Row by row; no state has an entry for itself.
    pub rows: Vec<BTreeMap<u32, f64>>,
    pub exit: Vec<f64>,
}

/// One eliminated state, as it was then.
#[derive(Clone, Debug)]
struct Step {
    state: u32,
    /// Sum of all that left it.
    pivot: f64,
    to: Vec<(u32, f64)>,
    from: Vec<(u32, f64)>,
}

/// A system, taken apart.
#[derive(Clone, Debug)]
pub struct Elimination {
    states: usize,
    steps: Vec<Step>,
}

/// Too many entries come up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooDense;

impl System {
    /// Eliminates every state; from each the way out must be possible.
    ///
    /// # Errors
    /// See [`TooDense`].
    pub fn eliminate(self) -> Result<Elimination, TooDense> {
        let states = self.rows.len();
        self.eliminate_all_but(states, 0)
    }

    /// Shares of time that a closed, irreducible chain spends in its states.
    ///
    /// # Errors
    /// See [`TooDense`].
    pub fn long_run(self) -> Result<Vec<f64>, TooDense> {
        let states = self.rows.len();
        let elimination = self.eliminate_all_but(states, 1)?;
        let mut shares = vec![0.0; states];
        let mut eliminated = vec![false; states];
        elimination.steps.iter().for_each(|step| eliminated[step.state as usize] = true);
        let last = eliminated.iter().position(|done| !done).expect("one state is left");
        shares[last] = 1.0;
        for step in elimination.steps.iter().rev() {
            shares[step.state as usize] =
                step.from.iter().map(|&(from, rate)| shares[from as usize] * rate).sum::<f64>() / step.pivot;
        }
        let sum: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= sum);
        Ok(shares)
    }

    fn eliminate_all_but(mut self, states: usize, left: usize) -> Result<Elimination, TooDense> {
        let mut columns: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); states];
        for (from, row) in self.rows.iter().enumerate() {
            for &to in row.keys() {
                columns[to as usize].insert(from as u32);
            }
        }
        let cost = |rows: &[BTreeMap<u32, f64>], columns: &[BTreeSet<u32>], state: u32| {
            rows[state as usize].len() * columns[state as usize].len()
        };
        let mut queue: BinaryHeap<Reverse<(usize, u32)>> =
            (0..states as u32).map(|state| Reverse((cost(&self.rows, &columns, state), state))).collect();
        let mut done = vec![false; states];
        let mut steps = Vec::with_capacity(states);
        let (mut entries, mut work) = (0, 0);
        while steps.len() + left < states {
            let Reverse((price, state)) = queue.pop().expect("every state that is left stands in the queue");
            if done[state as usize] || price != cost(&self.rows, &columns, state) {
                continue;
            }
            let rest = states - steps.len();
            if price * SPARSE >= rest * rest && rest * rest <= ENTRIES {
                let rest: Vec<u32> = (0..states as u32).filter(|&state| !done[state as usize]).collect();
                self.eliminate_full(&rest, left, &mut steps);
                break;
            }
            done[state as usize] = true;
            let row = std::mem::take(&mut self.rows[state as usize]);
            let from = std::mem::take(&mut columns[state as usize]);
            let exit = self.exit[state as usize];
            let pivot = exit + row.values().sum::<f64>();
            for to in row.keys() {
                columns[*to as usize].remove(&state);
            }
            let mut into = Vec::with_capacity(from.len());
            for &other in &from {
                let rate = self.rows[other as usize].remove(&state).expect("rows and columns agree");
                into.push((other, rate));
                let factor = rate / pivot;
                for (&to, &onward) in row.iter().filter(|(to, _)| **to != other) {
                    *self.rows[other as usize].entry(to).or_insert(0.0) += factor * onward;
                    columns[to as usize].insert(other);
                }
                self.exit[other as usize] += factor * exit;
            }
            let touched: BTreeSet<u32> = row.keys().copied().chain(from).collect();
            for other in touched {
                queue.push(Reverse((cost(&self.rows, &columns, other), other)));
            }
            entries += row.len() + into.len();
            work += price * SPARSE;
            if entries > ENTRIES || work > WORK {
                return Err(TooDense);
            }
            steps.push(Step { state, pivot, to: row.into_iter().collect(), from: into });
        }
        Ok(Elimination { states, steps })
    }

    /// Eliminates the states of the rest, in their order, but for the last few.
    fn eliminate_full(&mut self, rest: &[u32], left: usize, steps: &mut Vec<Step>) {
        let n = rest.len();
        let mut place = vec![usize::MAX; self.rows.len()];
        rest.iter().enumerate().for_each(|(index, &state)| place[state as usize] = index);
        let mut matrix = vec![0.0; n * n];
        for (row, &state) in matrix.chunks_exact_mut(n).zip(rest) {
            self.rows[state as usize].iter().for_each(|(&to, &rate)| row[place[to as usize]] = rate);
        }
        let mut exit: Vec<f64> = rest.iter().map(|&state| self.exit[state as usize]).collect();
        for k in 0..n - left {
            let (above, below) = matrix.split_at_mut((k + 1) * n);
            let row = &above[k * n + k + 1..];
            let pivot = exit[k] + row.iter().sum::<f64>();
            let entries = |list: &mut dyn Iterator<Item = f64>| {
                let states = rest[k + 1..].iter().copied();
                states.zip(list).filter(|(_, rate)| *rate > 0.0).collect::<Vec<(u32, f64)>>()
            };
            let to = entries(&mut row.iter().copied());
            let from = entries(&mut below.chunks_exact(n).map(|other| other[k]));
            for (i, other) in (k + 1..).zip(below.chunks_exact_mut(n)).filter(|(_, other)| other[k] > 0.0) {
                let factor = other[k] / pivot;
                other[k + 1..].iter_mut().zip(row).for_each(|(rate, onward)| *rate += factor * onward);
                // What comes back to where it was is no move.
                other[i] = 0.0;
                exit[i] += factor * exit[k];
            }
            steps.push(Step { state: rest[k], pivot, to, from });
        }
    }
}

impl Elimination {
    /// Expected time spent in each state by what begins with these masses.
    pub fn times(&self, begin: &[f64]) -> Vec<f64> {
        let mut mass = begin.to_vec();
        for step in &self.steps {
            let share = mass[step.state as usize] / step.pivot;
            for &(to, rate) in &step.to {
                mass[to as usize] += share * rate;
            }
        }
        let mut times = vec![0.0; self.states];
        for step in self.steps.iter().rev() {
            let flows: f64 = step.from.iter().map(|&(from, rate)| times[from as usize] * rate).sum();
            times[step.state as usize] = (mass[step.state as usize] + flows) / step.pivot;
        }
        times
    }

    /// Expected gain until the way out, from each state, at these gains per time unit.
    pub fn gains(&self, per_time: &[f64]) -> Vec<f64> {
        let mut waiting = per_time.to_vec();
        for step in &self.steps {
            let share = waiting[step.state as usize] / step.pivot;
            for &(from, rate) in &step.from {
                waiting[from as usize] += share * rate;
            }
        }
        let mut gains = vec![0.0; self.states];
        for step in self.steps.iter().rev() {
            let onward: f64 = step.to.iter().map(|&(to, rate)| rate * gains[to as usize]).sum();
            gains[step.state as usize] = (waiting[step.state as usize] + onward) / step.pivot;
        }
        gains
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(states: usize, rates: &[(u32, u32, f64)], exits: &[(usize, f64)]) -> System {
        let mut system = System { rows: vec![BTreeMap::new(); states], exit: vec![0.0; states] };
        for &(from, to, rate) in rates {
            *system.rows[from as usize].entry(to).or_insert(0.0) += rate;
        }
        exits.iter().for_each(|&(state, rate)| system.exit[state] += rate);
        system
    }

    #[test]
    fn a_walk_between_two_ends() {
        // From the middle of 0 … 4 at rate 1 to either side, out below 0 and above 4: (k + 1)(5 − k) / 2 is left.
        let rates: Vec<(u32, u32, f64)> = (0..4).flat_map(|k| [(k, k + 1, 1.0), (k + 1, k, 1.0)]).collect();
        let elimination = system(5, &rates, &[(0, 1.0), (4, 1.0)]).eliminate().unwrap();
        let left = elimination.gains(&[1.0; 5]);
        for (k, left) in left.iter().enumerate() {
            assert!((left - (k + 1) as f64 * (5 - k) as f64 / 2.0).abs() < 1e-13, "{k}: {left}");
        }
        let mut begin = vec![0.0; 5];
        begin[1] = 1.0;
        let times = elimination.times(&begin);
        assert!((times.iter().sum::<f64>() - left[1]).abs() < 1e-13);
        // Out at the lower end with probability 4/6.
        assert!((times[0] - 4.0 / 6.0).abs() < 1e-14, "{times:?}");
    }

    #[test]
    fn full_and_sparse_elimination_agree() {
        // Thirty states, each with an entry to every other: full from the start. A long ring of them is sparse first.
        let n = 30;
        let rate = |i: u32, j: u32| f64::from((7 * i + 3 * j) % 11 + 1);
        let full = (0..n).flat_map(|i| (0..n).filter(move |&j| j != i).map(move |j| (i, j, rate(i, j))));
        let ring = (0..2 * n).map(|k| (n + k, if k + 1 == 2 * n { 0 } else { n + k + 1 }, 2.0));
        let rates: Vec<(u32, u32, f64)> = full.chain(ring).chain([(n - 1, n, 0.25)]).collect();
        let system = system(3 * n as usize, &rates, &[(3, 0.5), (50, 0.125)]);
        let elimination = system.clone().eliminate().unwrap();
        let gains = elimination.gains(&vec![1.0; 3 * n as usize]);
        for (state, row) in system.rows.iter().enumerate() {
            // Of each state: what leaves it is what it gains, and what is gained where it goes.
            let out = system.exit[state] + row.values().sum::<f64>();
            let onward: f64 = row.iter().map(|(&to, &rate)| rate * gains[to as usize]).sum();
            assert!((out * gains[state] / (1.0 + onward) - 1.0).abs() < 1e-12, "{state}");
        }
        let mut begin = vec![0.0; 3 * n as usize];
        begin[7] = 1.0;
        let times = elimination.times(&begin);
        assert!((times.iter().sum::<f64>() / gains[7] - 1.0).abs() < 1e-12);
        let out: f64 = times.iter().zip(&system.exit).map(|(time, exit)| time * exit).sum();
        assert!((out - 1.0).abs() < 1e-12, "{out}");
    }

    #[test]
    fn stiff_chains_keep_their_digits() {
        // Two pairs of fast states, joined by rates 1e-15 as high.
        let slow = 1e-12;
        let rates = [(0, 1, 1e3), (1, 0, 3e3), (2, 3, 1e3), (3, 2, 1e3), (1, 2, slow), (2, 1, 3.0 * slow)];
        let shares = system(4, &rates, &[]).long_run().unwrap();
        // Detailed balance: 0 to 1 is 3 to 1, 1 to 2 is 3 to 1, 2 to 3 is 1 to 1.
        for (share, expected) in shares.iter().zip([9.0, 3.0, 1.0, 1.0]) {
            assert!((share * 14.0 / expected - 1.0).abs() < 1e-14, "{shares:?}");
        }
    }
}
