//! `standoff new`: writes a scenario to begin with, and says what to type next.

use super::arguments::NewArguments;
use super::exit::{Exit, Trouble};
use super::new_study;
use super::run::quoted;
use crate::diagnostic::nearest::nearest;
use crate::output::write;
use crate::scenario::edit;
use crate::scenario::keys::Kind;
use std::path::{Path, PathBuf};

/// What a scenario can begin as.
struct Template {
    name: &'static str,
    about: &'static str,
    text: &'static str,
}

const TEMPLATES: &[Template] = &[
    Template {
        name: "minimal",
        about: "one actor with three states",
        text: include_str!("../../assets/templates/minimal.toml"),
    },
    Template {
        name: "two-actors",
        about: "two actors that react to one another, with a shared variable, events and guards",
        text: include_str!("../../assets/templates/two-actors.toml"),
    },
    Template {
        name: "path",
        about: "an escalation path: uncertain parameters, drifting pressure, what it costs, how it ends",
        text: include_str!("../../assets/templates/path.toml"),
    },
];

/// What is made for the scenario that stands beside it.
const STUDY: (&str, &str) =
    ("study", "a sweep of the scenario that stands beside it: many settings, maps, a threshold");

/// The schema that editors complete keys from, if it stands beside the scenario.
const SCHEMA: &str = "scenario.schema.json";

pub fn new(arguments: &NewArguments) -> Result<Exit, Trouble> {
    if arguments.list {
        let all = TEMPLATES.iter().map(|template| (template.name, template.about));
        for (name, about) in all.chain([STUDY]) {
            println!("{name:10}  {about}");
        }
        return Ok(Exit::Done);
    }
    let typed = arguments.name.as_deref().unwrap_or(Path::new(""));
    let (path, title) = file_and_title(typed)?;
    let template = if arguments.from == STUDY.0 { None } else { Some(template(&arguments.from)?) };
    let existing = std::fs::symlink_metadata(&path);
    if let Ok(existing) = existing {
        let shown = path.display();
        let message = if existing.is_dir() {
            format!("error: `{shown}` is a folder")
        } else {
            format!("error: there is a `{shown}` already: take another name, or overwrite it with `--force`")
        };
        if existing.is_dir() || !arguments.force {
            return Err(Trouble::new(Exit::Files, message));
        }
    }
    let text = match template {
        Some(template) => begun(template, &title, &path),
        None => with_schema(new_study::begun(&title, &path)?, new_study::SCHEMA, &path),
    };
    write::write(&path, text.as_bytes()).map_err(|error| Trouble::new(Exit::Files, format!("error: {error}")))?;
    let file = quoted(&path.to_string_lossy());
    if template.is_none() {
        println!(
            "{file} is a study that can be swept. Open it in an editor; then:\n  \
             standoff check {file}   every mistake in it\n  \
             standoff sweep {file}   tables, maps and lines"
        );
        return Ok(Exit::Done);
    }
    println!(
        "{file} is a scenario that runs. Open it in an editor; then:\n  \
         standoff check {file}         every mistake in it\n  \
         standoff explain {file}       what it says, in plain English\n  \
         standoff run {file}           how it ends: tables and charts\n  \
         standoff replay {file}        one run, event by event\n  \
         standoff watch {file} --run   both again at every save"
    );
    Ok(Exit::Done)
}

fn template(name: &str) -> Result<&'static Template, Trouble> {
    TEMPLATES.iter().find(|template| template.name == name).ok_or_else(|| {
        let names = TEMPLATES.iter().map(|template| template.name).chain([STUDY.0]);
        let help = match nearest(name, names.clone()) {
            Some(near) => format!("did you mean `--from {near}`?"),
            None => format!("there is: {}", names.collect::<Vec<_>>().join(", ")),
        };
        Trouble::new(Exit::Usage, format!("error: there is no template `{name}`; {help}"))
    })
}

/// The file that a name leads to, and the scenario's title: `plans/Gulf crisis` is `plans/gulf-crisis.toml`, titled
/// `Gulf crisis`.
fn file_and_title(typed: &Path) -> Result<(PathBuf, String), Trouble> {
    let text = typed.to_string_lossy();
    let words = match typed.file_name() {
        Some(name) if !text.ends_with(std::path::MAIN_SEPARATOR) => name.to_string_lossy().into_owned(),
        _ => {
            let message =
                format!("error: `{text}` does not name a scenario: write it as in `standoff new gulf-crisis`");
            return Err(Trouble::new(Exit::Usage, message));
        }
    };
    let words = words.strip_suffix(".toml").unwrap_or(&words).trim().to_owned();
    let mut file: String = words.split_whitespace().collect::<Vec<_>>().join("-");
    // A name that is typed with spaces is a title; one without is a file's name, whose case is meant.
    if words.contains(char::is_whitespace) {
        file = file.to_lowercase();
    }
    let title = words.replace(['-', '_'], " ");
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = title.chars();
    let title: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    if title.is_empty() {
        let message = format!("error: `{text}` has no letter to name a scenario by");
        return Err(Trouble::new(Exit::Usage, message));
    }
    Ok((typed.with_file_name(format!("{file}.toml")), title))
}

/// The template under its new title.
fn begun(template: &Template, title: &str, path: &Path) -> String {
    let line = template.text.find("\ntitle ").expect("every template has a title") + 1;
    let start = line + template.text[line..].find('"').expect("a title is in quotes");
    let end = line + template.text[line..].find('\n').expect("a title is not the last line");
    let title = edit::as_toml(title, Some(Kind::Text), None);
    let text = edit::replace(template.text, vec![(start..end, title)]);
    with_schema(text, SCHEMA, path)
}

/// With a first line that names the schema, if that stands beside the file.
fn with_schema(text: String, schema: &str, path: &Path) -> String {
    if path.with_file_name(schema).is_file() { format!("#:schema ./{schema}\n{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, path: &str, title: &str) {
        let (found, named) = file_and_title(Path::new(typed)).unwrap();
        assert_eq!((found.to_str().unwrap(), named.as_str()), (path, title));
    }

    #[test]
    fn names_lead_to_files_and_titles() {
        check("strait", "strait.toml", "Strait");
        check("strait.toml", "strait.toml", "Strait");
        check("plans/gulf_crisis", "plans/gulf_crisis.toml", "Gulf crisis");
        check("/tmp/a b/Gulf  Crisis", "/tmp/a b/gulf-crisis.toml", "Gulf Crisis");
        check("a.v2", "a.v2.toml", "A.v2");
        check("GULF", "GULF.toml", "GULF");
        check("état-major", "état-major.toml", "État major");
    }

    #[test]
    fn what_names_nothing_is_refused() {
        for typed in ["", "/", "plans/", "..", " ", "--", "-.toml"] {
            assert_eq!(file_and_title(Path::new(typed)).unwrap_err().exit, Exit::Usage, "{typed}");
        }
    }

    #[test]
    fn a_title_is_quoted() {
        for template in TEMPLATES {
            let text = begun(template, "a \"b\" \\", Path::new("nowhere/x.toml"));
            assert!(text.contains("\ntitle   = \"a \\\"b\\\" \\\\\"\nsummary"), "{text}");
        }
    }
}
