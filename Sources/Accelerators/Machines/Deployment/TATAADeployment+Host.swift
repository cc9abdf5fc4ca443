import Netlist
import Verilog

extension TATAADeployment {
  /// A host in Python: `python3 test_tataa.py` builds the Verilog, runs the program, and compares its output.
  var hostExample: String {
    #"""
    """Runs the program of this folder on its Verilog: cocotb 2 with the AXI memories of cocotbext-axi.

      python3 test_tataa.py            in Verilator
      python3 test_tataa.py icarus     in Icarus Verilog, where registers begin unknown

    The buses of instructions and data see one memory, as the host of a board would have it.
    """

    import json
    import os
    import sys
    import xml.etree.ElementTree
    from pathlib import Path

    FOLDER = Path(__file__).resolve().parent
    MAP = json.loads((FOLDER / "memory.json").read_text())


    def main():
        try:
            from cocotb_tools.runner import get_runner
            import cocotbext.axi  # noqa: F401
        except ImportError as missing:
            sys.exit(f"{missing}: {sys.executable} -m pip install 'cocotb>=2' cocotbext-axi")
        simulator = sys.argv[1] if len(sys.argv) > 1 else "verilator"
        if simulator not in ("verilator", "icarus"):
            sys.exit(f"{simulator}: give verilator or icarus")
        arguments = ["-g2005"]
        if simulator == "verilator":
            arguments = ["-Wno-fatal", "--output-split", "0"] + os.environ.get("VERILATOR_ARGS", "").split()
        else:
            # A lane of a word that no byte is written to may be unknown.
            os.environ.setdefault("COCOTB_RESOLVE_X", "ZEROS")
        manifest = json.loads((FOLDER / "rtl" / "manifest.json").read_text())
        build = Path(os.environ.get("BUILD", FOLDER / f"build-{simulator}")).resolve()
        runner = get_runner(simulator)
        runner.build(
            sources=[FOLDER / "tataa_host.v"] + [FOLDER / "rtl" / name for name in manifest["files"]],
            hdl_toplevel="tataa_host", build_dir=build,
            build_args=arguments, always=True, timescale=("1ns", "1ps"))
        results = runner.test(
            hdl_toplevel="tataa_host", hdl_toplevel_lang="verilog", test_module=Path(__file__).stem, test_dir=FOLDER,
            build_dir=build, results_xml=str(build / "results.xml"))
        cases = list(xml.etree.ElementTree.parse(results).iter("testcase"))
        failures = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
        print(f"{'FAILED' if failures or not cases else 'PASSED'}: {len(cases)} tests, {failures} failures")
        sys.exit(1 if failures or not cases else 0)


    if __name__ == "__main__":
        main()

    import cocotb
    from cocotb.clock import Clock
    from cocotb.triggers import ClockCycles, First, RisingEdge
    from cocotbext.axi import AxiBus, AxiLiteBus, AxiLiteMaster, AxiRam, AxiRamRead, AxiReadBus

    # The image stands behind the first page, so that no address is right by chance.
    START = 4096


    @cocotb.test()
    async def program(dut):
        memory, output = MAP["memory"], MAP["output"]
        cocotb.start_soon(Clock(dut.clock, 4, unit="ns").start())
        size = START + memory["address"] + memory["bytes"]
        size = (size + 4095) // 4096 * 4096
        ram = AxiRam(AxiBus.from_prefix(dut, "memory_0"), dut.clock, dut.reset, size=size)
        for bus in MAP["read_buses"]:
            AxiRamRead(AxiReadBus.from_prefix(dut, bus), dut.clock, dut.reset, size=size, mem=ram.mem)
        host = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "control"), dut.clock, dut.reset)
        dut.reset.value = 1
        await ClockCycles(dut.clock, 5)
        dut.reset.value = 0
        await ClockCycles(dut.clock, 2)

        for part in (MAP["program"], memory):
            ram.write(START + part["address"], (FOLDER / part["file"]).read_bytes())

        async def watch_stores():
            while True:
                await RisingEdge(dut.clock)
                if str(dut.memory_0_wvalid.value) + str(dut.memory_0_wready.value) != "11":
                    continue
                data, strobe = str(dut.memory_0_wdata.value), str(dut.memory_0_wstrb.value)
                for lane in range(len(strobe)):
                    byte = data[8 * lane:8 * lane + 8]
                    assert strobe[lane] == "0" or set(byte) <= {"0", "1"}, f"a byte that is stored is {byte}"

        cocotb.start_soon(watch_stores())

        async def write(name, value):
            await host.write_dword(MAP["registers"][name], value)

        async def read(name):
            return await host.read_dword(MAP["registers"][name])

        await write("programPage0", (START + MAP["program"]["address"]) // 4096)
        await write("programWords0", MAP["program"]["bytes"] // 8)
        await write("memoryPage0", (START + memory["address"]) // 4096)
        await write("lastAddress0", memory["bytes"] - 1)
        await write("control", 1)
        if not int(dut.interrupt.value):
            limit = ClockCycles(dut.clock, 20 * MAP["golden"]["model_cycles"] + 10000)
            done = RisingEdge(dut.interrupt)
            assert await First(done, limit) is done, "the program has not ended"
        await write("event", 1)
        await write("control", 0)

        status, place = await read("status0"), await read("stoppedAt0")
        assert status == 0, f"status {status} at instruction {place}: see tataa.h and program.lst"
        assert await read("instructions0") == MAP["golden"]["instructions"]
        expected = (FOLDER / output["file"]).read_bytes()
        found = ram.read(START + memory["address"] + output["address"], output["bytes"])
        wrong = [place for place in range(len(expected)) if expected[place] != found[place]]
        assert not wrong, f"{len(wrong)} of {len(expected)} bytes differ, the first at {output['address'] + wrong[0]}"
        dut._log.info("%d bytes as expected after %d cycles", len(expected), await read("cycles0"))

    """#
  }

  /// The buses of a core that only read: instructions, and operands where X has a bus of its own.
  static func readBuses(_ manifest: Manifest) -> [String] {
    ["instructions_0", "operands_0"].filter { bus in manifest.ports.contains { $0.name == bus + "_araddr" } }
  }

  /// A module around the accelerator: its buses have no identifiers, which AXI4 allows, and memories that know only buses with
  /// them see 0.
  static func wrapper(_ manifest: Manifest) -> String {
    var ports = ["input wire clock", "input wire reset"]
    var connections = ["clock", "reset"]
    for port in manifest.ports {
      ports.append("\(port.direction.rawValue) wire \(port.width == 1 ? "" : "[\(port.width - 1):0] ")\(port.name)")
      connections.append(port.name)
    }
    var zeros: [String] = []
    let buses = [("memory_0", ["aw", "b", "ar", "r"])] + readBuses(manifest).map { ($0, ["ar", "r"]) }
    for (bus, channels) in buses {
      for channel in channels {
        let isAddress = channel.hasPrefix("a")
        ports.append("\(isAddress ? "output" : "input") wire \(bus)_\(channel)id")
        if isAddress { zeros.append("  assign \(bus)_\(channel)id = 1'b0;") }
      }
    }
    return """
      // The accelerator with identifiers on its buses, for memories that ask for them.
      module tataa_host (
      \(ports.map { "  \($0)" }.joined(separator: ",\n"))
      );
      \(zeros.joined(separator: "\n"))
        \(manifest.top) accelerator (
      \(connections.map { "    .\($0)(\($0))" }.joined(separator: ",\n"))
        );
      endmodule

      """
  }
}
