//! Holds simulations of a scenario against its exact answer, number by number.
//!
//! In: exact findings and simulated ones of the same model and settings. Out: how many numbers were compared, the one that
//! is furthest off, and those that chance does not explain. All comparisons together raise a false alarm in at most one
//! of a thousand scenarios: a share counts as off by Chernoff's bound on a binomial's tail, which holds at any number of
//! runs and any probability; a mean, where the distance is only asymptotically normal, at six standard errors or more.
//! What the exact answer leaves out is left out here.

use super::{Fan, Findings, Mean, Occupancy, Passage, Proportion};

/// Chance of a false alarm in all comparisons together.
const FALSE_ALARM: f64 = 1e-3;
/// A mean further off than this many standard errors is off.
const STANDARD_ERRORS: f64 = 6.0;
/// A mean of fewer runs is too far from normal to be judged.
const ENOUGH: u64 = 1000;
/// The truncation and the rounding of an exact answer, and the rounding of a simulation in which chance has no part.
const ROUNDING: f64 = 1e-9;

/// One number, found in two ways.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Such as `outcome war by 26`.
    pub of: String,
    pub exact: f64,
    pub simulated: f64,
    /// 1 or more: chance does not explain the distance. A share's is ln(bound on the chance of such a distance) over
    /// ln(the chance that is left to each comparison); a mean's its standard errors over the six allowed.
    pub strain: f64,
}

/// What the comparison of all numbers came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    pub compared: usize,
    /// The number nearest to being off, or furthest off; `None` if nothing could be compared.
    pub worst: Option<Comparison>,
    /// Numbers whose strain is 1 or more, in the findings' order.
    pub missed: Vec<Comparison>,
}

impl Agreement {
    pub fn holds(&self) -> bool {
        self.missed.is_empty()
    }
}

/// Compares exact findings with simulations of the same model at the same settings, all with the same axis; the runs of
/// several seeds count as one sample.
///
/// # Panics
/// If there is no simulation, or one is of another model.
pub fn agreement(exact: &Findings, simulations: &[Findings]) -> Agreement {
    assert!(!simulations.is_empty(), "a comparison needs a simulation");
    let mut pairs = Pairs::default();
    let each = |part: &dyn Fn(&Findings) -> Vec<Passage>| simulations.iter().map(part).collect::<Vec<_>>();
    pairs.passages("outcome", exact, &exact.outcomes, &each(&|one| one.outcomes.clone()));
    pairs.passages("milestone", exact, &exact.milestones, &each(&|one| one.milestones.clone()));
    for truth in &exact.machines {
        let found = |one: &Findings| one.machines.iter().find(|other| other.machine == truth.machine).cloned();
        pairs.occupancy(exact, truth, &simulations.iter().filter_map(found).collect::<Vec<_>>());
    }
    for truth in &exact.consequences {
        let found = simulations.iter().filter_map(|one| one.consequences.iter().find(|other| other.name == truth.name));
        pairs.fan(exact, &truth.name, &truth.path, &found.map(|one| &one.path).collect::<Vec<_>>());
    }
    for truth in &exact.variables {
        let found = simulations.iter().filter_map(|one| one.variables.iter().find(|other| other.name == truth.name));
        pairs.fan(exact, &truth.name, &truth.path, &found.map(|one| &one.path).collect::<Vec<_>>());
    }
    pairs.judge()
}

/// A share, how many of how many runs; or a mean with its standard error.
enum Sample {
    Share { hits: u64, runs: u64 },
    Mean { estimate: f64, standard_error: f64 },
}

#[derive(Default)]
struct Pairs {
    all: Vec<(String, f64, Sample)>,
}

impl Pairs {
    fn passages(&mut self, noun: &str, exact: &Findings, truths: &[Passage], found: &[Vec<Passage>]) {
        for truth in truths {
            let same = |all: &&Vec<Passage>| all.iter().position(|one| one.name == truth.name);
            let found: Vec<&Passage> = found.iter().filter_map(|all| same(&all).map(|index| &all[index])).collect();
            let name = format!("{noun} {}", truth.name);
            for (point, time) in exact.axis.points.iter().enumerate() {
                let by = format!("{name} by {time}");
                self.share(by, truth.incidence[point], found.iter().map(|one| one.incidence[point]));
            }
            self.share(name.clone(), truth.probability, found.iter().map(|one| one.probability));
            let means: Vec<Option<Mean>> = found.iter().map(|one| one.mean_time_if_reached).collect();
            self.mean(format!("mean time to {name}"), truth.mean_time_if_reached, &means);
        }
    }

    fn occupancy(&mut self, exact: &Findings, truth: &Occupancy, found: &[Occupancy]) {
        for (state, name) in truth.states.iter().enumerate() {
            let name = format!("state {}.{name}", truth.machine);
            for (point, time) in exact.axis.points.iter().enumerate() {
                let at = format!("{name} at {time}");
                self.share(at, truth.rows[point][state], found.iter().map(|one| one.rows[point][state]));
            }
            let means: Vec<Option<Mean>> = found.iter().map(|one| one.mean_time.get(state).copied()).collect();
            self.mean(format!("mean time in {name}"), truth.mean_time.get(state).copied(), &means);
        }
    }

    fn fan(&mut self, exact: &Findings, name: &str, truth: &Fan, found: &[&Fan]) {
        for (point, time) in exact.axis.points.iter().enumerate() {
            let means: Vec<Option<Mean>> = found.iter().map(|one| one.means[point]).collect();
            self.mean(format!("mean of {name} at {time}"), truth.means[point], &means);
        }
    }

    fn share(&mut self, of: String, truth: Proportion, found: impl Iterator<Item = Proportion>) {
        let (mut hits, mut runs) = (0, 0);
        for counts in found.filter_map(|one| one.counts) {
            hits += counts.hits;
            runs += counts.runs;
        }
        if runs > 0 {
            self.all.push((of, truth.estimate, Sample::Share { hits, runs }));
        }
    }

    fn mean(&mut self, of: String, truth: Option<Mean>, found: &[Option<Mean>]) {
        let Some(truth) = truth else { return };
        let weighed: Vec<(f64, Mean)> =
            found.iter().flatten().filter_map(|one| one.count.map(|count| (count as f64, *one))).collect();
        let count: f64 = weighed.iter().map(|(count, _)| count).sum();
        if count < ENOUGH as f64 {
            return;
        }
        let estimate = weighed.iter().map(|(count, one)| count * one.estimate).sum::<f64>() / count;
        let variance: f64 =
            weighed.iter().map(|(count, one)| (count * one.standard_error) * (count * one.standard_error)).sum();
        let standard_error = variance.sqrt() / count;
        let apart = (estimate - truth.estimate).abs() > ROUNDING * truth.estimate.abs().max(1.0);
        // Equal in all runs and yet not the truth: what differs is too rare for these runs to show.
        if standard_error > 0.0 || !apart {
            self.all.push((of, truth.estimate, Sample::Mean { estimate, standard_error }));
        }
    }

    fn judge(self) -> Agreement {
        let compared = self.all.len();
        let allowed = FALSE_ALARM / compared.max(1) as f64;
        let judged = self.all.into_iter().map(|(of, exact, sample)| {
            let (simulated, strain) = match sample {
                Sample::Share { hits, runs } => {
                    let share = hits as f64 / runs as f64;
                    // As near as the exact answer may be off; what is impossible or sure is so by the graph of states.
                    let sure = exact == 0.0 || exact == 1.0;
                    let near = if sure { exact } else { share.clamp(exact - ROUNDING, exact + ROUNDING) };
                    let log_chance = std::f64::consts::LN_2 - runs as f64 * divergence(share, near);
                    (share, (log_chance / libm::log(allowed)).max(0.0))
                }
                Sample::Mean { estimate, standard_error } => {
                    let off = ((estimate - exact).abs() - ROUNDING * exact.abs().max(1.0)).max(0.0);
                    (estimate, if off == 0.0 { 0.0 } else { off / (STANDARD_ERRORS * standard_error) })
                }
            };
            Comparison { of, exact, simulated, strain }
        });
        let mut agreement = Agreement { compared, worst: None, missed: Vec::new() };
        for comparison in judged {
            if comparison.strain.is_nan() || comparison.strain >= 1.0 {
                agreement.missed.push(comparison.clone());
            }
            if agreement.worst.as_ref().is_none_or(|worst| comparison.strain > worst.strain) {
                agreement.worst = Some(comparison);
            }
        }
        agreement
    }
}

/// Kullback and Leibler's divergence of a coin of chance `q` from one of chance `p`, in nats: infinite where `q` has seen
/// what `p` rules out.
fn divergence(q: f64, p: f64) -> f64 {
    let part = |q: f64, p: f64| if q == 0.0 { 0.0 } else { q * libm::log(q / p) };
    part(q, p) + part(1.0 - q, 1.0 - p)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(exact: f64, hits: u64, runs: u64) -> f64 {
        let mut pairs = Pairs::default();
        pairs.all.push(("one".into(), exact, Sample::Share { hits, runs }));
        pairs.judge().worst.expect("one was compared").strain
    }

    #[test]
    fn a_share_is_off_where_a_binomial_tail_says_so() {
        // 1000 fair coins: 4 standard deviations are a matter of chance at one of a thousand, 6 are not.
        assert!(judged(0.5, 500 + 63, 1000) > 1.0);
        assert!(judged(0.5, 500 + 55, 1000) < 1.0);
        assert!(judged(0.5, 500 - 95, 1000) > 1.0);
        // ln 2 − n·KL against ln(1/1000), by hand for no hits: KL(0‖p) = −ln(1 − p).
        let strain = judged(0.01, 0, 1000);
        let by_hand = (1000.0 * libm::log(0.99) + libm::log(2.0)) / libm::log(0.001);
        // Near to the billionth that an exact answer may be off.
        assert!((strain - by_hand).abs() < 1e-6, "{strain} {by_hand}");
        // What cannot happen and did.
        assert!(judged(0.0, 1, 1_000_000) > 1e6);
        assert_eq!(judged(0.0, 0, 10), 0.0);
        assert_eq!(judged(1.0, 10, 10), 0.0);
    }

    #[test]
    fn means_of_several_seeds_are_one_sample() {
        let mean = |count: u64, estimate: f64, standard_error: f64| {
            Some(Mean { count: Some(count), estimate, standard_error, low: 0.0, high: 0.0 })
        };
        let mut pairs = Pairs::default();
        pairs.mean("a".into(), Some(Mean::exact(2.0)), &[mean(1000, 1.0, 0.3), mean(3000, 3.0, 0.1)]);
        let worst = pairs.judge().worst.expect("one was compared");
        // (1000·1 + 3000·3)/4000 and √(300² + 300²)/4000.
        assert_eq!(worst.simulated, 2.5);
        let standard_error = (2.0 * 300.0_f64 * 300.0).sqrt() / 4000.0;
        assert!((worst.strain - (0.5 - 2e-9) / (6.0 * standard_error)).abs() < 1e-12, "{worst:?}");
    }

    #[test]
    fn too_few_runs_and_what_no_run_shows_are_not_judged() {
        let mean = |count: u64, estimate: f64, standard_error: f64| {
            Some(Mean { count: Some(count), estimate, standard_error, low: 0.0, high: 0.0 })
        };
        let mut pairs = Pairs::default();
        pairs.mean("few".into(), Some(Mean::exact(2.0)), &[mean(999, 1.0, 0.01)]);
        pairs.mean("rare".into(), Some(Mean::exact(1e-7)), &[mean(10_000, 0.0, 0.0)]);
        pairs.mean("none".into(), None, &[mean(10_000, 0.0, 0.0)]);
        assert_eq!(pairs.all.len(), 0);
        pairs.mean("sure".into(), Some(Mean::exact(52.0)), &[mean(10_000, 52.0, 0.0)]);
        assert_eq!(pairs.judge().worst.expect("one was compared").strain, 0.0);
    }
}
