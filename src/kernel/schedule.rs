//! When the clocks of a run are due.

use crate::program::bits::Bits;

/// When each transition is due. Of many hazards most are switched off at any time: only those that will ever be due are
/// looked through for the earliest.
#[derive(Clone, Debug, Default)]
pub(super) struct Schedule {
    due: Vec<f64>,
    /// Those that are due at a finite time.
    awaited: Bits,
}

impl Schedule {
    /// None of so many transitions is due.
    pub(super) fn reset(&mut self, transitions: usize) {
        self.due.clear();
        self.due.resize(transitions, f64::INFINITY);
        self.awaited = Bits::none(transitions);
    }

    /// Becomes equal to another, without new memory where there is enough.
    pub(super) fn copy(&mut self, other: &Schedule) {
        self.due.clone_from(&other.due);
        self.awaited.copy(&other.awaited);
    }

    /// When a transition is due; at infinity if it is not.
    pub(super) fn due(&self, transition: usize) -> f64 {
        self.due[transition]
    }

    /// A transition is due then; at infinity, never.
    #[inline]
    pub(super) fn set(&mut self, transition: usize, due: f64) {
        self.due[transition] = due;
        if due < f64::INFINITY {
            self.awaited.insert(transition);
        } else {
            self.awaited.remove(transition);
        }
    }

    /// When the first one is due, and which; the first in file order of several.
    #[inline]
    pub(super) fn earliest(&self) -> (f64, usize) {
        let mut least = (f64::INFINITY, 0);
        self.awaited.for_each(|transition| {
            let due = self.due[transition];
            least = if due < least.0 { (due, transition) } else { least };
        });
        least
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_the_earliest_is_found() {
        let mut schedule = Schedule::default();
        schedule.reset(130);
        assert_eq!(schedule.earliest(), (f64::INFINITY, 0));
        for (transition, due) in [(3, 7.0), (64, 5.0), (129, 5.0), (100, 9.0), (5, f64::INFINITY)] {
            schedule.set(transition, due);
        }
        assert_eq!(schedule.earliest(), (5.0, 64));
        schedule.set(64, f64::INFINITY);
        assert_eq!(schedule.earliest(), (5.0, 129));
        schedule.set(129, 8.0);
        assert_eq!(schedule.earliest(), (7.0, 3));
        assert_eq!(schedule.due(64), f64::INFINITY);
        let mut other = Schedule::default();
        other.copy(&schedule);
        other.reset(130);
        assert_eq!(other.earliest(), (f64::INFINITY, 0));
    }
}
