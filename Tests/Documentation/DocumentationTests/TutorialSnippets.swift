import Components
import Foundation
import HDL
import Simulator
import TestFiles
import Testbench
import Testing
import Verilog

// The code of the tutorials, as it stands there.

/// The sum of the values that come while `enable` is 1.
struct Accumulator: Generator {
  var width = 8

  struct Ports {
    let enable: Input<Bit>
    let value: Input<UInt>
    let sum: Output<UInt>
  }
  var ports: Ports {
    Ports(
      enable: .init("1 when a value comes"), value: .init(width, "The value"), sum: .init(2 * width, "Their sum"))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let sum = m.register("sum", UInt.self, width: 2 * width, reset: 0)
    m.when(io.enable) { sum.next <== sum &+ io.value.extended(to: 2 * width) }
    io.sum <== sum
  }
}

/// The difference of each item to the one before it, one cycle later.
struct Difference: Generator {
  var width = 8

  struct Ports {
    let push: StreamInput<UInt>
    let pop: StreamOutput<SInt>
  }
  var ports: Ports {
    Ports(push: .init(width, "Items"), pop: .init(width + 1, "Each item less the one before"))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let isFull = m.register("is_full", Bit.self, reset: 0)
    let accept = io.push.take(when: !isFull | io.pop.ready)
    let previous = m.register("previous", UInt.self, width: width, reset: 0)
    let difference = m.register("difference", SInt.self, width: width + 1)
    m.when(accept) {
      isFull.next <== 1
      previous.next <== io.push.payload
      difference.next <== (io.push.payload - previous).asSigned
    }
    .otherwise(when: io.pop.ready) { isFull.next <== 0 }
    io.pop.valid <== isFull
    io.pop.payload <== difference
  }
}

/// A difference that forgets to wait: the item before is overwritten in every cycle.
struct HastyDifference: Generator {
  var ports: Difference.Ports { Difference().ports }

  func build(_ io: Interior<Difference.Ports>, in m: Module) {
    let isFull = m.register("is_full", Bit.self, reset: 0)
    let accept = io.push.take(when: !isFull | io.pop.ready)
    let previous = m.register("previous", io.push.payload, reset: 0)
    let difference = m.register("difference", SInt.self, width: 9)
    m.when(accept) {
      isFull.next <== 1
      difference.next <== (io.push.payload - previous).asSigned
    }
    .otherwise(when: io.pop.ready) { isFull.next <== 0 }
    io.pop.valid <== isFull
    io.pop.payload <== difference
  }
}

/// The accumulator as a peripheral: software gives a value and reads the sum.
struct AccumulatorPeripheral: Generator {
  static let map = RegisterMap([
    RegisterDescription("value", width: 8, .readWrite(reset: 0), "What is added in every cycle."),
    RegisterDescription("enable", width: 1, .readWrite(reset: 0), "1 while it is added."),
    RegisterDescription("sum", width: 16, .readOnly, "The sum."),
  ])

  var bank: AXILiteRegisterBank { AXILiteRegisterBank { $0.bank.map = Self.map } }

  struct Ports {
    let axi: Flipped<AXILite>
  }
  var ports: Ports { Ports(axi: .init(AXILite(addressWidth: bank.bank.addressWidth))) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let registers = m.instance(bank, "registers")
    let accumulator = m.instance(Accumulator(), "accumulator")
    registers.axi <== io.axi
    accumulator.value <== registers.value[0].asUnsigned
    accumulator.enable <== registers.value[1][0]
    registers.status[0] <== accumulator.sum.asBits
  }
}

@Suite struct TutorialTests {
  func writeAccumulator() throws {
    let circuit = try Accumulator(width: 12).elaborate().simplified()
    try EmittedDesign(circuit).write(to: "rtl")
  }

  func accumulate() throws -> Int {
    let sim = try Simulation(Accumulator())
    try sim.reset()
    sim.enable = 1
    for value in [3, 4, 5] {
      sim.value = value
      try sim.step()
    }
    return sim.sum
  }

  func checkDifference(_ block: some Generator, seed: Seed) throws -> BenchResult {
    let circuit = try block.elaborate().simplified()
    var bench = try StreamBench(circuit.top.interface, seed: seed, stalls: .mixed)
    var random = bench.random("items")
    var before = 0
    for _ in 0..<2000 {
      let item = random.unsigned(bits: 8)
      try bench.send([item], on: "push")
      try bench.expect([item - before], on: "pop")
      before = item
    }
    return try bench.run(on: NativeModel(circuit))
  }

  func explainHaste(seed: Seed) throws -> String? {
    let shrinker = Shrinker([.count("items", 2000)]) { inputs, seed in
      let circuit = try HastyDifference().elaborate().simplified()
      var bench = try StreamBench(circuit.top.interface, seed: seed, stalls: .mixed)
      var random = bench.random("items")
      var before = 0
      for _ in 0..<inputs["items"] {
        let item = random.unsigned(bits: 8)
        try bench.send([item], on: "push")
        try bench.expect([item - before], on: "pop")
        before = item
      }
      return (bench, try NativeModel(circuit))
    }
    guard let failure = try shrinker.shrink(seed: seed) else { return nil }
    return try shrinker.explain(failure).text()
  }

  func accumulatorHeader() throws -> String { try AccumulatorPeripheral.map.cHeader(prefix: "ACC") }

  func writeValue() throws -> BenchResult {
    let circuit = try AccumulatorPeripheral().elaborate().simplified()
    var bench = try StreamBench(circuit.top.interface, seed: 1, stalls: .mixed)
    // Address and protection bits; word and byte strobes; the answer 0 is OKAY.
    try bench.send([0, 0], on: "axi_aw")
    try bench.send([5, 0b1111], on: "axi_w")
    try bench.expect([0], on: "axi_b")
    return try bench.run(on: NativeModel(circuit))
  }

  @Test func `The first block sums`() throws { #expect(try accumulate() == 12) }

  @Test func `The first stream passes its bench`() throws {
    let result = try checkDifference(Difference(), seed: 1)
    #expect(result.verdict == .passed, "\(result.text())")
    #expect(result.valuesCompared == 2000)
  }

  @Test func `The first failing bench fails, and its explanation is the one of the page`() throws {
    #expect(try checkDifference(HastyDifference(), seed: 1).verdict == .failed)
    let explanation = try #require(try explainHaste(seed: 1))
    let page = try String(
      contentsOf: Checkout.root.appending(path: "Sources/Language/HDL/HDL.docc/Tutorials/FirstFailingBench.md"),
      encoding: .utf8)
    #expect(page.contains("```\n" + explanation), "\(explanation)")
  }

  @Test func `The first peripheral answers, and has a header`() throws {
    let result = try writeValue()
    #expect(result.verdict == .passed, "\(result.text())")
    #expect(try accumulatorHeader().contains("ACC_SUM"))
  }
}
