//! The folder of one study: its tables, its charts, and the manifest that says where they come from.
//!
//! In: findings and a manifest. Out: files, each written whole; the manifest comes last, with the digests of the others,
//! so that a folder with a manifest is complete.

use super::chart::{self, ChartError, Picture, Theme};
use super::manifest::{FileDigest, Manifest};
use super::write::{WriteError, write};
use super::{summary, tables};
use crate::analysis::Findings;
use crate::analysis::ladder::Ladder;
use crate::analysis::paired::Paired;
use crate::analysis::verify::Beside;
use std::fmt;
use std::path::{Component, Path};

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
    let trial = folder.join(".trial");
    write(&trial, b"")?;
    // A left-over empty file would do no harm.
    let _ = std::fs::remove_file(trial);
    Ok(())
}

/// Writes everything about one study; `ladders` and `rates` are those of its model.
pub fn write_study(
    folder: &Path,
    findings: &Findings,
    ladders: &[Ladder],
    rates: &[Beside],
    theme: &Theme,
    manifest: Manifest,
) -> Result<(), FolderError> {
    let mut files = tables_of(findings);
    if !ladders.is_empty() {
        files.push(("ladder.csv".into(), tables::ladder_csv(findings, ladders)));
    }
    if !rates.is_empty() {
        files.push(("base-rates.csv".into(), tables::base_rates_csv(findings, rates)));
    }
    let mut pictures = chart::pictures(findings, theme)?;
    pictures.extend(chart::ladder_strips(findings, ladders, theme)?);
    pictures.extend(chart::base_rates(findings, rates, theme)?);
    files.extend(Picture::all_files(&pictures, manifest.threads)?);
    write_all(folder, &files, manifest)
}

/// The tables of one study, and its findings whole: names and bytes.
pub fn tables_of(findings: &Findings) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("outcomes.csv".into(), tables::outcomes_csv(findings)),
        ("timeline.csv".into(), tables::timeline_csv(findings)),
        ("consequences.csv".into(), tables::consequences_csv(findings)),
        ("exceedance.csv".into(), tables::exceedance_csv(findings)),
        ("summary.json".into(), summary::summary_json(findings)),
    ];
    files.extend(tables::rare_csv(findings).map(|table| ("rare.csv".to_owned(), table)));
    files.extend(tables::doubt_csv(findings).map(|table| ("doubt.csv".to_owned(), table)));
    if findings.journey.is_some() {
        files.push(("scenarios.csv".into(), tables::scenarios_csv(findings)));
        files.push(("ends.csv".into(), tables::ends_csv(findings)));
        files.push(("hand-offs.csv".into(), tables::hand_offs_csv(findings)));
    }
    if !findings.durations.is_empty() {
        files.push(("durations.csv".into(), tables::durations_csv(findings)));
    }
    if let Some(eventual) = &findings.eventual {
        files.push(("eventual.csv".into(), tables::eventual_csv(findings, eventual)));
    }
    files
}

/// Writes everything about one comparison on the same luck.
pub fn write_paired(folder: &Path, paired: &Paired, theme: &Theme, manifest: Manifest) -> Result<(), FolderError> {
    let mut files = vec![
        ("differences.csv".into(), tables::differences_csv(paired)),
        ("summary.json".into(), summary::to_json(paired)),
    ];
    files.extend(chart::differences(paired, theme)?.files()?);
    files.extend(paired.ranking.as_ref().map(|ranking| ("ranking.csv".into(), tables::ranking_csv(paired, ranking))));
    write_all(folder, &files, manifest)
}

/// Writes files, and last the manifest with their digests. What the folder's former manifest tells of and this one does
/// not is taken away, so that nothing of an earlier study stands beside this one; a file that someone has changed stays.
pub(in crate::output) fn write_all(
    folder: &Path,
    files: &[(String, Vec<u8>)],
    mut manifest: Manifest,
) -> Result<(), FolderError> {
    let former = former_outputs(&folder.join("manifest.json"));
    for (name, bytes) in files {
        write(&folder.join(name), bytes)?;
        manifest.outputs.push(FileDigest::of(name, bytes));
    }
    write(&folder.join("manifest.json"), &manifest.to_json())?;
    for old in former.iter().filter(|old| files.iter().all(|(name, _)| *name != old.path)) {
        let path = folder.join(&old.path);
        if std::fs::read(&path).is_ok_and(|bytes| FileDigest::of(&old.path, &bytes) == *old) {
            // One that cannot be taken away does no more harm than before.
            let _ = std::fs::remove_file(path);
        }
    }
    Ok(())
}

/// The files that a manifest tells of, all of them within its folder; none if there is no manifest.
fn former_outputs(manifest: &Path) -> Vec<FileDigest> {
    #[derive(serde::Deserialize)]
    struct Former {
        outputs: Vec<Output>,
    }
    #[derive(serde::Deserialize)]
    struct Output {
        path: String,
        sha256: String,
    }
    let former = std::fs::read(manifest).ok().and_then(|bytes| serde_json::from_slice::<Former>(&bytes).ok());
    let within = |path: &str| Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    let outputs = former.map_or_else(Vec::new, |former| former.outputs);
    outputs
        .into_iter()
        .filter(|output| within(&output.path))
        .map(|Output { path, sha256 }| FileDigest { path, sha256 })
        .collect()
}

/// Writes the comparison of several studies.
pub fn write_comparison(folder: &Path, several: &[Findings], theme: &Theme) -> Result<(), FolderError> {
    write(&folder.join("comparison.csv"), &tables::comparison_csv(several))?;
    for (name, bytes) in chart::comparison(several, theme)?.files()? {
        write(&folder.join(name), &bytes)?;
    }
    Ok(())
}
