//! `standoff merge`: the parts of a study from several folders, as one.

use super::super::arguments::MergeArguments;
use super::super::exit::{Exit, Trouble};
use super::run::quoted;
use super::todo::done;
use super::{carry_out, files, prepare, record_of};
use crate::output::folder::prepare as prepare_folder;
use crate::output::format::grouped;
use crate::output::sweep::record::Record;
use crate::output::sweep::store::Store;
use std::path::Path;

pub fn merge(arguments: &MergeArguments) -> Result<Exit, Trouble> {
    let (first, rest) = arguments.folders.split_first().expect("one folder at least is asked for");
    let record = record_of(first)?;
    for folder in rest {
        refuse(&record, &record_of(folder)?, first, folder)?;
    }
    let out = &arguments.out;
    if let Some(there) = crate::output::sweep::store::record(out).map_err(files)? {
        refuse(&record, &there, first, out)?;
    }
    let mut sweep = prepare::prepare_kept(&record, None)?;
    prepare_folder(out).map_err(files)?;
    let mut store = Store::create(out, &record).map_err(files)?;
    for folder in &arguments.folders {
        let other = Store::open(folder, &record).map_err(files)?;
        if let Some(path) = other.damaged.first() {
            return Err(Trouble::new(Exit::Files, format!("error: `{}` is damaged: copy it again", path.display())));
        }
        store.take(&other).map_err(files)?;
    }
    let count = sweep.space.designed();
    let there = done(&sweep.space, &sweep.effort, &mut store, 0..count).map_err(files)?;
    if there.points < count {
        let message = format!(
            "error: {} of {} points are not there, the first of them number {}: the parts are kept in {}; merge the others into it, or run what is missing with `--resume`",
            grouped(count - there.points),
            grouped(count),
            there.gap.unwrap_or(0),
            quoted(&out.to_string_lossy()),
        );
        return Err(Trouble::new(Exit::Fault, message));
    }
    // What refines a grid is run here, if it is not there.
    carry_out(&mut sweep, out, &mut store, 0..count, None, &arguments.charts)
}

fn refuse(record: &Record, other: &Record, first: &Path, folder: &Path) -> Result<(), Trouble> {
    let differences = record.differences(other);
    if differences.is_empty() {
        return Ok(());
    }
    let message = format!(
        "error: {} and {} are not of one study:\n  {}",
        quoted(&first.to_string_lossy()),
        quoted(&folder.to_string_lossy()),
        differences.join("\n  ")
    );
    Err(Trouble::new(Exit::Usage, message))
}
