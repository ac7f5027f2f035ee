//! How long things last when not all were watched to the end: product-limit estimates from histories that may begin late
//! and break off.
//!
//! In: stays, each from when to when in which state, and where it led if it ended. Out: the share still going
//! (E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", JASA 53 (1958)) with its error
//! (M. Greenwood, 1926), and the probability of being in each state (O. O. Aalen and S. Johansen, Scandinavian Journal of
//! Statistics 5 (1978)), of which the first is the case of two states. Where every history is whole, as a simulation's own are,
//! both are plain shares. Of more stays than are to be kept, [`life_table`]. Does not know what is watched.

pub mod life_table;

/// A time in one state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stay {
    /// When watching it began: 0 or later.
    pub start: f64,
    /// When it ended, or watching did; later than `start`.
    pub stop: f64,
    /// The state, by its index.
    pub state: usize,
    /// Where it led; `None`: it was still going on when it was last seen.
    pub to: Option<usize>,
}

/// A step of a survival curve: what holds from this time on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Survival {
    pub time: f64,
    /// Stays that were watched just before this time.
    pub at_risk: usize,
    /// Share that lasts longer than this time.
    pub share: f64,
    /// Greenwood's standard error of the share.
    pub standard_error: f64,
}

impl Survival {
    /// The interval of the share at the standard normal quantile `z`, taken on the log scale and at most 1: the share times
    /// e^(±z · relative error). (0, 0) once nothing is left.
    pub fn interval(&self, z: f64) -> (f64, f64) {
        if self.share <= 0.0 {
            return (0.0, 0.0);
        }
        let spread = libm::exp(z * self.standard_error / self.share);
        (self.share / spread, (self.share * spread).min(1.0))
    }
}

/// The Kaplan–Meier curve of the stays in state 0, a step for each time at which one of them ended, ascending. A stay that is
/// last seen when another ends counts as at risk then.
pub fn survival(stays: &[Stay]) -> Vec<Survival> {
    let (mut share, mut greenwood) = (1.0, 0.0);
    let first: Vec<Stay> = stays.iter().copied().filter(|stay| stay.state == 0).collect();
    times(&first)
        .into_iter()
        .map(|time| {
            let at_risk = at_risk(&first, time).count();
            let ended = at_risk_that_end(&first, time).count();
            let (n, d) = (at_risk as f64, ended as f64);
            share *= 1.0 - d / n;
            greenwood += d / (n * (n - d));
            let standard_error = if ended == at_risk { 0.0 } else { share * greenwood.sqrt() };
            Survival { time, at_risk, share, standard_error }
        })
        .collect()
}

/// The first time at which a curve's share is a half or less: the median, or, of an end of the interval, that of the median;
/// `None` if it never is.
pub fn median(curve: &[Survival], share: impl Fn(&Survival) -> f64) -> Option<f64> {
    curve.iter().find(|step| share(step) <= 0.5 + 1e-12).map(|step| step.time)
}

/// The log-rank comparison of the stays in state 0 of two groups (N. Mantel, "Evaluation of survival data and two new rank
/// order statistics", Cancer Chemotherapy Reports 50 (1966)): how many ends the first would have if both had one law, and the
/// statistic, which then is of the chi-squared law with one degree of freedom.
pub fn log_rank(first: &[Stay], second: &[Stay]) -> (f64, f64) {
    let both = [first, second].concat();
    let (mut expected, mut observed, mut variance) = (0.0, 0.0, 0.0);
    for time in times(&both) {
        let (n, n1) = (at_risk(&both, time).count() as f64, at_risk(first, time).count() as f64);
        let d = at_risk_that_end(&both, time).count() as f64;
        expected += d * n1 / n;
        observed += at_risk_that_end(first, time).count() as f64;
        if n > 1.0 {
            variance += d * n1 / n * (1.0 - n1 / n) * (n - d) / (n - 1.0);
        }
    }
    (expected, (observed - expected) * (observed - expected) / variance)
}

/// The Aalen–Johansen estimate of the probability of being in each of `states` states just after each time at which a stay
/// ended, for histories that begin in state 0 at time 0: (time, probabilities), ascending.
pub fn occupancy(stays: &[Stay], states: usize) -> Vec<(f64, Vec<f64>)> {
    let mut now = vec![0.0; states];
    if let Some(first) = now.first_mut() {
        *first = 1.0;
    }
    times(stays)
        .into_iter()
        .map(|time| {
            let mut next = now.clone();
            for stay in at_risk_that_end(stays, time) {
                let watched = at_risk(stays, time).filter(|other| other.state == stay.state).count() as f64;
                let moved = now[stay.state] / watched;
                next[stay.state] -= moved;
                next[stay.to.unwrap_or(stay.state)] += moved;
            }
            now = next;
            (time, now.clone())
        })
        .collect()
}

/// The times at which a stay ended, ascending, each once.
fn times(stays: &[Stay]) -> Vec<f64> {
    let mut times: Vec<f64> = stays.iter().filter(|stay| stay.to.is_some()).map(|stay| stay.stop).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    times
}

/// The stays that are watched just before a time.
fn at_risk(stays: &[Stay], time: f64) -> impl Iterator<Item = &Stay> {
    stays.iter().filter(move |stay| stay.start < time && time <= stay.stop)
}

/// Those of them that end then.
fn at_risk_that_end(stays: &[Stay], time: f64) -> impl Iterator<Item = &Stay> {
    at_risk(stays, time).filter(move |stay| stay.to.is_some() && stay.stop == time)
}

#[cfg(test)]
mod tests;
