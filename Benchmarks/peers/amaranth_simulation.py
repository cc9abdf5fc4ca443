"""Cycles a processor second of Amaranth's own simulator on a weight-stationary array of `amaranth_array.py`.

usage: amaranth_simulation.py [--size N] [--cycles N]

Every cycle drives a new random row and reads every sum, as Systole's measurement does. The sums are compared with a
product of matrices. Prints one JSON object.
"""

import argparse
import random
import time

from amaranth.sim import Simulator

from amaranth_array import SystolicArray
from measure import progress, report, version


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=16)
    parser.add_argument("--cycles", type=int, default=2000)
    options = parser.parse_args()
    size = options.size
    generator = random.Random(1)

    def row():
        return [generator.randrange(-128, 128) for _ in range(size)]

    array = SystolicArray(size)
    weights = [row() for _ in range(size)]
    rows = [row() for _ in range(options.cycles)]
    sums = []
    seconds = 0.0

    async def bench(ctx):
        nonlocal seconds
        ctx.set(array.load, 1)
        # Weights move down a row in each cycle, so that the last row comes first.
        for values in reversed(weights):
            for port, value in zip(array.weights, values):
                ctx.set(port, value)
            await ctx.tick()
        ctx.set(array.load, 0)
        start = time.process_time()
        for values in rows:
            for port, value in zip(array.activations, values):
                ctx.set(port, value)
            await ctx.tick()
            sums.append([ctx.get(port) for port in array.sums])
        seconds = time.process_time() - start

    progress(f"Amaranth: simulating {options.cycles} cycles of a {size} × {size} array …")
    simulator = Simulator(array)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()

    # The operand of row r that entered in cycle t reaches column c in cycle t + c, and its sum leaves size - 1 - r later.
    for cycle in range(2 * size, options.cycles):
        for column in range(size):
            expected = sum(rows[cycle - column - (size - 1 - r)][r] * weights[r][column] for r in range(size))
            assert sums[cycle][column] == expected, f"sum {column} in cycle {cycle}: {sums[cycle][column]}"
    report(peer=version("amaranth"), size=size, cycles=options.cycles, processor_s=seconds,
           cycles_per_s=options.cycles / seconds)


if __name__ == "__main__":
    main()
