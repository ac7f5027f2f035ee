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
//! | `estimate`, `low`, `high` | probability or mean, with its 95 % interval |
//! | `standard_error` | of the estimate |
//! | `hits` | runs that ended there or passed it; empty for consequences and exact answers |
//! | `runs`, `seed` | how many runs of which seed: the first so many; 0 runs of an exact answer |

use super::parquet::ParquetRows;
use super::store::{Store, StoreError};
use crate::analysis::sweep::estimates::{Estimate, Quantity, estimates, quantities};
use crate::analysis::sweep::space::{Point, Space};
use crate::output::tables::{number, optional};
use crate::output::write::write_by;
use crate::scenario::study::AS_WRITTEN;
use std::io::{self, BufWriter};
use std::path::Path;

/// Names of the columns that every table has; a varied input of such a name is told as `input_…`.
const COLUMNS: [&str; 14] = [
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
}

/// The estimates of one point.
#[derive(Clone, Debug, PartialEq)]
pub struct PointEstimates {
    pub point: Point,
    pub values: Vec<Option<f64>>,
    /// In the order of the scenario's quantities.
    pub estimates: Vec<Estimate>,
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
    runs: u64,
    mut use_it: impl FnMut(PointEstimates) -> io::Result<()>,
) -> Result<(), StoreError> {
    for number in 0..space.count() {
        let point = space.point(number);
        let Some(answer) = store.answer(point.key, runs)? else { continue };
        let values = (0..space.axes.len()).map(|axis| space.value(&point, axis)).collect();
        let estimates = estimates(&answer);
        use_it(PointEstimates { point, values, estimates })
            .map_err(|error| StoreError::Read("results".into(), error.to_string()))?;
    }
    Ok(())
}

/// Writes both tables into the folder, and hands the estimates of every point to `see`.
pub fn write_tables(
    folder: &Path,
    space: &Space,
    store: &mut Store,
    runs: u64,
    seed: u64,
    mut see: impl FnMut(&PointEstimates),
) -> Result<(), StoreError> {
    let all: Vec<Vec<Quantity>> = space.scenarios.iter().map(|scenario| quantities(&scenario.model)).collect();
    let mut failed = None;
    // Both at once, so that each tally is read once.
    let written = write_by(&folder.join("results.csv"), |csv| {
        let mut csv = csv::Writer::from_writer(BufWriter::new(csv));
        csv.write_record(columns(space))?;
        let inner = write_by(&folder.join("results.parquet"), |file| {
            let mut parquet = ParquetRows::new(BufWriter::new(file.try_clone()?), space)?;
            let told = each_point(space, store, runs, |at| {
                see(&at);
                let case = &space.cases[at.point.case];
                for (quantity, estimate) in all[case.scenario].iter().zip(&at.estimates) {
                    let row = Row {
                        point: at.point.number,
                        scenario: &space.scenarios[case.scenario].name,
                        policy: case.policy.as_deref().unwrap_or(AS_WRITTEN),
                        variant: case.variant.as_deref().unwrap_or(AS_WRITTEN),
                        values: &at.values,
                        quantity,
                        estimate: *estimate,
                        seed,
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

/// The fields of a row of the CSV file.
fn fields(row: &Row<'_>) -> Vec<String> {
    let Estimate { value, low, high, standard_error, hits, runs } = row.estimate;
    let mut fields = vec![row.point.to_string()];
    fields.extend([row.scenario, row.policy, row.variant].map(str::to_owned));
    fields.extend(row.values.iter().map(|value| optional(*value)));
    fields.extend([row.quantity.kind.to_string(), row.quantity.name.clone(), row.quantity.unit.clone()]);
    fields.extend([value, low, high, standard_error].map(number));
    fields.push(hits.map(|hits| hits.to_string()).unwrap_or_default());
    fields.extend([runs.to_string(), row.seed.to_string()]);
    fields
}
