import Foundation
import HDL
import Netlist
import PortableBench
import Simulator
import TestFiles
import Testbench
import Testing
import Tools
import Verilator
import Verilog

extension ClockDomain {
  fileprivate static let falling = ClockDomain("falling", edge: .falling)
}

/// A sum in a register that acts on the falling edge.
private struct FallingSum: DefaultConfigurable {
  struct Ports {
    let a, b: Input<UInt>
    let sum: Output<UInt>
  }
  var ports: Ports {
    Ports(a: .init(8).in(.falling), b: .init(8).in(.falling), sum: .init(9).in(.falling))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    m.domain(.falling) { io.sum <== m.register("sum", io.a + io.b) }
  }
}

/// Two stages of streams side by side, one on rising edges of a clock and the other on falling edges of another.
private struct MixedStages: DefaultConfigurable {
  struct Ports {
    let risingIn, fallingIn: StreamInput<Bits>
    let risingOut, fallingOut: StreamOutput<Bits>
  }
  var ports: Ports {
    Ports(
      risingIn: .init(8), fallingIn: .init(8).in(.falling), risingOut: .init(8), fallingOut: .init(8).in(.falling))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    func stage(_ name: String, _ input: HDL.Stream<Bits>, _ output: StreamDrain<Bits>) {
      let isFull = m.register("\(name)_full", Bit.self, reset: 0)
      let isFree = !isFull | output.ready
      let takes = input.take(when: isFree)
      m.when(isFree) { isFull.next <== input.valid }
      output.valid <== isFull
      output.payload <== m.register("\(name)_item", input.payload, when: takes)
    }
    stage("rising", io.risingIn, io.risingOut)
    m.domain(.falling) { stage("falling", io.fallingIn, io.fallingOut) }
  }
}

/// Modules whose registers act on the falling edge, in every bench.
@Suite struct FallingEdgeTests {
  private func pins(_ circuit: Circuit) throws -> PinBench {
    var bench = try PinBench(circuit.top.interface, latency: 1, seed: 4)
    var random = bench.random("operands")
    for _ in 0..<200 {
      let (a, b) = (random.unsigned(bits: 8), random.unsigned(bits: 8))
      try bench.append([a, b], expecting: [a + b])
    }
    return bench
  }

  private func streams(_ circuit: Circuit) throws -> StreamBench {
    var bench = try StreamBench(circuit.top.interface, seed: 4)
    var random = bench.random("items")
    for _ in 0..<200 {
      let item = random.unsigned(bits: 8)
      for side in ["rising", "falling"] {
        try bench.send([item], on: side + "_in")
        try bench.expect([item], on: side + "_out")
      }
    }
    return bench
  }

  /// The verdict of both engines, Icarus and Verilator with the bench in Verilog, and cocotb.
  private func judge(_ circuit: Circuit, _ bench: some Bench, _ expects: Bool) throws {
    let verdict = expects ? BenchResult.Verdict.passed : .failed
    #expect(try bench.run(on: NativeModel(circuit)).verdict == verdict)
    let model = try ModelBuilder().model(of: ModelDesign(circuit), profile: .debug)
    #expect(try bench.run(on: model).verdict == verdict)

    let folder = NSTemporaryDirectory() + "systole-falling-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let design = EmittedDesign(circuit)
    try design.write(to: folder + "/rtl")
    let portable = PortableBench(
      try bench.recording(), summary: "falling", sources: "rtl",
      files: design.files.map(\.name).filter { $0.hasSuffix(".v") })
    try FileManager.default.createDirectory(atPath: folder + "/vectors", withIntermediateDirectories: true)
    for file in portable.contents {
      try file.text.write(toFile: folder + "/" + file.name, atomically: true, encoding: .utf8)
    }
    for target in expects ? ["icarus", "verilator", "cocotb"] : ["icarus", "cocotb"] {
      let result = try Program(path: "/usr/bin/env").run(
        [
          "make", "-s", target, "IVERILOG=\(Checkout.tools)/bin/iverilog", "VVP=\(Checkout.tools)/bin/vvp",
          "VERILATOR=\(Checkout.tools)/bin/verilator", "PYTHON=\(Checkout.tools)/peers/bin/python",
        ], in: folder,
        environment: [
          "PATH": "\(Checkout.tools)/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"),
          "MAKEFLAGS": nil, "MAKELEVEL": nil,
        ], timeout: .seconds(600))
      #expect(result.termination.isSuccess == expects, "\(target): \(result.output)\(result.errors)")
    }
  }

  @Test func `Pins are driven and compared around the falling edge`() throws {
    let circuit = try FallingSum().elaborate()
    try judge(circuit, try pins(circuit), true)
    // One cycle more than the register takes.
    var late = try PinBench(circuit.top.interface, latency: 2, seed: 4)
    for value in 0..<50 { try late.append([value, 3 * value], expecting: [4 * value]) }
    try judge(circuit, late, false)
  }

  @Test func `Streams of one module move on different edges`() throws {
    let circuit = try MixedStages().elaborate()
    try judge(circuit, try streams(circuit), true)
  }
}
