//! How long things last and how they end, from counts by age: what is left of many stays in little room.
//!
//! In: stays, each with its age when it ended and for which cause, or when watching it broke off. Out: at each age the share that
//! lasts longer, and for each cause the share that it has ended by then. Counts are whole numbers, so that tables add up to the same
//! whatever the split. The estimates are those of Kaplan and Meier and of Aalen and Johansen with ages grouped in narrow intervals:
//! the actuarial estimate, in which a stay that breaks off within an interval counts as at risk for half of it (S. J. Cutler and F.
//! Ederer, "Maximum utilization of the life table method in analyzing survival", Journal of Chronic Diseases 8 (1958)).

use super::Survival;
use std::sync::Arc;

/// Stays by age and cause.
#[derive(Clone, Debug, PartialEq)]
pub struct LifeTable {
    /// Ascending, from 0: the interval j goes from after the one before this edge up to it.
    edges: Arc<[f64]>,
    begun: u64,
    /// For each cause, the stays that it ended in each interval; nothing stands in the first place.
    ended: Vec<Vec<u64>>,
    /// Stays that broke off within each interval; in the last place those beyond the last edge.
    cut_within: Vec<u64>,
    /// Stays that broke off at the very age of an edge.
    cut_at: Vec<u64>,
}

/// A share with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub share: f64,
    pub standard_error: f64,
}

/// The stays of one interval.
#[derive(Clone, Copy, Debug)]
struct Interval {
    /// Watched when it begins, less half of those that break off within it.
    exposed: f64,
    ended: f64,
    /// Going on and watched when it ends.
    left: u64,
}

impl LifeTable {
    /// An empty table; `edges` ascend from 0.
    pub fn new(edges: Arc<[f64]>, causes: usize) -> Self {
        let count = edges.len();
        LifeTable {
            begun: 0,
            ended: vec![vec![0; count]; causes],
            cut_within: vec![0; count + 1],
            cut_at: vec![0; count],
            edges,
        }
    }

    /// Counts a stay that a cause ended at an age.
    pub fn end(&mut self, age: f64, cause: usize) {
        self.begun += 1;
        let interval = self.edges.partition_point(|&edge| edge < age).clamp(1, self.edges.len() - 1);
        self.ended[cause][interval] += 1;
    }

    /// Counts a stay that was still going on when it was last seen, at an age.
    pub fn cut(&mut self, age: f64) {
        self.begun += 1;
        match self.edges.binary_search_by(|edge| edge.total_cmp(&age)) {
            Ok(edge) => self.cut_at[edge] += 1,
            Err(interval) => self.cut_within[interval] += 1,
        }
    }

    /// Adds what another has counted of other stays.
    pub fn merge(&mut self, other: &LifeTable) {
        let add = |mine: &mut Vec<u64>, theirs: &[u64]| mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        self.begun += other.begun;
        self.ended.iter_mut().zip(&other.ended).for_each(|(mine, theirs)| add(mine, theirs));
        add(&mut self.cut_within, &other.cut_within);
        add(&mut self.cut_at, &other.cut_at);
    }

    /// Stays that were counted.
    pub fn begun(&self) -> u64 {
        self.begun
    }

    /// Stays that a cause ended.
    pub fn ended(&self, cause: usize) -> u64 {
        self.ended[cause].iter().sum()
    }

    pub fn edges(&self) -> &[f64] {
        &self.edges
    }

    /// The intervals that some stay was watched in, by the number of ends that `count` gives; others that end count as breaking off
    /// within it.
    fn intervals(&self, count: impl Fn(usize) -> (u64, u64)) -> Vec<Interval> {
        let mut watched = self.begun - self.cut_at.first().copied().unwrap_or(0);
        let mut intervals = Vec::new();
        for j in 1..self.edges.len() {
            if watched == 0 {
                break;
            }
            let (ended, others) = count(j);
            let cut = self.cut_within[j] + others;
            let left = watched - ended - cut;
            intervals.push(Interval { exposed: watched as f64 - 0.5 * cut as f64, ended: ended as f64, left });
            watched = left - self.cut_at[j];
        }
        intervals
    }

    fn all_ended(&self, interval: usize) -> u64 {
        self.ended.iter().map(|by_interval| by_interval[interval]).sum()
    }

    /// At each edge the stays that go on and are watched, the share that lasts longer, and Greenwood's standard error of it; up to
    /// where no stay was watched any more.
    pub fn survival(&self) -> Vec<Survival> {
        let first = Survival { time: 0.0, at_risk: self.begun as usize, share: 1.0, standard_error: 0.0 };
        let (mut share, mut greenwood) = (1.0, 0.0);
        let steps = self.intervals(|j| (self.all_ended(j), 0)).into_iter().enumerate().map(|(i, interval)| {
            let Interval { exposed: n, ended: d, left } = interval;
            share *= 1.0 - d / n;
            greenwood += if d < n { d / (n * (n - d)) } else { 0.0 };
            let standard_error = if share > 0.0 { share * f64::sqrt(greenwood) } else { 0.0 };
            Survival { time: self.edges[i + 1], at_risk: left as usize, share, standard_error }
        });
        std::iter::once(first).chain(steps).collect()
    }

    /// At each edge the share that a cause has ended by then, while the others compete with it (Aalen and Johansen), with the
    /// standard error of E. Marubini and M. G. Valsecchi, "Analysing survival data from clinical trials and observational studies"
    /// (1995), section 10.3; as long as the survival curve.
    pub fn incidence(&self, cause: usize) -> Vec<Estimate> {
        let (mut survival, mut share) = (1.0, 0.0);
        // Sums over the intervals so far, from which the variance at any later edge follows.
        let (mut square, mut mixed, mut level, mut own, mut cross, mut cross_mixed) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        let mut steps = vec![Estimate { share: 0.0, standard_error: 0.0 }];
        for (i, interval) in self.intervals(|j| (self.all_ended(j), 0)).into_iter().enumerate() {
            let Interval { exposed: n, ended: d, .. } = interval;
            let of_cause = self.ended[cause][i + 1] as f64;
            share += survival * of_cause / n;
            let greenwood = if d < n { d / (n * (n - d)) } else { 0.0 };
            square += greenwood;
            mixed += greenwood * share;
            level += greenwood * share * share;
            own += survival * survival * of_cause * (n - of_cause) / (n * n * n);
            let both = survival * of_cause / (n * n);
            cross += both;
            cross_mixed += both * share;
            let variance =
                share * share * square - 2.0 * share * mixed + level + own - 2.0 * (share * cross - cross_mixed);
            survival *= 1.0 - d / n;
            steps.push(Estimate { share, standard_error: f64::sqrt(variance.max(0.0)) });
        }
        steps
    }

    /// At each edge what a cause would seem to have ended by then if the others were taken for broken-off watching: one less
    /// the survival of that cause alone. It is more than [`incidence`](Self::incidence) wherever others compete.
    pub fn alone(&self, cause: usize) -> Vec<f64> {
        let mut share = 1.0;
        let ended = |j: usize| {
            let own = self.ended[cause][j];
            (own, self.all_ended(j) - own)
        };
        let steps = self.intervals(ended).into_iter().map(|interval| {
            share *= 1.0 - interval.ended / interval.exposed;
            1.0 - share
        });
        std::iter::once(0.0).chain(steps).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Stay, occupancy, survival};
    use super::*;
    use crate::random::{NameAddress, RunAddress, Stream};

    fn edges(count: usize, last: f64) -> Arc<[f64]> {
        (0..=count).map(|i| last * i as f64 / count as f64).collect()
    }

    fn table(stays: &[(f64, Option<usize>)], edges: Arc<[f64]>, causes: usize) -> LifeTable {
        let mut table = LifeTable::new(edges, causes);
        for &(age, cause) in stays {
            match cause {
                Some(cause) => table.end(age, cause),
                None => table.cut(age),
            }
        }
        table
    }

    /// With an edge at every age that occurs it is the estimate of single stays, to the last digits; leukaemia as published.
    #[test]
    fn with_fine_edges_it_is_kaplan_and_meier() {
        let seen = [9, 13, -13, 18, 23, -28, 31, 34, -45, 48, -161];
        let stays: Vec<(f64, Option<usize>)> =
            seen.iter().map(|&t| (f64::from(i32::abs(t)), (t > 0).then_some(0))).collect();
        let plain: Vec<Stay> =
            stays.iter().map(|&(stop, to)| Stay { start: 0.0, stop, state: 0, to: to.map(|_| 1) }).collect();
        let found = table(&stays, edges(200, 200.0), 1).survival();
        for step in survival(&plain) {
            let own = found.iter().find(|own| own.time == step.time).unwrap();
            assert!((own.share - step.share).abs() < 1e-12, "{own:?} {step:?}");
            assert!((own.standard_error - step.standard_error).abs() < 1e-12, "{own:?} {step:?}");
        }
        assert!(found.last().unwrap().time <= 161.0, "nothing is said of ages that nobody was watched at");
    }

    /// Ends by two causes and breaking off, drawn; against the estimates of single stays.
    #[test]
    fn with_narrow_intervals_it_is_near_both() {
        let mut stays = Vec::new();
        let mut single = Vec::new();
        for run in 0..4000 {
            let draw =
                |what: u64| Stream::at(RunAddress::new(5, run), NameAddress::new("life table"), what).exponential();
            let (first, second, cut) = (20.0 * draw(0), 35.0 * draw(1), 30.0 * draw(2));
            let age = first.min(second).min(cut);
            let cause = if age == first {
                Some(0)
            } else if age == second {
                Some(1)
            } else {
                None
            };
            stays.push((age, cause));
            single.push(Stay { start: 0.0, stop: age, state: 0, to: cause.map(|cause| cause + 1) });
        }
        let table = table(&stays, edges(400, 60.0), 2);
        let (curve, plain) = (table.survival(), survival(&single));
        let states = occupancy(&single, 3);
        for (i, step) in curve.iter().enumerate().skip(1).filter(|(_, step)| step.time < 50.0) {
            let before = plain.partition_point(|other| other.time <= step.time);
            let share = before.checked_sub(1).map_or(1.0, |at| plain[at].share);
            assert!((step.share - share).abs() < 2e-4, "age {}: {} and {share}", step.time, step.share);
            let error = before.checked_sub(1).map_or(0.0, |at| plain[at].standard_error);
            assert!((step.standard_error - error).abs() < 2e-5);
            let before = states.partition_point(|(time, _)| *time <= step.time);
            let known = |cause: usize| before.checked_sub(1).map_or(0.0, |at| states[at].1[cause + 1]);
            let mut all = step.share;
            for cause in 0..2 {
                let found = table.incidence(cause)[i].share;
                assert!((found - known(cause)).abs() < 2e-4, "age {}, cause {cause}", step.time);
                assert!(table.alone(cause)[i] >= found);
                all += found;
            }
            assert!((all - 1.0).abs() < 1e-9, "what lasts and what ended are all there is");
        }
    }

    /// Where nothing breaks off, shares are plain shares, and errors those of the binomial law.
    #[test]
    fn of_whole_stays_they_are_plain_shares() {
        let stays: Vec<(f64, Option<usize>)> =
            (0..100).map(|i| (f64::from(i % 10) + 0.5, Some(usize::from(i % 4 == 0)))).collect();
        let table = table(&stays, edges(10, 10.0), 2);
        for (j, step) in table.survival().iter().enumerate() {
            let p = 1.0 - j as f64 / 10.0;
            assert!((step.share - p).abs() < 1e-12);
            let error = step.standard_error;
            assert!((error * error - p * (1.0 - p) / 100.0).abs() < 1e-12);
            let ended =
                stays.iter().filter(|(age, cause)| *age < step.time && *cause == Some(1)).count() as f64 / 100.0;
            let found = table.incidence(1)[j];
            assert!((found.share - ended).abs() < 1e-12);
            let error = found.standard_error;
            assert!((error * error - ended * (1.0 - ended) / 100.0).abs() < 1e-12, "{j}");
        }
    }

    #[test]
    fn the_split_does_not_matter_and_edges_are_exact() {
        let stays = [(1.0, Some(0)), (0.0, None), (2.0, None), (1.5, None), (3.0, Some(1)), (9.0, None), (3.0, None)];
        let whole = table(&stays, edges(3, 3.0), 2);
        let mut parts = table(&stays[..2], edges(3, 3.0), 2);
        parts.merge(&table(&stays[2..], edges(3, 3.0), 2));
        assert_eq!(whole, parts);
        let shares: Vec<(usize, f64)> = whole.survival().iter().map(|step| (step.at_risk, step.share)).collect();
        // Of six that are watched one ends by 1; of five one breaks off within the next interval and one at its end.
        let second = 5.0 / 6.0;
        assert_eq!(shares, [(7, 1.0), (5, second), (4, second), (2, second * (1.0 - 1.0 / 3.0))]);
        assert_eq!((whole.begun(), whole.ended(0), whole.ended(1)), (7, 1, 1));
    }
}
