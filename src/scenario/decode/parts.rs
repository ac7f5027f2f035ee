//! The small tables with names: variables, formulas, consequences, milestones, durations, outcomes.

use super::super::keys;
use super::super::tree::Entry;
use super::super::{
    ConsequenceText, DurationText, ExpressionText, MilestoneText, Name, NextText, OutcomeText, Provenance, Quantity,
    VariableText,
};
use super::Decoder;
use super::value::placeholder;
use crate::diagnostic::{Diagnostic, Mistake};

impl Decoder<'_> {
    pub(super) fn variables(&mut self, entry: Option<&Entry>) -> Vec<VariableText> {
        self.named(entry).iter().map(|entry| self.variable(entry)).collect()
    }

    fn variable(&mut self, entry: &Entry) -> VariableText {
        let name = entry.key.clone();
        self.check_identifier(&name, "variable");
        let provenance = Provenance::default();
        let mut variable = VariableText { name, initial: None, bounds: None, dynamics: None, provenance };
        let Some(fields) = self.fields(&entry.node, &entry.key.value, &keys::VARIABLE) else {
            variable.initial = Some(Quantity::Expression(placeholder(entry.node.span)));
            return variable;
        };
        variable.initial = self.quantity(fields.get("initial"));
        variable.bounds = self.pair(fields.get("bounds"));
        variable.dynamics = self.dynamics(fields.get("dynamics"));
        variable.provenance = self.provenance(&fields);
        if variable.initial.is_none() && self.whole {
            let what = format!("the variable `{}`", entry.key.value);
            self.missing(entry.key.span, &what, "initial", "initial = …");
            variable.initial = Some(Quantity::Expression(placeholder(entry.key.span)));
        }
        variable
    }

    pub(super) fn formulas(&mut self, entry: Option<&Entry>) -> Vec<(Name, ExpressionText)> {
        let mut formulas = Vec::new();
        for entry in self.named(entry) {
            self.check_identifier(&entry.key, "formula");
            let text = self.expression(Some(entry)).unwrap_or_else(|| placeholder(entry.node.span));
            formulas.push((entry.key.clone(), text));
        }
        formulas
    }

    pub(super) fn consequences(&mut self, entry: Option<&Entry>) -> Vec<ConsequenceText> {
        let mut consequences = Vec::new();
        for entry in self.named(entry) {
            self.check_identifier(&entry.key, "consequence");
            let name = entry.key.clone();
            let fields = self.fields(&entry.node, &entry.key.value, &keys::CONSEQUENCE);
            consequences.push(match fields {
                Some(fields) => ConsequenceText {
                    name,
                    rate: self.quantity(fields.get("rate")),
                    discount: self.quantity(fields.get("discount")),
                    provenance: self.provenance(&fields),
                },
                None => ConsequenceText { name, rate: None, discount: None, provenance: Provenance::default() },
            });
        }
        consequences
    }

    pub(super) fn milestones(&mut self, entry: Option<&Entry>) -> Vec<MilestoneText> {
        let mut milestones = Vec::new();
        for entry in self.named(entry) {
            let name = entry.key.clone();
            let Some(fields) = self.fields(&entry.node, &name.value, &keys::MILESTONE) else { continue };
            if fields.get("when").is_none() {
                let what = format!("the milestone `{}`", name.value);
                self.missing(name.span, &what, "when", "when = \"machine.state\"");
            }
            let (about, when) = (self.text(fields.get("about")), self.expression(fields.get("when")));
            let dimension = self.text(fields.get("dimension"));
            milestones.push(MilestoneText { name, about, dimension, when });
        }
        milestones
    }

    pub(super) fn durations(&mut self, entry: Option<&Entry>) -> Vec<DurationText> {
        let mut durations = Vec::new();
        for entry in self.named(entry) {
            let name = entry.key.clone();
            let Some(fields) = self.fields(&entry.node, &name.value, &keys::DURATION) else { continue };
            if fields.get("in").is_none() {
                self.missing(name.span, &format!("the duration `{}`", name.value), "in", "in = [\"machine.state\"]");
            }
            let (states, lasted) = (self.names(fields.get("in")), self.pair(fields.get("lasted")));
            durations.push(DurationText { name, states, lasted, provenance: self.provenance(&fields) });
        }
        durations
    }

    pub(super) fn outcomes(&mut self, entry: Option<&Entry>) -> Vec<OutcomeText> {
        let mut outcomes = Vec::new();
        for entry in self.named(entry) {
            let name = entry.key.clone();
            let Some(fields) = self.fields(&entry.node, &name.value, &keys::OUTCOME) else { continue };
            let default = self.truth(fields.get("default")).unwrap_or(false);
            if fields.get("when").is_none()
                && !default
                && fields.get("default").is_none_or(|d| d.node.what() == "`false`")
            {
                self.report(
                    Diagnostic::error(
                        Mistake::OutcomeWithoutCondition,
                        name.span,
                        format!("the outcome `{}` needs `when`", name.value),
                    )
                    .label("never says when it holds")
                    .help("add `when = \"machine.state\"`, or `default = true` if it is what is left at the horizon"),
                );
            }
            let (about, when) = (self.text(fields.get("about")), self.expression(fields.get("when")));
            let next = fields.get("next").and_then(|entry| self.next(entry));
            let dimension = self.text(fields.get("dimension"));
            outcomes.push(OutcomeText { name, about, dimension, when, default, next });
        }
        outcomes
    }

    fn next(&mut self, entry: &Entry) -> Option<NextText> {
        let fields = self.fields(&entry.node, &entry.key.value, &keys::NEXT)?;
        if fields.get("scenario").is_none() {
            self.missing(entry.key.span, "`next`", "scenario", "scenario = \"the-next.toml\"");
        }
        let states = self.names(fields.get("state"));
        let scenario = self.name(fields.get("scenario"))?;
        Some(NextText { span: entry.node.span, scenario, states })
    }
}
