//! Made-up durations: smooth curves of how long something lasts and how it ends.

use crate::analysis::durations::{Age, DurationFindings, Elsewhere, End, Share};

const BEGUN: u64 = 61_480;

fn share(estimate: f64) -> Share {
    let error = 0.004 + 0.03 * estimate * (1.0 - estimate);
    let (low, high) = ((estimate - 2.0 * error).max(0.0), (estimate + 2.0 * error).min(1.0));
    Share { estimate, standard_error: error, low, high }
}

/// A time that ends in so many ways at weekly hazards that halve from one to the next, with these ranges from elsewhere.
pub(super) fn spell(
    name: &str,
    ends: &[&str],
    elsewhere: &[(f64, [f64; 2], &str)],
    lasted: Option<[f64; 2]>,
) -> DurationFindings {
    let weeks: Vec<f64> = (0..=104).map(f64::from).collect();
    let hazards: Vec<f64> = (0..ends.len()).map(|i| 0.024 / f64::from(1_u32 << i.min(16))).collect();
    let all: f64 = hazards.iter().sum();
    let lasting = |age: f64| libm::exp(-all * age);
    let end = |(state, hazard): (&&str, &f64)| End {
        state: (*state).to_owned(),
        count: (BEGUN as f64 * hazard / all) as u64,
        incidence: weeks.iter().map(|age| share(hazard / all * (1.0 - lasting(*age)))).collect(),
        alone: weeks.iter().map(|age| 1.0 - libm::exp(-hazard * age)).collect(),
    };
    let half = libm::log(2.0) / all;
    DurationFindings {
        name: name.to_owned(),
        about: "A made-up time".to_owned(),
        machine: "a_power".to_owned(),
        states: vec!["quiet".to_owned()],
        begun: BEGUN,
        cut: 9_120,
        ages: weeks
            .iter()
            .map(|age| Age { age: *age, at_risk: (BEGUN as f64 * lasting(*age)) as u64, lasting: share(lasting(*age)) })
            .collect(),
        median: [Some(half - 1.0), Some(half), Some(half + 1.0)],
        ends: ends.iter().zip(&hazards).map(end).collect(),
        elsewhere: elsewhere
            .iter()
            .map(|(age, range, source)| Elsewhere { age: *age, range: *range, source: (*source).to_owned() })
            .collect(),
        lasted: lasted.map(|range| (range, "a third study of what failed".to_owned())),
    }
}
