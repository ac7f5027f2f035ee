//! The strongly connected parts of a chain: states that lead to each other.
//!
//! In: a [`Chain`] and the states that can be left. Out: the number of each state's part. After Tarjan (1972), with a stack
//! of its own in place of recursion, as paths through a chain can be millions of states long.

use super::explore::Chain;

const UNSEEN: u32 = u32::MAX;

/// Parts are numbered such that what leads out of one leads into parts of lower numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    pub part_of: Vec<u32>,
    pub parts: usize,
}

impl Connected {
    /// States that cannot be left are parts of their own.
    pub fn new(chain: &Chain, leaves: &dyn Fn(usize) -> bool) -> Self {
        let states = chain.states();
        let mut search = Search { order: vec![UNSEEN; states], lowest: vec![0; states], ..Search::default() };
        let mut connected = Connected { part_of: vec![UNSEEN; states], parts: 0 };
        for state in 0..states {
            if search.order[state] == UNSEEN {
                search.from(chain, leaves, state, &mut connected);
            }
        }
        connected
    }
}

#[derive(Debug, Default)]
struct Search {
    /// When each state was first seen.
    order: Vec<u32>,
    /// The earliest state that is known to be in the same part.
    lowest: Vec<u32>,
    seen: u32,
    /// Seen, and of no part yet.
    waiting: Vec<u32>,
    /// The states on the way to the one at hand, each with its next entry.
    way: Vec<(usize, usize)>,
}

impl Search {
    fn enter(&mut self, chain: &Chain, state: usize) {
        self.order[state] = self.seen;
        self.lowest[state] = self.seen;
        self.seen += 1;
        self.waiting.push(state as u32);
        self.way.push((state, chain.start[state]));
    }

    fn from(&mut self, chain: &Chain, leaves: &dyn Fn(usize) -> bool, first: usize, connected: &mut Connected) {
        self.enter(chain, first);
        while let Some((state, entry)) = self.way.last_mut() {
            let state = *state;
            if leaves(state) && *entry < chain.start[state + 1] {
                let target = chain.target[*entry] as usize;
                *entry += 1;
                if self.order[target] == UNSEEN {
                    self.enter(chain, target);
                } else if connected.part_of[target] == UNSEEN {
                    self.lowest[state] = self.lowest[state].min(self.order[target]);
                }
                continue;
            }
            self.way.pop();
            if let Some((before, _)) = self.way.last() {
                self.lowest[*before] = self.lowest[*before].min(self.lowest[state]);
            }
            if self.lowest[state] == self.order[state] {
                self.close(state, connected);
            }
        }
    }

    /// All that wait since this state was seen are its part.
    fn close(&mut self, state: usize, connected: &mut Connected) {
        while let Some(other) = self.waiting.pop() {
            connected.part_of[other as usize] = connected.parts as u32;
            if other as usize == state {
                break;
            }
        }
        connected.parts += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(states: usize, edges: &[(u32, u32)]) -> Chain {
        let mut chain = Chain { start: vec![0], exit: vec![1.0; states], ..Chain::default() };
        for state in 0..states as u32 {
            chain.target.extend(edges.iter().filter(|(from, _)| *from == state).map(|(_, to)| *to));
            chain.start.push(chain.target.len());
        }
        chain
    }

    #[test]
    fn states_that_lead_to_each_other_are_one_part() {
        // Two rings that a one-way edge joins, one state that leads in and one that is led out to.
        let chain = chain(7, &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3), (4, 5), (6, 0)]);
        let all = Connected::new(&chain, &|_| true);
        assert_eq!((all.part_of, all.parts), (vec![2, 2, 2, 1, 1, 0, 3], 4));
        // A state that is not left breaks its ring.
        let broken = Connected::new(&chain, &|state| state != 2);
        assert_eq!((broken.part_of, broken.parts), (vec![2, 1, 0, 4, 4, 3, 5], 6));
    }

    #[test]
    fn a_long_way_takes_no_stack() {
        let states = 300_000_u32;
        let mut chain = Chain { start: vec![0], exit: vec![1.0; states as usize], ..Chain::default() };
        for state in 0..states {
            chain.target.push((state + 1) % states);
            chain.start.push(state as usize + 1);
        }
        assert_eq!(Connected::new(&chain, &|_| true).parts, 1);
        assert_eq!(Connected::new(&chain, &|state| state != 7).parts, states as usize);
    }
}
