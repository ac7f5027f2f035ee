"""What the paths in numpy have in common: a cohort of runs that take their steps together, an array for each number.

Runs that are over make room: the last ones that go on take their places, so that arrays stay full. `hazard` is the sum of all hazards of
a run; in a step it is used up from `threshold`, and where that falls below 0 something has happened on the way.
"""

import numpy as np


class Cohort:
    def __init__(self, size, numbers, groups, states, milestones):
        """`groups`: names of several numbers that are seen as one array of rows too, with how many they are."""
        self.size, self.names, self.states = size, numbers, states
        self.groups, first = {}, len(numbers)
        for name, count in groups.items():
            self.groups[name] = (first, first + count)
            first += count
        self.floats = np.zeros((first, size))
        self.places = np.zeros((len(states), size), np.intp)
        self.marks = np.zeros((milestones, size), bool)
        self.look()

    def look(self):
        """Takes the arrays of those that go on."""
        size = self.size
        for index, name in enumerate(self.names):
            setattr(self, name, self.floats[index, :size])
        for name, (first, last) in self.groups.items():
            setattr(self, name, self.floats[first:last, :size])
        for index, name in enumerate(self.states):
            setattr(self, name, self.places[index, :size])
        self.reached = self.marks[:, :size]

    def drop(self, over):
        """Those in these places are over."""
        left = self.size - over.size
        goes_on = np.ones(self.size - left, bool)
        goes_on[over[over >= left] - left] = False
        movers, holes = left + np.flatnonzero(goes_on), over[over < left]
        for block in (self.floats, self.places, self.marks):
            block[:, holes] = block[:, movers]
        self.size = left
        self.look()


class Sums:
    def __init__(self, outcomes, milestones, numbers):
        self.outcomes, self.milestones = np.zeros(outcomes, np.int64), np.zeros(milestones, np.int64)
        self.numbers = np.zeros((numbers, 2))

    def end(self, outcomes, reached, numbers):
        """Runs end with these outcomes, milestones and numbers; `numbers` has a row for each number."""
        self.outcomes += np.bincount(outcomes, minlength=self.outcomes.size)
        self.milestones += reached.sum(axis=1)
        self.numbers[:, 0] += numbers.sum(axis=1)
        self.numbers[:, 1] += np.einsum("ij,ij->i", numbers, numbers)


def choose(hazards, point):
    """Which of the rows of hazards a point below their sum falls on, and how far into it."""
    sums = hazards.cumsum(axis=0)
    which = np.minimum((sums <= point).sum(axis=0), len(hazards) - 1)
    here = np.arange(point.size)
    return which, point - (sums[which, here] - hazards[which, here])


def in_cohorts(module, runs, seed, size=65536):
    rng = np.random.Generator(np.random.SFC64(seed))
    sums = Sums(len(module.OUTCOMES), len(module.MILESTONES), len(module.NUMBERS))
    for first in range(0, runs, size):
        one(module, min(size, runs - first), rng, sums)
    return sums


def one(module, size, rng, sums):
    """One cohort, to the end of its runs."""
    cohort = module.start(size)
    cohort.threshold[:] = rng.standard_exponential(size)
    for step in range(1, module.STEPS + 1):
        end = step * module.STEP
        cohort.threshold -= cohort.hazard * module.STEP
        module.accrue(cohort, slice(None), module.STEP)
        rows, over = np.flatnonzero(cohort.threshold < 0), []
        while rows.size:
            left = -cohort.threshold[rows] / cohort.hazard[rows]
            time = end - left
            # What was counted to the end of the step at rates that hold no longer is taken back.
            module.accrue(cohort, rows, -left)
            changed = module.happen(cohort, rows, time, rng)
            ends = module.ENDING[cohort.path[rows]] >= 0
            if ends.any():
                done = rows[ends]
                module.finish(cohort, done, time[ends], module.ENDING[cohort.path[done]], sums)
                over.append(done)
                goes_on = ~ends
                rows, left, time, changed = rows[goes_on], left[goes_on], time[goes_on], changed[goes_on]
            module.follow_up(cohort, rows, time, changed)
            module.accrue(cohort, rows, left)
            cohort.threshold[rows] = rng.standard_exponential(rows.size) - cohort.hazard[rows] * left
            rows = rows[cohort.threshold[rows] < 0]
        if over:
            cohort.drop(np.concatenate(over))
        module.drift(cohort, step, rng)
    everyone = np.arange(cohort.size)
    module.finish(cohort, everyone, np.full(cohort.size, end), module.AT_HORIZON[cohort.path], sums)
