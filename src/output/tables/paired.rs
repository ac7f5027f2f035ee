//! The tables of a comparison on the same luck: differences of every pair, and the ranking.

use super::{Table, number, optional};
use crate::analysis::paired::{Difference, Pair, Paired, Prefer, Ranking};

/// One row a pair and outcome, milestone or consequence that both have, pair by pair.
///
/// | column | meaning |
/// | --- | --- |
/// | `first`, `second` | names of the two alternatives |
/// | `kind` | `outcome`, `milestone` or `consequence` |
/// | `name`, `unit` | as in the file; the unit of a probability is empty, and it goes from 0 to 1 |
/// | `runs` | of each alternative |
/// | `first_value`, `…_low`, `…_high` | probability or mean of the first, with its interval |
/// | `second_value`, `…_low`, `…_high` | the same of the second |
/// | `difference`, `…_low`, `…_high` | the second less the first, with its interval |
/// | `resolved` | `true` if the interval leaves 0 out |
/// | `variance_reduction` | how many runs with luck of their own one run is worth; empty where the difference never varies |
/// | `first_words`, `second_words` | the probabilities in words; only where words were asked for |
pub fn differences_csv(paired: &Paired) -> Vec<u8> {
    let mut columns: Vec<&str> = vec!["first", "second", "kind", "name", "unit", "runs"];
    columns.extend(["first_value", "first_low", "first_high", "second_value", "second_low", "second_high"]);
    columns.extend(["difference", "difference_low", "difference_high", "resolved", "variance_reduction"]);
    if paired.words.is_some() {
        columns.extend(["first_words", "second_words"]);
    }
    let mut table = Table::new(columns);
    for (index, &pair) in paired.pairs.iter().enumerate() {
        for event in &paired.events {
            let shares = (event.probabilities[pair.first], event.probabilities[pair.second]);
            let (Some(difference), (Some(first), Some(second))) = (&event.differences[index], shares) else { continue };
            let kind = if event.is_milestone { "milestone" } else { "outcome" };
            let values = [first, second].map(|share| [share.estimate, share.low, share.high]);
            let mut row = row(paired, pair, [kind, &event.name, ""], values, difference);
            row.extend(paired.words.iter().flat_map(|words| [words.wording(&first), words.wording(&second)]));
            table.row(row);
        }
        for one in &paired.consequences {
            let means = (one.means[pair.first], one.means[pair.second]);
            let (Some(difference), (Some(first), Some(second))) = (&one.differences[index], means) else { continue };
            let values = [first, second].map(|mean| [mean.estimate, mean.low, mean.high]);
            let mut row = row(paired, pair, ["consequence", &one.name, &one.unit], values, difference);
            row.extend(paired.words.iter().flat_map(|_| [String::new(), String::new()]));
            table.row(row);
        }
    }
    table.into_bytes()
}

fn row(paired: &Paired, pair: Pair, what: [&str; 3], values: [[f64; 3]; 2], difference: &Difference) -> Vec<String> {
    let mut row = [paired.label(pair.first), paired.label(pair.second)].map(str::to_owned).to_vec();
    row.extend(what.map(str::to_owned));
    row.push(paired.runs.to_string());
    row.extend(values.concat().into_iter().map(number));
    row.extend([difference.estimate, difference.low, difference.high].map(number));
    row.extend([difference.is_resolved().to_string(), optional(difference.variance_reduction)]);
    row
}

/// One row an alternative, best first.
///
/// | column | meaning |
/// | --- | --- |
/// | `rank`, `alternative` | from 1, and its name |
/// | `by`, `unit`, `prefer` | what is ranked by, and whether `low` or `high` is best |
/// | `value`, `low`, `high` | probability or mean, with its interval |
/// | `best` | probability that its true value is the best of all, given the error of simulation |
pub fn ranking_csv(paired: &Paired, ranking: &Ranking) -> Vec<u8> {
    let mut table = Table::new(["rank", "alternative", "by", "unit", "prefer", "value", "low", "high", "best"]);
    let prefer = match ranking.prefer {
        Prefer::Low => "low",
        Prefer::High => "high",
    };
    for (index, place) in ranking.places.iter().enumerate() {
        let mut row = vec![(index + 1).to_string(), paired.label(place.alternative).to_owned()];
        row.extend([&ranking.by, &ranking.unit, prefer].map(str::to_owned));
        row.extend([place.estimate, place.low, place.high, place.best].map(number));
        table.row(row);
    }
    table.into_bytes()
}
