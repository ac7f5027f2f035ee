//! Policies and variants: named settings, of levers and of parameters.

use super::{Resolver, provenance};
use crate::diagnostic::{Diagnostic, Mistake, Span};
use crate::model::id::InputId;
use crate::model::index::{self, Kind, Space};
use crate::model::{Input, InputKind, Setting};
use crate::scenario::{ExpressionText, MachineText, Name, SettingText};

/// What a kind of setting may set.
#[derive(Clone, Copy)]
struct Sort {
    noun: &'static str,
    sets: &'static str,
    /// Where what it may not set belongs.
    other: &'static str,
    is_of: fn(InputKind) -> bool,
}

const POLICY: Sort =
    Sort { noun: "policy", sets: "lever", other: "variant", is_of: |kind| matches!(kind, InputKind::Lever) };
const VARIANT: Sort =
    Sort { noun: "variant", sets: "parameter", other: "policy", is_of: |kind| !matches!(kind, InputKind::Lever) };

impl Resolver<'_> {
    /// Policies and variants, once all inputs are known.
    pub(super) fn resolve_settings(&mut self) -> (Vec<Setting>, Vec<Setting>) {
        let scenario = self.scenario;
        let recorder = &self.names.recorder;
        scenario.policies.iter().for_each(|text| recorder.define(Kind::Policy, "", &text.name));
        scenario.variants.iter().for_each(|text| recorder.define(Kind::Variant, "", &text.name));
        let policies = scenario.policies.iter().map(|text| self.setting(text, POLICY)).collect();
        let variants = scenario.variants.iter().map(|text| self.setting(text, VARIANT)).collect();
        (policies, variants)
    }

    fn setting(&mut self, text: &SettingText, sort: Sort) -> Setting {
        let mut values: Vec<(InputId, f64)> = Vec::new();
        for (name, written) in &text.set {
            let value = self.constant(written, &format!("the value of `{}`", name.value));
            let Some(id) = self.input_to_set(name, sort) else { continue };
            self.note_input(name);
            let Some(value) = value else { continue };
            self.check_range(name, written, id, value);
            if values.iter().any(|(other, _)| *other == id) {
                let message = format!("`{}` is set twice", name.value);
                self.report(Diagnostic::error(Mistake::SetTwice, name.span, message).help("keep one of the two"));
                continue;
            }
            values.push((id, value));
        }
        let name = text.name.value.clone();
        Setting { name, span: text.name.span, provenance: provenance(&text.provenance), values }
    }

    /// Notes an input that is set, or what its address begins with: a machine and a state or a parameter of its
    /// template, a variable, a consequence.
    pub(super) fn note_input(&self, name: &Name) {
        let recorder = &self.names.recorder;
        let (Some((first, rest)), (Some(before), Some(after))) = (name.value.split_once('.'), index::parts(name))
        else {
            return recorder.refer(Space::Bare, "", name);
        };
        if let Some(machine) = self.names.machines.get(first) {
            recorder.note(Space::Bare, "", first, before, None);
            let part = rest.split('.').next().unwrap_or(rest);
            let span = Span { end: after.start + part.len() as u32, ..after };
            let filled_in = |text: &MachineText| text.with.iter().any(|(name, _)| name.value == part);
            if machine.states.contains_key(part) {
                recorder.note(Space::State, first, part, span, None);
            } else if self.scenario.machines.iter().any(|text| text.name.value == first && filled_in(text)) {
                recorder.note(Space::Argument, first, part, span, None);
            }
        } else if self.names.bare.contains_key(first) {
            recorder.note(Space::Bare, "", first, before, None);
        } else if self.consequences.contains_key(first) {
            recorder.note(Space::Consequence, "", first, before, None);
        }
    }

    fn input_to_set(&mut self, name: &Name, sort: Sort) -> Option<InputId> {
        let index = self.inputs.iter().position(|input| input.name == name.value);
        let Some(index) = index else {
            let message = format!("unknown {} `{}`", sort.sets, name.value);
            let error = Diagnostic::error(Mistake::UnknownInput, name.span, message);
            let known = || self.inputs.iter().filter(|input| (sort.is_of)(input.kind)).map(|input| input.name.as_str());
            let error = match self.diagnostics.suggest(&name.value, known()).map(str::to_owned) {
                Some(near) => error.help(format!("did you mean `{}`?", as_key(&near))),
                None if self.defined.contains_key(&name.value) => error
                    .label(format!("this is no {}", sort.sets))
                    .help("only what is set before a run can be set here"),
                None if known().next().is_none() => error.help(format!("the scenario has no {}s", sort.sets)),
                None => {
                    let list: Vec<&str> = known().take(12).collect();
                    error.help(format!("there is: {}", list.join(", ")))
                }
            };
            self.report(error);
            return None;
        };
        let Input { kind, span, .. } = self.inputs[index];
        if (sort.is_of)(kind) {
            return Some(InputId::new(index));
        }
        let what = if kind == InputKind::Lever { "lever" } else { "parameter" };
        let (code, why) = match what {
            "lever" => (Mistake::LeverInVariant, "a variant says what may be so whoever decides; a lever is chosen"),
            _ => {
                (Mistake::ParameterInPolicy, "a policy is what can be chosen; a parameter is outside anyone's control")
            }
        };
        let message = format!("a {} sets {}s only, and `{}` is a {what}", sort.noun, sort.sets, name.value);
        self.report(
            Diagnostic::error(code, name.span, message)
                .label(format!("a {what}"))
                .related(span, format!("the {what}"))
                .help(format!("{why}: set it in a {}", sort.other)),
        );
        None
    }

    /// A value outside the range is legal, and odd.
    fn check_range(&mut self, name: &Name, written: &ExpressionText, id: InputId, value: f64) {
        let Input { range: Some([low, high]), span, .. } = self.inputs[id.index()] else { return };
        if !(low..=high).contains(&value) {
            let message = format!("`{}` is set to {value}, outside its range {low} to {high}", name.value);
            self.report(
                Diagnostic::warning(Mistake::SettingOutsideRange, written.span, message)
                    .related(span, "it is defined here")
                    .help("widen the range if the value is worth trying"),
            );
        }
    }
}

/// A name as it is written in a table: with a point or a dash in quotes.
fn as_key(name: &str) -> String {
    if name.contains('.') { format!("\"{name}\"") } else { name.to_owned() }
}
