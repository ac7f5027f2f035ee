//! The escalation paths as one would write them by hand in Rust, one run at a time, one stream of random numbers for each run.
//!
//! `paths <path> <runs> <seed>` prints one line of JSON: how often each outcome and milestone was reached, the sum and the sum of
//! squares of each number that runs end with, and the CPU time of the runs. What is included here `benches/peers/paths` writes.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use standoff_peers::cpu_time;

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

macro_rules! paths {
    ($($module:ident $name:literal)*) => {
        $(#[allow(unused_parens, unused_mut, unused_variables, dead_code, clippy::all)]
        mod $module {
            include!(concat!(env!("PEERS_PATHS"), "/", stringify!($module), ".rs"));
        })*

        fn main() {
            let arguments: Vec<String> = std::env::args().collect();
            let [_, path, runs, seed] = &arguments[..] else { panic!("usage: <path> <runs> <seed>") };
            let (runs, seed) = (runs.parse().expect("runs are a number"), seed.parse().expect("the seed is a number"));
            match path.as_str() {
                $($name => report($module::run, runs, seed, [$module::OUTCOMES, $module::MILESTONES, $module::NUMBERS]),)*
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
fn report(run: impl Fn(&mut Xoshiro256PlusPlus, &mut Sums), runs: u64, seed: u64, names: [&[&str]; 3]) {
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
        run(&mut rng, &mut sums);
    }
    let cpu = (cpu_time() - before).as_secs_f64();
    let counts = |names: &[&str], counts: &[u64]| {
        let entries: Vec<String> = names.iter().zip(counts).map(|(name, count)| format!("\"{name}\": {count}")).collect();
        entries.join(", ")
    };
    let entries: Vec<String> =
        numbers.iter().zip(&sums.numbers).map(|(name, [sum, squares])| format!("\"{name}\": [{sum}, {squares}]")).collect();
    println!(
        "{{\"runs\": {runs}, \"cpu\": {cpu}, \"outcomes\": {{{}}}, \"milestones\": {{{}}}, \"numbers\": {{{}}}}}",
        counts(outcomes, &sums.outcomes),
        counts(milestones, &sums.milestones),
        entries.join(", ")
    );
}
