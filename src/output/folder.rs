//! The folder of one study: its tables, its charts, and the manifest that says where they come from.
//!
//! In: findings and a manifest. Out: files, each written whole; the manifest comes last, with the digests of the others,
//! so that a folder with a manifest is complete.

use super::chart::{self, ChartError};
use super::manifest::{Manifest, sha256_hex};
use super::tables;
use super::write::{WriteError, make_folder, write_file};
use crate::analysis::Findings;
use std::fmt;
use std::path::Path;

/// Why a folder was not written.
#[derive(Debug)]
pub enum FolderError {
    Write(WriteError),
    Chart(ChartError),
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FolderError::Write(error) => error.fmt(f),
            FolderError::Chart(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for FolderError {}

impl From<WriteError> for FolderError {
    fn from(error: WriteError) -> Self {
        FolderError::Write(error)
    }
}

impl From<ChartError> for FolderError {
    fn from(error: ChartError) -> Self {
        FolderError::Chart(error)
    }
}

/// Makes the folder, and sees that files can be written there, before work is done for it.
pub fn prepare(folder: &Path) -> Result<(), FolderError> {
    make_folder(folder)?;
    let trial = folder.join(".trial");
    write_file(&trial, b"")?;
    // A left-over empty file would do no harm.
    let _ = std::fs::remove_file(trial);
    Ok(())
}

/// Writes everything about one study.
pub fn write(folder: &Path, findings: &Findings, mut manifest: Manifest) -> Result<(), FolderError> {
    make_folder(folder)?;
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("outcomes.csv".into(), tables::outcomes(findings)),
        ("timeline.csv".into(), tables::timeline(findings)),
        ("consequences.csv".into(), tables::consequences(findings)),
        ("exceedance.csv".into(), tables::exceedance(findings)),
        ("summary.json".into(), tables::summary_json(findings)),
    ];
    files.extend(chart::all(findings)?);
    for (name, bytes) in &files {
        write_file(&folder.join(name), bytes)?;
        manifest.outputs.insert(name.clone(), sha256_hex(bytes));
    }
    write_file(&folder.join("manifest.json"), &manifest.json())?;
    Ok(())
}

/// Writes the comparison of several studies.
pub fn write_comparison(folder: &Path, all: &[Findings]) -> Result<(), FolderError> {
    make_folder(folder)?;
    write_file(&folder.join("comparison.csv"), &tables::comparison(all))?;
    write_file(&folder.join("comparison.png"), &chart::comparison(all)?)?;
    Ok(())
}
