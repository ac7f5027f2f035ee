//! `standoff check`: every mistake, and nothing run.
//!
//! Files are read one after another and let go, so that a folder of large ones needs no more memory than the largest.

use super::arguments::{CheckArguments, Format};
use super::exit::{Exit, Trouble};
use super::open::{self, Opened, Shown};
use crate::diagnostic::report::Report;

pub fn check(arguments: &CheckArguments) -> Result<Exit, Trouble> {
    let files = open::files(&arguments.paths)?;
    let mut shown = Shown::default();
    let (mut report, mut sound) = (Report::default(), Vec::new());
    for file in &files {
        let mut opened = open::open(&file.path);
        shown.note(&mut opened);
        match arguments.format {
            Format::Text => shown.render(&opened),
            Format::Json => report.add(&opened.diagnostics, &opened.sources),
        }
        sound.extend(praise(&opened, file.named));
    }
    let code = shown.exit(arguments.deny_warnings);
    match arguments.format {
        Format::Json => {
            let text = serde_json::to_string_pretty(&report).expect("a report is text, numbers and lists");
            println!("{text}");
        }
        Format::Text if code == Exit::Done => {
            if !shown.text().is_empty() {
                eprintln!("{}", shown.text().trim_end());
            }
            sound.iter().for_each(|line| println!("{line}"));
        }
        Format::Text => return Err(Trouble::new(code, shown.text())),
    }
    Ok(code)
}

/// What is said of a file without mistakes. Of a folder, bases are not scenarios and not spoken of.
fn praise(opened: &Opened, named: bool) -> Option<String> {
    let path = opened.path.display();
    if opened.diagnostics.has_errors() {
        return None;
    }
    let end = if opened.diagnostics.is_empty() { "no mistakes" } else { "no mistakes, but see the warnings" };
    match &opened.model {
        Some(model) => Some(format!(
            "{path}: {} machines, {} states, {} transitions, {} parameters and levers: {end}",
            model.machines.len(),
            model.states.len(),
            model.transitions.len(),
            model.inputs.len(),
        )),
        None if named => Some(format!(
            "{path}: a base without outcomes, for scenarios to extend; as far as that can be checked: {end}"
        )),
        None => None,
    }
}
