//! Names in a study other than inputs: policies, variants, and what its charts show.

use super::{HORIZON, Planner, Threshold, Values};
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Mistake};
use crate::model::{Model, Setting};
use crate::scenario::Name;
use crate::scenario::study::{AS_WRITTEN, Design, SweepText};
use crate::scenario::threshold::ThresholdText;

impl Planner<'_> {
    /// Policies or variants to sweep under; reports those that no scenario has, and scenarios that lack one.
    pub(super) fn named(
        &mut self,
        asked: &[Name],
        noun: &str,
        of: impl Fn(&Model) -> &[Setting],
    ) -> Vec<Option<String>> {
        let mut names = Vec::new();
        for name in asked {
            if name.value == AS_WRITTEN {
                names.push(None);
                continue;
            }
            let has = |model: &Model| of(model).iter().any(|setting| setting.name == name.value);
            let known = self.models().flat_map(|model| of(model).iter().map(|setting| setting.name.as_str()));
            let near = nearest(&name.value, known.chain([AS_WRITTEN])).map(str::to_owned);
            self.check_name(name, has, &format!("no {noun} of these scenarios"), near);
            let lacking = self.lacking(has);
            if !lacking.is_empty() && lacking.len() < self.subjects.len() {
                let message = format!("{} has no {noun} `{}`, and is left out there", lacking.join(", "), name.value);
                self.diagnostics.push(Diagnostic::warning(Mistake::UnknownName, name.span, message));
            }
            names.push(Some(name.value.clone()));
        }
        if names.is_empty() {
            names.push(None);
        }
        names
    }

    /// What charts show: outcomes, milestones and consequences that one of the scenarios has.
    pub(super) fn shown(&mut self) -> Vec<String> {
        for name in &self.study.show {
            let near = nearest(&name.value, self.models().flat_map(Model::quantities)).map(str::to_owned);
            let has = |model: &Model| model.quantities().any(|quantity| quantity == name.value);
            self.check_name(name, has, "no outcome, milestone or consequence of these scenarios", near);
        }
        self.study.show.iter().map(|name| name.value.clone()).collect()
    }

    /// The threshold, if it is one of something that these scenarios tell.
    pub(super) fn threshold(&mut self) -> Option<Threshold> {
        let written = self.study.threshold.as_ref()?;
        let ThresholdText { name, above, value, percent } = written.value.clone();
        let near = nearest(&name, self.models().flat_map(Model::quantities)).map(str::to_owned);
        let has = |model: &Model| model.quantities().any(|quantity| quantity == name);
        let named = Name { value: name.clone(), span: written.span };
        self.check_name(&named, has, "no outcome, milestone or consequence of these scenarios", near);
        let is_amount = self.models().any(|model| model.consequences.iter().any(|one| one.name == name));
        let is_known = self.models().any(has);
        let error = |message: String| Diagnostic::error(Mistake::WrongType, written.span, message);
        if is_amount && percent {
            let message = format!("`{name}` is an amount, not a probability, and is not told in per cent");
            self.diagnostics.push(error(message).help(format!("write `{name} > 5`, in its unit")));
        } else if is_known && !is_amount && !(value > 0.0 && value < 1.0) {
            let sign = if above { '>' } else { '<' };
            let message = format!("`{name}` is a probability: a threshold lies between 0 % and 100 %");
            self.diagnostics.push(error(message).help(format!("write `{name} {sign} 20 %`")));
        }
        Some(Threshold { name, above, value })
    }

    /// How many times cells are split; reports designs that have none.
    pub(super) fn refinement(&mut self, design: Design) -> u32 {
        let Some(refine) = &self.study.refine else { return 0 };
        let inputs = self.study.vary.len();
        if refine.value > 0 && (design != Design::Grid || !(1..=2).contains(&inputs)) {
            let message = match design {
                Design::Grid => format!("only grids of one or two inputs are refined; this has {inputs}"),
                _ => format!("only grids are refined; this is a {} design", design.name()),
            };
            let error = Diagnostic::error(Mistake::StrayKey, refine.span, message);
            self.diagnostics.push(error.help("leave `refine` out: points still end early where they are clear"));
        }
        u32::try_from(refine.value).unwrap_or(0)
    }

    fn check_name(&mut self, name: &Name, has: impl Fn(&Model) -> bool, none: &str, near: Option<String>) {
        let complete = self.subjects.iter().all(|subject| subject.model.is_some());
        if !complete || self.models().any(has) {
            return;
        }
        let error = Diagnostic::error(Mistake::UnknownName, name.span, format!("{none} is called `{}`", name.value));
        self.diagnostics.push(match near {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error,
        });
    }

    /// The scenarios without something, by their names in the study.
    fn lacking(&self, has: impl Fn(&Model) -> bool) -> Vec<String> {
        let scenarios = self.study.scenarios.iter().zip(self.subjects);
        scenarios
            .filter(|(_, subject)| subject.model.is_some_and(|model| !has(model)))
            .map(|(scenario, _)| format!("`{}`", scenario.value))
            .collect()
    }

    /// Reports a horizon that does not lie after the start.
    pub(super) fn check_times(&mut self, name: &Name, sweep: &SweepText, values: &Values) {
        let least = match values {
            Values::Listed(values) => values.iter().copied().fold(f64::INFINITY, f64::min),
            Values::Between { from, .. } => *from,
        };
        if name.value == HORIZON && self.is_horizon(HORIZON) && least <= 0.0 {
            self.diagnostics.push(Diagnostic::error(
                Mistake::NotPositive,
                sweep.span(),
                "every horizon must be more than 0",
            ));
        }
    }
}
