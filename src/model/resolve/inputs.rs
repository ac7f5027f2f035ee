//! Parameters and levers, named or in place, and the distributions they are sampled from.

use super::{Resolver, provenance};
use crate::diagnostic::{Diagnostic, Mistake, Span};
use crate::distribution::{Argument, Distribution, Family};
use crate::model::expression::Expression;
use crate::model::id::InputId;
use crate::model::index::Kind;
use crate::model::parse::Named;
use crate::model::{DistributionForm, FixedDistribution, Input, InputKind};
use crate::scenario::{DistributionText, ExpressionText, ParameterText, Quantity, Spanned};
use std::sync::Arc;

/// So many numbers may stand in the samples of all distributions; each machine has its own of a template's.
const MOST_OBSERVATIONS: usize = 10_000_000;

impl Resolver<'_> {
    pub(super) fn named_inputs(&mut self) {
        let scenario = self.scenario;
        let levers = scenario.levers.iter().map(|entry| (entry, InputKind::Lever));
        for ((name, text), kind) in scenario.parameters.iter().map(|entry| (entry, InputKind::Parameter)).chain(levers)
        {
            let id = self.add_input(name.value.clone(), text, kind);
            let noun = if kind == InputKind::Lever { Kind::Lever } else { Kind::Parameter };
            self.names.recorder.define(noun, "", name);
            self.define(name, Some(Named::Input(id)));
        }
    }

    pub(super) fn add_input(&mut self, name: String, text: &ParameterText, kind: InputKind) -> InputId {
        let value = self.constant(&text.value, "the value of a parameter").unwrap_or(f64::NAN);
        let range = text.range.as_ref().and_then(|range| self.range(range));
        if let (Some(range), Some([low, high])) = (&text.range, range)
            && !(low..=high).contains(&value)
            && !value.is_nan()
        {
            let message = format!("the value {value} lies outside its range {low} to {high}");
            self.report(
                Diagnostic::error(Mistake::OutsideRange, text.value.span, message)
                    .label("the central value")
                    .related(range.span, "the range")
                    .help("widen the range or move the value"),
            );
        }
        let distribution = text.distribution.as_ref().and_then(|text| self.fixed_distribution(text));
        let id = InputId::new(self.inputs.len());
        let mut written = text.provenance.clone();
        if kind == InputKind::InPlace {
            written.basis = written.basis.or(self.enclosing.basis.clone());
            written.source = written.source.or(self.enclosing.source.clone());
            written.confidence = written.confidence.or(self.enclosing.confidence.clone());
        }
        let provenance = provenance(&written);
        self.input_ids.insert(name.clone(), id);
        self.inputs.push(Input { name, span: text.span, kind, value, range, distribution, provenance });
        id
    }

    /// `[low, high]` as numbers, low first.
    pub(super) fn range(&mut self, range: &Spanned<[ExpressionText; 2]>) -> Option<[f64; 2]> {
        let [low, high] = &range.value;
        let low = self.constant(low, "a bound");
        let high = self.constant(high, "a bound");
        let (low, high) = (low?, high?);
        if low <= high {
            return Some([low, high]);
        }
        let message = format!("the lower bound {low} is above the upper bound {high}");
        let [first, second] = [&range.value[0], &range.value[1]].map(written);
        let turned = format!("[{second}, {first}]");
        self.report(
            Diagnostic::error(Mistake::RangeReversed, range.span, message)
                .label("the lower one stands first")
                .help(format!("write `{turned}`"))
                .fix(range.span, turned),
        );
        None
    }

    /// A distribution whose arguments may depend on inputs. `None` after a mistake.
    pub(super) fn distribution_form(&mut self, text: &DistributionText, address: &str) -> Option<DistributionForm> {
        let family = self.family(text)?;
        let mut arguments = Vec::new();
        for (name, quantity) in &text.arguments {
            let Some(argument) = Argument::from_name(&name.value) else {
                self.unknown_argument(family, &name.value, name.span);
                return None;
            };
            let place = format!("{address}.{}", name.value);
            let expression = self.fixed_quantity(quantity, &place, "an argument of a distribution");
            arguments.push((argument, expression));
        }
        let values = self.sample(text)?;
        let kinds: Vec<Argument> = arguments.iter().map(|(argument, _)| *argument).collect();
        if let Err(message) = family.accepts(&kinds) {
            let error = Diagnostic::error(Mistake::DistributionArguments, text.span, message);
            let help = format!("{} is given by {}", family.name(), family.ways().join(", or by "));
            self.report(if error.message.contains("; give ") { error } else { error.help(help) });
            return None;
        }
        let form = DistributionForm { span: text.span, family, arguments, values };
        self.check_at_central_values(&form).then_some(form)
    }

    /// The sample of an empirical distribution, empty for others; `None` after a mistake.
    fn sample(&mut self, text: &DistributionText) -> Option<Arc<[f64]>> {
        let Some(observations) = &text.observations else {
            let mut values = Vec::new();
            for value in text.values.iter().flat_map(|values| &values.value) {
                values.push(self.constant(value, "a value of the sample")?);
            }
            return Some(values.into());
        };
        // An empty one was reported where it was read.
        if observations.value.is_empty() {
            return None;
        }
        self.observed += observations.value.len();
        if self.observed > MOST_OBSERVATIONS {
            let message = "the samples of this scenario's distributions are too large together";
            let error = Diagnostic::error(Mistake::ModelTooLarge, observations.span, message);
            self.report(error.label("no room for this one").help("take a smaller sample; it says as much"));
            return None;
        }
        Some(Arc::clone(&observations.value))
    }

    fn family(&mut self, text: &DistributionText) -> Option<Family> {
        let name = &text.family;
        let family = Family::from_name(&name.value);
        if family.is_none() {
            let known: Vec<&str> = Family::ALL.iter().map(|family| family.name()).collect();
            let mut diagnostic = Diagnostic::error(
                Mistake::UnknownFamily,
                name.span,
                format!("there is no distribution `{}`", name.value),
            );
            diagnostic = match self.diagnostics.suggest(&name.value, known.iter().copied()) {
                Some(near) => self.instead(diagnostic, name.span, near),
                None => diagnostic.help(format!("there is: {}", known.join(", "))),
            };
            self.report(diagnostic);
        }
        family
    }

    fn unknown_argument(&mut self, family: Family, name: &str, span: Span) {
        let mut diagnostic =
            Diagnostic::error(Mistake::UnknownArgument, span, format!("a distribution has no argument `{name}`"));
        let known = family.argument_names();
        if let Some(near) = self.diagnostics.suggest(name, known.iter().map(String::as_str)) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?")).fix(span, near);
        }
        let help = format!("{} is given by {}", family.name(), family.ways().join(", or by "));
        self.report(diagnostic.help(help));
    }

    /// Whether the distribution is legal where every input has its central value; if not, says why.
    fn check_at_central_values(&mut self, form: &DistributionForm) -> bool {
        let central = |id: InputId| self.inputs.get(id.index()).map(|input| input.value);
        let mut arguments = Vec::new();
        for (argument, expression) in &form.arguments {
            match expression.value_with(&central) {
                // A number that is none comes from a mistake that was reported already.
                Some(value) if !value.is_nan() => arguments.push((*argument, value)),
                _ => return false,
            }
        }
        match Distribution::new(form.family, &arguments, &form.values) {
            Ok(_) => true,
            Err(illegal) => {
                let help = "change the numbers; with parameters in them, their central values count here";
                self.report(Diagnostic::error(Mistake::IllegalDistribution, form.span, illegal.message).help(help));
                false
            }
        }
    }

    fn fixed_distribution(&mut self, text: &DistributionText) -> Option<FixedDistribution> {
        for (name, quantity) in &text.arguments {
            if let Quantity::InPlace(parameter, _) = quantity {
                let message = format!("`{}` cannot be a parameter itself here", name.value);
                self.report(
                    Diagnostic::error(Mistake::NestedParameter, parameter.span, message).help("write a number"),
                );
                return None;
            }
        }
        let form = self.distribution_form(text, "")?;
        let mut arguments = Vec::new();
        for (argument, expression) in &form.arguments {
            match expression.constant() {
                Some(value) => arguments.push((*argument, value)),
                None => {
                    let message = "the distribution of a parameter must be given by numbers";
                    let help = "write the numbers themselves, without names";
                    self.report(Diagnostic::error(Mistake::NotConstant, form.span, message).help(help));
                    return None;
                }
            }
        }
        Some(FixedDistribution { family: form.family, arguments, values: form.values })
    }

    /// A distribution for a waiting time: nothing of it may lie before 0.
    pub(super) fn wait(&mut self, text: &DistributionText, address: &str) -> Option<DistributionForm> {
        let form = self.distribution_form(text, address)?;
        let central = |id: InputId| self.inputs.get(id.index()).map(|input| input.value);
        let arguments: Option<Vec<(Argument, f64)>> = form
            .arguments
            .iter()
            .map(|(argument, expression)| Some((*argument, expression.value_with(&central)?)))
            .collect();
        let wait = Distribution::new(form.family, &arguments?, &form.values).ok()?;
        match wait.check_as_wait() {
            Ok(()) => Some(form),
            Err(illegal) => {
                let help = "take a family that begins at 0, such as lognormal or gamma, or move its lower end up to 0";
                self.report(Diagnostic::error(Mistake::IllegalWait, form.span, illegal.message).help(help));
                None
            }
        }
    }

    /// What stands in for a wait with a mistake.
    pub(super) fn any_wait(span: Span) -> DistributionForm {
        let arguments = vec![(Argument::Rate, Expression::Constant(1.0))];
        DistributionForm { span, family: Family::Exponential, arguments, values: Arc::new([]) }
    }
}

/// An expression as it stands in a file.
fn written(text: &ExpressionText) -> String {
    match text.text.parse::<f64>() {
        Ok(_) => text.text.clone(),
        Err(_) => format!("{:?}", text.text),
    }
}
