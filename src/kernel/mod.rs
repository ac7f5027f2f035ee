//! Runs a bound program: one run, or many in parallel.
//!
//! In: a [`Bound`](crate::program::bind::Bound) program, a seed, run indices. Out: what happened, told to a
//! [`Probe`](probe::Probe) as it happens. Does not know what is being measured.
//!
//! A run is this loop ([`run`]): take the earliest of the armed clocks, the next shock, the next step and the horizon; let time pass to
//! it; let it happen and settle; re-time the clocks that read what changed; ask whether a milestone or an outcome holds.
//! Between two such moments nothing that a hazard reads can change, so hazards are piecewise constant multiples of
//! known hazards and every waiting time is exact.
//!
//! Of one program, many runs are in flight at once, to the same bits: they take their steps together, and are otherwise alone
//! (`lanes`); or, where time alone changes nothing, go from event to event together, and what an event does is looked up (`wave`).

pub mod batch;
pub mod before;
pub mod branch;
pub mod clock;
mod clockwork;
pub mod drift;
pub mod journey;
mod lanes;
mod luck;
pub mod points;
pub mod probe;
pub mod run;
mod schedule;
pub mod wave;
