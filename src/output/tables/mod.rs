//! Findings as CSV tables, for spreadsheets, R and Python.
//!
//! [`Findings`] go in, bytes come out: UTF-8, comma-separated, one header line, lines end
//! in a line feed. Numbers have as many digits as bring the same double back; infinities are `inf` and `-inf`, and an
//! empty field means that there is no such number. The first column is the scenario, so that the tables of several
//! scenarios can be put under each other. The same findings give the same bytes.

mod base_rates;
mod consequences;
mod doubt;
mod durations;
mod eventual;
mod exceedance;
mod journey;
mod ladder;
mod outcomes;
mod paired;
mod rare;
mod timeline;

pub use base_rates::base_rates_csv;
pub use consequences::consequences_csv;
pub use doubt::doubt_csv;
pub use durations::durations_csv;
pub use eventual::eventual_csv;
pub use exceedance::exceedance_csv;
pub use journey::{ends_csv, hand_offs_csv, scenarios_csv};
pub use ladder::ladder_csv;
pub use outcomes::{comparison_csv, outcomes_csv};
pub use paired::{differences_csv, ranking_csv};
pub use rare::rare_csv;
pub use timeline::{timeline_csv, timeline_of};

use crate::analysis::{Findings, Summary};
use std::fmt::Write as _;

/// A table under construction, in memory.
pub(in crate::output) struct Table {
    writer: csv::Writer<Vec<u8>>,
}

impl Table {
    pub(in crate::output) fn new<S: AsRef<str>>(columns: impl IntoIterator<Item = S>) -> Table {
        let mut table = Table { writer: csv::WriterBuilder::new().from_writer(Vec::new()) };
        table.row(columns);
        table
    }

    pub(in crate::output) fn row<S: AsRef<str>>(&mut self, fields: impl IntoIterator<Item = S>) {
        let fields = fields.into_iter().map(|field| field.as_ref().as_bytes().to_vec());
        self.writer.write_record(fields).expect("every row has a field for each column, and memory takes any bytes");
    }

    pub(in crate::output) fn into_bytes(self) -> Vec<u8> {
        self.writer.into_inner().expect("memory takes any bytes")
    }
}

/// The shortest decimal that reads back as the same double.
pub(in crate::output) fn number(x: f64) -> String {
    let mut text = String::new();
    write_number(x, &mut text);
    text
}

/// The same, behind what is there.
pub(in crate::output) fn write_number(x: f64, out: &mut String) {
    let size = x.abs();
    let written = if x == 0.0 {
        out.write_str("0")
    } else if x.is_nan() {
        Ok(())
    } else if x.is_infinite() || (1e-5..1e16).contains(&size) {
        write!(out, "{x}")
    } else {
        write!(out, "{x:e}")
    };
    written.expect("a string takes whatever is written");
}

pub(in crate::output) fn optional(x: Option<f64>) -> String {
    x.map(number).unwrap_or_default()
}

/// The probabilities that occur, ascending, each once: the quantile columns of a table.
fn distinct(probabilities: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut distinct: Vec<f64> = probabilities.collect();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    distinct
}

/// One number a run: what it is of, and its distribution.
struct Measured<'a> {
    kind: &'static str,
    name: &'a str,
    about: &'a str,
    unit: &'a str,
    measure: &'static str,
    summary: &'a Summary,
}

/// Every number a run in the findings: totals of consequences, then averages, peaks and troughs of variables.
fn measured(findings: &Findings) -> Vec<Measured<'_>> {
    let mut all = Vec::new();
    for consequence in &findings.consequences {
        all.push(Measured {
            kind: "consequence",
            name: &consequence.name,
            about: &consequence.about,
            unit: &consequence.unit,
            measure: "total",
            summary: &consequence.total,
        });
    }
    for variable in &findings.variables {
        for (measure, summary) in
            [("time_average", &variable.time_average), ("peak", &variable.peak), ("trough", &variable.trough)]
        {
            let Some(summary) = summary else { continue };
            all.push(Measured {
                kind: "variable",
                name: &variable.name,
                about: &variable.about,
                unit: &variable.unit,
                measure,
                summary,
            });
        }
    }
    all
}

#[cfg(test)]
mod tests;
