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
use crate::output::chart::{Canvas, ChartError, Picture, SweepResults, Theme, shown_places, sweep_pictures};
use crate::output::manifest::{FileDigest, Manifest, file_sha256_hex};
use crate::output::write::{WriteError, write};
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Of more points than about so many charts show some: more could not be seen, and their estimates stand in memory.
const MOST_DRAWN: u64 = 40_000;

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
    let thinned = space.thinned(MOST_DRAWN / space.cases.len() as u64);
    let is_drawn = |number: u64| thinned.as_ref().is_none_or(|(_, numbers)| numbers.binary_search(&number).is_ok());
    let places: Vec<Vec<usize>> =
        space.scenarios.iter().map(|scenario| shown_places(&quantities(&scenario.model), show)).collect();
    write_tables(folder, space, store, effort, record.seed, |at, changed| {
        told.see(space, at);
        if is_drawn(at.point.number) {
            let places = &places[space.cases[at.point.case].scenario];
            kept.push(places.iter().filter_map(|&place| at.estimates.get(place).copied()).collect());
            changes.push(places.iter().filter_map(|&place| changed.get(place).copied()).collect());
        }
    })?;
    told.answered = levels.answered(space, effort);
    (manifest.runs, manifest.runs_requested) = (told.spent.total, told.spent.total);
    let mut files = vec!["results.csv", "results.parquet"];
    if effort.threshold.is_some() {
        write(&folder.join(thresholds::FILE), &thresholds::table(space, &told.answered)?)?;
        files.push(thresholds::FILE);
    }
    let first_case: Vec<u64> = (0..space.points_per_case()).filter(|&number| is_drawn(number)).collect();
    let (mut answered, mut sides) = (told.answered.clone(), levels.sides().to_vec());
    if let Some((some, numbers)) = &thinned {
        answered.iter_mut().flat_map(|told| &mut told.lines).flatten().for_each(|(column, row)| {
            *column = some.axes[0].place_of(space.axes[0].at_place(*column));
            *row = some.axes[1].place_of(space.axes[1].at_place(*row));
        });
        sides = numbers.iter().filter_map(|&number| sides.get(number as usize).copied()).collect();
    }
    let sweep = SweepResults {
        name: &record.name,
        space: thinned.as_ref().map_or(space, |(some, _)| some),
        effort,
        spent: told.spent,
        seed: record.seed,
        version: &record.version,
        estimates: &kept,
        changes: &changes,
        differences: &differences(space, store, effort, &first_case, &places)?,
        answered: &answered,
        sides: &sides,
        show,
        theme,
    };
    manifest.outputs.extend(write_pictures(folder, &sweep_pictures(&sweep)?, manifest.threads)?);
    for name in files {
        let path = folder.join(name);
        let sha256 = file_sha256_hex(&path).map_err(|error| StoreError::Read(path, error.to_string()))?;
        manifest.outputs.push(FileDigest { path: name.to_owned(), sha256 });
    }
    write(&folder.join("manifest.json"), &manifest.to_json())?;
    Ok(told)
}

/// Paints the pictures on several threads, and writes each when it is done.
fn write_pictures(folder: &Path, pictures: &[Picture], threads: usize) -> Result<Vec<FileDigest>, ResultsError> {
    let next = AtomicUsize::new(0);
    let paint = || -> Result<Vec<(usize, FileDigest)>, ResultsError> {
        let (mut digests, mut canvas) = (Vec::new(), Canvas::default());
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(picture) = pictures.get(index) else { return Ok(digests) };
            for (name, bytes) in picture.files_on(&mut canvas)? {
                write(&folder.join(&name), &bytes)?;
                digests.push((index, FileDigest::of(name, &bytes)));
            }
        }
    };
    let mut digests = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(pictures.len())).map(|_| scope.spawn(paint)).collect();
        let mut digests = paint()?;
        for other in others {
            digests.extend(other.join().expect("a picture does not panic")?);
        }
        Ok::<_, ResultsError>(digests)
    })?;
    digests.sort_by_key(|(index, _)| *index);
    Ok(digests.into_iter().map(|(_, digest)| digest).collect())
}

/// Between two cases, at these points of the first one's design: how much more the quantities that are shown are in the second.
fn differences(
    space: &Space,
    store: &mut Store,
    effort: &Effort,
    numbers: &[u64],
    places: &[Vec<usize>],
) -> Result<Vec<Vec<Option<Change>>>, StoreError> {
    let mut all = Vec::new();
    let [first, second] = space.cases.as_slice() else { return Ok(all) };
    let places = &places[second.scenario];
    let [first, second] = [first, second].map(|case| quantities(&space.scenarios[case.scenario].model));
    for &number in numbers {
        let other = point_at(space, store, effort, space.points_per_case() + number)?;
        let (Some(one), Some(other)) = (point_at(space, store, effort, number)?, other) else { return Ok(Vec::new()) };
        let changes = changes(known_of(&second, &other), known_of(&first, &one), quantile_of(effort.confidence));
        all.push(places.iter().filter_map(|&place| changes.get(place).copied()).collect());
    }
    Ok(all)
}
