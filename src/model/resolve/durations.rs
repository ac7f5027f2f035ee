//! Times spent in some states: the states looked up, which must be of one machine and not all that it has.

use super::machines::Grown;
use super::{Resolver, provenance};
use crate::diagnostic::{Diagnostic, Mistake, Span};
use crate::model::duration::Duration;
use crate::model::id::{MachineId, Place, StateId};
use crate::model::index::Kind;
use crate::scenario::{DurationText, Name};

impl Resolver<'_> {
    pub(super) fn resolve_durations(&mut self, grown: &Grown) -> Vec<Duration> {
        let scenario = self.scenario;
        let mut durations = Vec::new();
        for text in &scenario.durations {
            self.names.recorder.define(Kind::Duration, "", &text.name);
            durations.extend(self.duration(text, grown));
        }
        durations
    }

    fn duration(&mut self, text: &DurationText, grown: &Grown) -> Option<Duration> {
        let places: Vec<(&Name, Option<Place>)> = text.states.iter().map(|name| (name, self.place(name))).collect();
        let lasted = text.lasted.as_ref().and_then(|lasted| self.range(lasted));
        let mut first: Option<(MachineId, Span)> = None;
        let mut states: Vec<StateId> = Vec::new();
        for (name, place) in places {
            // What is unknown was reported.
            let place = place?;
            let (machine, range) = match place {
                Place::State(id) => (grown.states[id.index()].machine, id.index()..id.index() + 1),
                Place::Composite(id) => {
                    let composite = &grown.composites[id.index()];
                    (composite.machine, composite.states.clone())
                }
            };
            let (own, span) = *first.get_or_insert((machine, name.span));
            if own != machine {
                let message = format!("the duration `{}` is spent in states of two machines", text.name.value);
                let error = Diagnostic::error(Mistake::OddDuration, name.span, message);
                self.report(
                    error
                        .label("of another machine")
                        .related(span, "the first is of this one")
                        .help("name states of one machine only, and give each machine a duration of its own"),
                );
                return None;
            }
            states.extend(range.map(StateId::new));
        }
        states.sort_unstable();
        states.dedup();
        let (machine, span) = first?;
        if grown.states.iter().filter(|state| state.machine == machine).count() == states.len() {
            let message = format!("the duration `{}` never ends: its machine has no other state", text.name.value);
            let error = Diagnostic::error(Mistake::OddDuration, span, message);
            self.report(error.label("all states are named").help("leave out the states in which it is over"));
            return None;
        }
        let (name, span) = (text.name.value.clone(), text.name.span);
        Some(Duration { name, span, machine, states, lasted, provenance: provenance(&text.provenance) })
    }
}
