"""What a writer of a path works out whatever the language: what events change, what the season gives, how tables are laid out."""

import math

import expression as ex
import plan as planning

# The bit of what changes as a run starts, beside all others.
START = 1 << 31


class Writer:
    def __init__(self, plan):
        self.plan, self.model = plan, plan.model
        self.seasons = {}
        # What an event may change, as bits: where the path and actors stand, and variables that actions write to.
        touched = set().union(*(plan.touched_by(a) for a in plan.all_actions()))
        self.bits = {name: i for i, name in enumerate([planning.PATH, *plan.actors, *sorted(touched)])}
        self.path_bit = 1 << self.bits[planning.PATH]
        # What a run ends with, beside consequences: when, after how much, and the variables as they are kept.
        self.ends = [name if name in plan.plain else f"ln_{name}" for name in self.model.variables]
        self.numbers = [*self.model.consequences, "duration", "transitions", *(f"last {name}" for name in self.ends)]

    def mask(self, atoms):
        return sum(1 << self.bits[atom] for atom in atoms if atom in self.bits)

    def by_mask(self, targets):
        """Expressions that the same changes concern, together."""
        groups = {}
        for target, e in targets:
            groups.setdefault(self.mask(self.plan.atoms(e)), []).append((target, e))
        return groups.items()

    def drifting(self, e):
        """Whether a step changes it."""
        return bool(self.plan.atoms(e) & ({"time"} | set(self.plan.drifts)))

    def on_step(self, e):
        """What reads only the season is looked up at steps."""
        def change(node):
            if self.plan.atoms(node) != {"time"}:
                return None
            name = next((name for name, known in self.seasons.items() if known == node), f"season_{len(self.seasons)}")
            self.seasons[name] = node
            return ("table", name)

        return ex.replace(e, change)

    def season(self, e):
        """Its values at each step."""
        values = []
        for step in range(self.plan.steps + 1):
            time = step * self.model.step
            years = self.model.year_at_start + time * 7 / 365.25
            known = {("time",): ex.num(time), ("year",): ex.num(years - math.floor(years))}
            values.append(ex.replace(e, known.get)[1])
        return values

    def bounds(self, name):
        """Between what a variable is kept, in logarithms where it is kept so; `None` without bounds."""
        bounds = self.model.variables[name]["bounds"]
        return bounds and [math.log(x) if name in self.plan.in_logs else float(x) for x in bounds]

    def fields(self):
        """The numbers of a run that are no hazards, rates and totals."""
        plan = self.plan
        kept = [name for name in self.model.variables if name in plan.plain]
        return [*kept, *(f"ln_{name}" for name in self.model.variables if name in plan.in_logs), *plan.cells]

    def initial(self):
        """The variables' first values, by field."""
        for name, v in self.model.variables.items():
            if name in self.plan.plain:
                yield name, v["initial"]
            if name in self.plan.in_logs:
                yield f"ln_{name}", math.log(v["initial"])

    def width(self, actor):
        """How many transitions leave a state of an actor at most."""
        return max(1, max(map(len, self.plan.tables[actor].values())))

    def added_up(self, actor):
        """By state, by where the path stands: an actor's hazards, each with those before it."""
        table = []
        for found in self.plan.tables[actor].values():
            rows = []
            for place in range(len(self.plan.states)):
                hazards = [h[place] for h, _ in found] + [0.0] * (self.width(actor) - len(found))
                rows.append([sum(hazards[:k + 1]) for k in range(len(hazards))])
            table.append(rows)
        return table
