import Engine
import Netlist
import Testing

@testable import Verilator

@Suite struct VerilatedModelTests {
  static let widths = [1, 8, 9, 16, 17, 32, 33, 64, 65, 127, 128, 129, 512]

  @Test(arguments: Bench.Pair.allCases)
  func `Ports of every width keep every bit`(pair: Bench.Pair) throws {
    let model = try pair.builder().model(of: Designs.widths(Self.widths), profile: .debug)
    var generator = SplitMix(state: 7)
    for _ in 0..<50 {
      var stored: [Int: [UInt32]] = [:]
      for width in Self.widths {
        let pin = try #require(model.pin("a\(width)"))
        for word in 0..<pin.wordCount { pin[word: word] = UInt32(truncatingIfNeeded: generator.next()) }
        stored[width] = (0..<pin.wordCount).map { pin[word: $0] }
      }
      try model.settle()
      for width in Self.widths {
        let pin = try #require(model.pin("not\(width)"))
        for (word, value) in (stored[width] ?? []).enumerated() {
          let used = min(32, width - 32 * word)
          let mask: UInt32 = used == 32 ? .max : (1 << UInt32(used)) - 1
          #expect(pin[word: word] == ~value & mask, "word \(word) of \(width) bits")
        }
      }
      try model.step()
      for width in Self.widths {
        let pin = try #require(model.pin("late\(width)"))
        #expect((0..<pin.wordCount).map { pin[word: $0] } == stored[width], "\(width) bits")
      }
    }
    #expect(model.cycle == 50)
  }

  @Test(arguments: Bench.Pair.clang)
  func `Cycles are counted, single, in bulk and through the protocol`(pair: Bench.Pair) throws {
    let model = try pair.builder().model(of: Designs.counter(), profile: .debug)
    let count = try #require(model.pin("count"))
    try model.reset()
    #expect(model.cycle == 2)
    model.pin("enable")?.unsigned = 1
    try model.run(cycles: 1000)
    try model.settle()
    #expect(count.unsigned == 1000)
    try model.step()
    try model.settle()
    #expect(count.unsigned == 1001)
    try run(model, cycles: 10)
    try model.settle()
    #expect(count.unsigned == 1011)
    #expect(model.cycle == 1013)
    #expect(model.resetPin(ofClock: 0)?.unsigned == 0)
  }

  private func run(_ engine: some Engine, cycles: Int) throws { try engine.run(cycles: cycles) }

  @Test(arguments: Bench.Pair.clang)
  func `Only the clocks that are asked for tick`(pair: Bench.Pair) throws {
    let design = ModelDesign(
      verilog: """
        module two(input wire fast, input wire slow, input wire slow_n, output reg [7:0] quick, output reg [7:0] calm);
          always @(posedge fast) quick <= quick + 1;
          always @(posedge slow or negedge slow_n) if (!slow_n) calm <= 0; else calm <= calm + 1;
        endmodule
        """,
      interface: ModuleInterface(
        name: "two",
        ports: [
          PortShape(name: "quick", direction: .output, width: 8), PortShape(name: "calm", direction: .output, width: 8),
        ],
        clocks: [
          ClockShape(clock: "fast", reset: nil),
          ClockShape(clock: "slow", reset: "slow_n", resetKind: .asynchronous, resetPolarity: .activeLow),
        ]))
    let model = try pair.builder().model(of: design, profile: .debug, initialState: .zero)
    #expect(model.resetPin(ofClock: 0) == nil)
    #expect(model.resetPin(ofClock: 1)?.unsigned == 1, "resets start inactive")
    for _ in 0..<5 {
      try model.settle()
      try model.step(clocks: 1)
    }
    try model.settle()
    try model.step(clocks: 2)
    try model.settle()
    #expect(model.pin("quick")?.unsigned == 5)
    #expect(model.pin("calm")?.unsigned == 1)
    #expect(model.cycle == 5)
  }

  @Test(arguments: Bench.Pair.clang, [ResetPolarity.activeLow, .activeHigh])
  func `An asynchronous reset that is active from the start acts without a clock`(
    pair: Bench.Pair, polarity: ResetPolarity
  ) throws {
    let (edge, condition) = polarity == .activeLow ? ("negedge", "!off") : ("posedge", "off")
    let design = ModelDesign(
      verilog: """
        module held(input wire clock, input wire off, output reg [7:0] count);
          always @(posedge clock or \(edge) off) if (\(condition)) count <= 8'd77; else count <= count + 1;
        endmodule
        """,
      interface: ModuleInterface(
        name: "held", ports: [PortShape(name: "count", direction: .output, width: 8)],
        clocks: [ClockShape(clock: "clock", reset: "off", resetKind: .asynchronous, resetPolarity: polarity)]))
    let library = try pair.builder().library(for: design, profile: .debug)
    let model = try library.model(initialState: .zero)
    model.resetPin(ofClock: 0)?.unsigned = polarity == .activeLow ? 0 : 1
    try model.settle()
    #expect(model.pin("count")?.unsigned == 77)
    try model.run(cycles: 3)
    model.resetPin(ofClock: 0)?.unsigned = polarity == .activeLow ? 1 : 0
    try model.run(cycles: 3)
    try model.settle()
    #expect(model.pin("count")?.unsigned == 80)

    let other = try library.model(initialState: .zero)
    try other.run(cycles: 3)
    try other.settle()
    #expect(other.pin("count")?.unsigned == 3, "a reset that is never active does nothing")
  }

  @Test(arguments: Bench.Pair.clang)
  func `Uninitialised state follows the seed`(pair: Bench.Pair) throws {
    let library = try pair.builder().library(for: Designs.counter(), profile: .debug)
    func start(_ state: InitialState) throws -> UInt64? {
      let model = try library.model(initialState: state)
      try model.settle()
      return model.pin("count")?.unsigned
    }
    #expect(try start(.zero) == 0)
    let values = try (0..<20).map { try start(.random(seed: $0)) }
    #expect(Set(values).count > 10)
    #expect(try start(.random(seed: 5)) == values[5])
  }

  @Test(arguments: Bench.Pair.clang)
  func `Instances are independent, also in several threads`(pair: Bench.Pair) async throws {
    let library = try pair.builder().library(for: Designs.counter(), profile: .debug)
    try await withThrowingTaskGroup(of: UInt64?.self) { group in
      for cycles in 1...8 {
        group.addTask {
          let model = try library.model()
          try model.reset()
          model.pin("enable")?.unsigned = 1
          try model.run(cycles: cycles * 100)
          try model.settle()
          return model.pin("count").map { $0.unsigned / 100 }
        }
      }
      var seen: Set<UInt64?> = []
      for try await count in group { seen.insert(count) }
      #expect(seen == Set((1...8).map { UInt64($0) }))
    }
  }

  @Test(arguments: Bench.Pair.clang)
  func `Port names that C++ or Verilator reserves are found`(pair: Bench.Pair) throws {
    let names = ["delete", "a__b", "_leading", "trailing_", "int32_t", "namespace"]
    let ports = names.map { "input wire [6:0] \($0), output wire [6:0] \($0)_out" }.joined(separator: ", ")
    let body = names.map { "  assign \($0)_out = \($0);\n" }.joined()
    let design = ModelDesign(
      verilog: "module names(\(ports));\n\(body)endmodule\n",
      interface: ModuleInterface(
        name: "names",
        ports: names.flatMap {
          [
            PortShape(name: $0, direction: .input, width: 7),
            PortShape(name: $0 + "_out", direction: .output, width: 7),
          ]
        }, clocks: []))
    let model = try pair.builder().model(of: design, profile: .debug)
    for (index, name) in names.enumerated() { model.pin(name)?.unsigned = UInt64(index + 40) }
    try model.settle()
    for (index, name) in names.enumerated() { #expect(model.pin(name + "_out")?.unsigned == UInt64(index + 40)) }
    try model.step()
    #expect(model.cycle == 1)
  }
}

/// A small generator for test data.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
