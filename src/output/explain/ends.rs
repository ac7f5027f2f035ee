//! What a run is measured by and how it ends, in words: consequences, milestones, outcomes, expected truths.
//!
//! In: a model. Out: one section for each kind that it has.

use super::document::Document;
use super::inputs;
use super::words::{Words, code, origin, prose, sentence, with_space};
use crate::model::expression::{Condition, Expression};
use crate::model::{BaseRate, Consequence, Expectation, Measure, Next, Outcome, Subject};
use crate::output::format::number;

pub(super) fn tell(words: &Words<'_>, document: &mut Document) {
    let model = words.model;
    if !model.consequences.is_empty() {
        document.heading(2, "Consequences: added up along the run");
        for consequence in &model.consequences {
            document.item(0, consequence_text(words, consequence));
        }
    }
    if !model.milestones.is_empty() {
        document.heading(2, "Milestones: the first time is recorded, the run goes on");
        for milestone in &model.milestones {
            document.item(0, named(&milestone.name, &milestone.about, &when(words, &milestone.when)));
        }
    }
    document.heading(2, "Outcomes: the first that holds ends the run");
    for outcome in &model.outcomes {
        let text = named(&outcome.name, &outcome.about, &outcome_text(words, outcome));
        document.item(0, outcome.next.iter().fold(text, |text, next| format!("{text} {}", next_text(next))));
    }
    if !model.durations.is_empty() {
        document.heading(2, "Durations: how long the first one of a run lasts");
        for duration in &model.durations {
            let states: Vec<String> = duration.states.iter().map(|state| code(&model.state_path(*state))).collect();
            let text = match duration.lasted {
                None => format!("spent in {}", states.join(", ")),
                Some([low, high]) => {
                    let (low, high) = (words.time(low), words.time(high));
                    format!("spent in {}; elsewhere, those that ended lasted {low} to {high}", states.join(", "))
                }
            };
            let told = named(&duration.name, &duration.provenance.about, &text);
            let origin = sentence(&origin(&duration.provenance));
            document.item(0, if origin.is_empty() { told } else { format!("{told} {origin}") });
        }
    }
    if !model.expectations.is_empty() {
        document.heading(2, "Known truths that tests hold answers against");
        for expectation in &model.expectations {
            document.item(0, sentence(&expectation_text(words, expectation)));
        }
    }
    if !model.base_rates.is_empty() {
        document.heading(2, "Ranges known from elsewhere, which answers are held beside");
        for rate in &model.base_rates {
            document.item(0, sentence(&base_rate_text(words, rate)));
        }
    }
}

/// `name: About. When …`.
fn named(name: &str, about: &str, text: &str) -> String {
    let about = sentence(&prose(about));
    [format!("{}:", code(name)), about, sentence(text)]
        .iter()
        .filter(|part| !part.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(" ")
}

fn when(words: &Words<'_>, condition: &Condition) -> String {
    format!("when {}", words.condition(condition))
}

/// `With --follow, the run goes on in …, entered in …`.
fn next_text(next: &Next) -> String {
    let states: Vec<String> = next.states.iter().map(|state| code(&state.value)).collect();
    let entered = if states.is_empty() { String::new() } else { format!(", entered in {}", states.join(" and ")) };
    format!("With {}, the run goes on in {}{entered}.", code("--follow"), code(&next.scenario.value))
}

fn outcome_text(words: &Words<'_>, outcome: &Outcome) -> String {
    match (outcome.at_horizon, &outcome.when) {
        (true, Condition::Constant(true)) => "what is left at the horizon".into(),
        (true, condition) => format!("at the horizon, if {}", words.condition(condition)),
        (false, condition) => when(words, condition),
    }
}

fn consequence_text(words: &Words<'_>, consequence: &Consequence) -> String {
    let unit = with_space(&consequence.provenance.unit);
    let mut text = match consequence.rate.constant() {
        Some(0.0) => match unit.as_str() {
            "" => "grows in lumps only, by what entries and transitions add".into(),
            unit => format!("grows in lumps only, by the{unit} that entries and transitions add"),
        },
        _ => format!("grows by {}{unit} a {}", words.amount(&consequence.rate), words.unit()),
    };
    if consequence.discount != Expression::Constant(0.0) {
        let discount = match consequence.discount.value_with(&|id| words.in_place(id)) {
            Some(value) => format!("{} %", number(100.0 * value)),
            None => words.amount(&consequence.discount),
        };
        text.push_str(&format!("; discounted by {discount} a year"));
    }
    let mut parts = vec![named(&consequence.name, &consequence.provenance.about, &text)];
    parts.push(sentence(&inputs::in_place(words, [&consequence.rate, &consequence.discount])));
    parts.push(sentence(&origin(&consequence.provenance)));
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

fn base_rate_text(words: &Words<'_>, rate: &BaseRate) -> String {
    let [low, high] = rate.range;
    // The middle of a range is nobody's claim.
    let (value, range) = (
        format!(" is {}", number(rate.expectation.value)),
        format!(" lies between {} and {}", number(low), number(high)),
    );
    expectation_text(words, &rate.expectation).replacen(&value, &range, 1)
}

fn expectation_text(words: &Words<'_>, expectation: &Expectation) -> String {
    let model = words.model;
    let subject = model.subject_name(expectation.subject);
    let subject = match subject.split_once(' ') {
        Some((what, name)) => format!("{what} {}", code(name)),
        None => subject,
    };
    let value = number(expectation.value);
    let mut text = match (expectation.measure, expectation.subject) {
        (Measure::Probability { at }, Subject::State(_) | Subject::Composite(_)) => {
            format!("the probability of {subject} at {} is {value}", words.time(at))
        }
        (Measure::Probability { at }, Subject::Duration(_)) => {
            format!("the probability that {subject} lasts longer than {} is {value}", words.time(at))
        }
        (Measure::Probability { at }, _) => format!("the probability of {subject} by {} is {value}", words.time(at)),
        (Measure::MeanTime, _) => format!("the mean time to {subject} is {}", words.time(expectation.value)),
        (Measure::Mean { at }, _) => format!("the mean of {subject} at {} is {value}", words.time(at)),
    };
    if let Some(tolerance) = expectation.tolerance {
        text.push_str(&format!(", within {}", number(tolerance)));
    }
    let source = prose(&expectation.source);
    if !source.is_empty() {
        text.push_str(&format!(" (source: {source})"));
    }
    text
}
