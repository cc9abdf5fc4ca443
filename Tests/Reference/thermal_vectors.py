"""Writes vectors/thermal.json: temperatures of stacks of tiers, solved by FiPy's finite volumes.

The mesh is another one than Systole's: more cells in z and beside the die, empty space as a nearly perfect insulator, and the air
as a thin film with a fixed temperature behind it.

Run: .tools/references/bin/python Tests/Reference/thermal_vectors.py [file to write]
"""

import json
import os
import pathlib
import sys

os.environ["FIPY_SOLVERS"] = "scipy"

import numpy as np
from fipy import CellVariable, DiffusionTerm, Grid3D
from fipy.solvers.scipy import LinearLUSolver

ADHESIVE = {"thickness": 20e-6, "material": {"conductivity": 0.25, "capacity": 2e6}}
VIAS = {"thickness": 20e-6, "material": {"conductivity": 1.5, "capacity": 2e6}}
SILICON = {"thickness": 150e-6, "material": {"conductivity": 100, "capacity": 1.75e6}}
PACKAGE = {
    "interface": {"thickness": 20e-6, "material": {"conductivity": 4, "capacity": 4e6}},
    "spreader": {"thickness": 1e-3, "material": {"conductivity": 400, "capacity": 3.55e6}},
    "spreaderSide": 3e-2,
    "sink": {"thickness": 6.9e-3, "material": {"conductivity": 400, "capacity": 3.55e6}},
    "sinkSide": 6e-2,
    "convectionResistance": 0.1,
    "convectionCapacity": 140.4,
    "ambient": 318.15,
}


def stack(names, grids, bond, side):
    tiers = [
        {"name": name, "silicon": SILICON, "bond": bond, "grid": grid} for name, grid in zip(names, grids)
    ]
    return {"width": side, "height": side, "tiers": tiers, "package": PACKAGE}


SM = [[2.5, 3.5, 2.5], [0.8, 3.5, 3.5], [2.5, 3.5, 0.8]]
RERAM = [[0.6] * 4, [0.6, 1.2, 1.2, 0.6], [0.6, 1.2, 1.2, 0.6], [0.6] * 4]
CASES = [
    ("four tiers, memory at the sink, adhesive", stack(["reram", "sm0", "sm1", "sm2"], [RERAM, SM, SM, SM], ADHESIVE, 1e-2), 12),
    ("four tiers, memory far from the sink, vias", stack(["sm0", "sm1", "sm2", "reram"], [SM, SM, SM, RERAM], VIAS, 1e-2), 12),
    ("a hot corner over a cool tier", stack(["cool", "hot"], [[[1.0]], [[18.0, 0, 0], [0, 0, 0], [0, 0, 2.0]]], ADHESIVE, 1.2e-2), 12),
]


def axis(die, package, cells, margin):
    """Widths of cells, and the smallest layer that has each: 0 die, 1 spreader, 2 sink."""
    beside = (package["spreaderSide"] - die) / 2
    outside = (package["sinkSide"] - package["spreaderSide"]) / 2
    # Finer towards the die.
    shares = np.array([1.0 * 1.5**i for i in range(margin)])
    shares /= shares.sum()
    widths = np.concatenate([
        outside * shares[::-1], beside * shares[::-1], np.full(cells, die / cells), beside * shares, outside * shares])
    sizes = np.concatenate([
        np.full(margin, 2), np.full(margin, 1), np.zeros(cells, int), np.full(margin, 1), np.full(margin, 2)])
    return widths, sizes


def solve(request, cells, margin=4):
    package = request["package"]
    wx, sx = axis(request["width"], package, cells, margin)
    wy, sy = axis(request["height"], package, cells, margin)
    layers = []  # height, conductivity, size, tier

    def add(layer, size, count, tier=None):
        for _ in range(count):
            layers.append((layer["thickness"] / count, layer["material"]["conductivity"], size, tier))

    for number in reversed(range(len(request["tiers"]))):
        tier = request["tiers"][number]
        add(tier["silicon"], 0, 2, number)
        if number > 0:
            add(tier["bond"], 0, 1)
    add(package["interface"], 0, 1)
    add(package["spreader"], 1, 2)
    add(package["sink"], 2, 3)
    film = 20e-6
    layers.append((film, film / (package["convectionResistance"] * package["sinkSide"] ** 2), 2, None))

    heights = np.array([layer[0] for layer in layers])
    mesh = Grid3D(dx=wx, dy=wy, dz=heights)
    nx, ny, nz = len(wx), len(wy), len(heights)
    conductivity = np.zeros((nz, ny, nx))
    power = np.zeros((nz, ny, nx))
    lateral = np.maximum(sy[:, None], sx[None, :])
    first_x, first_y = int(np.argmax(sx == 0)), int(np.argmax(sy == 0))
    for z, (height, k, size, tier) in enumerate(layers):
        conductivity[z] = np.where(lateral <= size, k, 1e-7)
        if tier is None:
            continue
        grid = np.array(request["tiers"][tier]["grid"])
        silicon = request["tiers"][tier]["silicon"]["thickness"]
        rows, columns = grid.shape
        assert cells % rows == 0 and cells % columns == 0
        block = request["width"] / columns * request["height"] / rows * silicon
        density = np.kron(grid / block, np.ones((cells // rows, cells // columns)))
        power[z, first_y : first_y + cells, first_x : first_x + cells] = density

    temperature = CellVariable(mesh=mesh, value=package["ambient"])
    k = CellVariable(mesh=mesh, value=conductivity.ravel())
    heat = CellVariable(mesh=mesh, value=power.ravel())
    temperature.constrain(package["ambient"], mesh.facesBack)
    equation = DiffusionTerm(coeff=k.harmonicFaceValue) + heat == 0
    equation.solve(var=temperature, solver=LinearLUSolver())
    values = temperature.value.reshape(nz, ny, nx)
    result = []
    for number in range(len(request["tiers"])):
        sheets = [z for z, layer in enumerate(layers) if layer[3] == number]
        mean = values[sheets].mean(axis=0)[first_y : first_y + cells, first_x : first_x + cells]
        result.append([round(float(value), 4) for value in mean.ravel()])
    return result


output = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "vectors/thermal.json"
cases = []
for name, request, cells in CASES:
    temperatures = solve(request, cells)
    print(name, [max(tier) for tier in temperatures], file=sys.stderr)
    cases.append({"name": name, "request": request, "cells": cells, "temperatures": temperatures})
output.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
