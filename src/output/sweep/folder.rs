//! The results of a finished sweep in its folder: tables, charts, and the manifest last.

use super::record::Record;
use super::results::write_tables;
use super::store::{Store, StoreError};
use super::told::Told;
use crate::analysis::sweep::estimates::Estimate;
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

/// Writes everything that a finished sweep says, and tells where each quantity is least and most.
pub fn write_results(
    folder: &Path,
    record: &Record,
    space: &Space,
    store: &mut Store,
    runs: u64,
    show: &[String],
    theme: &Theme,
    mut manifest: Manifest,
) -> Result<Told, ResultsError> {
    let mut told = Told::new(space, show);
    let mut kept: Vec<Vec<Estimate>> = Vec::new();
    let drawn = space.count() <= MOST_DRAWN;
    write_tables(folder, space, store, runs, record.seed, |at| {
        told.see(space, at);
        if drawn {
            kept.push(at.estimates.clone());
        }
    })?;
    let sweep = SweepResults {
        name: &record.name,
        space,
        runs,
        seed: record.seed,
        version: &record.version,
        estimates: &kept,
        show,
        theme,
    };
    if drawn {
        for picture in sweep_pictures(&sweep)? {
            for (name, bytes) in picture.files()? {
                write(&folder.join(&name), &bytes)?;
                manifest.outputs.push(FileDigest::of(name, &bytes));
            }
        }
    }
    for name in ["results.csv", "results.parquet"] {
        let path = folder.join(name);
        let sha256 = file_sha256_hex(&path).map_err(|error| StoreError::Read(path, error.to_string()))?;
        manifest.outputs.push(FileDigest { path: name.to_owned(), sha256 });
    }
    write(&folder.join("manifest.json"), &manifest.to_json())?;
    Ok(told)
}
