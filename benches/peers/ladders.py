"""The three ladders in Python: vectorised numpy, numba, SimPy, and their exact answers.

`ladders.py <peer> <model> <runs> <seed>` prints one line of JSON, as the Rust peers do; `ladders.py exact` prints the exact
probabilities of models A and C, by uniformisation of the chain over (rung, pressure). Compilation is not in the time.
"""

import json
import sys
import time

import numpy as np

HORIZON, SETTLEMENT, CATASTROPHE = 520.0, 6, 7


def settlement_rate(rung):
    return 0.02 * (6 - rung) / 6


# Rates of model A, by state: up, down, settlement, catastrophe.
RATES = np.array([[0.10 if r < 5 else 0.0, 0.08 if r > 0 else 0.0, settlement_rate(r), 0.03 if r == 5 else 0.0]
                  for r in range(6)])
TOTALS = RATES.sum(axis=1)
THRESHOLDS = RATES.cumsum(axis=1) / TOTALS[:, None]
TARGETS = np.array([[min(r + 1, 5), max(r - 1, 0), SETTLEMENT, CATASTROPHE] for r in range(6)])


def tally(state, t):
    return int((state == CATASTROPHE).sum()), int((state == SETTLEMENT).sum()), float(np.minimum(t, HORIZON).sum())


def in_cohorts(step, runs, seed, cohort=65536):
    """Runs cohorts small enough for the cache; `step` moves the runs that go on by one transition."""
    rng = np.random.Generator(np.random.SFC64(seed))
    counts = [0, 0, 0.0]
    for first in range(0, runs, cohort):
        size = min(cohort, runs - first)
        state, t, pressure = np.zeros(size, np.int64), np.zeros(size), np.full(size, 0.3)
        live = np.arange(size)
        while live.size:
            wait, to, moved = step(rng, state[live], pressure[live])
            t[live] += wait
            goes = t[live] <= HORIZON
            live, to = live[goes], to[goes]
            state[live] = to
            pressure[live] = moved[goes]
            live = live[to < SETTLEMENT]
        for index, value in enumerate(tally(state, t)):
            counts[index] += value
    return counts


def numpy_a(rng, state, pressure):
    wait = rng.standard_exponential(state.size) / TOTALS[state]
    choice = (rng.random(state.size)[:, None] >= THRESHOLDS[state, :3]).sum(axis=1)
    return wait, TARGETS[state, choice], pressure


def numpy_b(rng, state, pressure):
    n = state.size
    waits = np.full((4, n), np.inf)
    up, down, top = state < 5, state > 0, state == 5
    waits[0, up] = 10.0 * np.cbrt(rng.standard_exponential(int(up.sum()))) ** 2
    waits[1, down] = np.exp(2.3 + 0.6 * rng.standard_normal(int(down.sum())))
    waits[2] = rng.standard_exponential(n) / RATES[state, 2]
    waits[3, top] = rng.standard_exponential(int(top.sum())) / 0.03
    first = waits.argmin(axis=0)
    return waits[first, np.arange(n)], TARGETS[state, first], pressure


def numpy_c(rng, state, pressure):
    push = np.exp(1.5 * (pressure - 0.3))
    rates = np.stack([np.where(state < 5, 0.10 * push, 0.0), np.where(state > 0, 0.08 / push, 0.0),
                      0.02 * (6 - state) / 6 * (1 - 0.5 * pressure), np.where(state == 5, 0.03 * (1 + pressure), 0.0)])
    sums = rates.cumsum(axis=0)
    wait = rng.standard_exponential(state.size) / sums[3]
    choice = (rng.random(state.size) * sums[3] >= sums[:3]).sum(axis=0)
    moved = np.clip(pressure + np.array([0.1, -0.1, 0.0, 0.0])[choice], 0.0, 1.0)
    return wait, TARGETS[state, choice], moved


def numba_loops():
    import math
    from numba import njit

    rates, totals, targets = RATES, TOTALS, TARGETS

    @njit(fastmath=False)
    def a(runs, seed):
        np.random.seed(seed)
        catastrophe, settlement, duration = 0, 0, 0.0
        for _ in range(runs):
            state, t = 0, 0.0
            while state < 6:
                t -= math.log(1.0 - np.random.random()) / totals[state]
                if t > 520.0:
                    break
                left = np.random.random() * totals[state]
                choice = 0
                while choice < 3:
                    left -= rates[state, choice]
                    if left < 0.0:
                        break
                    choice += 1
                state = targets[state, choice]
            catastrophe += state == 7
            settlement += state == 6
            duration += min(t, 520.0)
        return catastrophe, settlement, duration

    @njit(fastmath=False)
    def b(runs, seed):
        np.random.seed(seed)
        catastrophe, settlement, duration = 0, 0, 0.0
        for _ in range(runs):
            state, t = 0, 0.0
            while state < 6:
                wait = -math.log(1.0 - np.random.random()) / rates[state, 2]
                to = 6
                if state < 5:
                    up = 10.0 * (-math.log(1.0 - np.random.random())) ** (1 / 1.5)
                    if up < wait:
                        wait, to = up, state + 1
                else:
                    fall = -math.log(1.0 - np.random.random()) / 0.03
                    if fall < wait:
                        wait, to = fall, 7
                if state > 0:
                    down = math.exp(2.3 + 0.6 * np.random.standard_normal())
                    if down < wait:
                        wait, to = down, state - 1
                t += wait
                if t > 520.0:
                    break
                state = to
            catastrophe += state == 7
            settlement += state == 6
            duration += min(t, 520.0)
        return catastrophe, settlement, duration

    @njit(fastmath=False)
    def c(runs, seed):
        np.random.seed(seed)
        catastrophe, settlement, duration = 0, 0, 0.0
        for _ in range(runs):
            state, t, pressure = 0, 0.0, 0.3
            while state < 6:
                push = math.exp(1.5 * (pressure - 0.3))
                up = 0.10 * push if state < 5 else 0.0
                down = 0.08 / push if state > 0 else 0.0
                settle = 0.02 * (6 - state) / 6 * (1 - 0.5 * pressure)
                fall = 0.03 * (1 + pressure) if state == 5 else 0.0
                total = up + down + settle + fall
                t -= math.log(1.0 - np.random.random()) / total
                if t > 520.0:
                    break
                at = np.random.random() * total
                if at < up:
                    state += 1
                    pressure = min(pressure + 0.1, 1.0)
                elif at < up + down:
                    state -= 1
                    pressure = max(pressure - 0.1, 0.0)
                elif at < up + down + settle:
                    state = 6
                else:
                    state = 7
            catastrophe += state == 7
            settlement += state == 6
            duration += min(t, 520.0)
        return catastrophe, settlement, duration

    return {"A": a, "B": b, "C": c}


def simpy_runs(model, runs, seed):
    """One environment a run, one process that sleeps until the earliest of its clocks."""
    import math
    import random

    import simpy

    rng = random.Random(seed)

    def clocks(rung, pressure):
        push = math.exp(1.5 * (pressure - 0.3))
        if model == "B":
            found = [(rng.expovariate(settlement_rate(rung)), SETTLEMENT, 0.0)]
            if rung < 5:
                found.append((rng.weibullvariate(10, 1.5), rung + 1, 0.0))
            else:
                found.append((rng.expovariate(0.03), CATASTROPHE, 0.0))
            if rung > 0:
                found.append((rng.lognormvariate(2.3, 0.6), rung - 1, 0.0))
            return found
        c = model == "C"
        found = [(rng.expovariate(settlement_rate(rung) * ((1 - 0.5 * pressure) if c else 1)), SETTLEMENT, 0.0)]
        if rung < 5:
            found.append((rng.expovariate(0.10 * (push if c else 1)), rung + 1, 0.1))
        else:
            found.append((rng.expovariate(0.03 * ((1 + pressure) if c else 1)), CATASTROPHE, 0.0))
        if rung > 0:
            found.append((rng.expovariate(0.08 / (push if c else 1)), rung - 1, -0.1))
        return found

    ends = []

    def ladder(env):
        state, pressure = 0, 0.3
        ends[-1] = (state, HORIZON)
        while state < SETTLEMENT:
            wait, to, change = min(clocks(state, pressure))
            yield env.timeout(wait)
            state, pressure = to, min(max(pressure + change, 0.0), 1.0)
        ends[-1] = (state, env.now)

    for _ in range(runs):
        env = simpy.Environment()
        ends.append(None)
        env.process(ladder(env))
        env.run(until=HORIZON)
    return (sum(s == CATASTROPHE for s, _ in ends), sum(s == SETTLEMENT for s, _ in ends), sum(t for _, t in ends))


def exact(model):
    """(P(catastrophe), P(settlement)) by the horizon: Poisson-weighted powers of the uniformised chain."""
    # Pressures as the additions reach them: 0.3 and steps of 0.1, cut off at 0 and 1.
    grid = np.round(np.linspace(0.0, 1.0, 11), 10) if model == "C" else np.array([0.3])
    index = lambda rung, level: rung * len(grid) + level
    n = 8 * len(grid)
    q = np.zeros((n, n))
    for rung in range(6):
        for level, pressure in enumerate(grid):
            push = np.exp(1.5 * (pressure - 0.3)) if model == "C" else 1.0
            step = 1 if model == "C" else 0
            up, down = min(level + step, len(grid) - 1), max(level - step, 0)
            here = index(rung, level)
            if rung < 5:
                q[here, index(rung + 1, up)] += 0.10 * push
            else:
                q[here, index(CATASTROPHE, level)] += 0.03 * ((1 + pressure) if model == "C" else 1)
            if rung > 0:
                q[here, index(rung - 1, down)] += 0.08 / push
            q[here, index(SETTLEMENT, level)] += settlement_rate(rung) * ((1 - 0.5 * pressure) if model == "C" else 1)
    out = q.sum(axis=1)
    rate = out.max()
    p = q / rate + np.diag(1 - out / rate)
    law, answer = np.zeros(n), np.zeros(n)
    law[index(0, 3 if model == "C" else 0)] = 1.0
    mean = rate * HORIZON
    log_weight = -mean
    for k in range(int(mean + 12 * mean ** 0.5 + 50)):
        answer += np.exp(log_weight) * law
        law = law @ p
        log_weight += np.log(mean / (k + 1))
    return [float(answer[index(s, 0):index(s, 0) + len(grid)].sum()) for s in (CATASTROPHE, SETTLEMENT)]


def main():
    if sys.argv[1] == "exact":
        print(json.dumps({model: exact(model) for model in "AC"}))
        return
    peer, model, runs, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    if peer == "numpy":
        step = {"A": numpy_a, "B": numpy_b, "C": numpy_c}[model]
        work = lambda: in_cohorts(step, runs, seed)
        in_cohorts(step, 64, seed)
    elif peer == "numba":
        loop = numba_loops()[model]
        loop(8, seed)
        work = lambda: loop(runs, seed)
    else:
        work = lambda: simpy_runs(model, runs, seed)
    before = time.process_time()
    catastrophe, settlement, duration = work()
    cpu = time.process_time() - before
    print(json.dumps({"runs": runs, "cpu": cpu, "catastrophe": int(catastrophe), "settlement": int(settlement),
                      "duration": float(duration)}))


main()
