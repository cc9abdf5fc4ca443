import Testbench
import Testing

@Suite struct PinBenchTests {
  func bench(latency: Int, count: Int) throws -> PinBench {
    var bench = try PinBench(
      SoftwareAdder(latency: latency).interface, latency: latency, inputs: ["a", "b"], outputs: ["sum"], seed: 1)
    var random = bench.random("operands")
    for _ in 0..<count {
      let (a, b) = (random.signed(bits: 8), random.signed(bits: 8))
      try bench.append([a, b], expecting: [a + b])
    }
    return bench
  }

  @Test(arguments: [0, 1, 3, 40])
  func `Outputs are compared after the latency`(latency: Int) throws {
    let result = try bench(latency: latency, count: 200).run(on: SoftwareAdder(latency: latency))
    #expect(result.verdict == .passed, "\(result.text())")
    #expect(result.transactionsCompared == 200)
    #expect(result.valuesCompared == 200)
    #expect(result.cycles == UInt64(2 + 200 + latency))
    #expect(try bench(latency: latency, count: 200).run(on: SoftwareAdder(latency: latency + 1)).verdict == .failed)
  }

  @Test func `Vectors begin anew after each rehearsal`() throws {
    var bench = try bench(latency: 3, count: 50)
    bench.options.rehearsals = [1, 2, 30]
    let result = try bench.run(on: SoftwareAdder(latency: 3))
    #expect(result.verdict == .passed, "\(result.text())")
    #expect(result.transactionsCompared == 50)
    // Two cycles of reset each, then 1, 2, 30 and at last 50 with the latency.
    #expect(result.cycles == 3 + 4 + 32 + 55)
  }

  @Test func `The first wrong vector is reported in full`() throws {
    var result = try bench(latency: 3, count: 30).run(on: SoftwareAdder(latency: 3, faultyCycle: 2 + 12))
    result.seconds = nil
    result.reproduce = "run adder --seed 1"
    #expect(
      result.text() == """
        FAILED  adder
          seed       0x0000000000000001
          failure    wrong output at cycle 17
                     vector 12, field 'sum': expected 0x024 (36), got 0x025 (37)
          compared   12 vectors, 12 values
          cycles     17, of them 2 in reset
          reproduce  run adder --seed 1

        last vectors on 'inputs' (in)
           #  cycle  a           b
           8     10  0xb9 (-71)  0x00 (0)
           9     11  0x55 (85)   0x21 (33)
          10     12  0xce (-50)  0x65 (101)
          11     13  0x7e (126)  0x54 (84)
          12     14  0x23 (35)   0x01 (1)
          13     15  0x50 (80)   0x0f (15)
          14     16  0x7e (126)  0xf1 (-15)
          15     17  0x79 (121)  0x6a (106)

        last vectors on 'outputs' (out)
           #  cycle  sum
           4      9  0x000 (0)
           5     10  0x1a6 (-90)
           6     11  0x188 (-120)
           7     12  0x057 (87)
           8     13  0x1b9 (-71)
           9     14  0x076 (118)
          10     15  0x033 (51)
          11     16  0x0d2 (210)
          12     17  0x024 (36)    <- expected
          12     17  0x025 (37)    <- got

        """)
  }

  @Test func `Only the bits under the mask are compared`() throws {
    let adder = SoftwareAdder(latency: 2)
    var bench = try PinBench(adder.interface, latency: 2, inputs: ["a", "b"], seed: 1)
    try bench.append([1, 2, 3, 4], expecting: [99, 1, 7 + 128, 1], care: [0, 0, 0x7F, 1])
    try bench.append([1, 2], expecting: [3, 1])
    var result = try bench.run(on: adder)
    #expect(result.verdict == .passed, "\(result.text())")
    #expect(result.transactionsCompared == 2)
    #expect(result.valuesCompared == 4)

    try bench.append([1, 2], expecting: [3 + 128, 1], care: [0x80, 0])
    result = try bench.run(on: SoftwareAdder(latency: 2))
    #expect(result.failure?.differences.map(\.field) == ["sum"])

    var careless = try PinBench(adder.interface, latency: 2, inputs: ["a", "b"], seed: 1)
    try careless.append([1, 2], expecting: [0, 0], care: [0, 0])
    #expect(try careless.run(on: SoftwareAdder(latency: 2)).failure?.kind == .nothingCompared)
  }

  @Test func `Inputs that are not driven keep their constant`() throws {
    var bench = try PinBench(
      SoftwareAdder(latency: 1).interface, latency: 1, inputs: ["a", "b"], outputs: ["sum"], seed: 1)
    try bench.hold("subtract", at: 1)
    try bench.append([5, 7, -1, 1], expecting: [-2, -2])
    #expect(try bench.run(on: SoftwareAdder(latency: 1)).verdict == .passed)
    let error = #expect(throws: BenchError.self) { try bench.hold("a", at: 1) }
    #expect(error?.description == "module 'adder' has no such port 'a'; it has 'subtract'")
    let range = #expect(throws: BenchError.self) { try bench.hold("subtract", at: 2) }
    #expect(range?.description == "2 does not fit field 'subtract' of 'adder' (row 0): 1 bits unsigned hold 0 to 1")
  }

  @Test func `Blocks made during the run are the same as vectors made before`() throws {
    var whole = try bench(latency: 3, count: 5)
    var lazy = whole
    let block: PinBench.BlockGenerator = { index, random, vectors throws(BenchError) in
      for _ in 0..<(index % 4 * 3) {
        let (a, b) = (random.signed(bits: 8), random.signed(bits: 8))
        try vectors.append([a, b], expecting: [a + b])
      }
    }
    try lazy.generate(blocks: 41, block)
    for index in 0..<41 {
      var random = whole.testSeed.generator("block", index: index)
      var vectors: [([Int], [Int])] = []
      for _ in 0..<(index % 4 * 3) {
        let (a, b) = (random.signed(bits: 8), random.signed(bits: 8))
        vectors.append(([a, b], [a + b]))
      }
      for (inputs, outputs) in vectors { try whole.append(inputs, expecting: outputs) }
    }
    for faultyCycle in [nil, 150] as [UInt64?] {
      var fromBlocks = try lazy.run(on: SoftwareAdder(latency: 3, faultyCycle: faultyCycle))
      var fromMemory = try whole.run(on: SoftwareAdder(latency: 3, faultyCycle: faultyCycle))
      fromBlocks.seconds = nil
      fromMemory.seconds = nil
      #expect(fromBlocks.verdict == (faultyCycle == nil ? .passed : .failed), "\(fromBlocks.text())")
      #expect(fromBlocks.failure == fromMemory.failure)
      #expect(fromBlocks == fromMemory)
    }
  }

  @Test func `Misuse is explained and leaves nothing behind`() throws {
    let interface = SoftwareAdder(latency: 1).interface
    var bench = try bench(latency: 1, count: 1)
    let messages: [(String, () throws -> Void)] = [
      ("latency is -1 and must be at least 0", { _ = try PinBench(interface, latency: -1, seed: 1) }),
      (
        "module 'adder' has no such port 'c'; it has 'a', 'b', 'subtract'",
        { _ = try PinBench(interface, latency: 1, inputs: ["c"], seed: 1) }
      ),
      (
        "3 values do not make whole rows for 'inputs of adder', which takes 2 each: 'a', 'b'",
        { try bench.append([1, 2, 3], expecting: [1]) }
      ),
      (
        "2 values do not make whole rows for 'outputs of adder, 1 of them', which takes 1 each: 'sum'",
        { try bench.append([1, 2], expecting: [1, 2]) }
      ),
      (
        "2 values do not make whole rows for 'outputs of adder, 1 of them', which takes 1 each: 'sum'",
        { try bench.append([1, 2], expecting: [1], care: [1, 2]) }
      ),
      (
        "256 does not fit field 'sum' of 'outputs of adder' (row 0): 9 bits signed hold -256 to 255",
        { try bench.append([1, 2], expecting: [256]) }
      ),
      ("blocks is -2 and must be at least 0", { try bench.generate(blocks: -2) { _, _, _ in } }),
    ]
    for (message, action) in messages {
      let error = #expect(throws: BenchError.self) { try action() }
      #expect(error?.description == message)
    }
    let result = try bench.run(on: SoftwareAdder(latency: 1))
    #expect(result.verdict == .passed)
    #expect(result.transactionsCompared == 1)
  }
}
