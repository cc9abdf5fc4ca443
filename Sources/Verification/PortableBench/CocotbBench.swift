import Netlist
import Testbench
import Tools

/// A bench for cocotb, 1.8 or newer, that reads the same vectors: `python3 test_X.py FILE.v …` builds and runs it.
struct CocotbBench {
  private let recording: BenchRecording
  private let heading: String

  init(_ recording: BenchRecording, heading: String) {
    self.recording = recording
    self.heading = heading
  }

  private var interface: ModuleInterface { recording.interface }

  var text: String {
    """
    \(heading)import os
    import random
    import sys
    import xml.etree.ElementTree
    from pathlib import Path

    FOLDER = Path(__file__).resolve().parent
    # Ports whose names Verilator's C++ class has for itself.
    VERILATED = [\(interface.ports.map(\.name).filter(VerilatedClass.owns).map { "\"\($0)\"" }.joined(separator: ", "))]


    def rows(name):
        return [int(line, 16) for line in (FOLDER / "vectors" / f"{name}.hex").read_text().split()]


    def runner_of(simulator):
        try:
            from cocotb_tools.runner import get_runner
        except ImportError:
            try:
                # Where cocotb 1.8 and 1.9 have it.
                from cocotb.runner import get_runner
            except ImportError:
                try:
                    from cocotb import __version__ as version
                except ImportError:
                    sys.exit(f"cocotb is not installed for {sys.executable}: {sys.executable} -m pip install cocotb")
                sys.exit(f"cocotb {version} is too old for this bench: it needs 1.8 or newer")
        return get_runner(simulator)


    def main():
        simulator = os.environ.get("SIM", "icarus")
        sources = [Path(source).resolve() for source in sys.argv[1:]]
        if simulator == "verilator" and VERILATED:
            sys.exit(
                f"Verilator's own C++ class has members called {', '.join(VERILATED)}, like ports of the module, so that "
                "cocotb cannot drive these in Verilator: run it with SIM=icarus, or the bench of 'make verilator'")
        parent = str(sources[0].parent if sources else ".")
        data = '"' + parent.replace("\\\\", "\\\\\\\\").replace('"', '\\\\"') + '"'
        folder = Path(os.environ.get("BUILD", "build")).resolve() / f"cocotb-{simulator}"
        arguments = ["-Wno-fatal", "-Wno-lint", "-Wno-style"] if simulator == "verilator" else []
        runner = runner_of(simulator)
        runner.build(
            sources=sources, hdl_toplevel="\(interface.name)", build_dir=folder, build_args=arguments,
            defines={"SYSTOLE_DATA": data}, always=True, timescale=("1ns", "1ps"))
        results = runner.test(
            hdl_toplevel="\(interface.name)", test_module=Path(__file__).stem, test_dir=FOLDER, build_dir=folder,
            results_xml=str(folder / "results.xml"))
        cases = xml.etree.ElementTree.parse(results).findall(".//testcase")
        tests = len(cases)
        failures = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
        print(f"{'FAILED' if failures or not tests else 'PASSED'}: {tests} tests, {failures} failures")
        sys.exit(1 if failures or not tests else 0)


    if __name__ == "__main__":
        main()

    import cocotb
    from cocotb.clock import Clock
    from cocotb.triggers import FallingEdge, ReadOnly, RisingEdge, Timer

    HELD = {\(held)}
    FALLING = {\(falling)}
    # Version 2 renamed and rearranged a few things.
    IS_NEW = int(cocotb.__version__.split(".")[0]) >= 2


    def port(dut, name):
        return dut[name] if IS_NEW else dut._id(name, extended=False)


    def nanoseconds(count):
        return Timer(count, **{"unit" if IS_NEW else "units": "ns"})


    def start_clock(signal, period):
        if IS_NEW:
            Clock(signal, period, unit="ns").start()
        else:
            cocotb.start_soon(Clock(signal, period, units="ns").start())


    def pack(dut, fields):
        value = 0
        for name, width in fields:
            bits = str(port(dut, name).value)
            assert set(bits) <= {"0", "1"}, f"{name} has unknown bits: {bits}"
            value = value << width | int(bits, 2)
        return value


    def drive(dut, fields, value):
        for name, width in reversed(fields):
            port(dut, name).value = value & (1 << width) - 1
            value >>= width


    def edge(dut, clock):
        return FallingEdge(port(dut, clock)) if clock in FALLING else RisingEdge(port(dut, clock))


    def is_one(signal):
        return str(signal.value) == "1"

    \(body)
    """
  }

  private var held: String {
    let inputs: [HeldInput]
    switch recording {
    case .streams(let streams): inputs = streams.held
    case .pins(let pins): inputs = pins.held
    }
    return inputs.map { held in
      let value = held.words.reversed().map { word in
        let text = String(word, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
      }.joined()
      return "\"\(held.port.name)\": 0x\(value)"
    }.joined(separator: ", ")
  }

  /// The clocks whose registers act on the falling edge, as the elements of a Python dictionary.
  private var falling: String {
    interface.clocks.filter { $0.edge == .falling }.map { "\"\($0.clock)\": True" }.joined(separator: ", ")
  }

  private func fields(_ shape: RowShape) -> String {
    "[" + shape.fields.map { "(\"\($0.port)\", \($0.width))" }.joined(separator: ", ") + "]"
  }

  private var body: String {
    switch recording {
    case .streams(let streams): body(of: streams)
    case .pins(let pins): body(of: pins)
    }
  }

  private func clockName(of stream: StreamShape) -> String? {
    interface.ports.first { $0.name == stream.validPort }?.clock ?? interface.clocks.first?.clock
  }

  private func body(of streams: StreamRecording) -> String {
    let clocks = interface.clocks.enumerated().map { index, clock in
      "(\"\(clock.clock)\", \([10, 14, 6, 22][index % 4]), "
        + (clock.reset.map { "\"\($0)\", \(clock.resetPolarity == .activeHigh ? 1 : 0))" } ?? "None, 0)")
    }
    let list = streams.streams.map { stream, rows in
      "    (\"\(stream.direction.rawValue)\", \"\(stream.name)\", \"\(stream.prefix)\", \"\(clockName(of: stream) ?? "clock")\", "
        + "\(fields(stream.payload))),\n"
    }
    return """
      CLOCKS = [\(clocks.joined(separator: ", "))]
      STREAMS = [
      \(list.joined())]


      async def send(dut, name, prefix, clock, fields, rows, chance):
          valid, ready = port(dut, f"{prefix}valid"), port(dut, f"{prefix}ready")
          for row in rows:
              while random.random() < chance:
                  await edge(dut, clock)
              valid.value = 1
              drive(dut, fields, row)
              while True:
                  await ReadOnly()
                  passes = is_one(ready)
                  await edge(dut, clock)
                  if passes:
                      break
              valid.value = 0
              drive(dut, fields, random.getrandbits(sum(width for _, width in fields) or 1))


      async def take(dut, name, prefix, clock, fields, rows, chance):
          valid, ready = port(dut, f"{prefix}valid"), port(dut, f"{prefix}ready")
          count, extra, waits, shows = 0, 0, False, False
          while extra < \(streams.options.drainCycles):
              # The first ones are taken after valid has waited, the next ones after a cycle without it, the rest at random.
              accepts = random.random() >= chance
              if chance and count < 8:
                  accepts = waits
              elif chance and count < 16:
                  accepts = not shows or random.random() < 0.5
              ready.value = int(accepts)
              await ReadOnly()
              shows = is_one(valid)
              passes, waits = accepts and shows, shows and not accepts
              value = pack(dut, fields) if passes else None
              await edge(dut, clock)
              if passes:
                  assert count < len(rows), f"{name}: there are no more than {len(rows)} transactions"
                  assert not fields or value == rows[count], (
                      f"{name}, transaction {count}: expected {rows[count]:#x}, got {value:#x}")
                  count, extra = count + 1, 0
              elif count == len(rows):
                  extra += 1


      @cocotb.test(timeout_time=1, timeout_unit="sec")
      async def transactions(dut):
          random.seed(int(os.environ.get("SEED", "1")))
          chance = int(os.environ.get("STALLS", "30")) / 100
          for name, value in HELD.items():
              port(dut, name).value = value
          for kind, name, prefix, clock, fields in STREAMS:
              port(dut, f"{prefix}valid" if kind == "input" else f"{prefix}ready").value = 0
              if kind == "input":
                  drive(dut, fields, 0)
          for clock, period, reset, active in CLOCKS:
              if reset:
                  port(dut, reset).value = active
              start_clock(port(dut, clock), period)
          await nanoseconds(200)
          for clock, period, reset, active in CLOCKS:
              await edge(dut, clock)
              if reset:
                  port(dut, reset).value = 1 - active
          sides = {"input": send, "output": take}
          tasks = []
          for kind, name, prefix, clock, fields in STREAMS:
              await edge(dut, clock)
              tasks.append(cocotb.start_soon(sides[kind](dut, name, prefix, clock, fields, rows(name), chance)))
          for task in tasks:
              await task

      """
  }

  private func body(of pins: PinRecording) -> String {
    let clocks = interface.clocks.map { "\"\($0.clock)\"" }
    let resets = interface.clocks.compactMap { clock in
      clock.reset.map { "(\"\($0)\", \(clock.resetPolarity == .activeHigh ? 1 : 0))" }
    }
    return """
      CLOCKS = [\(clocks.joined(separator: ", "))]
      RESETS = [\(resets.joined(separator: ", "))]
      INPUTS = \(fields(pins.inputs.shape))
      OUTPUTS = \(fields(pins.outputs.shape))
      LATENCY = \(pins.latency)


      async def tick(dut):
          await nanoseconds(5)
          for clock in CLOCKS:
              port(dut, clock).value = 0 if clock in FALLING else 1
          await nanoseconds(5)
          for clock in CLOCKS:
              port(dut, clock).value = 1 if clock in FALLING else 0


      @cocotb.test()
      async def vectors(dut):
          inputs, expected, care = rows("inputs"), rows("expected"), rows("care")
          for name, value in HELD.items():
              port(dut, name).value = value
          drive(dut, INPUTS, 0)
          for clock in CLOCKS:
              port(dut, clock).value = 1 if clock in FALLING else 0
          for reset, active in RESETS:
              port(dut, reset).value = active
          for _ in range(\(pins.options.resetCycles)):
              await tick(dut)
          for reset, active in RESETS:
              port(dut, reset).value = 1 - active
          for cycle in range(len(inputs) + LATENCY):
              if cycle < len(inputs):
                  drive(dut, INPUTS, inputs[cycle])
              await nanoseconds(1)
              if cycle >= LATENCY:
                  vector = cycle - LATENCY
                  if care[vector]:
                      text = "".join(str(port(dut, name).value) for name, _ in OUTPUTS)
                      known = int("".join("0" if bit in "01" else "1" for bit in text), 2)
                      got = int("".join(bit if bit in "01" else "0" for bit in text), 2)
                      assert known & care[vector] == 0, f"vector {vector}: unknown bits in {text}"
                      assert (got ^ expected[vector]) & care[vector] == 0, (
                          f"vector {vector}: expected {expected[vector]:#x}, got {got:#x}, of which {care[vector]:#x} count")
              await tick(dut)

      """
  }
}
