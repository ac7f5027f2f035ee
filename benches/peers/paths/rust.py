"""Writes the Rust that one would write by hand for one path: one run at a time, one stream of random numbers for each run.

A run is a struct of plain numbers. Between events and steps all hazards are constant; a threshold is used up by their sum. After an
event what reads something that changed is computed again, and no more; at a step all variables drift and everything that reads one is.
"""

import expression as ex
import plan as planning
import rust_runs
from block import Block, signed
from writer import START, Writer


class Rust:
    """How Rust spells expressions, in methods of the run."""

    def names_leaf(self, e):
        return e[0] == "year"

    def leaf(self, e):
        head = e[0]
        if head == "num":
            return literal(e[1])
        if head == "bool":
            return "true" if e[1] else "false"
        if head == "col":
            return f"PATH[self.path].{e[1]}"
        if head == "table":
            return f"SEASON[step].{e[1]}"
        if head == "year":
            return "year_fraction(self.time)"
        return {"var": f"self.{e[-1]}", "ln": f"self.ln_{e[-1]}", "cell": f"self.{e[-1]}", "time": "self.time"}[head]

    def spell(self, e, parts):
        head = e[0]
        if head == "+":
            left, sign, right = signed(e, parts)
            return f"({left} {sign} {right})"
        if head == "*" and e[1] == ex.num(-1):
            return f"(-{parts[1]})"
        if head in "*/":
            return f"({parts[0]} {head} {parts[1]})"
        if head == "^":
            return f"{parts[0]}.powf({parts[1]})"
        if head in ("min", "max"):
            left, right = (parts[1], parts[0]) if ex.is_num(e[1]) else parts
            return f"{left}.{head}({right})"
        if head == "if":
            return f"(if {parts[0]} {{ {parts[1]} }} else {{ {parts[2]} }})"
        if head == "cmp":
            return f"({parts[0]} {e[1]} {parts[1]})"
        if head == "fn":
            return f"{parts[0]}.{ {'log': 'ln'}.get(e[1], e[1]) }()"
        return f"({parts[0]} {'&&' if head == 'and' else '||'} {parts[1]})" if head != "not" else f"!{parts[0]}"

    def define(self, name, text):
        return f"let {name} = {text};"


def literal(x):
    if x == float("inf"):
        return "f64::INFINITY"
    return repr(float(x)) if x >= 0 else f"({float(x)!r})"


class RustWriter(Writer):
    def __init__(self, plan):
        super().__init__(plan)
        self.names = {state: f"{planning.PATH}_{state}".upper() for state in plan.states}

    def clamped(self, name, text):
        bounds = self.bounds(name)
        return f"{text}.clamp({literal(bounds[0])}, {literal(bounds[1])})" if bounds else text

    def write_to(self, block, name, text):
        """A new value of a variable, by its logarithm where that is kept."""
        if name not in self.plan.in_logs:
            block.line(f"self.{name} = {self.clamped(name, text)};")
            return
        block.line(f"self.ln_{name} = {self.clamped(name, text)};")
        if name in self.plan.plain:
            block.line(f"self.{name} = self.ln_{name}.exp();")

    def act(self, block, actions, before=None):
        """Does what is to be done; all right-hand sides read the world as it was. `before` is done in between."""
        block.expect([e for _, _, e in actions["do"]])
        values = [block.code(e) for _, _, e in actions["do"]]
        if before or len(values) > 1:
            for i, value in enumerate(values):
                if not ex.is_num(actions["do"][i][2]):
                    block.line(f"let new_{i} = {value};")
                    values[i] = f"new_{i}"
        if before:
            block.line(before)
        changed = 0
        for (kind, name, _), value in zip(actions["do"], values):
            if kind == "accrue":
                block.line(f"self.totals.{name} += {value};")
                continue
            self.write_to(block, name, f"({value})" if kind == "set" else f"(self.{name} + {value})")
            changed |= 1 << self.bits[name]
        return changed

    def tables(self):
        plan = self.plan
        out = []
        for i, state in enumerate(plan.states):
            out.append(f"const {self.names[state]}: usize = {i};")
        out += ["", "/// What depends on where the path stands alone.", "struct Numbers {"]
        types = {name: "bool" if c["truth"] else "f64" for name, c in plan.columns.items()}
        out += [f"    {name}: {kind}," for name, kind in types.items()] + ["}", "",
               f"static PATH: [Numbers; {len(plan.states)}] = ["]
        for i, state in enumerate(plan.states):
            values = ", ".join(f"{name}: {str(c['values'][i]).lower() if c['truth'] else literal(c['values'][i])}"
                               for name, c in plan.columns.items())
            out.append(f"    /* {state} */ Numbers {{ {values} }},")
        out.append("];")
        of = lambda found: ", ".join(str(x if x is not None else -1) for x in found)
        out += ["", "/// The outcome that ends a run in each state of the path (-1: none), and the one at the horizon.",
                f"static ENDING: [i8; {len(plan.states)}] = [{of(plan.ending)}];",
                f"static AT_HORIZON: [i8; {len(plan.states)}] = [{of(plan.at_horizon)}];"]
        for name in plan.actors:
            states = self.model.machines[name]["states"]
            out += [f"const {name.upper()}_{s.upper()}: usize = {i};" for i, s in enumerate(states)]
            size = self.width(name)
            out += ["", f"/// Hazards of {name} by its state and where the path stands, added up in the order of the file.",
                    f"static {name.upper()}: [[[f64; {size}]; {len(plan.states)}]; {len(states)}] = ["]
            of_row = lambda row: f"[{', '.join(map(literal, row))}]"
            out += [f"    [{', '.join(map(of_row, rows))}]," for rows in self.added_up(name)] + ["];"]
        return out

    def season_table(self):
        out = ["/// What depends on the season alone, at each step.", "struct Season {"]
        out += [f"    {name}: f64," for name in self.seasons]
        out += ["}", "", f"static SEASON: [Season; {self.plan.steps + 1}] = ["]
        columns = {name: self.season(e) for name, e in self.seasons.items()}
        for step in range(self.plan.steps + 1):
            values = ", ".join(f"{name}: {literal(column[step])}" for name, column in columns.items())
            out.append(f"    Season {{ {values} }},")
        return out + ["];"]

    def struct(self):
        plan = self.plan
        out = ["#[derive(Default)]", "struct Totals {", *(f"    {name}: f64," for name in self.model.consequences), "}", "",
               "struct Run {", "    time: f64,", "    /// Since when the path has stood where it stands.", "    since: f64,",
               "    path: usize,", *(f"    {name}: usize," for name in plan.actors),
               *(f"    {name}: f64," for name in self.fields()),
               f"    of_path: [f64; {plan.slots}],", f"    of_events: [f64; {len(plan.lone_hazards)}],",
               f"    of_actors: [f64; {len(plan.actors)}],", "    hazard: f64,",
               *(f"    rate_of_{name}: f64," for name in plan.moving), "    totals: Totals,",
               f"    reached: [bool; {len(plan.milestones)}],", "    fired: u32,", "}"]
        return out

    def start(self):
        plan, model = self.plan, self.model
        out = ["    fn start() -> Run {", "        let mut run = Run {", "            time: 0.0,", "            since: 0.0,",
               f"            path: {self.names[model.machines[planning.PATH]['initial']]},"]
        out += [f"            {name}: {name.upper()}_{model.machines[name]['initial'].upper()}," for name in plan.actors]
        out += [f"            {name}: {literal(value)}," for name, value in self.initial()]
        out += [f"            {name}: 0.0," for name in plan.cells]
        constants = ", ".join(literal(h[1]) if ex.is_num(h) else "0.0" for h, _ in plan.lone_hazards)
        out += [f"            of_path: [0.0; {plan.slots}],", f"            of_events: [{constants}],",
                f"            of_actors: [0.0; {len(plan.actors)}],", "            hazard: 0.0,",
                *(f"            rate_of_{name}: {literal(e[1]) if ex.is_num(e) else '0.0'}," for name, e in plan.moving.items()),
                "            totals: Totals::default(),", f"            reached: [false; {len(plan.milestones)}],",
                "            fired: 0,", "        };", "        run.enter_path();",
                "        run.follow_up(u32::MAX);", "        run", "    }", ""]
        return out

    def time_passes(self):
        out = ["    /// Time passes in which nothing happens.", "    #[inline(always)]", "    fn pass(&mut self, to: f64) {",
               "        let length = to - self.time;"]
        out += [f"        self.totals.{name} += self.rate_of_{name} * length;" for name in self.plan.moving]
        out += ["        self.time = to;", "    }", "", "    /// Accounts for the time in the path's state.",
                "    fn leave_behind(&mut self) {", "        let length = self.time - self.since;"]
        out += [f"        self.totals.{name} += PATH[self.path].{column} * length;" for name, column in self.plan.by_path.items()]
        return out + ["        self.since = self.time;", "    }", ""]

    def cases(self, subject, arms, indent):
        """A match whose equal arms are one: [(pattern, lines)]."""
        joined = {}
        for pattern, lines in arms:
            joined.setdefault(tuple(lines), []).append(pattern)
        pad = "    " * indent
        out = [f"{pad}match {subject} {{"]
        for lines, patterns in joined.items():
            if lines:
                out += [f"{pad}    {' | '.join(patterns)} => {{", *lines, f"{pad}    }}"]
        return out + [f"{pad}    _ => {{}}", f"{pad}}}"]

    def moves(self):
        """Entering and leaving states of the path."""
        plan, out = self.plan, []
        for word, deeds, says in (("exit", plan.exit, "leaves"), ("enter", plan.enter, "enters")):
            arms, any_changed = [], 0
            for state in plan.states:
                block = Block(Rust(), 4)
                changed = self.act(block, deeds[state])
                any_changed |= changed
                if deeds[state]["emit"]:
                    raise ValueError("the peers know no events of states")
                if changed:
                    block.line(f"changed |= {changed};")
                arms.append((self.names[state], block.lines))
            out += [f"    /// What is done as the path {says} its state; gives what has changed.",
                    f"    fn {word}_path(&mut self) -> u32 {{", f"        let {'mut ' if any_changed else ''}changed = 0;",
                    *self.cases("self.path", arms, 2), "        changed", "    }", ""]
        return out

    def firing(self, t, indent):
        """The lines of one transition that fires; they add to `changed`."""
        plan = self.plan
        block = Block(Rust(), indent)
        machine = t["machine"]
        block.line("self.fired += 1;")
        moves_path = machine == planning.PATH and t["to"]
        if moves_path:
            done = self.act(block, t["actions"], "self.leave_behind();\n" + "    " * indent + "changed |= self.exit_path();")
            block.line(f"self.path = {self.names[t['to']]};")
            block.line("changed |= self.enter_path();")
            done |= self.path_bit
        else:
            done = self.act(block, t["actions"])
            if t["to"]:
                block.line(f"self.{machine} = {machine.upper()}_{t['to'].upper()};")
                done |= 1 << self.bits[machine]
        if done:
            block.line(f"changed |= {done};")
        if t["actions"]["emit"] in plan.answers:
            block.line(f"changed |= self.answer_{t['actions']['emit']}(rng);")
        return block.lines

    def answering(self):
        out = []
        for event, found in self.plan.answers.items():
            out += ["    #[cold]", f"    fn answer_{event}(&mut self, rng: &mut Xoshiro256PlusPlus) -> u32 {{",
                    "        let mut changed = 0;"]
            for t in found:
                block = Block(Rust(), 2)
                states = " | ".join(self.names[s] for s in t["from"])
                block.line(f"if matches!(self.path, {states}) && rng.random::<f64>() < {block.code(t['probability'])} {{")
                out += [*block.lines, *self.firing(t, 3), "            return changed;", "        }"]
            out += ["        changed", "    }", ""]
        return out

    def happens(self):
        """Which transition it is, when one is due; `left` is a point below the sum of hazards."""
        plan = self.plan
        out = ["    /// Something is due: which it is tells `left`, a point below the sum of all hazards.",
               "    fn happen(&mut self, mut left: f64, rng: &mut Xoshiro256PlusPlus) {", "        let mut changed = 0_u32;",
               "        'found: {", "            for index in 0..self.of_path.len() {",
               "                left -= self.of_path[index];", "                if left < 0.0 {"]
        arms = [(f"({self.names[s]}, {i})", self.firing(t, 6)) for s in plan.states for i, (_, t) in enumerate(plan.path_hazards[s])]
        out += [*self.cases("(self.path, index)", arms, 5), "                    break 'found;", "                }", "            }",
                "            for index in 0..self.of_events.len() {", "                left -= self.of_events[index];",
                "                if left < 0.0 {"]
        arms = [(str(i), self.firing(t, 6)) for i, (_, t) in enumerate(plan.lone_hazards)]
        out += [*self.cases("index", arms, 5), "                    break 'found;", "                }", "            }",
                "            for index in 0..self.of_actors.len() {", "                if left >= self.of_actors[index] {",
                "                    left -= self.of_actors[index];", "                    continue;", "                }",
                "                match index {"]
        for i, name in enumerate(plan.actors):
            out += [f"                    {i} => {{",
                    f"                        let sums = &{name.upper()}[self.{name}][self.path];",
                    "                        let which = sums.iter().take_while(|sum| left >= **sum).count();"]
            arms = [(f"({name.upper()}_{s.upper()}, {k})", self.firing(t, 8))
                    for s, found in plan.tables[name].items() for k, (_, t) in enumerate(found)]
            out += [*self.cases(f"(self.{name}, which)", arms, 6), "                    }"]
        out += ["                    _ => {}", "                }", "                break 'found;", "            }", "        }"]
        if plan.immediate:
            # The guards of what happens at once read where the path stands, and nothing that drifts.
            out += ["        loop {"]
            for t in plan.immediate:
                states = " | ".join(f"{t['machine'].upper()}_{s.upper()}" for s in t["from"])
                block = Block(Rust(), 3)
                guard = block.code(t["when"])
                if plan.atoms(t["when"]) - {planning.PATH}:
                    raise ValueError("a guard of an immediate transition reads more than where the path stands")
                block.line(f"if matches!(self.{t['machine']}, {states}) && {guard} {{")
                out += [*block.lines, *self.firing(t, 4), "                continue;", "            }"]
            out += ["            break;", "        }"]
        return out + ["        self.follow_up(changed);", "    }", ""]

    def follow_up(self):
        """After an event: what reads something that changed."""
        plan, rust = self.plan, Rust()
        out = ["    /// Computes anew what reads something that has changed.", "    fn follow_up(&mut self, changed: u32) {"]
        for name, e in plan.cells.items():
            atoms = {atom[1] for atom in ex.reads(e)}
            out += [f"        if changed & {self.mask(atoms)} != 0 {{", *self.of_actors(name, e), "        }"]
        path = self.path_bit
        out += [f"        if changed & {path} != 0 {{", f"            self.of_path = [0.0; {plan.slots}];"]
        out += [f"            self.reached[{i}] |= {self.truths(plan.marks[name])};"
                for i, name in enumerate(plan.milestones) if name in plan.marks] + ["        }"]
        arms = []
        for state in plan.states:
            lines = []
            for mask, group in self.by_mask(enumerate(h for h, _ in plan.path_hazards[state])):
                block = Block(rust, 5)
                block.expect([e for _, e in group])
                for i, e in group:
                    block.line(f"self.of_path[{i}] = {block.code(e)};")
                lines += [f"                if changed & {mask | path} != 0 {{", *block.lines, "                }"]
            arms.append((self.names[state], lines))
        out += self.cases("self.path", arms, 2)
        targets = [(f"self.of_events[{i}]", h) for i, (h, _) in enumerate(plan.lone_hazards)]
        targets += [(f"self.rate_of_{name}", e) for name, e in plan.moving.items()]
        for mask, group in self.by_mask((target, e) for target, e in targets if not ex.is_num(e)):
            block = Block(rust, 3)
            block.expect([e for _, e in group])
            for target, e in group:
                block.line(f"{target} = {block.code(e)};")
            # What no event touches is computed at the start, and then at steps.
            out += [f"        if changed & {mask or START} != 0 {{", *block.lines, "        }"]
        for i, name in enumerate(plan.actors):
            mask = self.mask({name, planning.PATH})
            out += [f"        if changed & {mask} != 0 {{",
                    f"            self.of_actors[{i}] = {name.upper()}[self.{name}][self.path][{self.width(name) - 1}];", "        }"]
        return out + self.watch() + ["        self.add_up();", "    }", ""]

    def watch(self):
        out = []
        for i, name in enumerate(self.plan.milestones):
            if name in self.plan.watched:
                e = self.plan.watched[name]
                block = Block(Rust(), 2)
                code = block.code(e)
                out += [*block.lines, f"        self.reached[{i}] |= {code};"]
        return out

    def truths(self, by_state):
        states = [self.names[s] for s, holds in zip(self.plan.states, by_state) if holds]
        return f"matches!(self.path, {' | '.join(states)})" if states else "false"

    def of_actors(self, name, e):
        """An expression over the states of actors, from those states."""
        plan = self.plan

        class Actors(Rust):
            def names_leaf(self, e):
                return e[0] == "count"

            def leaf(self, e):
                if e[0] == "val":
                    states = plan.model.machines[e[1]]["states"].values()
                    values = ", ".join(f"{s['values'][e[2]][1]!r}_f64" for s in states)
                    return f"[{values}][self.{e[1]}]"
                if e[0] == "in":
                    return f"(self.{e[1]} == {e[1].upper()}_{e[2].upper()})"
                if e[0] == "count":
                    parts = " + ".join(f"u8::from(self.{m} == {m.upper()}_{s.upper()})" for m, s in e[1])
                    return f"f64::from({parts})"
                return super().leaf(e)

        block = Block(Actors(), 3)
        block.expect([e])
        block.line(f"self.{name} = {block.code(e)};")
        return block.lines

    def step(self):
        """At a step: variables drift, and everything that reads one is computed."""
        plan = self.plan
        rust = Rust()
        block = Block(rust, 2)
        drifts = {name: self.on_step(mean) for name, (mean, _) in plan.drifts.items()}
        block.expect(drifts.values())
        texts = {}
        for name, mean in drifts.items():
            text = block.code(mean)
            sd = plan.drifts[name][1]
            if sd:
                text = f"{text} + {literal(sd)} * rng.sample::<f64, _>(StandardNormal)"
            block.line(f"let next_{name} = {text};")
            texts[name] = f"next_{name}"
        for name in drifts:
            self.write_to(block, name, texts[name])
        out = ["    /// A step: variables drift by the exact law of their processes, from what all of them are now.",
               "    #[inline(always)]", "    fn drift(&mut self, step: usize, rng: &mut Xoshiro256PlusPlus) {", *block.lines]
        block = Block(rust, 2)
        targets = [(f"self.of_events[{i}]", h) for i, (h, _) in enumerate(plan.lone_hazards)]
        targets += [(f"self.rate_of_{name}", e) for name, e in plan.moving.items()]
        targets = [(target, self.on_step(e)) for target, e in targets if self.drifting(e)]
        block.expect([e for _, e in targets])
        for target, e in targets:
            block.line(f"{target} = {block.code(e)};")
        arms = []
        for state in plan.states:
            found = [(i, self.on_step(h)) for i, (h, _) in enumerate(plan.path_hazards[state]) if self.drifting(h)]
            arm = block.within(4)
            arm.expect([e for _, e in found])
            for i, e in found:
                arm.line(f"self.of_path[{i}] = {arm.code(e)};")
            arms.append((self.names[state], arm.lines))
        return out + block.lines + self.cases("self.path", arms, 2) + self.watch() + ["        self.add_up();", "    }", ""]

    def module(self):
        title = self.model.tables["title"]
        parts = self.moves() + self.answering() + self.happens() + self.follow_up() + self.step()
        helpers = ["    /// The sum of all hazards.", "    #[inline(always)]", "    fn add_up(&mut self) {",
                   "        self.hazard = self.of_path.iter().sum::<f64>() + self.of_events.iter().sum::<f64>() + "
                   "self.of_actors.iter().sum::<f64>();", "    }", ""]
        year = ["/// How much of the calendar year has passed.", "fn year_fraction(time: f64) -> f64 {",
                f"    ({literal(self.model.year_at_start)} + time * (7.0 / 365.25)).fract()", "}", ""]
        head = [f"// {title}. Written by benches/peers/paths from scenarios/{self.model.name}.toml; not to be edited.", "",
                "use super::{Sums, Watch};", "use rand::RngExt;", "use rand_distr::{Exp1, StandardNormal};",
                "use rand_xoshiro::Xoshiro256PlusPlus;", ""]
        lines = [*head, *self.tables(), "", *self.season_table(), "", *year, *self.struct(), "",
                 "impl Run {", *self.start(), *self.time_passes(), *helpers, *parts, "}"]
        return "\n".join([*lines, rust_runs.numbers(self), rust_runs.loops(self), ""])
