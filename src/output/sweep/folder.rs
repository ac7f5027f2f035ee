//! The results of a finished sweep in its folder: tables, charts, and the manifest last.

use super::levels::Levels;
use super::record::Record;
use super::results::{known_of, point_at, write_tables};
use super::store::{Store, StoreError};
use super::thresholds;
use super::told::Told;
use crate::analysis::estimate::quantile_of;
use crate::analysis::sweep::change::{Change, changes};
use crate::analysis::sweep::effort::Effort;
use crate::analysis::sweep::estimates::{Estimate, quantities};
use crate::analysis::sweep::space::Space;
use crate::output::chart::{ChartError, SweepResults, Theme, sweep_pictures};
use crate::output::manifest::{FileDigest, Manifest, file_sha256_hex};
use crate::output::write::{WriteError, write};
use std::fmt;
use std::path::Path;

/// Of more points than this no charts are made: their estimates would have to stand in memory.
const MOST_DRAWN: u64 = 100_000;

/// Why results were not written.
#[derive(Debug)]
pub enum ResultsError {
    Store(StoreError),
    Chart(ChartError),
}

impl fmt::Display for ResultsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ResultsError::Store(error) => error.fmt(f),
            ResultsError::Chart(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ResultsError {}

impl From<StoreError> for ResultsError {
    fn from(error: StoreError) -> Self {
        ResultsError::Store(error)
    }
}

impl From<WriteError> for ResultsError {
    fn from(error: WriteError) -> Self {
        ResultsError::Store(error.into())
    }
}

impl From<ChartError> for ResultsError {
    fn from(error: ChartError) -> Self {
        ResultsError::Chart(error)
    }
}

/// A sweep of which every point is done.
#[derive(Debug)]
pub struct Finished<'a> {
    pub record: &'a Record,
    pub space: &'a Space,
    pub effort: &'a Effort,
    pub levels: &'a Levels,
    /// Which quantities are told; all if empty.
    pub show: &'a [String],
}

/// Writes everything that a finished sweep says, and tells it in short.
pub fn write_results(
    folder: &Path,
    finished: &Finished<'_>,
    store: &mut Store,
    theme: &Theme,
    mut manifest: Manifest,
) -> Result<Told, ResultsError> {
    let Finished { record, space, effort, levels, show } = *finished;
    let mut told = Told::new(space, show);
    let (mut kept, mut changes): (Vec<Vec<Estimate>>, Vec<Vec<Option<Change>>>) = (Vec::new(), Vec::new());
    let drawn = space.count() <= MOST_DRAWN;
    write_tables(folder, space, store, effort, record.seed, |at, changed| {
        told.see(space, at);
        if drawn {
            kept.push(at.estimates.clone());
            changes.push(changed.to_vec());
        }
    })?;
    told.answered = levels.answered(space, effort);
    (manifest.runs, manifest.runs_requested) = (told.spent.total, told.spent.total);
    let differences = if drawn { differences(space, store, effort)? } else { Vec::new() };
    let sweep = SweepResults {
        name: &record.name,
        space,
        effort,
        spent: told.spent,
        seed: record.seed,
        version: &record.version,
        estimates: &kept,
        changes: &changes,
        differences: &differences,
        answered: &told.answered,
        sides: levels.sides(),
        show,
        theme,
    };
    let mut files = vec!["results.csv", "results.parquet"];
    if effort.threshold.is_some() {
        write(&folder.join(thresholds::FILE), &thresholds::table(space, &told.answered)?)?;
        files.push(thresholds::FILE);
    }
    if drawn {
        for picture in sweep_pictures(&sweep)? {
            for (name, bytes) in picture.files()? {
                write(&folder.join(&name), &bytes)?;
                manifest.outputs.push(FileDigest::of(name, &bytes));
            }
        }
    }
    for name in files {
        let path = folder.join(name);
        let sha256 = file_sha256_hex(&path).map_err(|error| StoreError::Read(path, error.to_string()))?;
        manifest.outputs.push(FileDigest { path: name.to_owned(), sha256 });
    }
    write(&folder.join("manifest.json"), &manifest.to_json())?;
    Ok(told)
}

/// Between two cases, at each point of the design: how much more the quantities are in the second.
fn differences(space: &Space, store: &mut Store, effort: &Effort) -> Result<Vec<Vec<Option<Change>>>, StoreError> {
    let mut all = Vec::new();
    let [first, second] = space.cases.as_slice() else { return Ok(all) };
    let [first, second] = [first, second].map(|case| quantities(&space.scenarios[case.scenario].model));
    for number in 0..space.points_per_case() {
        let other = point_at(space, store, effort, space.points_per_case() + number)?;
        let (Some(one), Some(other)) = (point_at(space, store, effort, number)?, other) else { return Ok(Vec::new()) };
        all.push(changes(known_of(&second, &other), known_of(&first, &one), quantile_of(effort.confidence)));
    }
    Ok(all)
}
