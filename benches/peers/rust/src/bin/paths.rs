//! The escalation paths as one would write them by hand in Rust, one run at a time, one stream of random numbers for each run.
//!
//! `paths <path> <runs> <seed>` prints one line of JSON: how often each outcome and milestone was reached, the sum and the sum of
//! squares of each number that runs end with, and the CPU time of the runs. With `tallies` after it, much of what Standoff tells of the
//! way is counted too ([`Tallies`]); with `clocks`, each transition has a clock of its own; with `both`, both. What is included here
//! `benches/peers/paths` writes.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use standoff_peers::cpu_time;
use standoff_peers::tallies::Tallies;

/// What runs add up to.
pub struct Sums {
    outcomes: Vec<u64>,
    milestones: Vec<u64>,
    numbers: Vec<[f64; 2]>,
}

impl Sums {
    #[inline(always)]
    fn add(&mut self, index: usize, value: f64) {
        let [sum, squares] = &mut self.numbers[index];
        *sum += value;
        *squares += value * value;
    }
}

/// Sees runs at points of time.
pub trait Watch {
    const LOOKS: bool;
    /// How things are at a point: states of machines, variables, totals of consequences.
    fn point(&mut self, point: usize, states: &[usize], variables: &[f64], totals: &[f64]);
    /// A run ends before this point, with these totals.
    fn end(&mut self, point: usize, totals: &[f64]);
}

struct Blind;

impl Watch for Blind {
    const LOOKS: bool = false;
    fn point(&mut self, _: usize, _: &[usize], _: &[f64], _: &[f64]) {}
    fn end(&mut self, _: usize, _: &[f64]) {}
}

impl Watch for Tallies {
    const LOOKS: bool = true;

    #[inline(always)]
    fn point(&mut self, point: usize, states: &[usize], variables: &[f64], totals: &[f64]) {
        self.count(point, states, variables, totals);
    }

    fn end(&mut self, point: usize, totals: &[f64]) {
        self.count_ended(point, totals);
    }
}

macro_rules! paths {
    ($($module:ident $name:literal)*) => {
        $(#[allow(unused_parens, unused_mut, unused_variables, dead_code, clippy::all)]
        mod $module {
            include!(concat!(env!("PEERS_PATHS"), "/", stringify!($module), ".rs"));
        })*

        fn main() {
            let arguments: Vec<String> = std::env::args().collect();
            let [_, path, runs, seed, more @ ..] = &arguments[..] else { panic!("usage: <path> <runs> <seed> [clocks|tallies|both]") };
            let (runs, seed) = (runs.parse().expect("runs are a number"), seed.parse().expect("the seed is a number"));
            match path.as_str() {
                $($name => {
                    let names = [$module::OUTCOMES, $module::MILESTONES, $module::NUMBERS];
                    let mut tallies = Tallies::new($module::SHAPE);
                    match more.first().map(String::as_str) {
                        None => report($module::run, &mut Blind, runs, seed, names),
                        Some("clocks") => report($module::run_by_clocks, &mut Blind, runs, seed, names),
                        Some("tallies") => report($module::run, &mut tallies, runs, seed, names),
                        Some("both") => report($module::run_by_clocks, &mut tallies, runs, seed, names),
                        Some(other) => panic!("`{other}` is none of clocks, tallies and both"),
                    }
                    // To the end of the process, so that no count is left out as unused.
                    eprintln!("{}", tallies.digest());
                })*
                other => panic!("no path {other}"),
            }
        }
    };
}

paths! {
    continued_support "continued-support"
    limited_deployment "limited-deployment"
    full_involvement "full-involvement"
    negotiated_pause "negotiated-pause"
}

#[inline(always)]
fn report<W: Watch>(
    run: impl Fn(&mut Xoshiro256PlusPlus, &mut Sums, &mut W),
    watch: &mut W,
    runs: u64,
    seed: u64,
    names: [&[&str]; 3],
) {
    let [outcomes, milestones, numbers] = names;
    let mut sums = Sums {
        outcomes: vec![0; outcomes.len()],
        milestones: vec![0; milestones.len()],
        numbers: vec![[0.0; 2]; numbers.len()],
    };
    let before = cpu_time();
    for index in 0..runs {
        // Seeds go through SplitMix64 there; the odd factor keeps those of different seeds apart.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(index ^ seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        run(&mut rng, &mut sums, watch);
    }
    let cpu = (cpu_time() - before).as_secs_f64();
    let counts = |names: &[&str], counts: &[u64]| {
        let entries: Vec<String> =
            names.iter().zip(counts).map(|(name, count)| format!("\"{name}\": {count}")).collect();
        entries.join(", ")
    };
    let entries: Vec<String> = numbers
        .iter()
        .zip(&sums.numbers)
        .map(|(name, [sum, squares])| format!("\"{name}\": [{sum}, {squares}]"))
        .collect();
    println!(
        "{{\"runs\": {runs}, \"cpu\": {cpu}, \"outcomes\": {{{}}}, \"milestones\": {{{}}}, \"numbers\": {{{}}}}}",
        counts(outcomes, &sums.outcomes),
        counts(milestones, &sums.milestones),
        entries.join(", ")
    );
}
