import Campaigns
import Catalog
import Entries
import Foundation
import HDL
import TestFiles
import Testbench
import Testing
import Tools
import Verilog

@testable import PortableBench

@Suite struct PortableBenchTests {
  /// A bench in a folder of its own, with the Verilog in `rtl`.
  private struct Written {
    let path: String

    /// - Parameters:
    ///   - name: What the folder's name has at its end.
    ///   - sources: The folder of the Verilog.
    init(_ block: any CatalogBlock, in name: String = "", sources: String = "rtl") throws {
      path = NSTemporaryDirectory() + "systole-bench-\(UUID().uuidString)" + name
      let checked = try CheckedBlock(block, reset: ResetStyle())
      let circuit = checked.design
      let design = EmittedDesign(circuit)
      try design.write(to: path + "/" + sources)
      let recording = try block.recording(for: circuit.top.interface, seed: 3)
      let bench = PortableBench(
        recording, summary: block.summary, sources: sources,
        files: design.files.map(\.name).filter { $0.hasSuffix(".v") },
        checks: checked.checks.map {
          PortableChecks(
            interface: checked.circuit.top.interface, design: circuit.top.interface, checks: $0, files: checked.files())
        })
      for folder in ["/vectors", "/checks"] {
        try FileManager.default.createDirectory(atPath: path + folder, withIntermediateDirectories: true)
      }
      for file in bench.contents {
        try file.text.write(toFile: path + "/" + file.name, atomically: true, encoding: .utf8)
      }
    }

    func edit(_ file: String, _ change: (String) -> String) throws {
      let text = try String(contentsOfFile: path + "/" + file, encoding: .utf8)
      let changed = change(text)
      #expect(changed != text, "nothing to change in \(file)")
      try changed.write(toFile: path + "/" + file, atomically: true, encoding: .utf8)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
  }

  private static func make(_ arguments: [String], in folder: String, python: String = "peers") throws -> ProgramResult {
    let tools = Checkout.tools
    return try Program(path: "/usr/bin/env").run(
      ["make", "-s"] + arguments + [
        "IVERILOG=\(tools)/bin/iverilog", "VVP=\(tools)/bin/vvp", "VERILATOR=\(tools)/bin/verilator",
        "PYTHON=\(tools)/\(python)/bin/python",
      ], in: folder,
      environment: [
        "PATH": "\(tools)/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"),
        "MAKEFLAGS": nil, "MAKELEVEL": nil,
      ], timeout: .seconds(600))
  }

  private static func expectPassed(_ result: ProgramResult, _ what: String) {
    #expect(
      result.termination.isSuccess && result.output.contains("PASSED"), "\(what): \(result.output)\(result.errors)")
  }

  private static func block(_ name: String, _ configuration: String? = nil) throws -> any CatalogBlock {
    let entry = try Catalog.entry(name)
    let count = entry.workloadParameters.contains { $0.name == "count" } ? [Setting("count=60")!] : []
    return try entry.block(configuration: configuration, settings: [], workload: count)
  }

  @Test(arguments: Catalog.entries.map(\.name))
  func `The bench that is kept passes in Icarus without a warning`(entry: String) throws {
    let build = NSTemporaryDirectory() + "systole-build-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: build) }
    let result = try Self.make(["icarus", "BUILD=\(build)"], in: "\(Checkout.path)/Testbenches/\(entry)")
    Self.expectPassed(result, entry)
    #expect(result.errors.isEmpty, "\(result.errors)")
  }

  @Test func `Verilator runs the same bench, with other stalls too`() throws {
    let bench = try Written(Self.block("asynchronous-fifo"))
    defer { bench.remove() }
    Self.expectPassed(try Self.make(["verilator"], in: bench.path), "Verilator")
    Self.expectPassed(try Self.make(["icarus", "ARGS=+stalls=90 +seed=77"], in: bench.path), "more stalls")
  }

  @Test(arguments: [
    ("asynchronous-fifo", "icarus"), ("weight-stationary-array", "icarus"), ("axi-lite-system", "icarus"),
    ("stream-fifo", "verilator"),
  ])
  func `The bench for cocotb passes`(entry: String, simulator: String) throws {
    let bench = try Written(Self.block(entry))
    defer { bench.remove() }
    Self.expectPassed(try Self.make(["cocotb", "SIM=\(simulator)"], in: bench.path), entry)
  }

  @Test(
    arguments: Tier.sample(
      [("adder-tree", "icarus"), ("asynchronous-fifo", "icarus"), ("stream-fifo", "verilator")], every: 3))
  func `The bench for cocotb passes in version 1·9`(entry: String, simulator: String) throws {
    let bench = try Written(Self.block(entry))
    defer { bench.remove() }
    Self.expectPassed(try Self.make(["cocotb", "SIM=\(simulator)"], in: bench.path, python: "cocotb19"), entry)
    try bench.edit("vectors/\(entry == "adder-tree" ? "expected" : "pop").hex") { text in
      var lines = text.split(separator: "\n").map(String.init)
      lines[20] = lines[20].dropLast() + (lines[20].hasSuffix("0") ? "1" : "0")
      return lines.joined(separator: "\n") + "\n"
    }
    let wrong = try Self.make(["cocotb", "SIM=\(simulator)"], in: bench.path, python: "cocotb19")
    #expect(!wrong.termination.isSuccess && wrong.output.contains("FAILED: 1 tests, 1 failures"), "\(wrong)")
  }

  @Test func `A cocotb that is too old, and none at all, are named with the remedy`() throws {
    let bench = try Written(Self.block("stream-fifo"))
    defer { bench.remove() }
    let old = bench.path + "/old/cocotb"
    try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: true)
    try "__version__ = '1.6.2'\n".write(toFile: old + "/__init__.py", atomically: true, encoding: .utf8)
    let python = try Toolbox().python().program
    func words(_ path: String) throws -> String {
      let result = try python.run(
        ["-S", "test_StreamFIFO.py", "rtl/StreamFIFO.v"], in: bench.path, environment: ["PYTHONPATH": path])
      #expect(result.termination == .exited(code: 1))
      return result.errors
    }
    #expect(try words(bench.path + "/old") == "cocotb 1.6.2 is too old for this bench: it needs 1.8 or newer\n")
    let none = try words(bench.path)
    #expect(none.hasPrefix("cocotb is not installed for ") && none.hasSuffix(" -m pip install cocotb\n"), "\(none)")
  }

  // Icarus itself cannot take a quotation mark or a backslash in the name of a file.
  // Verilator itself replaces $HOME and the like in names of files.
  @Test(arguments: Tier.isFull ? ["a b", "it's", "$ `x` ; #1"] : ["$ `x` ; it's #1"])
  func `Folders may have any name`(name: String) throws {
    let bench = try Written(Self.block("register-bank"), in: " in " + name, sources: name)
    defer { bench.remove() }
    let other = "BUILD=\(name.replacing("$", with: "$$")) too"
    Self.expectPassed(try Self.make(["icarus"], in: bench.path), "Icarus")
    Self.expectPassed(try Self.make(["icarus", other], in: bench.path), "another build folder")
    Self.expectPassed(try Self.make(["verilator"], in: bench.path), "Verilator")
    Self.expectPassed(try Self.make(["cocotb"], in: bench.path), "cocotb")
  }

  @Test func `A wrong module fails in every bench`() throws {
    let bench = try Written(Self.block("stream-fifo"))
    defer { bench.remove() }
    try bench.edit("rtl/StreamFIFO.v") {
      $0.replacing("items[write_address] <= push_data;", with: "items[write_address] <= push_data ^ 4;")
    }
    for target in [["icarus", "CHECKS=", "CHECK_FILES="], ["cocotb"]] {
      let result = try Self.make(target, in: bench.path)
      #expect(!result.termination.isSuccess && result.output.contains("FAILED"), "\(target): \(result.output)")
    }
    // The checkers stop before the vectors are compared.
    let checked = try Self.make(["icarus"], in: bench.path)
    #expect(!checked.termination.isSuccess && checked.output.contains("assertion "), "\(checked.output)")
  }

  @Test(arguments: Tier.isFull ? ["icarus", "verilator"] : ["icarus"])
  func `A checker stops the bench where the module breaks a promise that no vector shows`(tool: String) throws {
    let block = try Catalog.entry("stream-fifo").block(
      configuration: nil, settings: [Setting("depth", "2")], workload: [Setting("count", "40")])
    let bench = try Written(block)
    defer { bench.remove() }
    #expect(try Self.make([tool], in: bench.path).termination.isSuccess)
    // The place of the last item is one that the queue does not promise.
    try bench.edit("checks/OrderChecker_capacity3_latency2.v") {
      $0.replacing("held <= 4'd3", with: "held <= 4'd2").replacing("held < 4'd4", with: "held < 4'd3")
    }
    let result = try Self.make([tool], in: bench.path)
    #expect(!result.termination.isSuccess)
    #expect(result.output.contains("assertion has_room of "), "\(result.output)")
    #expect(
      result.output.contains("dut.checks.order_checker.items failed: more items are inside than there is room for"))
    #expect(try Self.make([tool, "CHECKS=", "CHECK_FILES="], in: bench.path).termination.isSuccess)
  }

  @Test func `A bind adds the checkers to every instance, in a tool that knows it`() throws {
    let block = try Catalog.entry("stream-fifo").block(configuration: nil, settings: [], workload: [])
    let checked = try CheckedBlock(block, reset: ResetStyle())
    let checks = PortableChecks(
      interface: checked.circuit.top.interface, design: checked.design.top.interface,
      checks: try #require(checked.checks), files: checked.files())
    #expect(
      checks.contents.last?.text == """
        // Reads the checkers into every instance of StreamFIFO, in tools that know SystemVerilog; Icarus does not.
        bind StreamFIFO StreamFIFO_checks systole_checks (
          .clock(clock),
          .reset(reset),
          .push_valid(push_valid),
          .push_ready(push_ready),
          .push_data(push_data),
          .pop_valid(pop_valid),
          .pop_ready(pop_ready),
          .pop_data(pop_data)
        );

        """)
    // Nothing can be bound to a module without the clock that its checkers need.
    let plain = try CheckedBlock(
      try Catalog.entry("population-counter").block(configuration: nil, settings: [], workload: []), reset: ResetStyle()
    )
    let unbound = PortableChecks(
      interface: plain.circuit.top.interface, design: plain.design.top.interface, checks: try #require(plain.checks),
      files: plain.files())
    #expect(unbound.contents.map(\.name).allSatisfy { $0.hasSuffix(".v") })
  }

  @Test func `An assertion of the module under test stops the bench, and says which`() throws {
    let bench = try Written(Self.block("stream-fifo"))
    defer { bench.remove() }
    try bench.edit("rtl/StreamFIFO.v") { $0.replacing("write_address + 4'd1", with: "write_address + 4'd2") }
    let result = try Self.make(["icarus"], in: bench.path)
    #expect(!result.termination.isSuccess)
    #expect(
      result.output.contains("assertion places_are_apart_as_counted of StreamFIFO_tb.dut.dut failed"),
      "\(result.output)")
  }

  @Test(arguments: ["stream-fifo", "population-counter"])
  func `One wrong bit of one expected value fails`(entry: String) throws {
    let bench = try Written(Self.block(entry))
    defer { bench.remove() }
    let file = entry == "stream-fifo" ? "vectors/pop.hex" : "vectors/expected.hex"
    try bench.edit(file) { text in
      var lines = text.split(separator: "\n").map(String.init)
      let digit = Int(String(lines[40].last!), radix: 16)! ^ 1
      lines[40] = lines[40].dropLast() + String(digit, radix: 16)
      return lines.joined(separator: "\n") + "\n"
    }
    let result = try Self.make(["icarus"], in: bench.path)
    #expect(!result.termination.isSuccess && result.output.contains("40"), "\(result.output)")
    #expect(try !Self.make(["cocotb"], in: bench.path).termination.isSuccess)
  }

  @Test func `A stream that stops is found`() throws {
    let bench = try Written(Self.block("skid-buffer"))
    defer { bench.remove() }
    try bench.edit("SkidBuffer_tb.v") { $0.replacing("tb_idle == 10000", with: "tb_idle == 500") }
    let module = try #require(
      FileManager.default.contentsOfDirectory(atPath: bench.path + "/rtl").first { $0.hasSuffix(".v") })
    try bench.edit("rtl/" + module) { $0.replacing("assign pop_valid =", with: "assign pop_valid = 1'b0 &") }
    let result = try Self.make(["icarus", "CHECKS=", "CHECK_FILES="], in: bench.path)
    #expect(!result.termination.isSuccess && result.output.contains("nothing passes any more"), "\(result.output)")
    // The checkers see it before the bench gives up.
    let checked = try Self.make(["icarus"], in: bench.path)
    #expect(!checked.termination.isSuccess && checked.output.contains("assertion is_in_time of "), "\(checked.output)")
  }
}
