//! The results of a sweep as tables: one tidy row for each point and quantity, point after point.
//!
//! In: a space and the store with its runs. Out: `results.csv` and `results.parquet`, row by row, so that memory does not
//! grow with them, and a digest of what they say for the terminal and charts.
//!
//! | column | meaning |
//! | --- | --- |
//! | `point` | number of the point, from 0 |
//! | `scenario` | file stem |
//! | `policy`, `variant` | name, or `as-written` |
//! | one for each varied input | its value at the point; empty where the scenario does not have it |
//! | `kind` | `outcome`, `milestone` or `consequence` |
//! | `quantity` | its name |
//! | `unit` | `probability`, or that of the consequence |
//! | `estimate`, `low`, `high` | probability or mean, with its interval |
//! | `standard_error` | of the estimate |
//! | `hits` | runs that ended there or passed it; empty for consequences and exact answers |
//! | `runs`, `seed` | how many runs of which seed: the first so many; 0 runs of an exact answer |
//! | `reference` | number of the point that the scenario, policy and variant have nearest to their own values |
//! | `change`, `change_low`, `change_high` | how much more it is than there, with its interval, which knows of common luck |
//! | `side` | of a threshold: `above`, `below` or `undecided`; empty for other quantities |

use super::csv::CsvRows;
use super::parquet::ParquetRows;
use super::standing::standing;
use super::store::{Store, StoreError};
use crate::analysis::estimate::quantile_of;
use crate::analysis::sweep::change::{Change, Known, changes};
use crate::analysis::sweep::effort::{Effort, Ending, Side};
use crate::analysis::sweep::estimates::{Estimate, Quantity, quantities};
use crate::analysis::sweep::space::{Point, Space};
use crate::analysis::sweep::tally::Answer;
use crate::output::write::write_by;
use std::io::{self, BufWriter};
use std::path::Path;

/// Names of the columns that every table has; a varied input of such a name is told as `input_…`.
const COLUMNS: [&str; 19] = [
    "point",
    "scenario",
    "policy",
    "variant",
    "kind",
    "quantity",
    "unit",
    "estimate",
    "low",
    "high",
    "standard_error",
    "hits",
    "runs",
    "seed",
    "reference",
    "change",
    "change_low",
    "change_high",
    "side",
];
/// How many of them stand before the varied inputs.
pub(super) const LEADING: usize = 4;

/// Bytes of a table that are written at once.
const BUFFER: usize = 1 << 16;

/// The rows of a point in the tables: one for each of its estimates.
#[derive(Clone, Debug)]
pub(super) struct PointRows<'a> {
    pub at: &'a PointEstimates,
    pub seed: u64,
    /// The number of its case's reference point.
    pub reference: u64,
    /// Of each estimate.
    pub changes: &'a [Option<Change>],
    /// The place of the threshold's quantity, and where it lies.
    pub side: Option<(usize, Side)>,
}

/// The estimates of one point.
#[derive(Clone, Debug, PartialEq)]
pub struct PointEstimates {
    pub point: Point,
    pub values: Vec<Option<f64>>,
    /// In the order of the scenario's quantities.
    pub estimates: Vec<Estimate>,
    pub answer: Answer,
    /// Why it is done; `None` if it is not.
    pub ending: Option<Ending>,
}

/// The names of the columns, in order.
pub fn columns(space: &Space) -> Vec<String> {
    let fixed = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let axes = space.axes.iter().map(|axis| match COLUMNS.contains(&axis.name.as_str()) {
        true => format!("input_{}", axis.name),
        false => axis.name.clone(),
    });
    let mut columns = fixed(&COLUMNS[..LEADING]);
    columns.extend(axes);
    columns.extend(fixed(&COLUMNS[LEADING..]));
    columns
}

/// Hands the estimates of every point to `use_it`, in order.
pub fn each_point(
    space: &Space,
    store: &mut Store,
    effort: &Effort,
    mut use_it: impl FnMut(PointEstimates) -> io::Result<()>,
) -> Result<(), StoreError> {
    for number in 0..space.count() {
        if let Some(at) = point_at(space, store, effort, number)? {
            use_it(at).map_err(|error| StoreError::Read("results".into(), error.to_string()))?;
        }
    }
    Ok(())
}

/// The estimates of a point; `None` if it has no runs.
pub fn point_at(
    space: &Space,
    store: &mut Store,
    effort: &Effort,
    number: u64,
) -> Result<Option<PointEstimates>, StoreError> {
    let point = space.point(number);
    let there = standing(store, effort, space, &point, true)?;
    let Some(answer) = there.answer else { return Ok(None) };
    let values = (0..space.axes.len()).map(|axis| space.value(&point, axis)).collect();
    let estimates = effort.estimates(space.cases[point.case].scenario, &answer);
    Ok(Some(PointEstimates { point, values, estimates, answer, ending: there.ending }))
}

/// Writes both tables into the folder, and hands the estimates of every point to `see`, with their changes from its case's
/// reference point.
pub fn write_tables(
    folder: &Path,
    space: &Space,
    store: &mut Store,
    effort: &Effort,
    seed: u64,
    mut see: impl FnMut(&PointEstimates, &[Option<Change>]),
) -> Result<(), StoreError> {
    let all: Vec<Vec<Quantity>> = space.scenarios.iter().map(|scenario| quantities(&scenario.model)).collect();
    let z = quantile_of(effort.confidence);
    let mut references = Vec::new();
    for case in 0..space.cases.len() {
        references.push(point_at(space, store, effort, space.reference(case))?);
    }
    let mut failed = None;
    // Both at once, so that each tally is read once.
    let written = write_by(&folder.join("results.csv"), |csv| {
        let mut csv = CsvRows::new(BufWriter::with_capacity(BUFFER, csv), space)?;
        let inner = write_by(&folder.join("results.parquet"), |file| {
            let mut parquet = ParquetRows::new(BufWriter::with_capacity(BUFFER, file.try_clone()?), space)?;
            let told = each_point(space, store, effort, |at| {
                let case = &space.cases[at.point.case];
                let quantities = &all[case.scenario];
                let known = |at: &'_ PointEstimates| -> Vec<Option<Change>> {
                    let Some(reference) = &references[at.point.case] else { return vec![None; at.estimates.len()] };
                    let of = |at| known_of(quantities, at);
                    changes(of(at), of(reference), z)
                };
                let changes = known(&at);
                see(&at, &changes);
                let side = effort.side(case.scenario, &at.estimates);
                let rows = PointRows {
                    at: &at,
                    seed,
                    reference: references[at.point.case].as_ref().map_or(0, |at| at.point.number),
                    changes: &changes,
                    side: effort.threshold_place(case.scenario).zip(side),
                };
                csv.point(space, &rows)?;
                parquet.point(space, &rows)
            });
            match told {
                Ok(()) => parquet.finish(),
                Err(error) => {
                    failed = Some(error);
                    Err(io::Error::other("the parts could not be read"))
                }
            }
        });
        csv.finish()?;
        inner.map_err(io::Error::other)
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(written?),
    }
}

/// A point as something to tell changes of.
pub fn known_of<'a>(quantities: &'a [Quantity], at: &'a PointEstimates) -> Known<'a> {
    Known { quantities, answer: &at.answer, estimates: &at.estimates }
}

impl PointRows<'_> {
    /// The change of the estimate of this place and the ends of its interval.
    pub(super) fn change(&self, place: usize) -> [Option<f64>; 3] {
        let of = |end: fn(&Change) -> f64| self.changes[place].as_ref().map(end);
        [of(|change| change.value), of(|change| change.low), of(|change| change.high)]
    }

    /// On which side of the threshold the estimate of this place lies.
    pub(super) fn side(&self, place: usize) -> Option<Side> {
        self.side.filter(|(of, _)| *of == place).map(|(_, side)| side)
    }
}
