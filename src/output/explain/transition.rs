//! A transition in words: from where to where, what makes it happen and how soon, what moves it, what it does.
//!
//! In: a transition at central values. Out: an item with what is to be known of it below.

use super::document::Document;
use super::inputs;
use super::words::{Words, code, list, origin, prose, sentence, share};
use crate::analysis::central::Central;
use crate::analysis::influence::{Cause, Direction, Influence, influences, shares};
use crate::model::expression::{Expression, Function, Operator};
use crate::model::id::TransitionId;
use crate::model::time::TimeUnit;
use crate::model::{ClockRule, Machine, Target, Transition, Trigger};
use crate::output::format::number;

pub(super) fn tell(words: &Words<'_>, central: &Central, id: TransitionId, document: &mut Document) {
    let model = words.model;
    let transition = &model.transitions[id.index()];
    let machine = &model.machines[transition.machine.index()];
    let head = format!(
        "{}{}: {}",
        way(words, central, machine, id, transition),
        title(words, transition),
        pace(words, central, id, transition)
    );
    document.item(0, head);
    let about = prose(&transition.about);
    document.item(1, sentence(&about));
    if let Some(guard) = &transition.guard
        && transition.trigger != Trigger::Immediate
    {
        document.item(1, sentence(&format!("only while {}", words.condition(guard))));
    }
    for line in moved_by(words, central, id, transition) {
        document.item(1, sentence(&line));
    }
    match transition.clock {
        ClockRule::Reset => {}
        ClockRule::Resume => document.item(1, "Its clock stands still while it cannot happen, and goes on afterwards."),
        ClockRule::Forward => {
            document.item(1, "Its clock runs from the start of the run, not from entering the state.")
        }
    }
    let actions = words.actions(&transition.actions);
    if !actions.is_empty() {
        document.item(1, sentence(&format!("when it happens it {actions}")));
    }
    let place = [inputs::in_place(words, expressions(transition)), origin(&transition.provenance)];
    document.item(1, sentence(&place.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("; ")));
}

/// `to b`, `from a or c to b`, `stays`, `to b (60 %) or c (40 %)`.
fn way(words: &Words<'_>, central: &Central, machine: &Machine, id: TransitionId, transition: &Transition) -> String {
    let from = match transition.sources.len() {
        1 => String::new(),
        n if n == machine.states.len() => "from any state, ".into(),
        _ => {
            let names: Vec<String> = transition.sources.iter().map(|place| words.place(*place)).collect();
            format!("from {}, ", list(&names, "or"))
        }
    };
    let to = match &transition.target {
        Target::Stay { reenter: false } => "stays where it is".into(),
        Target::Stay { reenter: true } => "leaves and enters its state anew".into(),
        Target::To(place) => format!("to {}", words.place(*place)),
        Target::Branches(branches) => {
            let found = shares(central.bound(), &central.world_in(transition.from[0]), id);
            let parts: Vec<String> = branches
                .iter()
                .zip(found)
                .map(|((place, _), part)| format!("{} ({})", words.place(*place), share(part)))
                .collect();
            format!("to {}", list(&parts, "or"))
        }
    };
    format!("{from}{to}")
}

/// Its name, if the author gave it one.
fn title(words: &Words<'_>, transition: &Transition) -> String {
    match words.model.own_name(transition) {
        Some(name) => format!(" (“{}”)", prose(name)),
        None => String::new(),
    }
}

/// What makes it happen, and how soon.
fn pace(words: &Words<'_>, central: &Central, id: TransitionId, transition: &Transition) -> String {
    let unit = words.unit();
    let factors = factors(words, transition);
    match &transition.trigger {
        Trigger::Immediate => match &transition.guard {
            Some(guard) => format!("at once, as soon as {}", words.condition(guard)),
            None => "at once".into(),
        },
        Trigger::On { event, probability } => {
            let event = words.event(*event);
            match probability.value_with(&|id| words.in_place(id)) {
                Some(1.0) => format!("when {event}"),
                Some(p) => format!("when {event}, with probability {}", share(p)),
                None => format!("when {event}, with probability {}", words.amount(probability)),
            }
        }
        Trigger::Rate(rate) => match chance_of(rate) {
            Some((p, period)) => {
                let chance = match p.value_with(&|id| words.in_place(id)) {
                    Some(p) => format!("{} %", number(100.0 * p)),
                    None => words.amount(p),
                };
                let named = TimeUnit::ALL.into_iter().find(|u| u.in_units_of(words.model.calendar.unit) == period);
                let period = named.map_or_else(|| words.time(period), |unit| unit.name().to_owned());
                format!("{}, from a chance of {chance} per {period}{factors}", mean(words, central, id))
            }
            None => {
                let hazard = match rate.value_with(&|id| words.in_place(id)) {
                    // Said by the mean already.
                    Some(_) if factors.is_empty() => String::new(),
                    _ => format!(", from a rate of {} a {unit}{factors}", words.amount(rate)),
                };
                format!("{}{hazard}", mean(words, central, id))
            }
        },
        Trigger::After { wait } => {
            let law = words.law(wait.family, &wait.arguments, &wait.values, true);
            format!("{}, after a wait that is {law}{factors}", mean(words, central, id))
        }
    }
}

fn factors(words: &Words<'_>, transition: &Transition) -> String {
    let mut text = String::new();
    if let Some(ratio) = &transition.hazard_ratio {
        text.push_str(&format!(", its hazard multiplied by {}", words.amount(ratio)));
    }
    if let Some(speed) = &transition.acceleration {
        text.push_str(&format!(", its time running {} times as fast", words.amount(speed)));
    }
    text
}

/// The mean wait; a range where it depends on which of its states it leaves.
fn mean(words: &Words<'_>, central: &Central, id: TransitionId) -> String {
    let means: Vec<f64> = central.mean_waits(id).into_iter().map(|(_, mean)| mean).collect();
    let (Some(least), Some(most)) = (means.iter().copied().reduce(f64::min), means.iter().copied().reduce(f64::max))
    else {
        return "with a wait that cannot be computed at central values".into();
    };
    if number(least) == number(most) {
        words.mean_wait(least)
    } else if most.is_finite() {
        format!("about {} to {} on average, by the state it leaves", number(least), words.time(most))
    } else {
        format!("about {} on average at the soonest, by the state it leaves", words.time(least))
    }
}

/// Probability and period of a hazard that was made of a chance per period: −ln(1 − p) / period.
fn chance_of(rate: &Expression) -> Option<(&Expression, f64)> {
    let Expression::Binary(Operator::Divide, hazard, period) = rate else { return None };
    let (Expression::Unary(Function::Negate, log), Expression::Constant(period)) = (&**hazard, &**period) else {
        return None;
    };
    let Expression::Unary(Function::Ln, survives) = &**log else { return None };
    match &**survives {
        Expression::Binary(Operator::Subtract, one, p) if **one == Expression::Constant(1.0) => Some((p, *period)),
        _ => None,
    }
}

/// Every expression that may hold a parameter in place.
fn expressions(transition: &Transition) -> Vec<&Expression> {
    let mut all = Vec::new();
    match &transition.trigger {
        Trigger::Rate(rate) => all.push(rate),
        Trigger::After { wait } => all.extend(wait.arguments.iter().map(|(_, argument)| argument)),
        Trigger::On { probability, .. } => all.push(probability),
        Trigger::Immediate => {}
    }
    all.extend([&transition.hazard_ratio, &transition.acceleration].into_iter().flatten());
    if let Target::Branches(branches) = &transition.target {
        all.extend(branches.iter().map(|(_, weight)| weight));
    }
    all
}

/// What moves it, one line a quantity.
fn moved_by(words: &Words<'_>, central: &Central, id: TransitionId, transition: &Transition) -> Vec<String> {
    let model = words.model;
    let found = influences(model, central, id, transition.from[0]);
    let timed = matches!(transition.trigger, Trigger::Rate(_) | Trigger::After { .. });
    let mut lines = Vec::new();
    let ways = if timed { ["faster", "slower"] } else { ["more likely", "less likely"] };
    lines.extend(directions(words, &found.pace, ways, timed));
    for (machine, paces) in &found.machines {
        let parts: Vec<String> = paces
            .iter()
            .map(|(state, pace)| {
                let amount = if timed { words.time(1.0 / pace) } else { share(*pace) };
                let amount = if *pace > 0.0 { amount } else { "never".into() };
                format!("{amount} while it is in {}", code(&model.states[state.index()].name))
            })
            .collect();
        lines.push(format!("depends on {}: {}", code(&model.machines[machine.index()].name), list(&parts, "and")));
    }
    if let Some([least, most]) = found.time {
        let from_to = if timed {
            let slowest = if least > 0.0 { words.time(1.0 / least) } else { "never".into() };
            format!("the mean wait lies between {} and {slowest} up to the horizon", words.time(1.0 / most))
        } else {
            format!("the probability lies between {} and {} up to the horizon", share(least), share(most))
        };
        lines.push(format!("changes with time: {from_to}"));
    }
    if let Target::Branches(branches) = &transition.target {
        // Of two branches the second does what the first does not.
        let told = if branches.len() == 2 { 1 } else { branches.len() };
        for ((state, _), influences) in branches.iter().zip(&found.branches).take(told) {
            let to = words.place(*state);
            let more = [format!("more likely to lead to {to}"), format!("less likely to lead to {to}")];
            lines.extend(directions(words, influences, [&more[0], &more[1]], false));
        }
    }
    lines
}

/// `faster when pressure rises (26 weeks at 0, 6.4 weeks at 1); slower when …`.
fn directions(words: &Words<'_>, found: &[Influence], [more, less]: [&str; 2], timed: bool) -> Option<String> {
    let mut parts = Vec::new();
    for (direction, says) in [
        (Direction::Rises, format!("{more} when")),
        (Direction::Falls, format!("{less} when")),
        (Direction::RisesThenFalls, format!("at first {more}, then {less} when")),
        (Direction::FallsThenRises, format!("at first {less}, then {more} when")),
        (Direction::Mixed, "depends, now one way and now the other, on whether".to_owned()),
    ] {
        let causes: Vec<(String, String)> = found
            .iter()
            .filter(|influence| influence.direction == direction)
            .map(|influence| cause(words, influence, timed))
            .collect();
        match causes.as_slice() {
            [] => {}
            [(name, ends)] => parts.push(format!("{says} {name} rises{ends}")),
            several => {
                let names: Vec<String> = several.iter().map(|(name, ends)| format!("{name}{ends}")).collect();
                parts.push(format!("{says} one of these rises: {}", list(&names, "and")));
            }
        }
    }
    let level: Vec<String> =
        found.iter().filter(|i| i.direction == Direction::Level).map(|i| cause(words, i, false).0).collect();
    if !level.is_empty() {
        parts.push(format!("at central values not moved by {}", list(&level, "or")));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The name of what is moved, and for variables in brackets the mean wait at both ends.
fn cause(words: &Words<'_>, influence: &Influence, timed: bool) -> (String, String) {
    match influence.cause {
        Cause::Input(id) => (code(&words.model.inputs[id.index()].name), String::new()),
        Cause::Variable(id) => {
            let name = code(&words.model.variables[id.index()].name);
            let [(low, at_low), (high, at_high)] = influence.ends;
            let wait = |pace: f64| if pace > 0.0 { words.time(1.0 / pace) } else { "never".into() };
            let ends = if timed && influence.direction != Direction::Level {
                format!(" ({} at {}, {} at {})", wait(at_low), number(low), wait(at_high), number(high))
            } else {
                String::new()
            };
            (name, ends)
        }
    }
}
