//! What the flags change about models: policies, variants, single inputs, the horizon.
//!
//! In: opened scenarios and [`ModelArguments`]. Out: for each model, and for each scenario that its runs follow on to, the
//! inputs that are set away from its file's values.
//! Policies and variants come first, in the order of the command line, so that `--set` wins over both.

use super::arguments::ModelArguments;
use super::exit::{Exit, Trouble};
use super::open::Opened;
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostics, Sources, Span};
use crate::model::parse::{self, Names};
use crate::model::time::time_of;
use crate::model::{Expectation, Measure, Model, Setting};
use crate::output::format::number;
use crate::scenario::{Date, ExpressionText};

/// Inputs by name with the values that they are set to.
pub type Settings = Vec<(String, f64)>;

/// Applies `--horizon` to the models, and where runs follow on to the one where they begin.
pub fn set_horizons(all: &mut [Opened], arguments: &ModelArguments) -> Result<(), Trouble> {
    let mut models = all.iter_mut().flat_map(|opened| {
        let first = opened.journey.as_mut().map(|journey| &mut journey.legs[0].model);
        opened.model.iter_mut().chain(first)
    });
    models.try_for_each(|model| set_horizon(model, arguments))
}

/// Applies `--horizon` to a model.
pub fn set_horizon(model: &mut Model, arguments: &ModelArguments) -> Result<(), Trouble> {
    let Some(text) = &arguments.horizon else { return Ok(()) };
    let horizon = match (Date::from_text(text), model.calendar.start) {
        (Some(Some(date)), Some(start)) => time_of(date, start, model.calendar.unit),
        (Some(Some(_)), None) => {
            let message =
                "is a date, and the scenario does not say when it starts: add `start = 2026-01-05`, or another";
            return Err(usage(format!("error: `--horizon {text}` {message} date, below `[time]`")));
        }
        _ => constant(text, model).unwrap_or(f64::NAN),
    };
    if horizon.is_nan() {
        let example = "write it as in `--horizon \"26 weeks\"` or `--horizon 2027-01-31`";
        return Err(usage(format!("error: `--horizon {text}` is not a time: {example}")));
    }
    if horizon <= 0.0 {
        return Err(usage(format!("error: `--horizon {text}` does not lie after the start")));
    }
    model.calendar.horizon = horizon;
    // A truth about a time that no run comes to cannot be asked.
    let comes = |expectation: &Expectation| match expectation.measure {
        Measure::Probability { at } | Measure::Mean { at } => at <= horizon,
        Measure::MeanTime => true,
    };
    model.expectations.retain(comes);
    model.base_rates.retain(|rate| comes(&rate.expectation));
    Ok(())
}

/// What is set in each scenario, in their order. Every name must be known in one of them at least.
pub fn settings(all: &[Opened], arguments: &ModelArguments) -> Result<Vec<Settings>, Trouble> {
    let by_leg = settings_by_leg(all, arguments)?;
    Ok(by_leg.into_iter().map(|legs| legs.into_iter().next().unwrap_or_default()).collect())
}

/// The same, with as many lists a scenario as there are legs, where runs follow on.
pub fn settings_by_leg(all: &[Opened], arguments: &ModelArguments) -> Result<Vec<Vec<Settings>>, Trouble> {
    let legs: Vec<Vec<Named<'_>>> = all.iter().map(models_of).collect();
    let models = legs.concat();
    let mut settings: Vec<Settings> = vec![Vec::new(); models.len()];
    apply_named(&models, &arguments.policy, "policy", |model| &model.policies, &mut settings)?;
    apply_named(&models, &arguments.variant, "variant", |model| &model.variants, &mut settings)?;
    apply_single(&models, &arguments.set, &mut settings)?;
    let mut settings = settings.into_iter();
    Ok(legs.iter().map(|legs| settings.by_ref().take(legs.len()).collect()).collect())
}

/// A model and what it is called.
type Named<'a> = (&'a str, &'a Model);

/// The legs where runs follow on, else the scenario alone.
fn models_of(opened: &Opened) -> Vec<Named<'_>> {
    match &opened.journey {
        Some(journey) => journey.legs.iter().map(|leg| (leg.name.as_str(), &leg.model)).collect(),
        None => opened.model.iter().map(|model| (opened.name.as_str(), model)).collect(),
    }
}

/// What is set, in words; nothing where nothing is.
pub fn told(settings: &Settings) -> Vec<String> {
    let each: Vec<String> = settings.iter().map(|(name, value)| format!("{name} = {}", number(*value))).collect();
    if each.is_empty() { Vec::new() } else { vec![format!("with {}", each.join(", "))] }
}

fn usage(message: String) -> Trouble {
    Trouble::new(Exit::Usage, message)
}

fn set(settings: &mut Settings, name: &str, value: f64) {
    settings.retain(|(other, _)| other != name);
    settings.push((name.to_owned(), value));
}

/// Applies `--policy` or `--variant`.
fn apply_named(
    all: &[Named<'_>],
    asked: &[String],
    noun: &str,
    of: impl Fn(&Model) -> &[Setting],
    settings: &mut [Settings],
) -> Result<(), Trouble> {
    for name in asked {
        let (mut known_to_one, mut without) = (false, Vec::new());
        for ((scenario, model), settings) in all.iter().zip(&mut *settings) {
            match of(model).iter().find(|setting| setting.name == *name) {
                Some(setting) => {
                    known_to_one = true;
                    setting.values.iter().for_each(|(id, value)| set(settings, &model.inputs[id.index()].name, *value));
                }
                None if without.contains(scenario) => {}
                None => without.push(*scenario),
            }
        }
        if known_to_one {
            for scenario in without {
                eprintln!("note: `{scenario}` has no {noun} `{name}`; it runs as it stands");
            }
            continue;
        }
        let known = || all.iter().flat_map(|(_, model)| of(model)).map(|s| s.name.as_str());
        let help = match nearest(name, known()) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => match known().collect::<Vec<_>>().as_slice() {
                [] => format!(
                    "; the scenario has none: write it below `[{}.{name}]`",
                    if noun == "policy" { "policies" } else { "variants" }
                ),
                names => format!("; there is: {}", names.join(", ")),
            },
        };
        return Err(usage(format!("error: no {noun} is called `{name}`{help}")));
    }
    Ok(())
}

/// Applies `--set name=value`.
fn apply_single(all: &[Named<'_>], asked: &[String], settings: &mut [Settings]) -> Result<(), Trouble> {
    let models = || all.iter().map(|(_, model)| *model);
    for text in asked {
        let Some((name, value)) = text.split_once('=') else {
            return Err(usage(format!("error: `--set {text}` has no `=`: write `--set name=value`")));
        };
        let name = name.trim();
        if !models().any(|model| model.input(name).is_some()) {
            let near = nearest(name, models().flat_map(|model| &model.inputs).map(|input| input.name.as_str()));
            let help = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err(usage(format!("error: no parameter or lever is called `{name}`{help}")));
        }
        for (model, settings) in models().zip(&mut *settings).filter(|(model, _)| model.input(name).is_some()) {
            let value = constant(value, model)
                .ok_or_else(|| usage(format!("error: `--set {text}`: `{}` is not a number", value.trim())))?;
            set(settings, name, value);
        }
    }
    Ok(())
}

/// The value of an expression that depends on nothing, in the model's unit of time.
fn constant(text: &str, model: &Model) -> Option<f64> {
    let mut sources = Sources::default();
    let file = sources.add("command line", text);
    let text = ExpressionText { text: text.to_owned(), span: Span::new(file, 0, text.len()), inner: Some(0) };
    let mut diagnostics = Diagnostics::default();
    let expression = parse::number(&text, &Names::default(), model.calendar.unit, &mut diagnostics)?;
    expression.constant().filter(|value| value.is_finite())
}
