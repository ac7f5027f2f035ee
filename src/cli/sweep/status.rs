//! `standoff status`: how far a sweep has come, asked from anywhere while it goes on or after it ended.

use super::super::arguments::StatusArguments;
use super::super::exit::{Exit, Trouble};
use super::super::moment;
use super::progress::{self, Progress};
use super::run::quoted;
use super::{files, prepare, record_of, unfold};
use crate::output::format::grouped;
use crate::output::sweep::results::each_point;
use crate::output::sweep::store::Store;
use crate::output::sweep::told::{self, Told};
use std::fs;

/// Without a sign for so many seconds, a sweep has ended.
const SILENT: u64 = 10;

pub fn status(arguments: &StatusArguments) -> Result<Exit, Trouble> {
    let folder = &arguments.folder;
    let record = record_of(folder)?;
    let mut sweep = prepare::prepare_kept(&record, None)?;
    let mut store = Store::open(folder, &record).map_err(files)?;
    let done = unfold(&mut sweep, &mut store)?.0;
    let count = sweep.space.count();
    let of = match sweep.effort.fixed() {
        Some(runs) => format!(" of {}", grouped(count.saturating_mul(runs))),
        None => String::new(),
    };
    println!(
        "{}: {} of {} points, {}{of} runs, seed {}",
        record.name,
        grouped(done.points),
        grouped(count),
        grouped(done.runs),
        record.seed
    );
    let progress: Option<Progress> =
        fs::read(folder.join(progress::FILE)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let shown = quoted(&folder.to_string_lossy());
    match progress {
        _ if done.points == count && folder.join("manifest.json").exists() => {
            println!("finished: results are in {shown}")
        }
        Some(progress) if moment::seconds().saturating_sub(progress.updated_seconds) <= SILENT => {
            let left = progress.seconds_left.map_or("unknown".to_owned(), moment::in_words);
            println!("running: {} runs a second, {left} left", grouped(progress.runs_per_second as u64));
        }
        Some(progress) => println!("stopped: no sign of life since {}; `--resume` goes on", progress.updated),
        None => println!("stopped; `--resume` goes on"),
    }
    let mut so_far = Told::new(&sweep.space, &sweep.show);
    each_point(&sweep.space, &mut store, &sweep.effort, |at| {
        so_far.see(&sweep.space, &at);
        Ok(())
    })
    .map_err(files)?;
    println!("\n{}", told::table(&sweep.space, &so_far));
    Ok(Exit::Done)
}
