"""Writes the numpy that one would write by hand for one path: arrays of a cohort's numbers, moved on together (see cohort.py)."""

import expression as ex
import plan as planning
from block import Block, signed
from writer import START, Writer


class Numpy:
    """How numpy spells expressions: of all runs of the cohort, or of those in `rows` at their own `time`."""

    def __init__(self, everyone):
        self.everyone = everyone

    def names_leaf(self, e):
        return e[0] in ("year", "col") or (not self.everyone and e[0] in ("var", "ln", "cell"))

    def leaf(self, e):
        head, some = e[0], "" if self.everyone else "[rows]"
        if head in ("num", "bool"):
            return repr(e[1])
        if head == "table":
            return f"{e[1].upper()}[step]"
        if head == "year":
            return "year_fraction(time)"
        if head == "val":
            return f"VALUE_{e[1]}_{e[2]}[w.{e[1]}{some}]"
        if head == "in":
            return f"(w.{e[1]}{some} == {e[1].upper()}_{e[2].upper()})"
        if head == "count":
            return "(" + " + ".join(f"(w.{m}{some} == {m.upper()}_{s.upper()}).astype(float)" for m, s in e[1]) + ")"
        return {"var": f"w.{e[-1]}{some}", "ln": f"w.ln_{e[-1]}{some}", "cell": f"w.{e[-1]}{some}", "time": "time",
                "col": f"OF_{e[-1].upper()}[w.path{some}]"}[head]

    def spell(self, e, parts):
        head = e[0]
        if head == "+":
            left, sign, right = signed(e, parts)
            return f"({left} {sign} {right})"
        if head == "*" and e[1] == ex.num(-1):
            return f"(-{parts[1]})"
        if head in "*/^":
            return f"({parts[0]} {'**' if head == '^' else head} {parts[1]})"
        if head in ("min", "max"):
            return f"np.{head}imum({parts[0]}, {parts[1]})"
        if head == "if":
            return f"np.where({parts[0]}, {parts[1]}, {parts[2]})"
        if head == "cmp":
            return f"({parts[0]} {e[1]} {parts[1]})"
        if head == "fn":
            return f"np.{e[1]}({parts[0]})"
        return f"({parts[0]} {'&' if head == 'and' else '|'} {parts[1]})" if head != "not" else f"~{parts[0]}"

    def define(self, name, text):
        return f"{name} = {text}"


class NumpyWriter(Writer):
    def __init__(self, plan):
        super().__init__(plan)
        # Events whose hazards never change are chosen among by their sums alone.
        hazards = [h for h, _ in plan.lone_hazards]
        self.steady = [(i, h[1]) for i, h in enumerate(hazards) if ex.is_num(h)]
        self.lively = [(i, h) for i, h in enumerate(hazards) if not ex.is_num(h)]

    def clamped(self, name, text):
        bounds = self.bounds(name)
        return f"np.clip({text}, {bounds[0]!r}, {bounds[1]!r})" if bounds else text

    def write_to(self, block, name, text, some="rows"):
        logs = name in self.plan.in_logs
        block.line(f"w.{'ln_' if logs else ''}{name}[{some}] = {self.clamped(name, text)}")
        if logs and name in self.plan.plain:
            block.line(f"w.{name}[{some}] = np.exp(w.ln_{name}[{some}])")

    def act(self, block, actions):
        """Does what is to be done in `rows` at `time`; all right-hand sides read the world as it was."""
        block.expect([e for _, _, e in actions["do"]])
        values = [block.code(e) for _, _, e in actions["do"]]
        for i, (_, _, e) in enumerate(actions["do"]):
            if len(values) > 1 and not ex.is_num(e):
                block.line(f"new_{i} = {values[i]}")
                values[i] = f"new_{i}"
        changed = 0
        for (kind, name, _), value in zip(actions["do"], values):
            if kind == "accrue":
                block.line(f"w.total_{name}[rows] += {value}")
                continue
            self.write_to(block, name, value if kind == "set" else f"w.{name}[rows] + {value}")
            changed |= 1 << self.bits[name]
        return changed

    # ---- the parts of the module -------------------------------------------------------------------------------------

    def constants(self):
        plan, model = self.plan, self.model
        out = [f"STEPS, STEP = {plan.steps}, {model.step!r}", f"ENDING = np.array({[-1 if e is None else e for e in plan.ending]})",
               f"AT_HORIZON = np.array({plan.at_horizon})"]
        for name, column in plan.columns.items():
            out.append(f"OF_{name.upper()} = np.array({column['values']})")
        for machine in [planning.PATH, *plan.actors]:
            out += [f"{machine.upper()}_{s.upper()} = {i}" for i, s in enumerate(model.machines[machine]["states"])]
        for name in plan.actors:
            found = plan.tables[name]
            names = list(found)
            to = [[names.index(t["to"]) for _, t in ts] + [names.index(s)] * (self.width(name) - len(ts)) for s, ts in found.items()]
            out += [f"# Hazards of {name} by its state and where the path stands, added up; and where they lead.",
                    f"{name.upper()} = np.array({self.added_up(name)})", f"TO_{name.upper()} = np.array({to})"]
            values = {key for s in model.machines[name]["states"].values() for key in s["values"]}
            for key in sorted(values):
                row = [s["values"][key][1] for s in model.machines[name]["states"].values()]
                out.append(f"VALUE_{name}_{key} = np.array({row})")
        out += [f"{name.upper()} = np.array({self.season(e)})" for name, e in self.seasons.items()]
        to = [[plan.states.index(t["to"]) for _, t in plan.path_hazards[s]] for s in plan.states]
        out.append(f"TO_PATH = np.array({[row + [0] * (plan.slots - len(row)) for row in to]})")
        for name, by_state in plan.marks.items():
            out.append(f"MARKS_{name} = np.array({[bool(x) for x in by_state]})")
        sums = [sum(h for _, h in self.steady[:k + 1]) for k in range(len(self.steady))]
        out += [f"STEADY = np.array({sums})", f"STEADY_ONES = np.array({[i for i, _ in self.steady]})",
                f"LIVELY_ONES = np.array({[i for i, _ in self.lively]})"]
        return out + [f"OUTCOMES, MILESTONES = {plan.outcomes}, {plan.milestones}", f"NUMBERS = {self.numbers}"]

    def start(self):
        plan, model = self.plan, self.model
        names = [*self.fields(), *(f"total_{n}" for n in model.consequences), *(f"rate_of_{n}" for n in plan.moving),
                 "since", "threshold", "hazard", "from_path", "from_events", "from_actors", "fired"]
        out = ["def start(size):",
               f"    w = Cohort(size, {names!r},",
               f"               {{'of_path': {plan.slots}, 'of_events': {len(self.lively)}, 'of_actors': {len(plan.actors)}}},",
               f"               {[planning.PATH, *plan.actors]!r}, {len(plan.milestones)})"]
        for name in [planning.PATH, *plan.actors]:
            out.append(f"    w.{name}[:] = {name.upper()}_{model.machines[name]['initial'].upper()}")
        out += [f"    w.{name}[:] = {value!r}" for name, value in self.initial()]
        out += [f"    w.rate_of_{name}[:] = {e[1]!r}" for name, e in plan.moving.items() if ex.is_num(e)]
        out += [f"    w.reached[{i}] |= MARKS_{name}[w.path]" for i, name in enumerate(plan.milestones) if name in plan.marks]
        return out + ["    everyone, time = np.arange(size), np.zeros(size)", "    enter_path(w, everyone, time)",
                      f"    follow_up(w, everyone, time, np.full(size, {(START << 1) - 1}))", "    return w"]

    def accounts(self):
        plan = self.plan
        out = ["def accrue(w, rows, length):"]
        out += [f"    w.total_{name}[rows] += w.rate_of_{name}[rows] * length" for name in plan.moving]
        out += ["", "", "def leave_behind(w, rows, time):", '    """Accounts for the time in the path\'s state."""',
                "    length, path = time - w.since[rows], w.path[rows]"]
        out += [f"    w.total_{name}[rows] += OF_{column.upper()}[path] * length" for name, column in plan.by_path.items()]
        numbers = [*(f"w.total_{n}[rows]" for n in self.model.consequences), "time", "w.fired[rows]",
                   *(f"w.{n}[rows]" for n in self.ends)]
        return out + ["    w.since[rows] = time", "", "", "def finish(w, rows, time, outcomes, sums):",
                      "    leave_behind(w, rows, time)",
                      "    sums.end(outcomes, w.reached[:, rows], np.stack([" + ", ".join(numbers) + "]))"]

    def moves(self):
        plan, out = self.plan, []
        self.on_entry = 0
        for word, deeds in (("exit", plan.exit), ("enter", plan.enter)):
            groups = {}
            for i, state in enumerate(plan.states):
                block = Block(Numpy(False), 2)
                self.on_entry |= self.act(block, deeds[state])
                groups.setdefault(tuple(block.lines), []).append(i)
            if word == "exit" and self.on_entry:
                raise ValueError("the peers know no variables that exits change")
            out += [f"def {word}_path(w, some, moment):", "    path = w.path[some]"]
            for lines, states in groups.items():
                table = [i in states for i in range(len(plan.states))]
                out += [f"    at = np.flatnonzero(np.array({table})[path])", "    if at.size:",
                        "        rows, time = some[at], moment[at]", *lines]
            out += ["", ""]
        out += ["def move_path(w, rows, time, to):", "    leave_behind(w, rows, time)", "    exit_path(w, rows, time)",
                "    w.path[rows] = to", "    w.fired[rows] += 1", "    enter_path(w, rows, time)"]
        return out + [f"    w.reached[{i}, rows] |= MARKS_{name}[to]" for i, name in enumerate(plan.milestones) if name in plan.marks]

    def happens(self):
        plan = self.plan
        moved = self.path_bit | self.on_entry
        out = ["def happen(w, some, moment, rng):",
               '    """Something is due in each of these runs: finds what, and lets it happen."""',
               "    changed = np.zeros(some.size, np.int64)", "    point = rng.random(some.size) * w.hazard[some]",
               "    above = w.from_path[some]", "    at = np.flatnonzero(point < above)", "    if at.size:",
               "        rows, time = some[at], moment[at]", "        which, _ = choose(w.of_path[:, rows], point[at])",
               "        path = w.path[rows]"]
        special = [(s, k, t) for s in plan.states for k, (_, t) in enumerate(plan.path_hazards[s])
                   if t["actions"]["do"] or t["actions"]["emit"]]
        out += ["        before, then = rows, time"] if special else []
        for s, k, t in special:
            if t["actions"]["emit"]:
                raise ValueError("the peers know no events of the path")
            block = Block(Numpy(False), 3)
            bits = self.act(block, t["actions"])
            out += [f"        own = np.flatnonzero((path == PATH_{s.upper()}) & (which == {k}))", "        if own.size:",
                    "            rows, time = before[own], then[own]", *block.lines, f"            changed[at[own]] |= {bits}"]
        out += ["        rows, time = before, then"] if special else []
        out += ["        move_path(w, rows, time, TO_PATH[path, which])", f"        changed[at] |= {moved}",
                "    point -= above", "    at = np.flatnonzero((point >= 0) & (point < STEADY[-1]))",
                "    event = np.full(some.size, -1)",
                "    event[at] = STEADY_ONES[np.searchsorted(STEADY, point[at], side='right')]",
                "    rest = np.flatnonzero(point >= STEADY[-1])", "    point = point[rest] - STEADY[-1]",
                "    above = w.from_events[some[rest]]", "    at = np.flatnonzero(point < above)", "    if at.size:",
                "        which, _ = choose(w.of_events[:, some[rest[at]]], point[at])",
                "        event[rest[at]] = LIVELY_ONES[which]"]
        for i, (_, t) in enumerate(plan.lone_hazards):
            block = Block(Numpy(False), 2)
            bits = self.act(block, t["actions"])
            out += [f"    # {t['about']}", f"    at = np.flatnonzero(event == {i})", "    if at.size:",
                    "        rows, time = some[at], moment[at]", "        w.fired[rows] += 1", *block.lines]
            if bits:
                out.append(f"        changed[at] |= {bits}")
            if t["actions"]["emit"] in plan.answers:
                (answer, *more) = plan.answers[t["actions"]["emit"]]
                if more:
                    raise ValueError("the peers know one answer to an event")
                table = [s in answer["from"] for s in plan.states]
                p = Block(Numpy(False), 2).code(answer["probability"])
                out += [f"        own = np.flatnonzero(np.array({table})[w.path[rows]] & (rng.random(rows.size) < {p}))",
                        "        if own.size:",
                        f"            move_path(w, rows[own], time[own], np.full(own.size, PATH_{answer['to'].upper()}))",
                        f"            changed[at[own]] |= {moved}"]
        out += ["    rest, point = rest[point >= above], (point - above)[point >= above]", "    if rest.size:",
                "        actor, point = choose(w.of_actors[:, some[rest]], point)"]
        for i, name in enumerate(plan.actors):
            out += [f"        mine = np.flatnonzero(actor == {i})", "        if mine.size:", "            at = rest[mine]",
                    "            rows, time = some[at], moment[at]", f"            state = w.{name}[rows]",
                    f"            sums = {name.upper()}[state, w.path[rows]]",
                    "            which = np.minimum((sums <= point[mine, None]).sum(axis=1), sums.shape[1] - 1)",
                    f"            w.{name}[rows] = TO_{name.upper()}[state, which]", "            w.fired[rows] += 1",
                    f"            changed[at] |= {1 << self.bits[name]}"]
            for s, found in plan.tables[name].items():
                for k, (_, t) in enumerate(found):
                    if t["actions"]["do"]:
                        block = Block(Numpy(False), 4)
                        bits = self.act(block, t["actions"])
                        if any(planning.PATH in plan.atoms(e) for _, _, e in t["actions"]["do"]) or t["actions"]["emit"]:
                            raise ValueError(f"the peers know no such action of {name}")
                        out += [f"            own = np.flatnonzero((state == {name.upper()}_{s.upper()}) & (which == {k}))",
                                "            if own.size:", "                rows, time = some[at[own]], moment[at[own]]",
                                *block.lines, f"                changed[at[own]] |= {bits}"]
        for t in plan.immediate:
            # Each can follow only on a move of the path or of its own machine, and leads where no other begins at once.
            bits = self.path_bit | 1 << self.bits[t["machine"]]
            guard = Block(Numpy(False), 1).code(t["when"])
            block = Block(Numpy(False), 2)
            done = self.act(block, t["actions"]) | 1 << self.bits[t["machine"]]
            states = " | ".join(f"(w.{t['machine']}[rows] == {t['machine'].upper()}_{s.upper()})" for s in t["from"])
            out += [f"    at = np.flatnonzero((changed & {bits}) != 0)", "    rows = some[at]",
                    f"    at = at[({states}) & {guard}]", "    if at.size:", "        rows, time = some[at], moment[at]",
                    "        w.fired[rows] += 1", *block.lines,
                    f"        w.{t['machine']}[rows] = {t['machine'].upper()}_{t['to'].upper()}", f"        changed[at] |= {done}"]
        return out + ["    return changed"]

    def path_functions(self):
        """The hazards of each state of the path, after events and at steps."""
        plan, out = self.plan, []
        for state in plan.states:
            hazards = [h for h, _ in plan.path_hazards[state]]
            timed = [(i, h) for i, h in enumerate(hazards) if "time" in plan.atoms(h)]
            others = [(i, h) for i, h in enumerate(hazards) if "time" not in plan.atoms(h)]
            out += [f"def of_{state}(w, some, moment, changed):",
                    f"    w.of_path[{len(hazards)}:, some[(changed & {self.path_bit}) != 0]] = 0.0"]
            # All at once, but what reads the time: that is computed anew only where something else in it has changed.
            whole = self.mask(set().union(*(plan.atoms(h) for _, h in others)))
            for mask, group in ([(whole, others)] if others else []) + list(self.by_mask(timed)):
                block = Block(Numpy(False), 2)
                block.expect([h for _, h in group])
                for i, h in group:
                    block.line(f"w.of_path[{i}, rows] = {block.code(h)}")
                out += [f"    at = np.flatnonzero((changed & {mask | self.path_bit}) != 0)", "    if at.size:",
                        "        rows, time = some[at], moment[at]", *block.lines]
            found = [(i, self.on_step(h)) for i, h in enumerate(hazards) if self.drifting(h)]
            block = Block(Numpy(False), 1)
            block.expect([h for _, h in found])
            out += ["", "", f"def of_{state}_at_step(w, rows, step, time):"]
            for i, h in found:
                block.line(f"w.of_path[{i}, rows] = {block.code(h)}")
            out += [*(block.lines or ["    pass"]), "", ""]
        lasting = [s for s, e in zip(plan.states, plan.ending) if e is None]
        return out + [f"OF_PATH = [{', '.join(f'(PATH_{s.upper()}, of_{s}, of_{s}_at_step)' for s in lasting)}]"]

    def follow_up(self):
        plan = self.plan
        out = ["def follow_up(w, some, moment, changed):", '    """Computes anew what reads something that has changed."""']
        targets = {f"w.{name}": e for name, e in plan.cells.items()}
        atoms = {f"w.{name}": {atom[1] for atom in ex.reads(e)} for name, e in plan.cells.items()}
        more = {f"w.of_events[{k}]": h for k, (_, h) in enumerate(self.lively)}
        more |= {f"w.rate_of_{name}": e for name, e in plan.moving.items() if not ex.is_num(e)}
        groups = {}
        for target, e in (targets | more).items():
            found = atoms.get(target) or plan.atoms(e)
            groups.setdefault((self.mask(found) or START, target in targets), []).append((target, e))
        for (mask, _), group in groups.items():
            block = Block(Numpy(False), 2)
            block.expect([e for _, e in group])
            for target, e in group:
                place = f"{target[:-1]}, rows]" if target.endswith("]") else f"{target}[rows]"
                block.line(f"{place} = {block.code(e)}")
            out += [f"    at = np.flatnonzero((changed & {mask}) != 0)", "    if at.size:",
                    "        rows, time = some[at], moment[at]", *block.lines]
        out += ["    path = w.path[some]", "    for state, compute, _ in OF_PATH:", "        at = np.flatnonzero(path == state)",
                "        if at.size:", "            compute(w, some[at], moment[at], changed[at])"]
        for i, name in enumerate(plan.actors):
            mask = self.mask({name, planning.PATH})
            out += [f"    rows = some[(changed & {mask}) != 0]",
                    f"    w.of_actors[{i}, rows] = {name.upper()}[w.{name}[rows], w.path[rows], -1]"]
        out += ["    rows = some", *self.watch_rows(), "    w.from_path[rows] = w.of_path[:, rows].sum(axis=0)",
                "    w.from_events[rows] = w.of_events[:, rows].sum(axis=0)",
                "    w.from_actors[rows] = w.of_actors[:, rows].sum(axis=0)",
                "    w.hazard[rows] = w.from_path[rows] + w.from_events[rows] + w.from_actors[rows] + STEADY[-1]"]
        return out

    def watch_rows(self):
        return [f"    w.reached[{i}, rows] |= {Block(Numpy(False), 1).code(self.plan.watched[name])}"
                for i, name in enumerate(self.plan.milestones) if name in self.plan.watched]

    def step(self):
        plan = self.plan
        block = Block(Numpy(True), 1)
        drifts = {name: self.on_step(mean) for name, (mean, _) in plan.drifts.items()}
        block.expect(drifts.values())
        for name, mean in drifts.items():
            text, sd = block.code(mean), plan.drifts[name][1]
            text += f" + {sd!r} * rng.standard_normal(w.size)" if sd else ""
            block.line(f"next_{name} = {text}")
        for name in drifts:
            self.write_to(block, name, f"next_{name}", ":")
        out = ["def drift(w, step, rng):",
               '    """A step: variables drift by the exact law of their processes, from what all of them are now."""',
               *block.lines]
        block = Block(Numpy(True), 1)
        targets = [(f"w.of_events[{k}]", h) for k, (_, h) in enumerate(self.lively)]
        targets += [(f"w.rate_of_{name}[:]", e) for name, e in plan.moving.items()]
        targets = [(target, self.on_step(e)) for target, e in targets if self.drifting(e)]
        block.line("time = step * STEP")
        block.expect([e for _, e in targets])
        for target, e in targets:
            block.line(f"{target} = {block.code(e)}")
        out += block.lines + ["    for state, _, compute in OF_PATH:", "        rows = np.flatnonzero(w.path == state)",
                              "        if rows.size:", "            compute(w, rows, step, time)"]
        out += [f"    w.reached[{i}] |= {Block(Numpy(True), 1).code(plan.watched[name])}"
                for i, name in enumerate(plan.milestones) if name in plan.watched]
        return out + ["    w.of_path.sum(axis=0, out=w.from_path)", "    w.of_events.sum(axis=0, out=w.from_events)",
                      "    w.hazard[:] = w.from_path + w.from_events + w.from_actors + STEADY[-1]"]

    def module(self):
        # What finds the tables of the season comes before the tables are written.
        drift, path = self.step(), self.path_functions()
        title, file = self.model.tables["title"], f"scenarios/{self.model.name}.toml"
        head = [f'"""{title}. Written by benches/peers/paths from {file}; not to be edited."""', "",
                "import numpy as np", "from cohort import Cohort, choose", ""]
        year = ["def year_fraction(time):", '    """How much of the calendar year has passed."""',
                f"    years = {self.model.year_at_start!r} + time * (7 / 365.25)", "    return years - np.floor(years)"]
        parts = [self.constants(), year, self.start(), self.accounts(), self.moves(), self.happens(), path, self.follow_up(), drift]
        return "\n".join(head) + "\n\n\n".join("\n".join(part) for part in parts) + "\n"
