//! From one scenario to all that runs may come to from there: each is read once, resolved, and linked with the others.
//!
//! In: a model and the path that it was read from. Out: a [`Journey`] that begins there, its texts in the same
//! [`Sources`], and what is wrong with any of its scenarios or with the hand-offs between them.

use super::{Journey, Leg, link};
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Sources};
use crate::model::{Model, Next, resolve};
use crate::scenario::load::{self, Files};
use std::path::{Path, PathBuf};

/// So many scenarios may follow on from one another.
const MOST_LEGS: usize = 64;

/// A scenario that was found, as far as it could be read.
struct Found {
    identity: PathBuf,
    model: Option<Model>,
}

struct Follower<'a> {
    files: &'a dyn Files,
    sources: &'a mut Sources,
    mistakes: Diagnostics,
    found: Vec<Found>,
}

/// Reads every scenario that runs may come to from this model, which was read from `path`, and links them.
///
/// Every text is added to `sources`, and every mistake that is not among the `diagnostics` yet to them. Circles are no
/// mistake: a journey ends at the horizon at the latest. `None` if anything is wrong.
pub fn follow(
    path: &Path,
    model: &Model,
    files: &dyn Files,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Journey> {
    let entry = Found { identity: load::without_detours(path), model: Some(model.clone()) };
    let mut follower = Follower { files, sources, mistakes: Diagnostics::default(), found: vec![entry] };
    let journey = follower.journey();
    let Follower { mistakes, .. } = follower;
    let sound = !mistakes.has_errors();
    for mistake in mistakes.iter() {
        if !diagnostics.iter().any(|known| known == mistake) {
            diagnostics.push(mistake.clone());
        }
    }
    journey.filter(|_| sound)
}

impl Follower<'_> {
    fn journey(&mut self) -> Option<Journey> {
        // The list grows while it is gone through.
        let mut number = 0;
        while number < self.found.len() {
            let nexts: Vec<Next> = self.found[number].nexts().cloned().collect();
            nexts.iter().for_each(|next| self.find(next));
            number += 1;
        }
        let found = std::mem::take(&mut self.found);
        // Without one of them nothing can be linked, but what is wrong with the hand-offs to the others can be told.
        let complete = found.iter().all(|found| found.model.is_some());
        let (mut legs, mut places) = (Vec::new(), Vec::new());
        for found in found {
            let Some(model) = found.model else { continue };
            legs.push(Leg { name: name_of(&found.identity, &legs), model });
            places.push(found.identity);
        }
        let place = |next: &Next| places.iter().position(|identity| *identity == self.target(next));
        match link(legs, |_, next| place(next)) {
            Ok(journey) => complete.then_some(journey),
            Err(mistakes) => {
                self.mistakes.extend(mistakes);
                None
            }
        }
    }

    /// The path of the scenario that a hand-off names, relative to the file that names it.
    fn target(&self, next: &Next) -> PathBuf {
        let here = Path::new(&self.sources.file(next.span.file).name);
        load::without_detours(&here.parent().unwrap_or(Path::new("")).join(&next.scenario.value))
    }

    /// Reads the scenario that a hand-off names, if it is a new one.
    fn find(&mut self, next: &Next) {
        let path = self.target(next);
        if self.found.iter().any(|found| found.identity == path) {
            return;
        }
        let model = self.read(next, &path);
        self.found.push(Found { identity: path, model });
    }

    fn read(&mut self, next: &Next, path: &Path) -> Option<Model> {
        let (name, span) = (&next.scenario.value, next.scenario.span);
        if self.found.len() >= MOST_LEGS {
            let message = format!("`{name}` is one scenario too many: runs may go on through {MOST_LEGS}");
            self.mistakes.push(Diagnostic::error(Mistake::ExtendsTooDeep, span, message));
            return None;
        }
        if let Err(error) = self.files.read(path) {
            let why = load::reason(&error);
            let message = format!("cannot read `{name}`: {why}");
            let error = Diagnostic::error(Mistake::UnreadableFile, span, message).label(why);
            self.mistakes.push(error.help("paths in `next` are relative to the file that they stand in"));
            return None;
        }
        let mut mistakes = Diagnostics::default();
        let scenario = load::read(path, self.files, self.sources, &mut mistakes);
        let whole = scenario.as_ref().filter(|scenario| load::has_outcomes(scenario));
        let model = whole.and_then(|scenario| resolve::resolve(scenario, &mut mistakes));
        if scenario.is_some() && whole.is_none() {
            let message = format!("`{name}` has no outcomes");
            let error = Diagnostic::error(Mistake::NoDefault, span, message);
            let error = error.label("a base that scenarios extend, not a whole scenario");
            self.mistakes.push(error.help("name a scenario that extends it"));
        }
        self.mistakes.extend(mistakes);
        model
    }
}

impl Found {
    fn nexts(&self) -> impl Iterator<Item = &Next> {
        self.model.iter().flat_map(|model| &model.outcomes).filter_map(|outcome| outcome.next.as_ref())
    }
}

/// The file stem; the whole path where another leg has that.
fn name_of(path: &Path, others: &[Leg]) -> String {
    let stem = path.file_stem().map_or_else(|| "scenario".into(), |stem| stem.to_string_lossy().into_owned());
    if others.iter().all(|other| other.name != stem) { stem } else { path.display().to_string() }
}
