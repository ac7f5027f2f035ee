//! `standoff new --from study`: a study of the scenario that stands beside it.
//!
//! In: the folder of the new file and a title. Out: the text of a study that names the first scenario there, varies two of its
//! inputs over their own ranges, and shows its first outcome; the rest stands in it as comments to be taken up.

use super::exit::{Exit, Trouble};
use super::open;
use crate::model::Model;
use crate::output::format::to_ascii;
use crate::scenario::edit;
use crate::scenario::keys::Kind;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The schema that editors complete keys from, if it stands beside the study.
pub const SCHEMA: &str = "study.schema.json";

/// The text of a new study.
pub fn begun(title: &str, path: &Path) -> Result<String, Trouble> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some((file, model)) = first_scenario(folder, path) else {
        let message = format!(
            "error: a study asks something of a scenario, and there is none without mistakes in `{}`: begin with `standoff new NAME`",
            folder.display()
        );
        return Err(Trouble::new(Exit::Files, message));
    };
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let quoted = |text: &str| edit::as_toml(text, Some(Kind::Text), None);
    let outcome = model.outcomes.first().map_or("outcome", |outcome| outcome.name.as_str());
    let mut text = String::new();
    let _ = write!(
        text,
        "# A study asks one thing of scenarios at many settings. Change anything; then: standoff sweep {}\n\
         title     = {}\n\
         scenarios = [{}]\n\
         seed      = 1                              # the same seed gives the same results\n\
         runs      = 2000                           # of each point; or, in its place, how near each probability is to be known:\n\
         # precision = \"1 point\"\n\
         show      = [{}]   # what charts show; everything, if this is left out\n\
         # threshold = {}   # where is it crossed? Runs go to the points that are near (leave `runs` out)\n\
         # refine    = 2                            # and the grid becomes finer there\n\n\
         # What varies, and how: every combination of these values is a point.\n[vary]\n",
        path.display(),
        quoted(title),
        quoted(&name),
        quoted(outcome),
        quoted(&format!("{outcome} > 20 %")),
    );
    for (name, [low, high], about) in varied(&model) {
        let key =
            if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') { name } else { quoted(&name) };
        let about = about.replace(['\n', '\r'], " ");
        let note = if about.is_empty() { String::new() } else { format!("   # {}", to_ascii(&about)) };
        let _ = writeln!(text, "{key} = {{ from = {low}, to = {high}, steps = 5 }}{note}");
    }
    Ok(text)
}

/// The first scenario of a folder, by name, that can be run.
fn first_scenario(folder: &Path, except: &Path) -> Option<(PathBuf, Model)> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let is_toml = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    files.into_iter().filter(is_toml).filter(|path| path.file_name() != except.file_name()).find_map(|path| {
        if super::study::is_study(&path) {
            return None;
        }
        let opened = open::open(&path);
        let sound = !opened.diagnostics.has_errors() && !opened.is_base();
        Some((path, opened.model.filter(|_| sound)?))
    })
}

/// Two inputs, those with a range of their own first, with the values to go through and what they are about.
fn varied(model: &Model) -> Vec<(String, [f64; 2], String)> {
    let ranged = model.inputs.iter().filter(|input| input.range.is_some_and(|[low, high]| low < high));
    let mut found: Vec<(String, [f64; 2], String)> = ranged
        .filter_map(|input| Some((input.name.clone(), input.range?, input.provenance.about.clone())))
        .take(2)
        .collect();
    if found.is_empty() {
        // The horizon can always be varied.
        let horizon = model.calendar.horizon;
        found.push(("horizon".to_owned(), [horizon / 4.0, horizon], "how long runs last".to_owned()));
    }
    found
}
