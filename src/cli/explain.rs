//! `standoff explain`: a scenario in plain English.

use super::arguments::{ExplainArguments, TextFormat};
use super::exit::{Exit, Trouble};
use super::open::{self, Opened};
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::render::{Style, render};
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Sources};
use crate::model::Model;
use crate::model::id::MachineId;
use crate::output::explain;
use crate::program::bind::Unbindable;
use std::path::Path;

/// Columns where nobody says how many there are.
const WIDTH: usize = 100;

pub fn explain(arguments: &ExplainArguments) -> Result<Exit, Trouble> {
    let opened = one(&arguments.path, "explain")?;
    let model = opened.model.as_ref().expect("a scenario without mistakes has a model");
    let machine = arguments.machine.as_deref().map(|name| machine(model, name)).transpose()?;
    let document = explain::explain(model, machine).map_err(|error| unbindable(&error, &opened.sources))?;
    match arguments.format {
        TextFormat::Text => {
            let width = arguments.width.map_or_else(terminal_width, usize::from);
            print!("{}", document.text(width));
        }
        TextFormat::Markdown => print!("{}", document.markdown()),
    }
    Ok(Exit::Done)
}

/// Reads one whole scenario, and tells every mistake.
pub fn one(path: &Path, verb: &str) -> Result<Opened, Trouble> {
    if path.is_dir() {
        return Err(Trouble::new(Exit::Usage, format!("error: `{verb}` takes one scenario file, not a folder")));
    }
    let mut all = open::open_all(&[path.to_owned()])?;
    open::show_mistakes(&mut all)?;
    Ok(all.remove(0))
}

/// The machine of this name.
pub fn machine(model: &Model, name: &str) -> Result<MachineId, Trouble> {
    if let Some(index) = model.machines.iter().position(|machine| machine.name == name) {
        return Ok(MachineId::new(index));
    }
    let names = model.machines.iter().map(|machine| machine.name.as_str());
    let help = match nearest(name, names.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there is: {}", names.collect::<Vec<_>>().join(", ")),
    };
    Err(Trouble::new(Exit::Usage, format!("error: no machine is called `{name}`; {help}")))
}

/// Central values with which the scenario cannot run, as a message that points into it.
pub fn unbindable(error: &Unbindable, sources: &Sources) -> Trouble {
    let mut diagnostics = Diagnostics::default();
    let message = format!("the central values cannot be run: {}", error.message);
    diagnostics.push(Diagnostic::error(Mistake::IllegalSetting, error.span, message));
    Trouble::new(Exit::Mistakes, render(&diagnostics, sources, Style::Plain))
}

/// Columns of the terminal, or a hundred.
pub fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(WIDTH, |(columns, _)| usize::from(columns.0).max(20))
}
