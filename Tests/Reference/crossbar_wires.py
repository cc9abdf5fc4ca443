"""Writes vectors/crossbar-wires.json: currents of crossbars with resistive wires, solved by badcrossbar.

badcrossbar solves the nodes of word and bit lines; here each word line is driven at its left end, each bit line ends in a virtual
ground below its last row. Levels are drawn at random, conductances are 1/17 to 1 of the greatest one, on a scale of level steps.

Run: .tools/references/bin/python Tests/Reference/crossbar_wires.py [file to write]
"""

import json
import logging
import pathlib
import sys
import types

import numpy as np

# Only its solver is used; it imports its drawings and what checks their files.
for name in ("cairo", "pathvalidate", "sigfig"):
    module = types.ModuleType(name)
    module.Context = module.PDFSurface = object
    module.sanitize_filepath = module.round = None
    sys.modules.setdefault(name, module)

import badcrossbar  # noqa: E402

logging.disable(logging.CRITICAL)


def case(rows, columns, wire, share, seed):
    """Currents in units of the greatest conductance times the drive, wires in units of its resistance."""
    random = np.random.default_rng(seed)
    levels = random.integers(0, 4, (rows, columns))
    driven = random.random(rows) < share
    conductances = 1 / 17 + levels * (1 - 1 / 17) / 3
    solution = badcrossbar.compute(driven.astype(float)[:, None], 1 / conductances, r_i=wire)
    return {
        "rows": rows,
        "columns": columns,
        "wire": wire,
        "levels": levels.flatten().tolist(),
        "driven": [int(i) for i in np.flatnonzero(driven)],
        "currents": [float(f"{value:.9g}") for value in np.asarray(solution.currents.output).flatten()],
    }


def main():
    target = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "vectors/crossbar-wires.json")
    cases = [
        case(32, 32, 2e-4, 0.5, 1),
        case(32, 32, 2e-3, 1.0, 2),
        case(64, 64, 1e-4, 0.5, 3),
        case(64, 64, 1e-3, 0.7, 4),
        case(17, 40, 5e-4, 0.3, 5),
    ]
    target.write_text("[\n" + ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases) + "\n]\n")


if __name__ == "__main__":
    main()
