//! The four paths as files: each element of what they were built from has a place in them, or a reason to be left out.
//! What must be true of their results is in `required_behaviour.rs`.

use standoff::diagnostic::{Diagnostics, FileId, Sources};
use standoff::model::{Model, resolve};
use standoff::scenario::load::{self, Disk, Files};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// The files on disk, and one that puts the derived consequences beside a path.
struct WithDerived;

impl Files for WithDerived {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if path.ends_with("with-derived.toml") {
            return Ok(b"title = \"derived\"\nextends = [\"continued-support.toml\", \"derived.toml\"]".to_vec());
        }
        Disk.read(path)
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// All names of a model with the names of the files that they stand in, as the list of what is covered writes them.
fn names(file: &str) -> BTreeSet<String> {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = load::read(&folder().join(file), &WithDerived, &mut sources, &mut diagnostics).unwrap();
    let model = resolve::resolve(&scenario, &mut diagnostics).unwrap_or_else(|| panic!("{file}: {diagnostics:?}"));
    let in_file = |id: FileId| Path::new(&sources.file(id).name).file_name().unwrap().to_string_lossy().into_owned();
    named(&model).into_iter().map(|(id, name)| format!("{}: {name}", in_file(id))).collect()
}

fn named(model: &Model) -> Vec<(FileId, String)> {
    let mut all: Vec<(FileId, String)> = Vec::new();
    let mut note = |file: FileId, name: &str| all.push((file, name.to_owned()));
    model.inputs.iter().for_each(|input| note(input.span.file, &input.name));
    model.variables.iter().for_each(|variable| note(variable.span.file, &variable.name));
    model.formulas.iter().for_each(|formula| note(formula.span.file, &formula.name));
    model.machines.iter().for_each(|machine| note(machine.span.file, &machine.name));
    model.consequences.iter().for_each(|consequence| note(consequence.span.file, &consequence.name));
    model.milestones.iter().for_each(|milestone| note(milestone.span.file, &milestone.name));
    model.outcomes.iter().for_each(|outcome| note(outcome.span.file, &outcome.name));
    model.policies.iter().chain(&model.variants).for_each(|setting| note(setting.span.file, &setting.name));
    for state in &model.states {
        note(state.span.file, &format!("{}.{}", model.machines[state.machine.index()].name, state.name));
    }
    for transition in &model.transitions {
        note(transition.span.file, &format!("{}.{}", model.machines[transition.machine.index()].name, transition.name));
    }
    all
}

/// Every element has a row, and every row a place that exists, or a reason why it is left out.
#[test]
fn the_list_of_what_is_covered_is_true() {
    let paths = ["continued-support.toml", "limited-deployment.toml", "full-involvement.toml", "negotiated-pause.toml"];
    let known: BTreeSet<String> = paths.iter().chain(&["with-derived.toml"]).flat_map(|file| names(file)).collect();
    let text = std::fs::read_to_string(folder().join("COVERAGE.md")).unwrap();
    let rows =
        text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| |") && !line.starts_with("| ---"));
    let mut ids = Vec::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [id, element, places, remarks] = cells[..] else { continue };
        ids.push(id);
        let mut found = 0;
        for place in places.split('`').skip(1).step_by(2) {
            assert!(known.contains(place), "{id} ({element}): there is no `{place}`");
            found += 1;
        }
        let reasoned = places == "left out" && !remarks.is_empty();
        assert!(found > 0 || reasoned, "{id} ({element}) has neither a place nor a reason");
    }
    let numbered = |prefix: &str, count: usize| (1..=count).map(|n| format!("{prefix}{n}")).collect::<Vec<_>>();
    let lists = [("A", 25), ("RL", 6), ("3.", 13), ("F", 16), ("Q", 18), ("6.", 8), ("7.", 5), ("8.", 12)];
    let wanted: Vec<String> = lists.iter().flat_map(|(prefix, count)| numbered(prefix, *count)).collect();
    assert_eq!(ids, wanted, "the elements, in their order");
}
