"""The escalation paths in numpy: `numpy_paths.py <folder> <path> <runs> <seed>` prints one line of JSON, as the `paths` in Rust does.

The folder is where `benches/peers/paths` has written them.
"""

import importlib
import json
import pathlib
import sys
import time

sys.path[:0] = [sys.argv[1], str(pathlib.Path(__file__).resolve().parent / "paths")]
import cohort  # noqa: E402


def main():
    path, runs, seed = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    module = importlib.import_module(path.replace("-", "_"))
    cohort.in_cohorts(module, 64, seed)
    before = time.process_time()
    sums = cohort.in_cohorts(module, runs, seed)
    cpu = time.process_time() - before
    counts = lambda names, found: dict(zip(names, map(int, found)))
    print(json.dumps({"runs": runs, "cpu": cpu, "outcomes": counts(module.OUTCOMES, sums.outcomes),
                      "milestones": counts(module.MILESTONES, sums.milestones),
                      "numbers": dict(zip(module.NUMBERS, sums.numbers.tolist()))}))


main()
