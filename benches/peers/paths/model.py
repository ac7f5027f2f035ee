"""Reads a scenario file and all that it extends, with the central value of every parameter put in.

What comes out is what the paths need and no more: variables with their laws, machines with states and transitions by rate, by event
or at once, consequences, milestones, outcomes. What the language has beyond that is refused, not left out in silence.
"""

import datetime
import math
import tomllib

import expression as ex

KINDS = {"mean-reverting", "log-mean-reverting", "random-walk"}
TOP = {"format", "title", "summary", "extends", "time", "parameters", "levers", "policies", "variants", "formulas", "variables",
       "machines", "templates", "consequences", "milestones", "outcomes", "durations", "expect"}
TRANSITION = {"name", "about", "basis", "source", "confidence", "from", "to", "rate", "on", "probability", "when", "set",
              "add", "emit"}


def merge(below, above):
    for key, value in above.items():
        if key == "transitions" and isinstance(value, list):
            names = {t["name"] for t in value if "name" in t}
            below[key] = [t for t in below.get(key, []) if t.get("name") not in names] + value
        elif isinstance(value, dict) and isinstance(below.get(key), dict):
            merge(below[key], value)
        else:
            below[key] = merge({}, value) if isinstance(value, dict) else value
    return below


def read(file):
    own = tomllib.loads(file.read_text())
    everything = {}
    for name in own.get("extends", []):
        merge(everything, read(file.parent / name))
    return merge(everything, own)


class Model:
    def __init__(self, file):
        tables = read(file)
        odd = set(tables) - TOP
        if odd:
            raise ValueError(f"{file.name}: the peers do not know {sorted(odd)}")
        self.name = file.stem
        self.tables = tables
        time = tables["time"]
        if time["unit"] != "week":
            raise ValueError("the peers count in weeks")
        self.step, self.horizon = (self.constant(time[key]) for key in ("step", "horizon"))
        day = time["start"]
        self.year_at_start = (day - datetime.date(day.year, 1, 1)).days / (datetime.date(day.year + 1, 1, 1)
                                                                          - datetime.date(day.year, 1, 1)).days
        self.inputs = {name: self.constant(table["value"])
                       for kind in ("parameters", "levers") for name, table in tables.get(kind, {}).items()}
        self.machines = {name: self.machine(name, table) for name, table in tables["machines"].items()}
        self.variables = {name: self.variable(table) for name, table in tables["variables"].items()}
        for name, machine in self.machines.items():
            self.finish(name, machine)
        self.consequences = {}
        for name, table in tables["consequences"].items():
            if "discount" in table:
                raise ValueError(f"consequence {name}: the peers do not discount")
            self.consequences[name] = self.tree(table.get("rate", 0))
        self.milestones = {name: self.tree(table["when"]) for name, table in tables["milestones"].items()}
        self.outcomes = [(name, self.tree(table.get("when", "true")), table.get("default", False))
                         for name, table in tables["outcomes"].items()]

    def constant(self, given):
        if isinstance(given, dict):
            return self.constant(given["value"])
        tree = self.tree(given)
        if not ex.is_num(tree):
            raise ValueError(f"`{given}` is not constant")
        return tree[1]

    def tree(self, given, scope=None):
        """A quantity: a number, an expression, or a table with a value and what it is multiplied with."""
        if isinstance(given, dict):
            return ex.multiply(ex.num(self.constant(given["value"])), self.tree(given.get("times", 1), scope))
        if not isinstance(given, str):
            return ex.num(given)
        return ex.Parser(given, lambda name: self.bare(name, scope or {}), self).all()

    def bare(self, name, scope):
        if name in scope:
            return ex.num(scope[name])
        if name in self.tables.get("formulas", {}):
            return self.tree(self.tables["formulas"][name], scope)
        if name in self.tables.get("variables", {}):
            return ("var", name)
        if name in self.inputs:
            return ex.num(self.inputs[name])
        words = {"time": ("time",), "year_fraction": ("year",), "pi": ex.num(math.pi), "true": ("bool", True),
                 "false": ("bool", False)}
        return words.get(name) or ex.num(ex.UNITS[name])

    def member(self, machine, word):
        if word in self.machines[machine]["states"]:
            return ("in", machine, word)
        values = {state["values"][word] for state in self.machines[machine]["states"].values()}
        return values.pop() if len(values) == 1 else ("val", machine, word)

    def made_from(self, template):
        return [name for name, table in self.tables["machines"].items() if table.get("like", name) == template]

    def machine(self, name, table):
        whole = merge(merge({}, self.tables["templates"][table["like"]]), table) if "like" in table else table
        scope = {key: self.constant(value) for key, value in whole.get("with", {}).items()}
        states = {}
        for state, about in whole["states"].items():
            if "states" in about:
                raise ValueError(f"{name}.{state}: the peers do not nest states")
            states[state] = {"values": {key: self.tree(value, scope)
                                        for key, value in (whole.get("values", {}) | about.get("values", {})).items()},
                             "raw": about}
        return {"initial": whole["initial"], "states": states, "scope": scope, "raw": whole}

    def finish(self, name, machine):
        """Actions and transitions, which may read every machine."""
        scope = machine["scope"]
        for state in machine["states"].values():
            for moment in ("enter", "exit"):
                state[moment] = self.actions(state["raw"].get(moment, {}), scope)
        machine["transitions"] = []
        for table in machine["raw"]["transitions"]:
            odd = set(table) - TRANSITION
            if odd or "to" not in table:
                # A transition without a target stays in its state.
                if odd:
                    raise ValueError(f"a transition of {name}: the peers do not know {sorted(odd)}")
            froms = table["from"] if isinstance(table["from"], list) else [table["from"]]
            machine["transitions"].append({
                "about": table.get("name", table.get("about", "")),
                "from": list(machine["states"]) if froms == ["*"] else froms,
                "to": table.get("to"), "on": table.get("on"),
                "rate": self.tree(table["rate"], scope) if "rate" in table else None,
                "probability": self.tree(table.get("probability", 1), scope),
                "when": self.tree(table.get("when", "true"), scope),
                "actions": self.actions(table, scope)})

    def actions(self, table, scope):
        """What is done: [(kind, name, tree)], kinds "set", "add" and "accrue"; and the event that is emitted."""
        done = [("set", name, self.tree(value, scope)) for name, value in table.get("set", {}).items()]
        for name, value in table.get("add", {}).items():
            kind = "add" if name in self.tables["variables"] else "accrue"
            done.append((kind, name, self.tree(value, scope)))
        return {"do": done, "emit": table.get("emit")}

    def variable(self, table):
        law = table.get("dynamics")
        found = {"initial": self.constant(table["initial"]), "bounds": table.get("bounds"), "kind": None}
        if not law:
            return found
        if law["kind"] not in KINDS:
            raise ValueError(f"the peers do not know the law {law['kind']}")
        found.update(kind=law["kind"], volatility=self.constant(law.get("volatility", 0)), drift=self.tree(law.get("drift", 0)))
        if "level" in law:
            found.update(level=self.tree(law["level"]), half_life=self.constant(law["half_life"]))
        return found
