"""The cases that axi_bench.py runs: registers over AXI4-Lite, packets over AXI4-Stream, transfers over AXI4."""

import itertools
import random

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge
from cocotbext.axi import (AxiBus, AxiLiteBus, AxiLiteMaster, AxiRam, AxiResp, AxiStreamBus, AxiStreamFrame,
                           AxiStreamSink, AxiStreamSource)

MEMORY = 1 << 16


def pauses(generator):
    """Random pauses, in runs of random character."""
    while True:
        chance = generator.choice([0, 0.2, 0.8])
        for _ in range(generator.randrange(1, 40)):
            yield generator.random() < chance


async def start(dut):
    for name in ("read_command_valid", "write_command_valid", "write_data_valid", "read_data_ready",
                 "write_done_ready", "status_0", "event_0"):
        getattr(dut, name).value = 0
    dut.reset.value = 1
    cocotb.start_soon(Clock(dut.clock, 10, unit="ns").start())


async def release(dut):
    for _ in range(4):
        await RisingEdge(dut.clock)
    dut.reset.value = 0
    for _ in range(4):
        await RisingEdge(dut.clock)


@cocotb.test(timeout_time=5, timeout_unit="ms")
async def registers_over_axi4_lite(dut):
    await start(dut)
    manager = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "control"), dut.clock, dut.reset)
    generator = random.Random(1)
    for channel in (manager.write_if.aw_channel, manager.write_if.w_channel, manager.write_if.b_channel,
                    manager.read_if.ar_channel, manager.read_if.r_channel):
        channel.set_pause_generator(pauses(random.Random(generator.random())))
    dut.status_0.value = 0xABC
    await release(dut)

    # Control has 8 bits, the address 32; bytes are written one by one as well.
    known = bytearray([1, 0, 0, 0, 0, 0, 0, 0])
    for _ in range(150):
        length = generator.randrange(1, 5)
        address = generator.randrange(0, 9 - length)
        if generator.random() < 0.5:
            data = generator.randbytes(length)
            answer = await manager.write(address, data)
            assert answer.resp == AxiResp.OKAY
            known[address:address + length] = data
            known[1:4] = bytes(3)
        else:
            answer = await manager.read(address, length)
            assert answer.resp == AxiResp.OKAY
            assert answer.data == known[address:address + length], (address, answer.data, known)
    assert int(dut.value_0.value) == known[0]
    assert int(dut.value_1.value) == int.from_bytes(known[4:8], "little")
    assert (await manager.read_dword(8)) == 0xABC
    assert (await manager.write(8, b"\x01\x02\x03\x04")).resp == AxiResp.SLVERR
    assert (await manager.read(16, 4)).resp == AxiResp.SLVERR
    assert (await manager.write(0x40, b"\x01\x02\x03\x04")).resp == AxiResp.SLVERR

    dut.event_0.value = 5
    await RisingEdge(dut.clock)
    dut.event_0.value = 0
    assert (await manager.read_dword(12)) == 5
    await manager.write_dword(12, 1)
    assert (await manager.read_dword(12)) == 4


@cocotb.test(timeout_time=5, timeout_unit="ms")
async def packets_over_axi4_stream(dut):
    await start(dut)
    source = AxiStreamSource(AxiStreamBus.from_prefix(dut, "s_axis"), dut.clock, dut.reset)
    sink = AxiStreamSink(AxiStreamBus.from_prefix(dut, "m_axis"), dut.clock, dut.reset)
    source.set_pause_generator(pauses(random.Random(2)))
    sink.set_pause_generator(pauses(random.Random(3)))
    await release(dut)
    generator = random.Random(4)
    packets = [generator.randbytes(generator.randrange(1, 40)) for _ in range(120)]
    for packet in packets:
        await source.send(AxiStreamFrame(packet))
    for packet in packets:
        frame = await sink.recv()
        assert bytes(frame.tdata) == packet


async def give(dut, stream, values):
    """Offers one transaction on an input stream and waits until it is taken."""
    for field, value in values.items():
        getattr(dut, f"{stream}_{field}").value = value
    getattr(dut, f"{stream}_valid").value = 1
    while True:
        await RisingEdge(dut.clock)
        if int(getattr(dut, f"{stream}_ready").value):
            break
    getattr(dut, f"{stream}_valid").value = 0


async def take(dut, stream, fields):
    """Takes one transaction from an output stream."""
    getattr(dut, f"{stream}_ready").value = 1
    while True:
        await RisingEdge(dut.clock)
        if int(getattr(dut, f"{stream}_valid").value):
            break
    values = [int(getattr(dut, f"{stream}_{field}").value) for field in fields]
    getattr(dut, f"{stream}_ready").value = 0
    return values


def transfers(generator, count):
    """Addresses and lengths: short, long, and across boundaries of 4 KiB."""
    for number in range(count):
        length = generator.randrange(1, 9) if number % 3 == 0 else generator.randrange(1, 700)
        near = 4096 * generator.randrange(1, 15) - generator.randrange(0, length + 4)
        yield (near if number % 2 else generator.randrange(0, MEMORY - length)), length


@cocotb.test(timeout_time=20, timeout_unit="ms")
async def transfers_over_axi4(dut):
    await start(dut)
    ram = AxiRam(AxiBus.from_prefix(dut, "memory"), dut.clock, dut.reset, size=MEMORY)
    generator = random.Random(5)
    for channel in (ram.write_if.aw_channel, ram.write_if.w_channel, ram.write_if.b_channel,
                    ram.read_if.ar_channel, ram.read_if.r_channel):
        channel.set_pause_generator(pauses(random.Random(generator.random())))
    await release(dut)
    known = bytearray(generator.randbytes(MEMORY))
    ram.write(0, bytes(known))

    for address, length in transfers(generator, 40):
        data = generator.randbytes(length)
        # Words as they stand in memory: whatever lies outside the transfer must not be written.
        start_word, end_word = address // 4 * 4, (address + length + 3) // 4 * 4
        padded = generator.randbytes(address - start_word) + data + generator.randbytes(end_word - address - length)
        await give(dut, "write_command", {"address": address, "length_less_one": length - 1})
        for word in range(0, len(padded), 4):
            await give(dut, "write_data", {"data": int.from_bytes(padded[word:word + 4], "little")})
        assert await take(dut, "write_done", ["data"]) == [0]
        known[address:address + length] = data
        assert ram.read(0, MEMORY) == bytes(known), (address, length)

    for address, length in transfers(generator, 40):
        await give(dut, "read_command", {"address": address, "length_less_one": length - 1})
        received = bytearray()
        for number in itertools.count():
            word, keep, last, error = await take(dut, "read_data", ["data", "keep", "last", "is_error"])
            received += bytes(b for lane, b in enumerate(word.to_bytes(4, "little")) if keep >> lane & 1)
            assert error == 0
            if last:
                break
            assert number < 1000
        assert received == known[address:address + length], (address, length)
