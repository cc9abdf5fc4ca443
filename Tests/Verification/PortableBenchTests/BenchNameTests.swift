import Foundation
import HDL
import Netlist
import Testbench
import Testing
import Tools
import Verilog

@testable import PortableBench

/// Names that a bench adds beside those of a design.
@Suite struct BenchNameTests {
  /// Pins called like what the bench has.
  struct Pins: Generator {
    struct Pins_tb: Generator {
      struct Ports { let a: Input<UInt>, y: Output<UInt> }
      var ports: Ports { Ports(a: .init(4), y: .init(4)) }
      func build(_ io: Interior<Ports>, in m: Module) { io.y <== ~io.a }
    }
    struct Ports {
      let tbCycle, dut, errors, index: Input<UInt>
      let tbGot, tb2Inputs, tbHasEnded: Output<UInt>
    }
    var ports: Ports {
      Ports(
        tbCycle: .init(4), dut: .init(4), errors: .init(4), index: .init(4), tbGot: .init(4), tb2Inputs: .init(4),
        tbHasEnded: .init(4))
    }
    func build(_ io: Interior<Ports>, in m: Module) {
      let inner = m.instance(Pins_tb(), "inner")
      inner.a <== io.tbCycle
      io.tbGot <== m.register("got", inner.y)
      io.tb2Inputs <== m.register("inputs", io.dut ^ io.errors)
      io.tbHasEnded <== m.register("ended", io.index)
    }
  }

  /// Streams called like what the bench has.
  struct Streams: Generator {
    struct Ports {
      let next: StreamInput<UInt>
      let passed: StreamOutput<UInt>
      let tbFail, watch: Input<Bit>
      let tbSeed: Output<Bit>
    }
    var ports: Ports {
      Ports(next: .init(8), passed: .init(8), tbFail: .init(), watch: .init(), tbSeed: .init())
    }
    func build(_ io: Interior<Ports>, in m: Module) {
      let isFull = m.register("is_full", Bit.self, reset: 0)
      let item = m.register("item", UInt.self, width: 8)
      io.passed.valid <== isFull
      io.passed.payload <== item
      io.next.ready <== !isFull
      m.when(isFull & io.passed.ready) { isFull.next <== 0 }
      m.when(io.next.valid & !isFull) {
        isFull.next <== 1
        item.next <== io.next.payload
      }
      io.tbSeed <== (io.tbFail & io.watch)
    }
  }

  private func verdict(_ circuit: Circuit, _ recording: BenchRecording, summary: String = "names") throws -> String {
    let folder = NSTemporaryDirectory() + "systole-names-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder + "/vectors", withIntermediateDirectories: true)
    let files = circuit.verilog()
    let bench = PortableBench(recording, summary: summary, sources: ".", files: files.map(\.name))
    for file in files { try file.text.write(toFile: folder + "/" + file.name, atomically: true, encoding: .utf8) }
    for file in bench.contents {
      #expect(!files.map { $0.name.lowercased() }.contains(file.name.lowercased()), "\(file.name) is a module's")
      try file.text.write(toFile: folder + "/" + file.name, atomically: true, encoding: .utf8)
    }
    let own = try #require(bench.contents.map(\.name).first { $0.hasSuffix(".v") })
    let toolbox = Toolbox()
    let build = try toolbox.icarus().program.run(
      ["-g2001", "-Wall", "-Wno-timescale", "-s", String(own.dropLast(2)), "-o", "run", own] + files.map(\.name),
      in: folder)
    guard build.termination.isSuccess, build.errors.isEmpty else { return build.errors }
    let python = try toolbox.python().program.run(["-m", "py_compile", "test_\(circuit.top.name).py"], in: folder)
    guard python.termination.isSuccess else { return python.errors }
    return try toolbox.icarusRuntime().program.run(["-n", "run"], in: folder).output
  }

  private func pins(_ circuit: Circuit, isRight: Bool = true) throws -> BenchRecording {
    var bench = try PinBench(circuit.top.interface, latency: 1, seed: 5)
    var random = bench.random("pins")
    for _ in 0..<50 {
      let values = (0..<4).map { _ in random.integer(below: 16) }
      try bench.append(
        values, expecting: [15 - values[0], values[1] ^ values[2], isRight ? values[3] : 15 - values[3]])
    }
    return try bench.recording()
  }

  @Test func `Pins may be called like everything in a bench`() throws {
    let circuit = try Pins().elaborate().simplified()
    #expect(circuit.definitions.map(\.name) == ["Pins_tb", "Pins"])
    #expect(try verdict(circuit, pins(circuit)).contains("PASSED: 50 vectors"))
    #expect(try verdict(circuit, pins(circuit, isRight: false)).contains("FAILED"))
  }

  @Test func `Streams may be called like everything in a bench`() throws {
    let circuit = try Streams().elaborate().simplified()
    var bench = try StreamBench(circuit.top.interface, seed: 5)
    try bench.hold("tb_fail", at: 1)
    try bench.hold("watch", at: 0)
    for item in 0..<40 {
      try bench.send([item], on: "next")
      try bench.expect([item], on: "passed")
    }
    #expect(try verdict(circuit, bench.recording()).contains("PASSED: 80 transactions"))
  }

  @Test(arguments: ["a\ncoding: nothing\nb", "ends in \\", "*/ \u{0}\u{202E} `x`", "# vim: set fileencoding=nothing :"])
  func `A summary stays a comment in every file of a bench`(summary: String) throws {
    let circuit = try Pins().elaborate().simplified()
    #expect(try verdict(circuit, pins(circuit), summary: summary).contains("PASSED: 50 vectors"))
  }

  @Test func `Usual names stay as they are`() throws {
    let names = BenchNames(ModuleInterface(name: "Top", ports: [], clocks: []), streams: [])
    #expect(
      [names.prefix, names.instance, names.clock, names.nextRandom] == ["tb_", "dut", "clock", "tb_next_random"])
  }
}
