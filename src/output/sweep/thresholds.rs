//! Where a sweep's threshold is crossed, as `threshold.csv`.
//!
//! | column | meaning |
//! | --- | --- |
//! | `scenario`, `policy`, `variant` | as in `results.csv` |
//! | `line` | of two inputs: number of the line, from 0; of one input: number of the crossing |
//! | one for each varied input | where the estimates equal the threshold |
//! | `low`, `high` | of one input: the nearest points that are told to lie on one side and on the other |
//! | `rises` | of one input: whether it rises above the threshold as the input grows |

use super::store::StoreError;
use crate::analysis::sweep::space::Space;
use crate::analysis::sweep::threshold::Answered;
use crate::output::tables::number;
use crate::scenario::study::AS_WRITTEN;

/// The file, in the folder of the sweep.
pub const FILE: &str = "threshold.csv";

/// The table as CSV.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn table(space: &Space, answered: &[Answered]) -> Result<Vec<u8>, StoreError> {
    let failed = |error: csv::Error| StoreError::Read(FILE.into(), error.to_string());
    let mut csv = csv::Writer::from_writer(Vec::new());
    let mut header = ["scenario", "policy", "variant", "line"].map(str::to_owned).to_vec();
    header.extend(space.axes.iter().map(|axis| axis.name.clone()));
    header.extend(["low", "high", "rises"].map(str::to_owned));
    csv.write_record(header).map_err(failed)?;
    for told in answered {
        let case = &space.cases[told.case];
        let leading = |line: usize| {
            let policy = case.policy.as_deref().unwrap_or(AS_WRITTEN);
            let variant = case.variant.as_deref().unwrap_or(AS_WRITTEN);
            let names = [&space.scenarios[case.scenario].name, policy, variant].map(str::to_owned);
            names.into_iter().chain([line.to_string()]).collect::<Vec<String>>()
        };
        for (line, crossing) in told.crossings.iter().enumerate() {
            let mut row = leading(line);
            row.extend([crossing.at, crossing.low, crossing.high].map(number));
            row.push(crossing.rises.to_string());
            csv.write_record(row).map_err(failed)?;
        }
        for (line, places) in told.lines.iter().enumerate() {
            for &(column, row) in places {
                let mut fields = leading(line);
                fields.extend([space.axes[0].at_place(column), space.axes[1].at_place(row)].map(number));
                fields.extend([const { String::new() }; 3]);
                csv.write_record(fields).map_err(failed)?;
            }
        }
    }
    csv.into_inner().map_err(|error| StoreError::Read(FILE.into(), error.to_string()))
}
