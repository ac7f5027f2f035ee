"""What someone who writes one path by hand works out first: what depends on what, and what can be looked up.

- What reads only where the path stands is a column of a table (`columns`); what reads only other machines is a number that changes
  when one of them moves (`cells`).
- A variable whose logarithm drifts is kept as its logarithm, and as itself only if something reads that.
- A drift over one step is a linear function of what there is at its beginning, plus noise: its factors are constants.
- All waits are exponential, so one threshold is used up by the sum of all hazards, and which of them it was is drawn: in law the
  same as a clock of its own for each, since hazards are constant between events and steps.
- Actors around the path have hazards that read nothing that drifts: those of each state are tables by where the path stands.
"""

import math

import expression as ex

PATH = "path"


def only(e, test):
    found = ex.reads(e)
    return bool(found) and all(map(test, found))


def is_path(atom):
    return atom == ("machine", PATH)


def is_actor(atom):
    return atom[0] == "machine" and atom[1] != PATH


class Plan:
    def __init__(self, model):
        self.model = model
        self.states = list(model.machines[PATH]["states"])
        self.actors = [name for name, m in model.machines.items() if name != PATH and len(m["states"]) > 1]
        self.lone = [name for name, m in model.machines.items() if name != PATH and len(m["states"]) == 1]
        self.in_logs = {name for name, v in model.variables.items() if v["kind"] == "log-mean-reverting"}
        self.columns, self.cells, self.originals = {}, {}, {}
        self.steps = round(model.horizon / model.step)
        if self.steps * model.step != model.horizon:
            raise ValueError("the horizon is no whole number of steps")
        self.drifts = {name: self.drift(name, v) for name, v in model.variables.items() if v["kind"]}
        self.hazards()
        self.rates = {name: self.settle(e) for name, e in model.consequences.items()}
        self.by_path = {name: e[1] for name, e in self.rates.items() if e[0] == "col"}
        self.moving = {name: e for name, e in self.rates.items() if e != ex.ZERO and name not in self.by_path}
        self.enter = {s: self.deeds(m["enter"]) for s, m in model.machines[PATH]["states"].items()}
        self.exit = {s: self.deeds(m["exit"]) for s, m in model.machines[PATH]["states"].items()}
        for name in self.actors + self.lone:
            if any(s[moment]["do"] for s in model.machines[name]["states"].values() for moment in ("enter", "exit")):
                raise ValueError(f"{name}: the peers know no actions of an actor's states")
        self.ends()
        self.plain = self.read_as_they_are()

    # ---- expressions -------------------------------------------------------------------------------------------------

    def at(self, e, machine, state):
        """The expression while the machine is in the state."""
        values = self.model.machines[machine]["states"][state]["values"]

        def change(node):
            if node[:2] == ("val", machine):
                return values[node[2]]
            if node[:2] == ("in", machine):
                return ("bool", node[2] == state)
            return None

        return ex.replace(e, change)

    def logarithm(self, e):
        """ln of a product as a sum: numbers and what reads the path first, then what reads time, then the rest."""
        factors, left = [], [e]
        while left:
            part = left.pop()
            left.extend(part[1:] if part[0] == "*" else ())
            factors.extend([part] if part[0] != "*" else ())
        rank = lambda f: 0 if ex.is_num(f) else 1 if only(f, is_path) else 2 if only(f, lambda a: a == ("time",)) else 3
        total = ex.ZERO
        for factor in sorted(factors, key=rank):
            is_log = factor[0] == "var" and factor[1] in self.in_logs
            total = ex.add(total, ("ln", factor[1]) if is_log else ex.function("log", factor))
        return total

    def in_logarithms(self, e):
        def change(node):
            if node[:2] == ("fn", "log"):
                return self.logarithm(self.in_logarithms(node[2]))
            if node[0] == "cmp" and node[2][0] == "var" and node[2][1] in self.in_logs and ex.is_num(node[3]):
                return ("cmp", node[1], ("ln", node[2][1]), ex.num(math.log(node[3][1])))
            return None

        return ex.replace(e, change)

    def settle(self, e):
        """The expression with logarithms, columns and cells in it, and without limits that cannot be reached."""
        def change(node):
            if only(node, is_path):
                return self.column(node)
            if only(node, is_actor):
                return self.cell(node)
            return None

        return self.without_idle_limits(ex.replace(self.in_logarithms(e), change))

    def column(self, e):
        name = next((name for name, known in self.columns.items() if known["tree"] == e), None)
        if name is None:
            name = e[2] if e[0] == "val" else f"path_{len(self.columns)}"
            values = [self.at(e, PATH, state) for state in self.states]
            self.columns[name] = {"tree": e, "values": [v[1] for v in values], "truth": values[0][0] == "bool"}
        return ("col", name)

    def cell(self, e):
        name = next((name for name, known in self.cells.items() if known == e), None)
        if name is None:
            name = f"{e[1]}_{e[2]}" if e[0] == "val" else f"actors_{len(self.cells)}"
            self.cells[name] = e
        return ("cell", name)

    def limits(self, e):
        """Between what the expression can be; infinite where that is not plain to see."""
        head, anything = e[0], (-math.inf, math.inf)
        if head == "num":
            return e[1], e[1]
        if head in ("var", "ln"):
            low, high = self.model.variables[e[1]]["bounds"] or anything
            return (math.log(low), math.log(high)) if head == "ln" else (low, high)
        if head == "col" and not self.columns[e[1]]["truth"]:
            return min(self.columns[e[1]]["values"]), max(self.columns[e[1]]["values"])
        if head not in ("+", "*", "min", "max"):
            return anything
        (a, b), (c, d) = (self.limits(part) for part in e[1:])
        if head == "+":
            return a + c, b + d
        if head == "*":
            corners = [x * y for x in (a, b) for y in (c, d)]
            return anything if any(map(math.isnan, corners)) else (min(corners), max(corners))
        pick = min if head == "min" else max
        return pick(a, c), pick(b, d)

    def without_idle_limits(self, e):
        parts = [self.without_idle_limits(part) for part in ex.operands(e)]
        e = ex.rebuild(e, parts) if parts else e
        if e[0] in ("min", "max"):
            (a, b), (c, d) = self.limits(e[1]), self.limits(e[2])
            if (b <= c) if e[0] == "min" else (a >= d):
                return e[1]
            if (d <= a) if e[0] == "min" else (c >= b):
                return e[2]
        return e

    def atoms(self, e):
        """What changes an expression that has settled: variables, "path", actors, "time"."""
        head = e[0]
        if head == "col":
            return {PATH}
        if head == "cell":
            return {atom[1] for atom in ex.reads(self.cells[e[1]])}
        if head in ex.LEAVES:
            return {atom[-1] for atom in ex.reads(e)}
        return set().union(*map(self.atoms, ex.operands(e)))

    # ---- parts of the model ------------------------------------------------------------------------------------------

    def drift(self, name, v):
        """(what it is after a step without noise, standard deviation of the noise); of its logarithm where that drifts."""
        step = self.model.step
        drift, volatility = v["drift"], v["volatility"]
        if v["kind"] == "random-walk":
            mean = ex.add(("var", name), ex.multiply(ex.num(step), drift))
            return self.settle(mean), volatility * math.sqrt(step)
        speed = math.log(2) / v["half_life"]
        gone = -math.expm1(-speed * step)
        now, level = ("var", name), v["level"]
        if name in self.in_logs:
            now, level = ("ln", name), self.logarithm(level)
        mean = ex.add(ex.add(ex.multiply(ex.num(1 - gone), now), ex.multiply(ex.num(gone), level)),
                      ex.multiply(ex.num(gone / speed), drift))
        return self.settle(mean), volatility * math.sqrt(-math.expm1(-2 * speed * step) / (2 * speed))

    def deeds(self, actions):
        """Actions whose numbers have settled; of a variable in logarithms the logarithm is set."""
        done = []
        for kind, name, e in actions["do"]:
            if name in self.in_logs:
                e = self.logarithm(e if kind == "set" else ex.add(("var", name), e))
                kind = "set"
            done.append((kind, name, self.settle(e)))
        return {"do": done, "emit": actions["emit"]}

    def hazards(self):
        model = self.model
        self.path_hazards = {state: [] for state in self.states}
        self.answers, self.immediate, self.lone_hazards, self.tables = {}, [], [], {}
        for machine in [PATH, *self.lone, *self.actors]:
            for t in model.machines[machine]["transitions"]:
                t = dict(t, machine=machine, actions=self.deeds(t["actions"]))
                if t["on"]:
                    if machine != PATH:
                        raise ValueError("only the path answers events")
                    self.answers.setdefault(t["on"], []).append(dict(t, probability=self.settle(t["probability"])))
                elif t["rate"] is None:
                    if (when := self.settle(t["when"])) != ("bool", False):
                        self.immediate.append(dict(t, when=when))
                elif machine == PATH:
                    for state in t["from"]:
                        hazard = self.settle(self.at(ex.choice(t["when"], t["rate"], ex.ZERO), PATH, state))
                        if hazard != ex.ZERO:
                            self.path_hazards[state].append((hazard, t))
                elif machine in self.lone:
                    hazard = ex.choice(t["when"], t["rate"], ex.ZERO)
                    self.lone_hazards.append((self.settle(hazard), t))
        self.slots = max(map(len, self.path_hazards.values()))
        for machine in self.actors:
            self.tables[machine] = {s: self.actor_state(machine, s) for s in model.machines[machine]["states"]}

    def actor_state(self, machine, state):
        """The transitions out of an actor's state, each with its hazard by where the path stands."""
        found = []
        for t in self.model.machines[machine]["transitions"]:
            if state not in t["from"] or t["rate"] is None:
                continue
            hazard = ex.choice(t["when"], t["rate"], ex.ZERO)
            by_path = [self.at(self.at(hazard, machine, state), PATH, s) for s in self.states]
            if not all(map(ex.is_num, by_path)):
                raise ValueError(f"{machine}: {t['about']} reads more than where the path stands")
            found.append(([h[1] for h in by_path], dict(t, machine=machine, actions=self.deeds(t["actions"]))))
        return found

    def ends(self):
        """By state of the path: the outcome that ends the run there, and the one at the horizon."""
        self.outcomes = [name for name, _, _ in self.model.outcomes]
        self.ending, self.at_horizon = [], []
        for state in self.states:
            holds = [self.at(when, PATH, state) for _, when, _ in self.model.outcomes]
            if any(h[0] != "bool" for h in holds):
                raise ValueError("an outcome reads more than where the path stands")
            hold = [(i, default) for i, (h, (_, _, default)) in enumerate(zip(holds, self.model.outcomes)) if h[1]]
            self.ending.append(next((i for i, default in hold if not default), None))
            self.at_horizon.append(next(i for i, default in hold if default))
        settled = {name: self.settle(e) for name, e in self.model.milestones.items()}
        self.marks = {name: self.columns[e[1]]["values"] for name, e in settled.items() if e[0] == "col"}
        self.watched = {name: e for name, e in settled.items() if e[0] != "col"}
        self.milestones = list(settled)

    def everything(self):
        """Every settled expression that is computed in a run."""
        yield from (mean for mean, _ in self.drifts.values())
        yield from (h for found in self.path_hazards.values() for h, _ in found)
        yield from (h for h, _ in self.lone_hazards)
        yield from self.moving.values()
        yield from self.watched.values()
        yield from (t["when"] for t in self.immediate)
        for actions in self.all_actions():
            yield from (e for _, _, e in actions["do"])

    def all_actions(self):
        yield from self.enter.values()
        yield from self.exit.values()
        for found in self.path_hazards.values():
            yield from (t["actions"] for _, t in found)
        yield from (t["actions"] for _, t in self.lone_hazards)
        yield from (t["actions"] for by_state in self.tables.values() for found in by_state.values() for _, t in found)
        yield from (t["actions"] for found in self.answers.values() for t in found)
        yield from (t["actions"] for t in self.immediate)

    def read_as_they_are(self):
        """Variables that are kept as themselves: all that are not in logarithms, and of those the ones that something reads."""
        read = set()

        def note(e):
            if e[0] == "var":
                read.add(e[1])
            for part in ex.operands(e):
                note(part)

        for e in self.everything():
            note(e)
        return [name for name in self.model.variables if name not in self.in_logs or name in read]

    def touched_by(self, actions):
        return {name for kind, name, _ in actions["do"] if kind != "accrue"}
