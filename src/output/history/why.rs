//! Why a transition happened, in words: its hazard or wait, what else could have happened, its guard, its event.
//!
//! In: a [`Firing`]. Out: sentences. The shares are of the hazards at that moment: the probability that, of all the
//! clocks of the machine, this one came to its end first.

use crate::analysis::history::{Due, Firing, Why};
use crate::model::id::TransitionId;
use crate::model::{Target, Transition, Trigger};
use crate::output::explain::words::{Words, code, list, sentence, share};
use crate::output::format::rough;

/// So many rivals are named, the likeliest.
const NAMED: usize = 5;

/// The reasons of one firing, a sentence or two each.
pub(super) fn reasons(words: &Words<'_>, firing: &Firing) -> Vec<String> {
    let transition = &words.model.transitions[firing.transition.index()];
    let mut said = match &firing.why {
        Why::Due(due) => of_clock(words, transition, due),
        Why::Answers(probability) => vec![of_event(words, transition, *probability)],
        Why::AtOnce => match &transition.guard {
            Some(guard) => return vec![sentence(&format!("at once, because {}", words.condition(guard)))],
            None => vec!["at once, as nothing holds it back".to_owned()],
        },
    };
    if let Some(guard) = &transition.guard {
        said.push(format!("it could happen because {}", words.condition(guard)));
    }
    said.iter().map(|text| sentence(text)).collect()
}

fn of_event(words: &Words<'_>, transition: &Transition, probability: Option<f64>) -> String {
    let Trigger::On { event, probability: expression } = &transition.trigger else { return String::new() };
    let event = words.event(*event);
    match probability {
        Some(1.0) => format!("it answers at once when {event}"),
        Some(p) => format!("when {event}, it answers with a probability of {}", share(p)),
        None => format!("when {event}, it answers with the probability {}", words.amount(expression)),
    }
}

fn of_clock(words: &Words<'_>, transition: &Transition, due: &Due) -> Vec<String> {
    let unit = words.unit();
    let levels: Vec<String> = due
        .levels
        .iter()
        .map(|(id, value)| format!("{} at {}", code(&words.model.variables[id.index()].name), rough(*value)))
        .collect();
    let with = if levels.is_empty() { String::new() } else { format!(", with {}", list(&levels, "and")) };
    let mut said = Vec::new();
    let hazard = format!("its hazard was {} a {unit} then{with}", rough(due.hazard));
    said.push(match &transition.trigger {
        Trigger::After { wait } => {
            let law = words.law(wait.family, &wait.arguments, &wait.values, true);
            let end = if due.hazard.is_finite() { format!("; {hazard}") } else { String::new() };
            format!("after a wait of {} (the law of the wait is {law}){end}", words.rough_time(due.age))
        }
        _ if due.hazard > 0.0 && due.hazard.is_finite() => {
            let mean = words.rough_time(1.0 / due.hazard);
            format!("after {} in that state; {hazard} (one in {mean}, on average)", words.rough_time(due.spent))
        }
        _ => format!("after {} in that state", words.rough_time(due.spent)),
    });
    said.extend(rivals(words, transition, due));
    if due.branches.len() > 1 {
        let ways: Vec<String> =
            due.branches.iter().map(|(place, part)| format!("{} ({})", words.place(*place), share(*part))).collect();
        said.push(format!("it could lead to {}", list(&ways, "or")));
    }
    said
}

/// What else could have happened, with the chances of that moment.
fn rivals(words: &Words<'_>, transition: &Transition, due: &Due) -> Option<String> {
    let machine = code(&words.model.machines[transition.machine.index()].name);
    let own = due.share()?;
    let mut rivals: Vec<(TransitionId, f64)> = due.rivals.iter().copied().filter(|(_, hazard)| *hazard > 0.0).collect();
    if rivals.is_empty() {
        return Some(format!("nothing else was under way for {machine}"));
    }
    // Equals stay in file order.
    rivals.sort_by(|one, other| other.1.total_cmp(&one.1));
    let part = |hazard: f64| due.share_of(hazard).map_or_else(String::new, share);
    let mut told: Vec<String> =
        rivals.iter().take(NAMED).map(|(id, hazard)| format!("{} {}", way(words, *id), part(*hazard))).collect();
    if rivals.len() > NAMED {
        let rest = rivals[NAMED..].iter().map(|(_, hazard)| hazard).sum();
        told.push(format!("{} more, together {}", rivals.len() - NAMED, part(rest)));
    }
    let own = share(own);
    Some(format!(
        "of all that could happen next to {machine}, this had a chance of {own}; the others: {}",
        told.join(", ")
    ))
}

/// A transition by where it leads, and by its name if it has one.
fn way(words: &Words<'_>, id: TransitionId) -> String {
    let transition = &words.model.transitions[id.index()];
    match (&transition.target, words.model.own_name(transition)) {
        (Target::To(place), None) => words.place(*place),
        (Target::To(place), Some(name)) => format!("{} ({})", words.place(*place), code(name)),
        _ => code(&transition.name),
    }
}
