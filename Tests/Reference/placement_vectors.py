"""Writes vectors/placement.json: fronts that pymoo's NSGA-II finds for the placements of 'systole place hetrax'.

The objectives and the moves are those of the same problem, asked of 'systole place hetrax --serve'; selection, ranks and crowding are
pymoo's. Needs a built systole: .build/debug/systole, or the path in SYSTOLE.

Run: .tools/references/bin/python Tests/Reference/placement_vectors.py [evaluations ...]
"""

import json
import os
import pathlib
import subprocess
import sys

import numpy as np
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.core.crossover import Crossover
from pymoo.core.duplicate import ElementwiseDuplicateElimination
from pymoo.core.mutation import Mutation
from pymoo.core.problem import Problem
from pymoo.core.sampling import Sampling
from pymoo.optimize import minimize

root = pathlib.Path(__file__).resolve().parents[2]
tool = os.environ.get("SYSTOLE", str(root / ".build/debug/systole"))
POPULATION = 100


class Served(Problem):
    """The problem, in a process of its own."""

    def __init__(self, config):
        self.process = subprocess.Popen(
            [tool, "place", "hetrax", "--config", config, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.evaluated = 0
        super().__init__(n_var=1, n_obj=4, elementwise=False)

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def _evaluate(self, x, out, *args, **kwargs):
        answer = self.ask(operation="evaluate", placements=[row[0] for row in x])
        assert not any(answer["faults"]), answer["faults"]
        self.evaluated += len(x)
        out["F"] = np.array(answer["objectives"], dtype=float)


class Scatter(Sampling):
    def _do(self, problem, count, **kwargs):
        placements = problem.ask(operation="scatter", count=count, seed=int(np.random.randint(2**31)))["placements"]
        x = np.empty((count, 1), dtype=object)
        x[:, 0] = placements
        return x


class Exchange(Crossover):
    """Cores of one parent with tiers and links of the other."""

    def __init__(self):
        super().__init__(2, 2, prob=0.9)

    def _do(self, problem, x, **kwargs):
        children = np.empty_like(x)
        for pair in range(x.shape[1]):
            a, b = x[0, pair, 0], x[1, pair, 0]
            children[0, pair, 0] = {"order": b["order"], "links": b["links"], "cores": a["cores"]}
            children[1, pair, 0] = {"order": a["order"], "links": a["links"], "cores": b["cores"]}
        return children


class Move(Mutation):
    def _do(self, problem, x, **kwargs):
        seed = int(np.random.randint(2**31))
        x[:, 0] = problem.ask(operation="move", placements=[row[0] for row in x], seed=seed)["placements"]
        return x


class Same(ElementwiseDuplicateElimination):
    def is_equal(self, a, b):
        return a.X[0] == b.X[0]


def search(config, evaluations, seed):
    np.random.seed(seed)
    problem = Served(config)
    algorithm = NSGA2(
        pop_size=POPULATION, sampling=Scatter(), crossover=Exchange(), mutation=Move(), eliminate_duplicates=Same())
    result = minimize(problem, algorithm, ("n_eval", evaluations), seed=seed)
    problem.process.stdin.close()
    problem.process.wait()
    front = sorted([float(value) for value in row] for row in result.F)
    print(config, evaluations, seed, len(front), [min(column) for column in zip(*front)], file=sys.stderr)
    return {"config": config, "evaluations": problem.evaluated, "seed": seed, "front": front}


if not pathlib.Path(tool).exists():
    sys.exit(f"{tool} is not there: run 'swift build --product systole'")
sizes = [int(value) for value in sys.argv[1:]] or [2000, 5000]
runs = [search("ref", size, seed) for size in sizes for seed in (1, 2)]
(pathlib.Path(__file__).parent / "vectors/placement.json").write_text(json.dumps(runs, separators=(",", ":")) + "\n")
