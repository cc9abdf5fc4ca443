"""Writes ../vectors/ring-spectra.json: spectra of rings and of combs of them, as the circuit simulator sax computes them.

Run: scripts/setup photonics && .tools/photonics/bin/python Tests/Reference/photonics/ring_spectra.py
"""

import json
import pathlib

import jax
import numpy as np
import sax

jax.config.update("jax_enable_x64", True)
sax.set_port_naming_strategy("optical")

GROUP_INDEX = 4.2
CENTRE = 1550.0  # nm


def ring(wavelengths, resonance, amplitude, through, period):
    """Power that passes a ring on a bus, wavelengths in nm: a coupler whose second arm is closed by a waveguide."""
    length = resonance**2 / (GROUP_INDEX * period) * 1e-3  # µm
    order = round(2.4 * length / (resonance * 1e-3))
    circuit, _ = sax.circuit(
        netlist={
            "instances": {"coupler": "coupler", "loop": "loop"},
            "connections": {"coupler,out1": "loop,in0", "loop,out0": "coupler,in1"},
            "ports": {"in0": "coupler,in0", "out0": "coupler,out0"},
        },
        models={"coupler": coupler, "loop": loop},
    )
    matrix = circuit(
        coupler={"coupling": 1 - through**2},
        loop={
            "wl": wavelengths * 1e-3,
            "wl0": resonance * 1e-3,
            "neff": order * resonance * 1e-3 / length,
            "ng": GROUP_INDEX,
            "length": length,
            "loss_dB_cm": -20 * np.log10(amplitude) / (length * 1e-4),
        },
    )
    return np.abs(np.asarray(matrix["in0", "out0"])) ** 2


def coupler(coupling=0.5):
    """sax's ideal coupler under port names of our own."""
    found = sax.models.coupler_ideal(coupling=coupling)
    names = {"o1": "in0", "o2": "in1", "o3": "out1", "o4": "out0"}
    return {(names[a], names[b]): value for (a, b), value in found.items()}


def loop(wl=1.55, wl0=1.55, neff=2.4, ng=4.2, length=30.0, loss_dB_cm=0.0):
    """sax's waveguide under port names of our own."""
    found = sax.models.straight(wl=wl, wl0=wl0, neff=neff, ng=ng, length=length, loss_dB_cm=loss_dB_cm)
    names = {"o1": "in0", "o2": "out0"}
    return {(names[a], names[b]): value for (a, b), value in found.items()}


def case(quality, spacing, count, period, least):
    # Round trip and coupler of the wanted linewidth and depth, found on the simulated spectrum itself.
    through, amplitude = 0.98, 0.985
    fine = CENTRE + np.linspace(-2, 2, 40001) * CENTRE / quality
    for _ in range(12):
        spectrum = ring(fine, CENTRE, amplitude, through, period)
        bottom = spectrum.min()
        half = (1 + bottom) / 2
        inside = fine[spectrum < half]
        width = inside[-1] - inside[0]
        loss = (1 - through * amplitude) * (width and (CENTRE / quality) / width)
        product = 1 - loss
        difference = np.sqrt(least) * (1 - product)
        amplitude = (difference + np.sqrt(difference**2 + 4 * product)) / 2
        through = product / amplitude
    spectrum = ring(fine, CENTRE, amplitude, through, period)
    inside = fine[spectrum < (1 + spectrum.min()) / 2]
    detunings = np.concatenate([np.linspace(-1, 1, 41), np.linspace(1.25, 8.75, 31)])
    comb = CENTRE + (np.arange(count) - (count - 1) // 2) * spacing
    middle = np.array([CENTRE])
    crosstalk = sum(
        (1 - ring(middle, resonance, amplitude, through, period)[0]) / (1 - least)
        for place, resonance in enumerate(comb)
        if place != (count - 1) // 2
    )
    return {
        "quality": quality,
        "spacing": spacing,
        "rings": count,
        "period": period,
        "least": least,
        "amplitude": float(amplitude),
        "through": float(through),
        "measuredQuality": float(CENTRE / (inside[-1] - inside[0])),
        "measuredLeast": float(spectrum.min()),
        "detunings": [float(f"{x:.6g}") for x in detunings],
        "transmissions": [float(f"{x:.6g}") for x in ring(CENTRE + detunings, CENTRE, amplitude, through, period)],
        "crosstalk": float(f"{crosstalk:.8g}"),
    }


cases = [
    case(8000, 1.0, 15, 18, 0.01),
    case(8000, 1.2, 15, 18, 0.01),
    case(8000, 1.2, 8, 18, 0.01),
    case(8000, 2.25, 8, 18, 0.01),
    case(20000, 1.2, 15, 18, 0.01),
    case(3100, 1.0, 15, 18, 0.01),
]
target = pathlib.Path(__file__).parent.parent / "vectors" / "ring-spectra.json"
target.write_text(json.dumps({"sax": sax.__version__, "cases": cases}, indent=1) + "\n")
