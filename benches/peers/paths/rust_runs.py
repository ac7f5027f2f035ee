"""The loops of the Rust that is written for a path, and what runs are counted by.

Two loops have the same law. `run` uses one threshold up by the sum of all hazards, as anyone would whose waits are all exponential;
`run_by_clocks` winds a clock for each transition, as the language tells a run.
"""

import plan as planning


def literal(x):
    return repr(float(x))


def numbers(writer):
    """What a run ends with, and what it shows on the way."""
    plan, model = writer.plan, writer.model
    ends = [f"self.totals.{name}" for name in model.consequences] + ["self.time", "f64::from(self.fired)"]
    ends += [f"self.{name}" for name in writer.ends]
    entries = "\n".join(f"        sums.add({i}, {value});" for i, value in enumerate(ends))
    words = lambda names: ", ".join(f'"{name}"' for name in names)
    variables = ", ".join(f"self.{n}" if n in plan.plain else f"self.ln_{n}.exp()" for n in model.variables)
    totals = ", ".join(f"self.totals.{n}" for n in model.consequences)
    states = ", ".join(f"self.{n}" for n in [planning.PATH, *plan.actors])
    sizes = ", ".join(str(len(model.machines[n]["states"])) for n in [planning.PATH, *plan.actors])
    return f'''impl Run {{
    /// Shows how things are at a point of time.
    fn show<W: Watch>(&mut self, point: usize, watch: &mut W) {{
        if W::LOOKS {{
            self.leave_behind();
            watch.point(point, &[{states}], &[{variables}], &[{totals}]);
        }}
    }}

    fn end<W: Watch>(&mut self, outcome: i8, point: usize, sums: &mut Sums, watch: &mut W) {{
        self.leave_behind();
        if W::LOOKS {{
            watch.end(point, &[{totals}]);
        }}
        self.sum_up(outcome, sums);
    }}

    fn sum_up(&mut self, outcome: i8, sums: &mut Sums) {{
        sums.outcomes[outcome as usize] += 1;
        for (count, reached) in sums.milestones.iter_mut().zip(self.reached) {{
            *count += u64::from(reached);
        }}
{entries}
    }}
}}

pub const OUTCOMES: &[&str] = &[{words(plan.outcomes)}];
pub const MILESTONES: &[&str] = &[{words(plan.milestones)}];
pub const NUMBERS: &[&str] = &[{words(writer.numbers)}];
/// How many points of time there are, of how many states each machine is, how many variables and consequences.
pub const SHAPE: (usize, &[usize], usize, usize) = ({plan.steps + 1}, &[{sizes}], {len(model.variables)}, {len(model.consequences)});
'''


def loops(writer):
    """The two loops."""
    plan, step = writer.plan, literal(writer.model.step)
    width = max(map(writer.width, plan.actors))
    events, actors = plan.slots, plan.slots + len(plan.lone_hazards)
    count = actors + width * len(plan.actors)
    rows = []
    for i, name in enumerate(plan.actors):
        rows += [f"        let sums = &{name.upper()}[run.{name}][run.path];"]
        rows += [f"        hazards[{actors + width * i + k}] = sums[{k}]{f' - sums[{k - 1}]' if k else ''};"
                 for k in range(writer.width(name))]
    rows = "\n".join(rows)
    states = ", ".join(f"run.{name}" for name in plan.actors)
    return f'''/// One run to its end.
#[inline(always)]
pub fn run<W: Watch>(rng: &mut Xoshiro256PlusPlus, sums: &mut Sums, watch: &mut W) {{
    let mut run = Run::start();
    run.show(0, watch);
    let mut threshold: f64 = rng.sample(Exp1);
    for step in 1..={plan.steps}_usize {{
        let end = step as f64 * {step};
        loop {{
            let used = run.hazard * (end - run.time);
            if threshold > used {{
                threshold -= used;
                run.pass(end);
                break;
            }}
            run.pass(run.time + threshold / run.hazard);
            let left = rng.random::<f64>() * run.hazard;
            run.happen(left, rng);
            if ENDING[run.path] >= 0 {{
                run.end(ENDING[run.path], step, sums, watch);
                return;
            }}
            threshold = rng.sample(Exp1);
        }}
        run.drift(step, rng);
        run.show(step, watch);
    }}
    run.end(AT_HORIZON[run.path], {plan.steps + 1}, sums, watch);
}}

/// Hazards of all transitions that machines may take from where they are: of the path, of events, and {width} of each actor.
#[inline(always)]
fn hazards_of(run: &Run, hazards: &mut [f64; {count}], actors_too: bool) {{
    hazards[..{events}].copy_from_slice(&run.of_path);
    hazards[{events}..{actors}].copy_from_slice(&run.of_events);
    if actors_too {{
{rows}
    }}
}}

/// One run to its end, with a clock for each transition. When a hazard changes from h to g, what is left of the wait is stretched
/// by h/g: the threshold that is left counts on. The clocks of a machine that moves, and the one that fires, are wound anew.
#[inline(always)]
pub fn run_by_clocks<W: Watch>(rng: &mut Xoshiro256PlusPlus, sums: &mut Sums, watch: &mut W) {{
    let mut run = Run::start();
    run.show(0, watch);
    let (mut hazards, mut before) = ([0.0; {count}], [0.0; {count}]);
    hazards_of(&run, &mut hazards, true);
    let mut due: [f64; {count}] = std::array::from_fn(|clock| rng.sample::<f64, _>(Exp1) / hazards[clock]);
    for step in 1..={plan.steps}_usize {{
        let end = step as f64 * {step};
        loop {{
            let first = due.iter().fold(f64::INFINITY, |a, &b| if b < a {{ b }} else {{ a }});
            if first > end {{
                run.pass(end);
                break;
            }}
            let fired = due.iter().position(|&at| at == first).expect("the least is one of them");
            run.pass(first);
            let (path, actors) = (run.path, [{states}]);
            // The point of the sum of hazards that is the middle of this one.
            let point = hazards[..fired].iter().sum::<f64>() + 0.5 * hazards[fired];
            run.happen(point, rng);
            if ENDING[run.path] >= 0 {{
                run.end(ENDING[run.path], step, sums, watch);
                return;
            }}
            before.copy_from_slice(&hazards);
            let moved = [{states}];
            hazards_of(&run, &mut hazards, run.path != path || moved != actors);
            stretch(&mut due, run.time, &before, &hazards);
            let mut wind = |clock: usize| due[clock] = run.time + rng.sample::<f64, _>(Exp1) / hazards[clock];
            wind(fired);
            if run.path != path {{
                (0..{events}).for_each(&mut wind);
                // Guards may have come to hold: what had no hazard has one.
                ({events}..{count}).filter(|&clock| before[clock] == 0.0 && hazards[clock] > 0.0).for_each(&mut wind);
            }}
            for (actor, _) in moved.iter().zip(&actors).enumerate().filter(|(_, (now, then))| now != then) {{
                ({actors} + {width} * actor..{actors} + {width} * (actor + 1)).for_each(&mut wind);
            }}
        }}
        run.drift(step, rng);
        // Hazards of actors read nothing that drifts.
        before[..{actors}].copy_from_slice(&hazards[..{actors}]);
        hazards_of(&run, &mut hazards, false);
        stretch(&mut due[..{actors}], run.time, &before[..{actors}], &hazards[..{actors}]);
        run.show(step, watch);
    }}
    run.end(AT_HORIZON[run.path], {plan.steps + 1}, sums, watch);
}}

/// Clocks of changed hazards; one that has none is never due.
#[inline(always)]
fn stretch(due: &mut [f64], time: f64, before: &[f64], hazards: &[f64]) {{
    for ((due, &before), &hazard) in due.iter_mut().zip(before).zip(hazards) {{
        if hazard != before {{
            *due = if hazard > 0.0 {{ time + (*due - time) * (before / hazard) }} else {{ f64::INFINITY }};
        }}
    }}
}}'''
