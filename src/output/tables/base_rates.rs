//! What the model gives beside ranges that are known from elsewhere, one row a base rate.

use super::{Table, number};
use crate::analysis::Findings;
use crate::analysis::verify::Beside;

/// `scenario`, `of` (what it is about, and when), the model's value with the ends of its 95 % interval, the ends of the range, and who
/// says so.
pub fn base_rates_csv(findings: &Findings, rates: &[Beside]) -> Vec<u8> {
    let mut table =
        Table::new(["scenario", "of", "model", "model_low", "model_high", "published_low", "published_high", "source"]);
    for rate in rates {
        let [model, low, high] = [rate.found, rate.interval[0], rate.interval[1]].map(number);
        let [least, most] = rate.range.map(number);
        table.row([&findings.origin.scenario, &rate.of, &model, &low, &high, &least, &most, &rate.source]);
    }
    table.into_bytes()
}
