//! `standoff replay`: one run, told as a dated story, or event by event.

use super::arguments::{HistoryFormat, ReplayArguments};
use super::exit::{Exit, Trouble};
use super::open::{self, Opened};
use super::{doubt, explain, run, settings};
use crate::analysis::doubt::drawing::Drawing;
use crate::analysis::history::History;
use crate::analysis::journey::{Route, journey_simulator};
use crate::analysis::study::{Failure, simulator};
use crate::kernel::batch::{RunFault, Runner};
use crate::output::history::{Telling, story, trace};
use crate::program::behaviour::Fault;
use crate::random::RunAddress;

pub fn replay(arguments: &ReplayArguments) -> Result<Exit, Trouble> {
    let mut all = open::open_all(std::slice::from_ref(&arguments.path))?;
    if arguments.journey.follow {
        all.iter_mut().for_each(Opened::follow);
    }
    open::show_mistakes(&mut all)?;
    if all.len() != 1 {
        return Err(Trouble::new(Exit::Usage, "error: `replay` takes one scenario file, not a folder"));
    }
    settings::set_horizons(&mut all, &arguments.model)?;
    let sets = settings::settings_by_leg(&all, &arguments.model)?.remove(0);
    let opened = all.remove(0);
    let model = opened.model.as_ref().expect("a scenario without mistakes has a model");
    let again = run::Again { path: &opened.path, model: &arguments.model, follow: arguments.journey.follow };
    let trouble = |failure| run::trouble(failure, &opened.sources, &again);
    let seed = arguments.model.seed();
    let fault = |fault| Failure::Fault(RunFault { run: arguments.run, seed, point: arguments.point, fault });
    let address = RunAddress::new(seed, arguments.run);
    let mut with = settings::told(&sets[0]);
    let (history, ended) = match &opened.journey {
        Some(journey) => {
            let simulator = journey_simulator(Route { journey, sets: &sets }).map_err(trouble)?;
            told(&simulator, address, History::of_journey(journey))
        }
        None => {
            let mut simulator = simulator(model, &sets[0]).map_err(trouble)?;
            if let Some(point) = arguments.point {
                let drawing = Drawing::new(model, &sets[0], seed).map_err(trouble)?;
                simulator.rebind(drawing.bind(point).map_err(|unbindable| trouble(fault(unbindable)))?);
                with.push(format!("parameters of point {point}: {}", doubt::told(model, &drawing, point)));
            }
            told(&simulator, address, History::new(model))
        }
    };
    let telling = Telling { run: arguments.run, seed, with: with.join("; ") };
    match arguments.format {
        HistoryFormat::Story => print!("{}", story(&history, &telling).text(explain::terminal_width())),
        HistoryFormat::Markdown => print!("{}", story(&history, &telling).markdown()),
        HistoryFormat::Trace => {
            with.iter().for_each(|with| println!("{with}"));
            println!("{}: run {} of seed {seed}, times in {}s", model.title, arguments.run, model.calendar.unit.name());
            trace(&history).iter().for_each(|(time, what)| println!("{time:>10.3}  {what}"));
        }
    }
    match ended {
        Ok(()) => Ok(Exit::Done),
        Err(why) => Err(trouble(fault(why))),
    }
}

/// The run at this address, told up to its end or to where it cannot go on.
fn told<'a>(
    simulator: &impl Runner,
    address: RunAddress,
    mut history: History<'a>,
) -> (History<'a>, Result<(), Fault>) {
    let ended = simulator.run(address, &mut Default::default(), &mut history);
    (history, ended)
}
