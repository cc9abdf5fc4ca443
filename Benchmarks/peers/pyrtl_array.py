"""Processor time for PyRTL to elaborate and emit a weight-stationary systolic array as Verilog.

usage: pyrtl_array.py [--size N] [--output FILE]

Prints one JSON object. PyRTL has no hierarchy: a cell is a function and the text is one module.
"""

import argparse
import io

import pyrtl

from measure import processor_seconds, progress, report, version


def processing_element(load, activation, weight, partial, operand_width=8, sum_width=32):
    """partial_out = partial + activation × stored weight, one clock later."""
    weight_out = pyrtl.Register(operand_width)
    activation_out = pyrtl.Register(operand_width)
    partial_out = pyrtl.Register(sum_width)
    with pyrtl.conditional_assignment:
        with load:
            weight_out.next |= weight
    activation_out.next <<= activation
    product = pyrtl.signed_mult(activation, weight_out)
    partial_out.next <<= (partial + product.sign_extended(sum_width))[:sum_width]
    return activation_out, weight_out, partial_out


def systolic_array(size):
    """Activations flow right, weights and partial sums down."""
    load = pyrtl.Input(1, "load")
    activations = [pyrtl.Input(8, f"activations_{row}") for row in range(size)]
    weights = [pyrtl.Input(8, f"weights_{column}") for column in range(size)]
    partials = [pyrtl.Const(0, 32) for _ in range(size)]
    for row in range(size):
        activation = activations[row]
        for column in range(size):
            activation, weights[column], partials[column] = processing_element(
                load, activation, weights[column], partials[column])
    for column in range(size):
        sums = pyrtl.Output(32, f"sums_{column}")
        sums <<= partials[column]


def emit(size):
    pyrtl.reset_working_block()
    systolic_array(size)
    text = io.StringIO()
    pyrtl.output_to_verilog(text, add_reset=False)
    return text.getvalue()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--output")
    options = parser.parse_args()

    progress(f"PyRTL: {options.size} × {options.size} array …")
    start = processor_seconds()
    text = emit(options.size)
    total = processor_seconds() - start

    if options.output:
        with open(options.output, "w") as file:
            file.write(text)
    modules = sum(line.startswith("module ") for line in text.splitlines())
    report(peer=version("pyrtl"), size=options.size, processor_s=total, modules=modules, bytes=len(text.encode()))


if __name__ == "__main__":
    main()
