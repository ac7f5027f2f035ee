//! Machines made from templates.
//!
//! In: the merged tree of a scenario. Out: the same tree, in which each machine that says `like` has all that its
//! template says, under what it says itself, as if it extended the template. Values filled in for parameters that the
//! template does not have are reported and left out.

use super::super::Spanned;
use super::super::keys;
use super::super::tree::{Entry, Node, Value};
use super::merge::{Echoes, Removed, over_template};
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake};

/// So many values, tables and lists may come from templates in all: a short file could ask for more than any memory
/// holds.
const MOST_NODES: usize = 500_000;

/// Fills in the templates of all machines.
pub(super) fn expand(root: &mut Node, removed: &Removed, echoes: &mut Echoes, diagnostics: &mut Diagnostics) {
    let templates: Vec<Entry> = entries_of(root, "templates").to_vec();
    let Value::Table(entries) = &mut root.value else { return };
    let Some(machines) = entries.iter_mut().find(|entry| entry.key.value == "machines") else { return };
    let Value::Table(machines) = &mut machines.node.value else { return };
    let mut nodes = 0;
    for machine in machines {
        let Some(template) = template_of(machine, &templates, diagnostics) else { continue };
        nodes += size(&template.node);
        if nodes > MOST_NODES {
            let message = "with its templates filled in, this scenario is too large";
            let error = Diagnostic::error(Mistake::ModelTooLarge, machine.key.span, message);
            diagnostics
                .push(error.label("no room for this machine").help("make fewer machines, or a shorter template"));
            return;
        }
        fill_in(machine, template, diagnostics);
        over_template(template, removed, machine, echoes, diagnostics);
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::Table(entries) => entries.iter().map(|entry| size(&entry.node)).sum(),
        Value::List(items) => items.iter().map(size).sum::<usize>(),
        _ => 0,
    }
}

fn entries_of<'n>(node: &'n Node, key: &str) -> &'n [Entry] {
    node.get(key).and_then(|entry| entry.node.entries()).unwrap_or(&[])
}

/// The template after `like`. For a misspelt name, which is reported, the nearest one: so the rest of the machine is
/// looked at as it was meant.
fn template_of<'t>(machine: &Entry, templates: &'t [Entry], diagnostics: &mut Diagnostics) -> Option<&'t Entry> {
    let like = machine.node.get("like")?;
    // What is no text is reported by the decoder.
    let Value::Text { text: name, .. } = &like.node.value else { return None };
    let named =
        |name: &str| templates.iter().find(|template| template.key.value == name && template.node.entries().is_some());
    if let Some(template) = named(name) {
        return Some(template);
    }
    let error = Diagnostic::error(Mistake::UnknownTemplate, like.node.span, format!("there is no template `{name}`"));
    let names = || templates.iter().map(|template| template.key.value.as_str());
    let near = diagnostics.suggest(name, names());
    diagnostics.push(match &near {
        Some(near) => error.help(format!("did you mean \"{near}\"?")),
        None if templates.is_empty() => error.help(format!("write it below `[templates.{name}]`")),
        None => error.help(format!("there is: {}", names().collect::<Vec<_>>().join(", "))),
    });
    near.and_then(named).or(match templates {
        [only] => Some(only),
        _ => None,
    })
}

/// Looks through what the machine fills in: only parameters of the template can be, and a number alone is a new `value`
/// for a parameter that the template describes at length.
fn fill_in(machine: &mut Entry, template: &Entry, diagnostics: &mut Diagnostics) {
    let declared = entries_of(&template.node, "with");
    let Value::Table(entries) = &mut machine.node.value else { return };
    let Some(with) = entries.iter_mut().find(|entry| entry.key.value == "with") else { return };
    let Value::Table(filled) = &mut with.node.value else { return };
    filled.retain_mut(|entry| {
        let Some(parameter) = declared.iter().find(|parameter| parameter.key.value == entry.key.value) else {
            let error = no_parameter(entry, template, declared, diagnostics);
            diagnostics.push(error);
            return false;
        };
        if parameter.node.entries().is_some() && is_number(&entry.node.value) {
            let key = Spanned { value: "value".to_owned(), span: entry.key.span };
            let span = entry.node.span;
            let value = std::mem::replace(&mut entry.node.value, Value::Truth(true));
            entry.node.value = Value::Table(vec![Entry { key, node: Node { span, value } }]);
        }
        true
    });
}

fn no_parameter(entry: &Entry, template: &Entry, declared: &[Entry], diagnostics: &Diagnostics) -> Diagnostic {
    let (name, of) = (&entry.key.value, &template.key.value);
    let error = Diagnostic::error(
        Mistake::UnknownParameter,
        entry.key.span,
        format!("template `{of}` has no parameter `{name}`"),
    )
    .related(template.key.span, "the template");
    let names = || declared.iter().map(|parameter| parameter.key.value.as_str());
    match diagnostics.suggest(name, names()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None if declared.is_empty() => {
            error.help(format!("declare it with its usual value: `[templates.{of}.with]` and below it `{name} = …`"))
        }
        None => error.help(format!("its parameters are {}", names().collect::<Vec<_>>().join(", "))),
    }
}

/// A number, with or without `%` or a unit of time.
fn is_number(value: &Value) -> bool {
    match value {
        Value::Number { .. } => true,
        Value::Text { text, .. } => {
            let text = text.trim();
            let unit = |word: &str| keys::TIME_UNITS.contains(&word.strip_suffix('s').unwrap_or(word));
            let number = match text.rsplit_once(' ') {
                Some((number, word)) if unit(word) => number,
                _ => text.strip_suffix('%').unwrap_or(text),
            };
            number.trim().parse::<f64>().is_ok()
        }
        _ => false,
    }
}
