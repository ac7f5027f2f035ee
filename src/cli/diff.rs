//! `standoff diff`: what changed between two scenarios, in the model's terms.

use super::arguments::{DiffArguments, DiffFormat};
use super::exit::{Exit, Trouble};
use super::explain::one;
use crate::analysis::difference::differences;
use crate::output::difference::{json, text};

pub fn diff(arguments: &DiffArguments) -> Result<Exit, Trouble> {
    let (before, after) = (one(&arguments.before, "diff")?, one(&arguments.after, "diff")?);
    let model = "a scenario without mistakes has a model";
    let changes = differences(before.model.as_ref().expect(model), after.model.as_ref().expect(model));
    let (from, to) = (before.path.display().to_string(), after.path.display().to_string());
    match arguments.format {
        DiffFormat::Text => print!("{}", text(&from, &to, &changes)),
        DiffFormat::Json => print!("{}", String::from_utf8_lossy(&json(&from, &to, &changes))),
    }
    Ok(if changes.is_empty() { Exit::Done } else { Exit::Different })
}
