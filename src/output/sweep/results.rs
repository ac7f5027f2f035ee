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

use super::parquet::ParquetRows;
use super::standing::standing;
use super::store::{Store, StoreError};
use crate::analysis::estimate::quantile_of;
use crate::analysis::sweep::change::{Change, Known, changes};
use crate::analysis::sweep::effort::{Effort, Ending, Side};
use crate::analysis::sweep::estimates::{Estimate, Quantity, quantities};
use crate::analysis::sweep::space::{Point, Space};
use crate::analysis::sweep::tally::Answer;
use crate::output::tables::{number, optional};
use crate::output::write::write_by;
use crate::scenario::study::AS_WRITTEN;
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
const LEADING: usize = 4;

/// A row of the tables.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    pub point: u64,
    pub scenario: &'a str,
    pub policy: &'a str,
    pub variant: &'a str,
    pub values: &'a [Option<f64>],
    pub quantity: &'a Quantity,
    pub estimate: Estimate,
    pub seed: u64,
    pub reference: u64,
    pub change: Option<Change>,
    /// Of the threshold's quantity.
    pub side: Option<Side>,
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
        let mut csv = csv::Writer::from_writer(BufWriter::new(csv));
        csv.write_record(columns(space))?;
        let inner = write_by(&folder.join("results.parquet"), |file| {
            let mut parquet = ParquetRows::new(BufWriter::new(file.try_clone()?), space)?;
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
                for (place, (quantity, estimate)) in quantities.iter().zip(&at.estimates).enumerate() {
                    let row = Row {
                        point: at.point.number,
                        scenario: &space.scenarios[case.scenario].name,
                        policy: case.policy.as_deref().unwrap_or(AS_WRITTEN),
                        variant: case.variant.as_deref().unwrap_or(AS_WRITTEN),
                        values: &at.values,
                        quantity,
                        estimate: *estimate,
                        seed,
                        reference: references[at.point.case].as_ref().map_or(0, |at| at.point.number),
                        change: changes[place],
                        side: side.filter(|_| effort.threshold_place(case.scenario) == Some(place)),
                    };
                    csv.write_record(fields(&row))?;
                    parquet.row(&row)?;
                }
                Ok(())
            });
            match told {
                Ok(()) => parquet.finish(),
                Err(error) => {
                    failed = Some(error);
                    Err(io::Error::other("the parts could not be read"))
                }
            }
        });
        csv.flush()?;
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

/// The fields of a row of the CSV file.
fn fields(row: &Row<'_>) -> Vec<String> {
    let Estimate { value, low, high, standard_error, hits, runs } = row.estimate;
    let mut fields = vec![row.point.to_string()];
    fields.extend([row.scenario, row.policy, row.variant].map(str::to_owned));
    fields.extend(row.values.iter().map(|value| optional(*value)));
    fields.extend([row.quantity.kind.to_string(), row.quantity.name.clone(), row.quantity.unit.clone()]);
    fields.extend([value, low, high, standard_error].map(number));
    fields.push(hits.map(|hits| hits.to_string()).unwrap_or_default());
    fields.extend([runs, row.seed, row.reference].map(|count| count.to_string()));
    fields.extend(row.changes().map(optional));
    fields.push(row.side.map_or_else(String::new, |side| side.name().to_owned()));
    fields
}

impl Row<'_> {
    /// The change and the ends of its interval.
    pub fn changes(&self) -> [Option<f64>; 3] {
        let of = |end: fn(&Change) -> f64| self.change.as_ref().map(end);
        [of(|change| change.value), of(|change| change.low), of(|change| change.high)]
    }
}
