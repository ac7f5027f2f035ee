//! What the peers of this package have in common: arguments in, one line of JSON out.
//!
//! `<program> <model> <runs> <seed>` runs a model and prints how many runs ended in catastrophe and in settlement, the sum
//! of their durations, and the CPU time that the runs took, without the start of the process.

pub mod tallies;

use std::time::Duration;

/// What runs add up to: as much as every peer can give.
#[derive(Default)]
pub struct Counts {
    pub catastrophe: u64,
    pub settlement: u64,
    pub duration: f64,
}

/// CPU time of this process so far, user and system.
pub fn cpu_time() -> Duration {
    // Fields 14 and 15 of the kernel's own account are in ticks of 10 ms, too coarse; this one is in nanoseconds.
    let text = std::fs::read_to_string("/proc/self/schedstat").expect("Linux keeps account of time on the processor");
    let nanoseconds = text.split(' ').next().and_then(|word| word.parse().ok()).expect("the first field is a number");
    Duration::from_nanos(nanoseconds)
}

/// Reads the arguments, runs what they name and prints what came of it.
pub fn report(run: impl Fn(&str, u64, u64) -> Counts) {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, model, runs, seed] = &arguments[..] else { panic!("usage: <model> <runs> <seed>") };
    let (runs, seed) = (runs.parse().expect("runs are a number"), seed.parse().expect("the seed is a number"));
    let before = cpu_time();
    let counts = run(model, runs, seed);
    let cpu = (cpu_time() - before).as_secs_f64();
    let Counts { catastrophe, settlement, duration } = counts;
    println!(
        "{{\"runs\": {runs}, \"cpu\": {cpu}, \"catastrophe\": {catastrophe}, \"settlement\": {settlement}, \"duration\": {duration}}}"
    );
}
