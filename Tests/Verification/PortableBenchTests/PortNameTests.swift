import Foundation
import Netlist
import TestFiles
import Testbench
import Testing
import Tools

@testable import PortableBench

/// Ports with names that other languages have a use for.
@Suite struct PortNameTests {
  private let folder = NSTemporaryDirectory() + "systole-ports-\(UUID().uuidString)"
  /// A bench of the sum of ports with these names.
  private func write(_ names: [String]) throws {
    let interface = ModuleInterface(
      name: "Sum",
      ports: names.map { PortShape(name: $0, direction: .input, width: 8) } + [
        PortShape(name: "total", direction: .output, width: 16)
      ], clocks: [ClockShape(clock: "clock", reset: "reset")])
    var bench = try PinBench(interface, latency: 1, seed: 1)
    for row in 0..<20 {
      let values = names.indices.map { ($0 * 41 + row * 7) & 0xFF }
      try bench.append(values, expecting: [values.reduce(0, +)])
    }
    let portable = PortableBench(try bench.recording(), summary: "A sum.", sources: ".", files: ["Sum.v"])
    try FileManager.default.createDirectory(atPath: folder + "/vectors", withIntermediateDirectories: true)
    for file in portable.contents {
      try file.text.write(toFile: folder + "/" + file.name, atomically: true, encoding: .utf8)
    }
    let verilog = """
      module Sum (input clock, input reset, \(names.map { "input [7:0] \($0)" }.joined(separator: ", ")), output reg [15:0] total);
        always @(posedge clock) if (reset) total <= 0; else total <= \(names.joined(separator: " + "));
      endmodule

      """
    try verilog.write(toFile: folder + "/Sum.v", atomically: true, encoding: .utf8)
  }

  private func make(_ arguments: String...) throws -> ProgramResult {
    try Program(path: "/usr/bin/env").run(
      ["make", "-s"] + arguments + [
        "IVERILOG=\(Checkout.tools)/bin/iverilog", "VVP=\(Checkout.tools)/bin/vvp",
        "VERILATOR=\(Checkout.tools)/bin/verilator",
        "PYTHON=\(Checkout.tools)/peers/bin/python",
      ], in: folder,
      environment: [
        "PATH": "\(Checkout.tools)/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"),
        "MAKEFLAGS": nil, "MAKELEVEL": nil,
      ], timeout: .seconds(600))
  }

  /// Words of Python, Tcl, SystemC and C++, and what cocotb's handles have for themselves.
  private static let words = [
    "self", "lambda", "def", "None", "True", "yield", "dut", "value", "_name", "_path", "_log", "_handle", "_id",
    "rows",
    "pack", "drive", "random", "os", "sys", "cocotb", "proc", "expr", "upvar", "sc_in", "delete", "namespace", "int_",
    "main",
  ]

  @Test func `Words of other languages work in every bench`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try write(Self.words)
    for arguments in [["icarus"], ["verilator"], ["cocotb", "SIM=icarus"], ["cocotb", "SIM=verilator"]] {
      let result = try make(arguments[0], arguments.count > 1 ? arguments[1] : "SIM=icarus")
      #expect(result.termination.isSuccess && result.output.contains("PASSED"), "\(arguments): \(result)")
    }
  }

  @Test func `Members of Verilator's class work but for cocotb in Verilator, which says so before any compiler runs`()
    throws
  {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try write(["trace", "eval", "name", "rootp", "other"])
    for arguments in [["icarus"], ["verilator"], ["cocotb", "SIM=icarus"]] {
      let result = try make(arguments[0], arguments.count > 1 ? arguments[1] : "SIM=icarus")
      #expect(result.termination.isSuccess && result.output.contains("PASSED"), "\(arguments): \(result)")
    }
    let refused = try make("cocotb", "SIM=verilator")
    #expect(!refused.termination.isSuccess)
    #expect(
      refused.errors.contains(
        "Verilator's own C++ class has members called trace, eval, name, rootp, like ports of the module, so that cocotb"
          + " cannot drive these in Verilator: run it with SIM=icarus, or the bench of 'make verilator'"), "\(refused)")
  }
}
