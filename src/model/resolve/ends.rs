//! What is asked of a run: milestones, outcomes, and the known truths beside the model.

use super::{Resolver, text_of};
use crate::diagnostic::{Diagnostic, Mistake, Span};
use crate::model::expression::Condition;
use crate::model::id::Place;
use crate::model::index::{Kind, Space};
use crate::model::{BaseRate, Expectation, Measure, Milestone, Next, Outcome, Subject};
use crate::scenario::{ExpectText, ExpressionText, MachineText, Name, Spanned, StateText};

impl Resolver<'_> {
    pub(super) fn resolve_milestones(&mut self) -> Vec<Milestone> {
        let scenario = self.scenario;
        let mut milestones = Vec::new();
        for text in &scenario.milestones {
            // The reader has reported one without a condition.
            let when = text.when.as_ref().map_or(Condition::Constant(false), |when| self.condition(when));
            let name = text.name.value.clone();
            self.names.recorder.define(Kind::Milestone, "", &text.name);
            let (about, dimension) = (text_of(&text.about), text_of(&text.dimension));
            milestones.push(Milestone { name, span: text.name.span, about, dimension, when });
        }
        milestones
    }

    pub(super) fn resolve_outcomes(&mut self) -> Vec<Outcome> {
        let scenario = self.scenario;
        let mut outcomes = Vec::new();
        let mut catch_all: Option<Span> = None;
        for text in &scenario.outcomes {
            let name = &text.name;
            self.names.recorder.define(Kind::Outcome, "", name);
            let when = match (&text.when, text.default) {
                (Some(when), _) => self.condition(when),
                (None, true) => {
                    if let Some(first) = catch_all {
                        let message = "two outcomes take all that is left at the horizon";
                        self.report(
                            Diagnostic::error(Mistake::TwoDefaults, name.span, message)
                                .label("the second")
                                .related(first, "the first")
                                .help("add a `when` to the first, to say which of the remaining runs it takes"),
                        );
                    }
                    catch_all.get_or_insert(name.span);
                    Condition::Constant(true)
                }
                // Reported by the reader.
                (None, false) => Condition::Constant(false),
            };
            if let (Some(first), true, true) = (catch_all, text.default, text.when.is_some()) {
                let message = format!("outcome `{}` comes after the one that takes all that is left", name.value);
                self.report(
                    Diagnostic::error(Mistake::OutcomeAfterDefault, name.span, message)
                        .label("no run is left for it")
                        .related(first, "this takes every run that is left")
                        .help(format!("move `{}` up, before it", name.value)),
                );
            }
            if let (Some(next), true) = (&text.next, text.default) {
                let message = format!("outcome `{}` ends runs at the horizon, where nothing follows", name.value);
                let error = Diagnostic::error(Mistake::StrayKey, next.span, message).label("means nothing here");
                self.report(error.help("take `next` out, or give it to an outcome with a `when` and no `default`"));
            }
            outcomes.push(Outcome {
                name: name.value.clone(),
                span: name.span,
                about: text_of(&text.about),
                dimension: text_of(&text.dimension),
                when,
                at_horizon: text.default,
                next: text.next.as_ref().map(|next| Next {
                    span: next.span,
                    scenario: next.scenario.clone(),
                    states: next.states.clone(),
                }),
            });
        }
        if catch_all.is_none() {
            let span = scenario.outcomes.last().map_or(scenario.span, |outcome| outcome.name.span);
            let message = "no outcome takes the runs that are left at the horizon";
            let help = "add `[outcomes.unresolved]` with `default = true`";
            self.report(Diagnostic::error(Mistake::NoDefault, span, message).help(help));
        }
        outcomes
    }

    /// Truths, and ranges that are known from elsewhere.
    pub(super) fn resolve_expectations(&mut self, horizon: f64) -> (Vec<Expectation>, Vec<BaseRate>) {
        let (mut truths, mut base_rates) = (Vec::new(), Vec::new());
        for text in &self.scenario.expect {
            match self.expectation(text, horizon) {
                None => {}
                Some((truth, None)) => truths.push(truth),
                Some((expectation, Some(range))) => base_rates.push(BaseRate { expectation, range }),
            }
        }
        (truths, base_rates)
    }

    /// What is claimed, and between what it lies where that is a range.
    fn expectation(&mut self, text: &ExpectText, horizon: f64) -> Option<(Expectation, Option<[f64; 2]>)> {
        let subject = self.subject(text)?;
        let at = match text.at.as_ref().or(text.by.as_ref()) {
            None => horizon,
            Some(time) => {
                let value = self.moment(time, "this time")?;
                if !(0.0..=horizon).contains(&value) {
                    let message = format!("the time {value} lies outside the run, which lasts {horizon}");
                    let error = Diagnostic::error(Mistake::OutsideHorizon, time.span, message);
                    self.report(
                        error.label("no run comes to this time").help("take an earlier time or a later horizon"),
                    );
                    return None;
                }
                value
            }
        };
        let range = match &text.between {
            Some(between) => Some(self.between(between, subject)?),
            None => None,
        };
        let (value, measure) = match (&text.probability, &text.mean, subject) {
            (
                Some(p),
                None,
                Subject::Outcome(_)
                | Subject::Milestone(_)
                | Subject::State(_)
                | Subject::Composite(_)
                | Subject::Duration(_),
            ) => {
                let value = self.constant(p, "a probability")?;
                if !(0.0..=1.0).contains(&value) {
                    let message = format!("a probability lies between 0 and 1, and this is {value}");
                    let error = Diagnostic::error(Mistake::NotAProbability, p.span, message);
                    self.report(error.label(format!("this is {value}")).help("write it as `0.2` or `\"20%\"`"));
                }
                (value, Measure::Probability { at })
            }
            (None, Some(mean), Subject::Outcome(_) | Subject::Milestone(_)) => {
                (self.constant(mean, "a mean")?, Measure::MeanTime)
            }
            (None, Some(mean), Subject::Consequence(_) | Subject::Variable(_)) => {
                (self.constant(mean, "a mean")?, Measure::Mean { at })
            }
            (None, None, Subject::Consequence(_) | Subject::Variable(_)) if range.is_some() => {
                (range.map_or(f64::NAN, middle), Measure::Mean { at })
            }
            (None, None, _) if range.is_some() => (range.map_or(f64::NAN, middle), Measure::Probability { at }),
            // Neither or both, which the reader has reported.
            (None, None, _) | (Some(_), Some(_), _) => return None,
            _ => {
                let message = "this asks what its subject does not have";
                let help = "outcomes, milestones, states and durations have a `probability`; consequences and variables a `mean`";
                let error = Diagnostic::error(Mistake::ExpectMeasure, text.span, message);
                self.report(error.label("cannot be asked of this").help(help));
                return None;
            }
        };
        let tolerance = match &text.tolerance {
            Some(tolerance) => Some(self.constant(tolerance, "a tolerance")?),
            None => None,
        };
        let source = text_of(&text.source);
        Some((Expectation { span: text.span, subject, measure, value, tolerance, source }, range))
    }

    /// A range, of probabilities where its subject has one.
    fn between(&mut self, between: &Spanned<[ExpressionText; 2]>, subject: Subject) -> Option<[f64; 2]> {
        let range = self.range(between)?;
        let of_probability = !matches!(subject, Subject::Consequence(_) | Subject::Variable(_));
        if of_probability && let Some(odd) = range.into_iter().find(|p| !(0.0..=1.0).contains(p)) {
            let message = format!("a probability lies between 0 and 1, and this is {odd}");
            let error = Diagnostic::error(Mistake::NotAProbability, between.span, message);
            self.report(error.label(format!("this is {odd}")).help("write it as `[0.1, 0.2]` or `[\"10%\", \"20%\"]`"));
            return None;
        }
        Some(range)
    }

    fn subject(&mut self, text: &ExpectText) -> Option<Subject> {
        let scenario = self.scenario;
        let about = [
            (&text.outcome, "outcome", scenario.outcomes.iter().map(|text| &text.name).collect::<Vec<_>>()),
            (&text.milestone, "milestone", scenario.milestones.iter().map(|text| &text.name).collect()),
            (&text.duration, "duration", scenario.durations.iter().map(|text| &text.name).collect()),
            (&text.consequence, "consequence", scenario.consequences.iter().map(|text| &text.name).collect()),
            (&text.variable, "variable", scenario.variables.iter().map(|text| &text.name).collect()),
        ];
        let subjects =
            [Subject::Outcome, Subject::Milestone, Subject::Duration, Subject::Consequence, Subject::Variable];
        let spaces = [Space::Outcome, Space::Milestone, Space::Duration, Space::Consequence, Space::Bare];
        for (((name, noun, known), subject), space) in about.into_iter().zip(subjects).zip(spaces) {
            let Some(name) = name else { continue };
            let found = known.iter().position(|known| known.value == name.value);
            if found.is_some() {
                self.names.recorder.refer(space, "", name);
            }
            if found.is_none() {
                let known = known.iter().map(|name| name.value.as_str());
                self.unknown(Mistake::UnknownSubject, name, &format!("unknown {noun}"), known);
            }
            return found.map(subject);
        }
        Some(match self.place(text.state.as_ref()?)? {
            Place::State(state) => Subject::State(state),
            Place::Composite(composite) => Subject::Composite(composite),
        })
    }

    /// The state that is named as `machine.state`; reports one that there is not.
    pub(super) fn place(&mut self, name: &Name) -> Option<Place> {
        let place = name.value.split_once('.').and_then(|(machine, state)| {
            let machine = self.names.machines.get(machine)?;
            machine.states.get(state).copied()
        });
        if place.is_none() {
            let path = |machine: &str, state: &StateText| format!("{machine}.{}", state.name.value);
            let states_of = |machine: &MachineText| {
                let states = machine.all_states();
                states.into_iter().map(|state| path(&machine.name.value, state)).collect::<Vec<_>>()
            };
            let known: Vec<String> = self.scenario.machines.iter().flat_map(states_of).collect();
            self.unknown(Mistake::UnknownSubject, name, "unknown state", known.iter().map(String::as_str));
        }
        let place = place?;
        self.names.recorder.refer_to_state(name);
        Some(place)
    }
}

fn middle([low, high]: [f64; 2]) -> f64 {
    0.5 * (low + high)
}
