//! Kept numbers are the numbers of the evaluator of single terms, to the last bit, whatever changes in between.

use super::Kept;
use crate::diagnostic::{Diagnostics, Sources};
use crate::model::id::{MachineId, StateId, VariableId};
use crate::model::resolve;
use crate::program::Term;
use crate::program::bind::{Bound, clamp};
use crate::program::bits::Bits;
use crate::program::lower::lower;
use crate::program::world::World;
use crate::random::{NameAddress, RunAddress, Stream};
use crate::scenario::load::{self, Disk};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn shipped() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut found = Vec::new();
    for folder in ["", "gallery", "reference"] {
        let files = std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        found.extend(files.filter(|file| file.extension().is_some_and(|extension| extension == "toml")));
    }
    found.sort();
    found
}

fn bind(path: &Path) -> Option<Bound> {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let scenario = load::read(path, &Disk, &mut sources, &mut diagnostics)?;
    let model = resolve::resolve(&scenario, &mut diagnostics)?;
    Bound::central(Arc::new(lower(&model))).ok()
}

/// Every term that runs ask for, but for those of drifts.
fn terms(bound: &Bound) -> Vec<Term> {
    let program = bound.program();
    let mut terms: Vec<Term> = Vec::new();
    for transition in &program.transitions {
        if let crate::program::TriggerCode::Timed { hazard, ratio, acceleration, .. } = &transition.trigger {
            terms.extend(transition.guard.iter().chain(ratio).chain(acceleration));
            if let crate::program::Hazard::Rate(rate) = hazard {
                terms.push(*rate);
            }
        }
    }
    terms.extend(program.immediates.iter().filter_map(|id| program.transitions[id.index()].guard));
    terms.extend(program.consequences.iter().map(|one| one.rate));
    terms.extend(program.milestones.iter().map(|one| one.when));
    terms.extend(program.outcomes.iter().map(|one| one.condition.when));
    terms
}

#[test]
fn kept_numbers_are_fresh_numbers() {
    let mut compared = 0;
    for path in shipped() {
        // Backgrounds that other files extend are no scenarios of their own.
        let Some(bound) = bind(&path) else { continue };
        let program = bound.program();
        let mut world = World::default();
        bound.start(&mut world);
        let mut kept = Kept::default();
        kept.begin(&bound);
        kept.restart(&program.sheet, &world);
        let mut stream = Stream::at(RunAddress::new(1, 0), NameAddress::new("sheet"), 0);
        let mut below = |n: usize| ((stream.unit() * n as f64) as usize).min(n - 1);
        for _ in 0..60 {
            match below(3) {
                0 if !program.variables.is_empty() => {
                    let id = VariableId::new(below(program.variables.len()));
                    let value = 0.01 * below(10_000) as f64;
                    world.variables[id.index()] = clamp(value, program.variables[id.index()].bounds);
                    kept.touched(&program.sheet, &world, id);
                }
                1 => {
                    let id = MachineId::new(below(program.machines.len()));
                    let states = program.machines[id.index()].states.clone();
                    world.states[id.index()] = StateId::new(states.start + below(states.len()));
                    world.entered[id.index()] = world.time;
                    kept.moved(&program.sheet, &world, id);
                }
                _ => {
                    world.time += 0.125 * below(40) as f64;
                    kept.passed(&program.sheet, &world);
                }
            }
            // Some are asked for now, the others only after more has changed.
            for term in terms(&bound) {
                if below(3) > 0 {
                    let (fresh, found) =
                        (bound.number(term, &world), kept.read(&bound, &world, &bound.program().sheet.reading(term)));
                    assert_eq!(found.to_bits(), fresh.to_bits(), "{}: {term:?}", path.display());
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 50_000, "{compared}");
}

/// What is shared is one cell, and is computed anew only after something that it reads has changed.
#[test]
fn shared_parts_are_cells() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/continued-support.toml");
    let bound = bind(&path).unwrap();
    let sheet = &bound.program().sheet;
    assert!(sheet.cells.len() > 10, "{}", sheet.cells.len());
    let readers = |leaf: &Bits| (0..sheet.cells.len()).filter(|&cell| leaf.contains(cell)).count();
    let named = |name: &str| bound.program().variables.iter().position(|variable| variable.name == name).unwrap();
    // The words `push` and `restraint` read the pressure, and nothing at all reads the number of people in need.
    assert!(readers(&sheet.on_variable[named("pressure")]) > 0);
    assert_eq!(readers(&sheet.on_variable[named("in_need")]), 0);
}
