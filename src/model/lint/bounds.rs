//! Hazards, weights and probabilities that can leave what they may be, shown by an example.

use super::Subject;
use super::suppose::{Moment, Search};
use crate::diagnostic::{Diagnostic, Diagnostics, Mistake, Span};
use crate::model::expression::{Condition, Expression, Function, Operator};
use crate::model::{Target, Transition, Trigger};
use crate::scenario::{TargetText, TransitionText, TriggerText};

pub(super) fn leaving(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut check = Check { subject, search: Search::new(subject), diagnostics };
    for transition in &subject.model.transitions {
        let text = subject.texts.get(&transition.span).copied();
        check.trigger(transition, text);
        let factors = [(&transition.hazard_ratio, "hazard_ratio"), (&transition.acceleration, "acceleration")];
        for (factor, key) in factors {
            let written = text.and_then(|text| match key {
                "hazard_ratio" => text.hazard_ratio.as_ref(),
                _ => text.acceleration.as_ref(),
            });
            if let Some(factor) = factor {
                let span = written.map_or(transition.span, |quantity| quantity.span());
                check.negative(transition, factor, span, &format!("this `{key}`"));
            }
        }
        check.weights(transition, text);
    }
}

struct Check<'a, 'd> {
    subject: &'a Subject<'a>,
    search: Search<'a>,
    diagnostics: &'d mut Diagnostics,
}

impl Check<'_, '_> {
    fn trigger(&mut self, transition: &Transition, text: Option<&TransitionText>) {
        let written = text.map(|text| &text.trigger);
        match (&transition.trigger, written) {
            (Trigger::Rate(hazard), Some(TriggerText::Chance { probability, .. })) => {
                self.chance(transition, hazard, probability.span());
            }
            (Trigger::Rate(rate), written) => {
                let span = match written {
                    Some(TriggerText::Rate(quantity)) => quantity.span(),
                    _ => transition.span,
                };
                self.negative(transition, rate, span, "this rate");
            }
            (Trigger::On { probability, .. }, written) => {
                let span = match written {
                    Some(TriggerText::On { probability: Some(quantity), .. }) => quantity.span(),
                    _ => transition.span,
                };
                self.outside(transition, probability, span);
            }
            _ => {}
        }
    }

    /// A moment in which an expression is below 0 while the transition is enabled.
    fn below_zero(&mut self, transition: &Transition, expression: &Expression) -> Option<(Moment, f64)> {
        if expression.constant().is_some() {
            return None;
        }
        let guards: Vec<&Condition> = transition.guard.iter().collect();
        self.search.least(expression, &guards, &transition.from, 0.0)
    }

    fn negative(&mut self, transition: &Transition, expression: &Expression, span: Span, what: &str) {
        let Some((moment, value)) = self.below_zero(transition, expression) else { return };
        let told = moment.told(&expression.reads(), self.subject);
        let becomes = if value.is_finite() { format!("negative ({value})") } else { "no number at all".to_owned() };
        let warning = Diagnostic::warning(Mistake::MayBeNegative, span, format!("{what} can become {becomes}"))
            .label(format!("where {told}"))
            .note("a run that comes there stops with an error")
            .help("put `max(0, …)` around it, or narrow the bounds or ranges");
        self.diagnostics.push(warning);
    }

    /// A probability of answering an event.
    fn outside(&mut self, transition: &Transition, probability: &Expression, span: Span) {
        let rest = Expression::binary(Operator::Subtract, Expression::Constant(1.0), probability.clone());
        let below = self.below_zero(transition, probability);
        let found = below.or_else(|| Some(self.below_zero(transition, &rest)?).map(|(moment, x)| (moment, 1.0 - x)));
        if let Some((moment, value)) = found {
            self.leaves(span, &moment, probability, value);
        }
    }

    /// A probability per period, which is a hazard by now: −ln(1 − p) / period.
    fn chance(&mut self, transition: &Transition, hazard: &Expression, span: Span) {
        let survives = match hazard {
            Expression::Binary(Operator::Divide, negated, _) => match &**negated {
                Expression::Unary(Function::Negate, logarithm) => match &**logarithm {
                    Expression::Unary(Function::Ln, survives) => survives,
                    _ => return,
                },
                _ => return,
            },
            _ => return,
        };
        let chance = Expression::binary(Operator::Subtract, Expression::Constant(1.0), (**survives).clone());
        let below = self.below_zero(transition, &chance);
        let above = self.below_zero(transition, survives).map(|(moment, survives)| (moment, 1.0 - survives));
        if let Some((moment, value)) = below.or(above) {
            self.leaves(span, &moment, &chance, value);
        }
    }

    fn leaves(&mut self, span: Span, moment: &Moment, probability: &Expression, value: f64) {
        let told = moment.told(&probability.reads(), self.subject);
        let message = format!("this probability can leave 0 to 1: it can become {value}");
        let warning = Diagnostic::warning(Mistake::MayLeaveUnit, span, message)
            .label(format!("where {told}"))
            .help("put `clamp(…, 0, 1)` around it, or narrow the bounds or ranges");
        self.diagnostics.push(warning);
    }

    fn weights(&mut self, transition: &Transition, text: Option<&TransitionText>) {
        let Target::Branches(branches) = &transition.target else { return };
        let written = text.and_then(|text| match &text.target {
            TargetText::Branches(written) if written.value.len() == branches.len() => Some(written),
            _ => None,
        });
        for (index, (_, weight)) in branches.iter().enumerate() {
            let span = written.map_or(transition.span, |written| written.value[index].1.span());
            self.negative(transition, weight, span, "this weight");
        }
        if branches.len() > 100 || branches.iter().any(|(_, weight)| weight.constant().is_some_and(|w| w > 0.0)) {
            return;
        }
        let clipped =
            |weight: &Expression| Expression::binary(Operator::Max, Expression::Constant(0.0), weight.clone());
        let sum = branches.iter().map(|(_, weight)| clipped(weight));
        let Some(sum) = sum.reduce(|x, y| Expression::binary(Operator::Add, x, y)) else { return };
        let guards: Vec<&Condition> = transition.guard.iter().collect();
        if sum.constant().is_none()
            && let Some((moment, _)) = self.search.least(&sum, &guards, &transition.from, f64::MIN_POSITIVE)
        {
            let told = moment.told(&sum.reads(), self.subject);
            let span = written.map_or(transition.span, |written| written.span);
            let warning = Diagnostic::warning(Mistake::MayBeAllZero, span, "these weights can all become 0 at once")
                .label(format!("where {told}"))
                .note("a run that comes there stops with an error: nothing could be chosen")
                .help("add a small number to one of them, as in `0.01 + …`");
            self.diagnostics.push(warning);
        }
    }
}
