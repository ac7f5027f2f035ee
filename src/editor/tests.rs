use super::complete::complete;
use super::desk::{Desk, Document, Shelf};
use super::hover::hover;
use super::mistakes::{fixes, mistakes};
use super::navigate::{definitions, references};
use super::outline::outline;
use super::position::Lines;
use super::rename::{rename, renameable};
use crate::scenario::load::Files;
use lsp_types::DocumentSymbol;
use proptest::prelude::*;
use std::io;
use std::path::{Path, PathBuf};

/// Two files that lie side by side.
struct Two;

const BASE: &str = include_str!("../../tests/good.toml");
const OVER: &str = "title = \"over\"\nextends = [\"base.toml\"]\n[parameters.resolve]\nvalue = 0.4\n[machines.fleet]\n\
    remove = [\"protest\"]\n[[machines.fleet.transitions]]\nname = \"sails\"\nfrom = \"harbour\"\nto = \"patrol\"\n\
    rate = \"0.2 * push\"\n";

impl Files for Two {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match path.to_str() {
            Some("/a/base.toml") => Ok(BASE.as_bytes().to_vec()),
            Some("/a/over.toml") => Ok(OVER.as_bytes().to_vec()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

impl Shelf for Two {
    fn neighbours(&self, _folder: &Path) -> Vec<PathBuf> {
        vec!["/a/base.toml".into(), "/a/over.toml".into()]
    }
}

fn desk(path: &str, text: &str) -> (Desk<'static>, PathBuf) {
    let mut desk = Desk::new(&Two);
    let document = Document { address: format!("file://{path}"), version: 1, text: text.to_owned() };
    desk.open(PathBuf::from(path), document);
    (desk, PathBuf::from(path))
}

/// The places at which a name is renamed, as file, text there and new text.
fn edits(path: &str, mark: &str, new: &str) -> Vec<(String, String, String)> {
    let (desk, path) = desk(path, if path.ends_with("base.toml") { BASE } else { OVER });
    let offset = desk.text(&path).find(mark).unwrap() + 1;
    let edits = rename(&desk, &path, offset, new).unwrap();
    let all = edits.into_iter().flat_map(|(path, edits)| edits.into_iter().map(move |edit| (path.clone(), edit)));
    all.map(|(path, (spot, new))| {
        let text = desk.text(&path);
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        (file, text[spot.start..spot.end].to_owned(), new)
    })
    .collect()
}

#[test]
fn a_transition_that_is_replaced_or_dropped_keeps_one_name() {
    let row = |file: &str, old: &str, new: &str| (file.to_owned(), old.to_owned(), new.to_owned());
    let both = vec![row("base.toml", "\"sails\"", "\"leaves\""), row("over.toml", "\"sails\"", "\"leaves\"")];
    assert_eq!(edits("/a/over.toml", "\"sails\"", "leaves"), both);
    assert_eq!(edits("/a/base.toml", "\"sails\"", "leaves"), both);
    let both = vec![row("base.toml", "\"protest\"", "\"objects\""), row("over.toml", "\"protest\"", "\"objects\"")];
    assert_eq!(edits("/a/over.toml", "\"protest\"", "objects"), both);
    assert_eq!(edits("/a/base.toml", "\"protest\"", "objects"), both);
}

#[test]
fn what_a_replaced_transition_used_is_renamed_too() {
    let renamed = edits("/a/over.toml", "push", "drive");
    let files: Vec<&str> = renamed.iter().map(|(file, ..)| file.as_str()).collect();
    assert_eq!(files, ["base.toml", "base.toml", "over.toml"], "{renamed:?}");
}

const NESTED: &str = r#"title = "nested"
[time]
unit = "week"
horizon = 10
[variables.tension]
initial = 0
[machines.m]
initial = "calm"
[machines.m.states.calm]
[machines.m.states.crisis]
initial = "low"
states.low = {}
[machines.m.states.crisis.states.high]
enter = { add = { tension = 1 } }
[[machines.m.transitions]]
from = "calm"
to = "crisis"
rate = 1
[[machines.m.transitions]]
from = "crisis"
to = "calm"
rate = "1 + tension"
[[machines.m.transitions]]
from = "low"
to = "high"
on = "m.crisis"
[now.machines.m]
state = "high"
since = 2
within = { crisis = 3 }
[now.variables]
tension = 2
[shocks.alarm]
at = 1
when = "m.crisis"
add = { tension = 1 }
[outcomes.rest]
default = true
"#;

/// How often a name of the nested file is renamed, and whether the file is as sound as before.
fn renamed_in_nested(mark: &str, within: usize, new: &str) -> (usize, bool) {
    renamed_in(NESTED, mark, within, new)
}

fn renamed_in(written: &str, mark: &str, within: usize, new: &str) -> (usize, bool) {
    let (before, path) = desk("/a/nested.toml", written);
    assert!(before.reading(&path).model.is_some(), "{:?}", before.reading(&path).diagnostics);
    let edits = rename(&before, &path, written.find(mark).unwrap() + within, new).unwrap();
    let edits = &edits[&path];
    let mut text = written.to_owned();
    for (spot, new) in edits.iter().rev() {
        text.replace_range(spot.start..spot.end, new);
    }
    let (after, path) = desk("/a/nested.toml", &text);
    (edits.len(), after.reading(&path).model.is_some())
}

#[test]
fn states_within_states_shocks_and_the_present_are_renamed() {
    assert_eq!(renamed_in_nested("crisis", 1, "trouble"), (7, true));
    assert_eq!(renamed_in_nested("\"high\"", 2, "grave"), (3, true));
    assert_eq!(renamed_in_nested("states.low", 8, "mild"), (3, true));
    assert_eq!(renamed_in_nested("machines.m", 9, "actor"), (10, true));
    assert_eq!(renamed_in_nested("tension", 1, "strain"), (5, true));
    assert_eq!(renamed_in_nested("alarm", 1, "call"), (1, true));
}

#[test]
fn headings_and_values_of_states_within_states_are_offered() {
    let at = |heading: &str, mark: &str| {
        let text = NESTED.replacen("[now.variables]", heading, 1);
        let (desk, path) = desk("/a/nested.toml", &text);
        let offset = text.find(mark).unwrap() + mark.len();
        complete(&desk, &path, offset).into_iter().map(|found| found.label).collect::<Vec<String>>()
    };
    let headings = at("[", "crisis = 3 }\n[");
    for heading in ["machines.m.states.crisis.states.low", "now", "now.machines.m", "shocks.alarm"] {
        assert!(headings.iter().any(|label| label == heading), "{heading} in {headings:?}");
    }
    let names = at("[formulas]\nown = \"1\"\nother = \"2 * o", "other = \"2 * o");
    assert!(names.iter().any(|name| name == "own") && names.iter().all(|name| name != "other"), "{names:?}");
    assert_eq!(at("[now.machines.m]\nstate = \"", "[now.machines.m]\nstate = \""), ["calm", "crisis", "low", "high"]);
}

const TEMPLATED: &str = r#"title = "templated"
[time]
unit = "week"
horizon = 10
[levers.aid]
value = 1
[variables.tension]
initial = 0
[templates.capital]
initial = "hesitant"
[templates.capital.with]
hawkishness = 0.5
[templates.capital.states]
hesitant = {}
committed = { enter = { emit = "self.signal" } }
[[templates.capital.transitions]]
name = "commits"
from = "hesitant"
to = "committed"
rate = "hawkishness * aid * if(self.hesitant, 1, 2) * (1 + count(capital.committed))"
basis = "judgement"
[machines.poland]
like = "capital"
with = { hawkishness = 0.9 }
[machines.france]
like = "capital"
[[machines.france.transitions]]
name = "commits"
from = "hesitant"
to = "committed"
on = "poland.signal"
[policies.more]
set = { aid = 2 }
[variants.bold]
set = { "poland.hawkishness" = 1 }
[outcomes.both]
when = "poland.committed and france.committed"
[outcomes.rest]
default = true
"#;

#[test]
fn names_in_templates_are_renamed_with_all_that_is_made_from_them() {
    let check = |mark: &str, within: usize, new: &str, count: usize| {
        assert_eq!(renamed_in(TEMPLATED, mark, within, new), (count, true), "{mark}");
    };
    check("templates.capital", 11, "seat", 7);
    check("machines.poland", 10, "warsaw", 4);
    // Definition, `to` of both transitions, `count`, and two conditions.
    check("committed = {", 1, "decided", 6);
    check("self.hesitant", 6, "unsure", 5);
    check("hawkishness * aid", 1, "zeal", 4);
    check("poland.signal", 8, "sign", 2);
    check("\"commits\"", 2, "decides", 2);
    check("levers.aid", 8, "help", 3);
    check("policies.more", 10, "much more", 1);
}

/// What is offered at `|` in the templated file with a text put in.
fn offered(old: &str, new: &str) -> Vec<String> {
    let text = TEMPLATED.replacen(old, new, 1);
    let offset = text.find('|').unwrap();
    let (desk, path) = desk("/a/templated.toml", &text.replacen('|', "", 1));
    complete(&desk, &path, offset).into_iter().map(|found| found.label).collect()
}

#[test]
fn templates_are_completed() {
    assert_eq!(offered("like = \"capital\"\nwith", "like = \"|\"\nwith"), ["capital"]);
    assert_eq!(offered("self.hesitant", "self.|"), ["hesitant", "committed"]);
    assert_eq!(offered("capital.committed", "capital.|"), ["hesitant", "committed"]);
    assert!(offered("hawkishness * aid", "hawk|").contains(&"hawkishness".to_owned()));
    assert!(offered("count(capital.committed)", "count(|").contains(&"capital".to_owned()));
    assert_eq!(offered("set = { aid = 2 }", "set = { | }"), ["aid"]);
    assert_eq!(offered("with = { hawkishness = 0.9 }", "with = { |"), ["hawkishness"]);
    let headings = offered("[variants.bold]", "[|");
    for heading in ["templates.capital.states.committed", "policies.more", "templates.capital"] {
        assert!(headings.iter().any(|label| label == heading), "{heading} in {headings:?}");
    }
}

/// Whether every symbol's selection lies within its range, and its children do: editors refuse an outline otherwise.
fn is_nested(symbol: &DocumentSymbol) -> bool {
    let (outer, inner) = (symbol.range, symbol.selection_range);
    let within = outer.start <= inner.start && inner.end <= outer.end;
    within && symbol.children.iter().flatten().all(is_nested) && !symbol.name.is_empty()
}

/// The good file with a few things deleted, repeated and put in, and a place in it.
fn damaged() -> impl Strategy<Value = (String, usize)> {
    let edit = (0..BASE.len(), 0..3_usize, 0..14_usize, 0..40_usize);
    (prop::collection::vec(edit, 0..5), 0..BASE.len() + 50).prop_map(|(edits, at)| {
        let mut text = BASE.to_owned();
        for (at, kind, sign, length) in edits {
            let start = text.floor_char_boundary(at.min(text.len()));
            let end = text.floor_char_boundary((start + length).min(text.len()));
            match kind {
                0 => drop(text.drain(start..end)),
                1 => {
                    let copy = text[start..end].to_owned();
                    text.insert_str(start, &copy);
                }
                _ => text.insert_str(
                    start,
                    ["\"", "'", "[", "]", "{", "}", "=", ".", ",", "#", "\n", "\r", "ä", "😀"][sign],
                ),
            }
        }
        (text, at)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_question_about_a_damaged_file_has_an_answer((text, at) in damaged(), path in prop::sample::select(vec!["/a/base.toml", "/a/new.toml"])) {
        let (desk, path) = desk(path, &text);
        let told = mistakes(&desk, &|| true).unwrap();
        prop_assert!(told.contains_key(&path));
        let lines = Lines::of(&text);
        for found in complete(&desk, &path, at) {
            prop_assert!(text.get(found.start..found.end).is_some(), "{:?}", found);
        }
        hover(&desk, &path, at);
        for spot in definitions(&desk, &path, at).into_iter().chain(references(&desk, &path, at, true)) {
            prop_assert!(desk.text(&spot.path).get(spot.start..spot.end).is_some(), "{:?}", spot);
        }
        if renameable(&desk, &path, at).is_ok() {
            for (file, edits) in rename(&desk, &path, at, "renamed_here").unwrap_or_default() {
                let mut last = 0;
                for (spot, _) in edits {
                    prop_assert!(spot.start >= last && desk.text(&file).get(spot.start..spot.end).is_some());
                    last = spot.end;
                }
            }
        }
        fixes(&desk, &path, lines.range(0, text.len()));
        prop_assert!(outline(&text).iter().all(is_nested));
    }
}

#[test]
fn a_hand_off_that_leads_nowhere_is_a_mistake_where_it_is_written() {
    let told = |next: &str| {
        let text = format!("{OVER}[outcomes.blockade]\nnext = {{ scenario = \"base.toml\", state = \"{next}\" }}\n");
        let (desk, path) = desk("/a/over.toml", &text);
        let line = text.lines().count() as u32 - 1;
        let all = mistakes(&desk, &|| true).unwrap().remove(&path).unwrap();
        all.into_iter().filter(|d| d.range.start.line == line).map(|d| d.message).collect::<Vec<_>>()
    };
    assert!(told("harbour").is_empty());
    let messages = told("harbor");
    assert!(messages.len() == 1 && messages[0].contains("has no state `harbor`"), "{messages:?}");
}
