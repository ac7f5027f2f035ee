//! The results of a finished sweep in its folder: tables, charts, and the manifest last.

use super::record::Record;
use super::results::write_tables;
use super::store::{Store, StoreError};
use super::told::Told;
use crate::analysis::sweep::space::Space;
use crate::output::manifest::{FileDigest, Manifest, file_sha256_hex};
use crate::output::write::write;
use std::path::Path;

/// Writes everything that a finished sweep says, and tells where each quantity is least and most.
pub fn write_results(
    folder: &Path,
    record: &Record,
    space: &Space,
    store: &mut Store,
    runs: u64,
    show: &[String],
    mut manifest: Manifest,
) -> Result<Told, StoreError> {
    let mut told = Told::new(space, show);
    write_tables(folder, space, store, runs, record.seed, |at| told.see(space, at))?;
    for name in ["results.csv", "results.parquet"] {
        let path = folder.join(name);
        let sha256 = file_sha256_hex(&path).map_err(|error| StoreError::Read(path, error.to_string()))?;
        manifest.outputs.push(FileDigest { path: name.to_owned(), sha256 });
    }
    write(&folder.join("manifest.json"), &manifest.to_json())?;
    Ok(told)
}
