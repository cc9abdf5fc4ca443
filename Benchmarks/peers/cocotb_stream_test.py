"""The bench that cocotb runs: one driver an input stream, one monitor an output stream, in-order scoreboards."""

import json
import os
import random
import time

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, gather

import stream_description


class Port:
    """The handles of a stream, looked up once."""

    def __init__(self, dut, stream):
        self.name = stream.name
        self.rows = stream.rows
        self.valid = getattr(dut, f"{stream.name}_valid")
        self.ready = getattr(dut, f"{stream.name}_ready")
        self.fields = [getattr(dut, f"{stream.name}_{field}") for field, _ in stream.fields]


DRAIN = 200  # cycles after the last expected row in which no more may come


async def drive(clock, port, stall, generator):
    edge = RisingEdge(clock)
    valid, ready, fields, draw = port.valid, port.ready, port.fields, generator.random
    offered = False
    for row in port.rows:
        if draw() < stall:
            if offered:
                valid.value = 0
            await edge
            while draw() < stall:
                await edge
            offered = False
        if not offered:
            valid.value = 1
        for field, value in zip(fields, row):
            field.value = value
        offered = True
        await edge
        while not ready.value:
            await edge
    valid.value = 0


async def check(clock, port, stall, generator, seen):
    """Takes rows and compares each with the next expected one; an offer must stay as it is until it is taken.

    `seen` counts cycles and rows.
    """
    edge = RisingEdge(clock)
    valid, fields, draw = port.valid, port.fields, generator.random
    was_ready = False
    cycles = 0
    for index, expected in enumerate(port.rows):
        held = None
        while True:
            ready = draw() >= stall
            if ready != was_ready:
                port.ready.value = was_ready = ready
            await edge
            cycles += 1
            if valid.value:
                row = [int(field.value) for field in fields]
                assert held is None or row == held, f"{port.name} row {index}: {row} after {held} was not taken"
                if ready:
                    break
                held = row
            else:
                assert held is None, f"{port.name} row {index} was withdrawn"
        assert row == expected, f"{port.name} row {index}: {row} instead of {expected}"
    port.ready.value = 1
    for _ in range(DRAIN):
        await edge
        assert not valid.value, f"{port.name} gives more rows than expected"
    seen["cycles"] += cycles + DRAIN
    seen["rows"] += len(port.rows)


@cocotb.test()
async def streams(dut):
    design = stream_description.read(os.environ["STREAM_DESCRIPTION"])
    stall = float(os.environ["STREAM_STALL"])
    clock, reset = getattr(dut, design.clock), getattr(dut, design.reset)
    inputs = [Port(dut, stream) for stream in design.inputs]
    outputs = [Port(dut, stream) for stream in design.outputs]

    for port in inputs:
        port.valid.value = 0
    for port in outputs:
        port.ready.value = 0
    reset.value = design.reset_level
    Clock(clock, 2, unit="ns").start()
    for _ in range(4):
        await RisingEdge(clock)
    reset.value = 1 - design.reset_level
    await RisingEdge(clock)

    seeds = random.Random(cocotb.RANDOM_SEED)
    seen = [{"cycles": 0, "rows": 0} for _ in outputs]
    start = time.process_time()
    for port in inputs:
        cocotb.start_soon(drive(clock, port, stall, random.Random(seeds.random())))
    await gather(*(
        check(clock, port, stall, random.Random(seeds.random()), count) for port, count in zip(outputs, seen)))
    seconds = time.process_time() - start

    with open(os.environ["STREAM_RESULT"], "w") as file:
        json.dump({"processor_s": seconds, "cycles": max(count["cycles"] for count in seen),
                   "transactions": sum(count["rows"] for count in seen)}, file)
