"""Processor time for Amaranth to elaborate and emit a weight-stationary systolic array as Verilog.

usage: amaranth_array.py [--size N] [--output FILE]

Prints one JSON object. `processor_s` counts everything from the first constructor to the finished text, Amaranth's own
Yosys included.
"""

import argparse

from amaranth.back import verilog
from amaranth.hdl import Elaboratable, Module, Signal, signed

from measure import processor_seconds, progress, report, version


class ProcessingElement(Elaboratable):
    """partial_out = partial + activation × stored weight, one clock later."""

    def __init__(self, operand_width=8, sum_width=32):
        self.load = Signal()
        self.activation = Signal(signed(operand_width))
        self.weight = Signal(signed(operand_width))
        self.partial = Signal(signed(sum_width))
        self.activation_out = Signal(signed(operand_width))
        self.weight_out = Signal(signed(operand_width))
        self.partial_out = Signal(signed(sum_width))

    def elaborate(self, platform):
        m = Module()
        with m.If(self.load):
            m.d.sync += self.weight_out.eq(self.weight)
        m.d.sync += [
            self.activation_out.eq(self.activation),
            self.partial_out.eq(self.partial + self.activation * self.weight_out),
        ]
        return m


class SystolicArray(Elaboratable):
    """Activations flow right, weights and partial sums down."""

    def __init__(self, size):
        self.size = size
        self.load = Signal()
        self.activations = [Signal(signed(8), name=f"activations_{row}") for row in range(size)]
        self.weights = [Signal(signed(8), name=f"weights_{column}") for column in range(size)]
        self.sums = [Signal(signed(32), name=f"sums_{column}") for column in range(size)]

    def ports(self):
        return [self.load, *self.activations, *self.weights, *self.sums]

    def elaborate(self, platform):
        m = Module()
        weights = list(self.weights)
        partials = [0] * self.size
        for row in range(self.size):
            activation = self.activations[row]
            for column in range(self.size):
                cell = ProcessingElement()
                m.submodules[f"cell_{row}_{column}"] = cell
                m.d.comb += [
                    cell.load.eq(self.load),
                    cell.activation.eq(activation),
                    cell.weight.eq(weights[column]),
                    cell.partial.eq(partials[column]),
                ]
                activation = cell.activation_out
                weights[column] = cell.weight_out
                partials[column] = cell.partial_out
        m.d.comb += [sum_.eq(partial) for sum_, partial in zip(self.sums, partials)]
        return m


def emit(size):
    array = SystolicArray(size)
    return verilog.convert(array, name=f"systolic_array_{size}", ports=array.ports(), emit_src=False)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--output")
    options = parser.parse_args()

    progress("Amaranth: warming up its Yosys …")
    emit(1)

    progress(f"Amaranth: {options.size} × {options.size} array (a minute for 64 × 64) …")
    start = processor_seconds()
    text = emit(options.size)
    total = processor_seconds() - start

    if options.output:
        with open(options.output, "w") as file:
            file.write(text)
    modules = sum(line.startswith("module ") for line in text.splitlines())
    report(peer=version("amaranth"), size=options.size, processor_s=total, modules=modules, bytes=len(text.encode()))


if __name__ == "__main__":
    main()
