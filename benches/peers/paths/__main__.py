"""`python benches/peers/paths <folder>`: writes the four paths, by hand as it were, as Rust and as numpy into the folder.

See ../README.md. `<folder>/<path>.rs` and `<folder>/<path>.py`, with `_` for `-`; a file that is the same already is left alone.
"""

import pathlib
import sys

import arrays
import plan
import rust
from model import Model

PATHS = ("continued-support", "limited-deployment", "full-involvement", "negotiated-pause")
SCENARIOS = pathlib.Path(__file__).resolve().parents[3] / "scenarios"


def put(file, text):
    if not file.exists() or file.read_text() != text:
        file.write_text(text)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in PATHS:
        found = plan.Plan(Model(SCENARIOS / f"{name}.toml"))
        stem = name.replace("-", "_")
        put(folder / f"{stem}.rs", rust.RustWriter(found).module() + "\n")
        put(folder / f"{stem}.py", arrays.NumpyWriter(found).module())


main()
