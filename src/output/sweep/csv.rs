//! The rows of a sweep as a CSV file.
//!
//! In: points. Out: lines to a writer. What the rows of a case, or those of a quantity, have in common is put into words once, and
//! what those of a point have, once a point.

use super::results::{LEADING, PointRows, columns};
use crate::analysis::sweep::estimates::{Estimate, quantities};
use crate::analysis::sweep::space::Space;
use crate::output::tables::{Table, write_number};
use crate::scenario::study::AS_WRITTEN;
use std::fmt::Write as _;
use std::io::{self, Write};

/// A CSV file that is being written.
#[derive(Debug)]
pub(super) struct CsvRows<W: Write> {
    out: W,
    /// Of each case the columns behind the point's number, up to the varied inputs.
    cases: Vec<String>,
    /// Of each scenario's quantities the columns behind the varied inputs, up to the estimate.
    quantities: Vec<Vec<String>>,
    line: String,
}

impl<W: Write> CsvRows<W> {
    /// Begins a file with the columns of the space's results.
    pub(super) fn new(mut out: W, space: &Space) -> io::Result<Self> {
        writeln!(out, "{}", fields(columns(space)))?;
        let as_written = |name: &Option<String>| name.clone().unwrap_or_else(|| AS_WRITTEN.to_owned());
        let of_case = space.cases.iter().map(|case| {
            let leading =
                [space.scenarios[case.scenario].name.clone(), as_written(&case.policy), as_written(&case.variant)];
            const { assert!(LEADING == 4) };
            fields(leading)
        });
        let of_scenario = space.scenarios.iter().map(|scenario| {
            let all = quantities(&scenario.model).into_iter();
            all.map(|quantity| fields([quantity.kind.name(), &quantity.name, &quantity.unit])).collect()
        });
        Ok(CsvRows { out, cases: of_case.collect(), quantities: of_scenario.collect(), line: String::new() })
    }

    /// Adds the rows of a point.
    pub(super) fn point(&mut self, space: &Space, rows: &PointRows<'_>) -> io::Result<()> {
        let PointRows { at, seed, reference, .. } = rows;
        let line = &mut self.line;
        line.clear();
        write_text(line, format_args!("{},{}", at.point.number, self.cases[at.point.case]));
        at.values.iter().for_each(|value| optional(line, *value));
        let common = line.len();
        let quantities = &self.quantities[space.cases[at.point.case].scenario];
        for (place, (quantity, estimate)) in quantities.iter().zip(&at.estimates).enumerate() {
            line.truncate(common);
            line.push(',');
            line.push_str(quantity);
            let Estimate { value, low, high, standard_error, hits, runs } = *estimate;
            [value, low, high, standard_error].into_iter().for_each(|number| optional(line, Some(number)));
            line.push(',');
            if let Some(hits) = hits {
                write_text(line, format_args!("{hits}"));
            }
            write_text(line, format_args!(",{runs},{seed},{reference}"));
            rows.change(place).into_iter().for_each(|number| optional(line, number));
            line.push(',');
            line.push_str(rows.side(place).map_or("", |side| side.name()));
            line.push('\n');
            self.out.write_all(line.as_bytes())?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn write_text(line: &mut String, text: std::fmt::Arguments<'_>) {
    line.write_fmt(text).expect("a string takes whatever is written");
}

/// Adds a field with a number, or an empty one.
fn optional(line: &mut String, number: Option<f64>) {
    line.push(',');
    if let Some(number) = number {
        write_number(number, line);
    }
}

/// Fields as a line without its end, in quotation marks where need be.
fn fields<S: AsRef<str>>(fields: impl IntoIterator<Item = S>) -> String {
    let line = String::from_utf8(Table::new(fields).into_bytes()).expect("fields are text");
    line.trim_end_matches('\n').to_owned()
}
