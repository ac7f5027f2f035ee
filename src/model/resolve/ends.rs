//! What is asked of a run: milestones, outcomes, and the known truths beside the model.

use super::{Resolver, text_of};
use crate::diagnostic::{Diagnostic, Span};
use crate::model::expression::Condition;
use crate::model::id::StateId;
use crate::model::{Expectation, Machine, Measure, Milestone, Outcome, State, Subject};
use crate::scenario::{ExpectText, Name};

impl Resolver<'_> {
    pub(super) fn resolve_milestones(&mut self) -> Vec<Milestone> {
        let scenario = self.scenario;
        let mut milestones = Vec::new();
        for text in &scenario.milestones {
            // The reader has reported one without a condition.
            let when = text.when.as_ref().map_or(Condition::Constant(false), |when| self.condition(when));
            let name = text.name.value.clone();
            milestones.push(Milestone { name, span: text.name.span, about: text_of(&text.about), when });
        }
        milestones
    }

    pub(super) fn resolve_outcomes(&mut self) -> Vec<Outcome> {
        let scenario = self.scenario;
        let mut outcomes = Vec::new();
        let mut catch_all: Option<Span> = None;
        for text in &scenario.outcomes {
            let name = &text.name;
            let when = match (&text.when, text.default) {
                (Some(when), _) => self.condition(when),
                (None, true) => {
                    if let Some(first) = catch_all {
                        let message = "two outcomes take all that is left at the horizon";
                        self.report(
                            Diagnostic::error("two-defaults", name.span, message)
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
                    Diagnostic::error("outcome-after-default", name.span, message)
                        .related(first, "this takes every run that is left")
                        .help("move it up"),
                );
            }
            outcomes.push(Outcome {
                name: name.value.clone(),
                span: name.span,
                about: text_of(&text.about),
                when,
                at_horizon: text.default,
            });
        }
        if catch_all.is_none() {
            let span = scenario.outcomes.last().map_or(scenario.span, |outcome| outcome.name.span);
            let message = "no outcome takes the runs that are left at the horizon";
            let help = "add `[outcomes.unresolved]` with `default = true`";
            self.report(Diagnostic::error("no-default", span, message).help(help));
        }
        outcomes
    }

    pub(super) fn resolve_expectations(
        &mut self,
        horizon: f64,
        machines: &[Machine],
        states: &[State],
    ) -> Vec<Expectation> {
        let scenario = self.scenario;
        scenario.expect.iter().filter_map(|text| self.expectation(text, horizon, machines, states)).collect()
    }

    fn expectation(
        &mut self,
        text: &ExpectText,
        horizon: f64,
        machines: &[Machine],
        states: &[State],
    ) -> Option<Expectation> {
        let subject = self.subject(text, machines, states)?;
        let at = match text.at.as_ref().or(text.by.as_ref()) {
            None => horizon,
            Some(time) => {
                let value = self.constant(time, "a time")?;
                if !(0.0..=horizon).contains(&value) {
                    let message = format!("the time {value} lies outside the run, which lasts {horizon}");
                    self.report(Diagnostic::error("outside-horizon", time.span, message));
                    return None;
                }
                value
            }
        };
        let (value, measure) = match (&text.probability, &text.mean, subject) {
            (Some(p), None, Subject::Outcome(_) | Subject::Milestone(_) | Subject::State(_)) => {
                (self.constant(p, "a probability")?, Measure::Probability { at })
            }
            (None, Some(mean), Subject::Outcome(_) | Subject::Milestone(_)) => {
                (self.constant(mean, "a mean")?, Measure::MeanTime)
            }
            (None, Some(mean), Subject::Consequence(_) | Subject::Variable(_)) => {
                (self.constant(mean, "a mean")?, Measure::Mean { at })
            }
            _ => {
                let message = "this does not say what is expected of it";
                let help = "outcomes, milestones and states have a `probability`; consequences and variables a `mean`";
                self.report(Diagnostic::error("expect-measure", text.span, message).help(help));
                return None;
            }
        };
        let tolerance = match &text.tolerance {
            Some(tolerance) => Some(self.constant(tolerance, "a tolerance")?),
            None => None,
        };
        Some(Expectation { span: text.span, subject, measure, value, tolerance, source: text_of(&text.source) })
    }

    fn subject(&mut self, text: &ExpectText, machines: &[Machine], states: &[State]) -> Option<Subject> {
        let scenario = self.scenario;
        fn indexed<'n>(names: impl Iterator<Item = &'n Name>) -> Vec<(String, usize)> {
            names.enumerate().map(|(index, name)| (name.value.clone(), index)).collect()
        }
        if let Some(name) = &text.outcome {
            let known = indexed(scenario.outcomes.iter().map(|text| &text.name));
            return self.look_up(name, "unknown outcome", known).map(Subject::Outcome);
        }
        if let Some(name) = &text.milestone {
            let known = indexed(scenario.milestones.iter().map(|text| &text.name));
            return self.look_up(name, "unknown milestone", known).map(Subject::Milestone);
        }
        if let Some(name) = &text.consequence {
            let known = indexed(scenario.consequences.iter().map(|text| &text.name));
            return self.look_up(name, "unknown consequence", known).map(Subject::Consequence);
        }
        if let Some(name) = &text.variable {
            let known = indexed(scenario.variables.iter().map(|text| &text.name));
            return self.look_up(name, "unknown variable", known).map(Subject::Variable);
        }
        let path = |state: &State| format!("{}.{}", machines[state.machine.index()].name, state.name);
        let known = states.iter().enumerate().map(|(i, state)| (path(state), StateId::new(i))).collect();
        self.look_up(text.state.as_ref()?, "unknown state", known).map(Subject::State)
    }
}
