//! What the variance of an event is made of: doubt about the parameters, and chance once they are known.
//!
//! In: for each of many drawn parameter sets the event's probability, known or estimated from a few runs, in groups that
//! are independent of one another. Out: [`Components`]. By the law of total variance, with p the probability at a drawn
//! set, the variance m(1 − m) of the event is Var p (doubt) + E p(1 − p) (chance).
//!
//! Estimated probabilities vary more than the true ones, by the sampling noise of the runs within a set. The random-effects
//! estimator takes that noise out again (Searle, Casella and McCulloch, "Variance components", 1992, section 3.3; for
//! events the noise of h hits in k runs has the unbiased estimate (h/k)(1 − h/k)/(k − 1)). What is left can fall below 0
//! where there is little doubt: then it is 0, and `below_noise` says so. Errors are told by leaving out one group after the
//! other (Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 11).

use super::special::{beta_inverse, normal_quantile};

/// The quantile of 0.975 of Student's t with 15 degrees of freedom, for 16 groups.
const T_15: f64 = 2.131_449_545_559_323;
/// Ends of the band of nine sets in ten.
const LEVELS: [f64; 2] = [0.05, 0.95];
/// How many groups there are.
pub const GROUPS: usize = 16;

/// The probability at one parameter set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// The probability, or the share of the runs.
    pub share: f64,
    /// The variance of that share about the probability; 0 if it is known.
    pub noise: f64,
}

impl Cell {
    /// From runs, at least 2.
    pub fn counted(hits: u64, runs: u64) -> Cell {
        let share = hits as f64 / runs as f64;
        Cell { share, noise: share * (1.0 - share) / (runs - 1) as f64 }
    }

    /// A probability that is known.
    pub fn known(probability: f64) -> Cell {
        Cell { share: probability, noise: 0.0 }
    }
}

/// A number with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Estimate {
    pub estimate: f64,
    pub low: f64,
    pub high: f64,
}

/// What was found of one event.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Components {
    /// The probability over both.
    pub mean: Estimate,
    /// The variance of the probability over parameter sets.
    pub doubt: f64,
    /// The mean variance of the event once the parameters are known.
    pub chance: f64,
    /// doubt / (doubt + chance); `None` if the event never or always happened.
    pub doubt_share: Option<Estimate>,
    /// Whether the sets differed by less than sampling noise alone would make them: then `doubt` is 0, for want of more
    /// runs and not because there is none.
    pub below_noise: bool,
    /// What the probability stays below at 5 % and at 95 % of the parameter sets, free of sampling noise; `None` if nothing
    /// is seen above the noise.
    pub band: Option<[f64; 2]>,
}

/// Sums that components are made of, which groups add up to.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    cells: f64,
    share: f64,
    square: f64,
    noise: f64,
    chance: f64,
}

impl Sums {
    fn of(cells: &[Cell], middle: f64) -> Sums {
        cells.iter().fold(Sums::default(), |sums, cell| {
            let from_middle = cell.share - middle;
            Sums {
                cells: sums.cells + 1.0,
                share: sums.share + from_middle,
                square: sums.square + from_middle * from_middle,
                noise: sums.noise + cell.noise,
                chance: sums.chance + cell.share * (1.0 - cell.share) + cell.noise,
            }
        })
    }

    fn with(self, other: Sums, sign: f64) -> Sums {
        Sums {
            cells: self.cells + sign * other.cells,
            share: self.share + sign * other.share,
            square: self.square + sign * other.square,
            noise: self.noise + sign * other.noise,
            chance: self.chance + sign * other.chance,
        }
    }

    /// Mean from the middle, doubt as it comes out, chance.
    fn components(&self) -> [f64; 3] {
        let mean = self.share / self.cells;
        let spread = (self.square - self.share * mean) / (self.cells - 1.0);
        [mean, spread - self.noise / self.cells, self.chance / self.cells]
    }

    fn doubt_share(&self) -> f64 {
        let [_, doubt, chance] = self.components();
        if doubt + chance > 0.0 { doubt / (doubt + chance) } else { 0.0 }
    }
}

/// Separates the components. Cell i is of group i modulo [`GROUPS`]; there are at least two cells a group.
pub fn components(cells: &[Cell]) -> Components {
    let middle = cells.iter().map(|cell| cell.share).sum::<f64>() / cells.len() as f64;
    let groups: Vec<Sums> = (0..GROUPS)
        .map(|group| Sums::of(&cells.iter().skip(group).step_by(GROUPS).copied().collect::<Vec<_>>(), middle))
        .collect();
    let all = groups.iter().fold(Sums::default(), |all, group| all.with(*group, 1.0));
    let [offset, raw, chance] = all.components();
    let mean = (middle + offset).clamp(0.0, 1.0);
    let interval = |estimate: f64, of: &dyn Fn(&Sums) -> f64| {
        let left_out: Vec<f64> = groups.iter().map(|group| of(&all.with(*group, -1.0))).collect();
        let centre = left_out.iter().sum::<f64>() / GROUPS as f64;
        let square = left_out.iter().map(|value| (value - centre) * (value - centre)).sum::<f64>();
        let error = T_15 * (square * (GROUPS - 1) as f64 / GROUPS as f64).sqrt();
        Estimate { estimate, low: (estimate - error).clamp(0.0, 1.0), high: (estimate + error).clamp(0.0, 1.0) }
    };
    let below_noise = raw <= 0.0;
    let doubt_share = (chance > 0.0 || raw > 0.0).then(|| {
        let about = interval(all.doubt_share(), &Sums::doubt_share);
        Estimate { estimate: about.estimate.clamp(0.0, 1.0), ..about }
    });
    Components {
        mean: interval(mean, &|sums| middle + sums.components()[0]),
        doubt: raw.max(0.0),
        chance,
        doubt_share,
        below_noise,
        band: (!below_noise).then(|| band(cells, mean, raw)),
    }
}

/// What 5 % and 95 % of the sets stay below. Known probabilities speak for themselves; of estimated ones only mean and
/// variance are free of noise, and the beta law that has both is taken.
fn band(cells: &[Cell], mean: f64, doubt: f64) -> [f64; 2] {
    if cells.iter().all(|cell| cell.noise == 0.0) {
        let mut shares: Vec<f64> = cells.iter().map(|cell| cell.share).collect();
        shares.sort_by(f64::total_cmp);
        return LEVELS.map(|level| shares[(level * (shares.len() - 1) as f64).round() as usize]);
    }
    let size = mean * (1.0 - mean) / doubt - 1.0;
    LEVELS.map(|level| match size {
        // Nearly normal, and too narrow for the beta function to tell.
        size if size > 1e6 => (mean + normal_quantile(level) * doubt.sqrt()).clamp(0.0, 1.0),
        size if size > 0.0 => beta_inverse(size * mean, size * (1.0 - mean), level),
        // Certain once the parameters are known.
        _ => f64::from(u8::from(level >= 1.0 - mean)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::sobol::{Coordinate, REPLICATES};
    use crate::random::{NameAddress, RunAddress, Stream};

    #[test]
    fn groups_are_the_replicates_of_points() {
        assert_eq!(GROUPS as u64, REPLICATES);
    }

    /// Events whose probability has a law, given by its quantile function: `runs` of them at each of `points` points.
    fn cells(seed: u64, points: u64, runs: u64, quantile: &dyn Fn(f64) -> f64) -> Vec<Cell> {
        let coordinate = Coordinate::new(seed, 1, "p");
        let name = NameAddress::new("event");
        let cell = |point| {
            let p = quantile(coordinate.at(point));
            let mut stream = Stream::at(RunAddress::new(seed, point), name, 0);
            let hits = (0..runs).filter(|_| stream.unit() < p).count() as u64;
            Cell::counted(hits, runs)
        };
        (0..points).map(cell).collect()
    }

    /// Over 300 repeated studies: no bias beyond four standard errors, and intervals that hold as often as they say.
    fn check(what: &str, quantile: &dyn Fn(f64) -> f64, mean: f64, doubt: f64, runs: u64) {
        let studies = 300;
        let found: Vec<Components> = (0..studies).map(|seed| components(&cells(seed, 256, runs, quantile))).collect();
        let truth = doubt / (mean * (1.0 - mean));
        let average = |of: &dyn Fn(&Components) -> f64| {
            let values: Vec<f64> = found.iter().map(of).collect();
            let middle = values.iter().sum::<f64>() / studies as f64;
            let square = values.iter().map(|v| (v - middle) * (v - middle)).sum::<f64>();
            (middle, (square / studies as f64 / (studies - 1) as f64).sqrt())
        };
        let doubts = average(&|c| c.doubt);
        // Points that fill their space evenly vary by n / (n − 1) more than they should: at most 16 in 256 here.
        assert!((doubts.0 - doubt).abs() < 4.0 * doubts.1 + doubt / 256.0, "{what}: doubt {doubts:?}, not {doubt}");
        let chances = average(&|c| c.chance);
        let chance = mean * (1.0 - mean) - doubt;
        assert!((chances.0 - chance).abs() < 4.0 * chances.1, "{what}: chance {chances:?}, not {chance}");
        let holds = |of: &dyn Fn(&Components) -> Estimate, truth: f64| {
            found.iter().map(of).filter(|e| e.low <= truth && truth <= e.high).count() as f64 / studies as f64
        };
        // 95 % less four standard errors of 300 studies.
        assert!(
            holds(&|c| c.doubt_share.unwrap(), truth) > 0.90,
            "{what}: share {}",
            holds(&|c| c.doubt_share.unwrap(), truth)
        );
        assert!(holds(&|c| c.mean, mean) > 0.90, "{what}: mean {}", holds(&|c| c.mean, mean));
    }

    #[test]
    fn a_uniform_probability() {
        check("uniform", &|u| 0.2 + 0.4 * u, 0.4, 0.16 / 12.0, 20);
        check("uniform, two runs each", &|u| 0.2 + 0.4 * u, 0.4, 0.16 / 12.0, 2);
    }

    #[test]
    fn a_beta_binomial() {
        // Beta(2, 6): mean 1/4, variance 12 / (64 · 9).
        check("beta", &|u| beta_inverse(2.0, 6.0, u), 0.25, 12.0 / 576.0, 20);
    }

    /// The warning of rare events: raw shares of 40 runs would show doubt where there is none.
    #[test]
    fn sampling_noise_is_no_doubt() {
        let (studies, p, runs) = (200, 0.007, 40);
        let found: Vec<Vec<Cell>> = (0..studies).map(|seed| cells(seed, 256, runs, &|_| p)).collect();
        let raw = found.iter().map(|cells| {
            let mean = cells.iter().map(|c| c.share).sum::<f64>() / 256.0;
            cells.iter().map(|c| (c.share - mean) * (c.share - mean)).sum::<f64>() / 255.0
        });
        let naive = raw.sum::<f64>() / studies as f64;
        assert!((naive / (p * (1.0 - p) / runs as f64) - 1.0).abs() < 0.1, "{naive}");
        let separated: Vec<Components> = found.iter().map(|cells| components(cells)).collect();
        let none = separated.iter().filter(|c| c.below_noise).count();
        assert!((60..140).contains(&none), "about half are below the noise: {none}");
        let doubt = separated.iter().map(|c| c.doubt).sum::<f64>() / studies as f64;
        assert!(doubt < 0.1 * naive, "{doubt} of {naive}");
        assert!(separated.iter().all(|c| c.band.is_none() == c.below_noise && c.doubt >= 0.0));
    }

    #[test]
    fn known_probabilities_are_all_doubt_and_chance() {
        let coordinate = Coordinate::new(1, 0, "p");
        let cells: Vec<Cell> = (0..1024).map(|point| Cell::known(0.1 + 0.8 * coordinate.at(point))).collect();
        let found = components(&cells);
        assert!((found.doubt / (0.64 / 12.0) - 1.0).abs() < 0.002, "{}", found.doubt);
        assert!((found.mean.estimate - 0.5).abs() < 1e-3);
        let [low, high] = found.band.unwrap();
        assert!((low - 0.14).abs() < 0.005 && (high - 0.86).abs() < 0.005, "{low} {high}");
    }

    #[test]
    fn what_never_happens_has_no_share() {
        let found = components(&[Cell::counted(0, 10); 64]);
        assert_eq!((found.doubt, found.chance, found.doubt_share, found.band), (0.0, 0.0, None, None));
        assert!(found.below_noise);
    }
}
