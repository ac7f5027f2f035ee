//! How long things last and how they end, one row a duration, an age and what is told of it.

use super::{Table, number};
use crate::analysis::Findings;

/// One row a duration, an age, and `what`: that it lasts longer, or a state that it ended in.
///
/// | column | meaning |
/// | --- | --- |
/// | `scenario`, `duration` | whose |
/// | `age` | since it began, in the study's unit |
/// | `what` | `lasting`, or `ended: ` and the state that it led to |
/// | `at_risk` | stays that go on at this age and are still watched |
/// | `probability`, `standard_error`, `probability_low`, `probability_high` | of lasting longer (Kaplan and Meier), or of having ended so (Aalen and Johansen) |
/// | `alone` | of an end: one less the survival of this end alone, the others taken for broken-off watching |
/// | `elsewhere_low`, `elsewhere_high`, `source` | of lasting: the range that is known from elsewhere of this age |
pub fn durations_csv(findings: &Findings) -> Vec<u8> {
    let first = ["scenario", "duration", "age", "what", "at_risk", "probability", "standard_error", "probability_low"];
    let rest = ["probability_high", "alone", "elsewhere_low", "elsewhere_high", "source"];
    let mut table = Table::new(first.into_iter().chain(rest));
    for duration in &findings.durations {
        let head = [findings.origin.scenario.as_str(), duration.name.as_str()];
        for (i, age) in duration.ages.iter().enumerate() {
            let (when, at_risk) = (number(age.age), age.at_risk.to_string());
            let mut row = |what: &str, share: &crate::analysis::durations::Share, alone: &str, other: [&str; 3]| {
                let shares = [share.estimate, share.standard_error, share.low, share.high].map(number);
                let front = [head[0], head[1], &when, what, &at_risk];
                table.row(front.into_iter().chain(shares.iter().map(String::as_str)).chain([alone]).chain(other));
            };
            let other = duration.elsewhere.iter().find(|other| other.age == age.age);
            let ends = other.map_or([String::new(), String::new()], |other| other.range.map(number));
            row("lasting", &age.lasting, "", [&ends[0], &ends[1], other.map_or("", |other| &other.source)]);
            for end in &duration.ends {
                row(&format!("ended: {}", end.state), &end.incidence[i], &number(end.alone[i]), ["", "", ""]);
            }
        }
    }
    table.into_bytes()
}
