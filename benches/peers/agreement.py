"""How far what a peer found of a path is from what Standoff found, in standard errors of the difference.

What was found is a dictionary: `runs`, `outcomes` and `milestones` with how often each was reached, and `numbers` with the sum and the
sum of squares over runs of each consequence, of the duration and of the transitions that fired.
"""

import math


def of_summary(summary, machine="path"):
    """What Standoff's `summary.json` says. Of the duration and of transitions it has the means alone: no squares."""
    counts = lambda kind: {row["name"]: row["probability"]["hits"] for row in summary[kind]}
    runs = summary["outcomes"][0]["probability"]["runs"]
    numbers = {}
    for row in summary["consequences"]:
        mean, deviation = row["total"]["mean"]["estimate"], row["total"]["standard_deviation"]
        numbers[row["name"]] = [runs * mean, runs * (mean * mean + deviation * deviation)]
    # A run lasts as long as the path is in any of its states.
    states = next(row for row in summary["machines"] if row["machine"] == machine)["mean_time"]
    numbers["duration"] = [runs * sum(mean["estimate"] for mean in states), None]
    numbers["transitions"] = [runs * summary["transitions_per_run"], None]
    return {"runs": runs, "outcomes": counts("outcomes"), "milestones": counts("milestones"), "numbers": numbers}


def pooled(found):
    """Several measurements as one."""
    total = {"runs": sum(one["runs"] for one in found)}
    for kind in ("outcomes", "milestones"):
        total[kind] = {name: sum(one[kind][name] for one in found) for name in found[0][kind]}
    total["numbers"] = {
        name: [None if any(one["numbers"][name][k] is None for one in found) else sum(one["numbers"][name][k] for one in found)
               for k in (0, 1)] for name in found[0]["numbers"]}
    return total


def moments(found, name):
    runs, (total, squares) = found["runs"], found["numbers"][name]
    mean = total / runs
    return mean, None if squares is None else max(0.0, squares / runs - mean * mean)


def scores(peer, standoff):
    """[(z, what, of the peer, of Standoff)]; where neither varies, z is 0 if both agree and infinite if not."""
    found = []
    n, m = peer["runs"], standoff["runs"]
    for kind in ("outcomes", "milestones"):
        for name, hits in standoff[kind].items():
            p, q = peer[kind][name] / n, hits / m
            mean = (peer[kind][name] + hits) / (n + m)
            found.append((ratio(p - q, mean * (1 - mean) * (1 / n + 1 / m)), name, p, q))
    for name in standoff["numbers"]:
        (mean, variance), (ours, of_ours) = moments(peer, name), moments(standoff, name)
        spread = variance / n + (variance if of_ours is None else of_ours) / m
        found.append((ratio(mean - ours, spread), name, mean, ours))
    return found


def ratio(difference, variance):
    if variance > 0:
        return difference / math.sqrt(variance)
    return 0.0 if difference == 0 else math.copysign(math.inf, difference)
