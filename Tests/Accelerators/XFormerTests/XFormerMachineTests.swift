import AnalogMacros
import Testing
import XFormer

/// The golden machine against the integer transformer.
@Suite struct XFormerMachineTests {
  private static let layer = XFormerLayer.random(features: 16, heads: 2, inner: 32)

  private static func steps(_ program: XFormerProgram) throws -> [String: [Int32]] {
    let machine = try XFormerMachine.executed(program)
    var steps: [String: [Int32]] = [:]
    for place in program.results {
      steps[String(place.name.dropFirst("layer.0.".count))] = (0..<place.rows * place.columns).map { index in
        let start = place.address + place.bytes * index
        if place.bytes == 1 { return Int32(Int8(bitPattern: machine.memory[start])) }
        return Int32(Int16(bitPattern: UInt16(machine.memory[start]) | UInt16(machine.memory[start + 1]) << 8))
      }
    }
    return steps
  }

  private static func program(
    _ sizes: XFormerSizes, _ schedule: XFormerSchedule, tokens: Int, isCausal: Bool = false
  ) throws -> XFormerProgram {
    try XFormerCompiler(sizes, schedule: schedule, isCausal: isCausal).program(
      [layer], input: XFormerLayer.randomInput(tokens: tokens, features: 16))
  }

  static let encodings: [(WeightEncoding, Int)] = [(.differential, 6), (.offset, 6), (.flippedOffset, 5)]

  @Test(arguments: encodings, [1, 4, 7])
  func `With ideal crossbars every step is the integer transformer's`(
    encoding: (kind: WeightEncoding, bits: Int), tokens: Int
  ) throws {
    var sizes = XFormerSizes.micro
    sizes.unitsPerEngine = 8
    sizes.crossbar.encoding = encoding.kind
    sizes.crossbar.geometry.converterBits = encoding.bits
    for isCausal in [false, true] {
      let expected = Self.layer(
        XFormerLayer.randomInput(tokens: tokens, features: 16), block: sizes.block, isCausal: isCausal,
        numbers: SoftmaxNumbers(sizes))
      for schedule in XFormerSchedule.allCases {
        let steps = try Self.steps(Self.program(sizes, schedule, tokens: tokens, isCausal: isCausal))
        #expect(steps.keys.sorted() == expected.steps.keys.sorted())
        for (name, codes) in expected.steps { #expect(steps[name] == codes, "\(name), \(schedule)") }
      }
    }
  }

  @Test func `Codes by reads of the crossbars are those of the weights`() throws {
    // A seed alone changes nothing; a knob that rounds to nothing makes the machine read its crossbars plane by plane.
    var sizes = XFormerSizes.micro
    let plain = try Self.steps(Self.program(sizes, .kvFirst, tokens: 3))
    sizes.crossbar.effects.relativeProgramming = 1e-9
    #expect(try Self.steps(Self.program(sizes, .kvFirst, tokens: 3)) == plain)
    sizes.crossbar.effects.relativeProgramming = 0.1
    #expect(try Self.steps(Self.program(sizes, .kvFirst, tokens: 3)) != plain)
  }

  @Test(arguments: encodings, [4, 5])
  func `Clamped codes of ideal crossbars are those of reads`(encoding: (kind: WeightEncoding, bits: Int), bits: Int)
    throws
  {
    var sizes = XFormerSizes.micro
    sizes.crossbar.encoding = encoding.kind
    let exact = try Self.steps(Self.program(sizes, .kvFirst, tokens: 3))
    sizes.crossbar.geometry.converterBits = bits
    let clamped = try Self.steps(Self.program(sizes, .kvFirst, tokens: 3))
    // A knob that rounds to nothing reads every plane.
    sizes.crossbar.effects.relativeProgramming = 1e-9
    #expect(try Self.steps(Self.program(sizes, .kvFirst, tokens: 3)) == clamped)
    // Five bits hold what differential and flipped columns of 16 rows give here.
    #expect(encoding.kind != .offset && bits == 5 || clamped != exact)
  }

  @Test func `Units that were programmed before give the same bits, on any number of threads`() throws {
    var sizes = XFormerSizes.micro
    (sizes.crossbar.effects.relativeProgramming, sizes.crossbar.effects.readNoise) = (0.05, 0.6)
    sizes.crossbar.geometry.converterBits = 5
    let programs = try [2, 5].map { try Self.program(sizes, .kvFirst, tokens: $0) }
    for jobs in [1, 3] {
      let units = XFormerUnits(programs[0], jobs: jobs)
      for program in programs {
        let (plain, prepared) = (
          try XFormerMachine.executed(program), try XFormerMachine.executed(program, with: units)
        )
        #expect(plain.memory == prepared.memory && plain.stores == prepared.stores && plain.counts == prepared.counts)
      }
    }
    // Units of other errors, or of other weights, are not taken.
    let other = try programs[0].on(Nonidealities(), converterBits: 6)
    #expect(
      try XFormerMachine.executed(other, with: XFormerUnits(programs[0])).memory
        == XFormerMachine.executed(other).memory)
    let layer = XFormerLayer.random(features: 16, heads: 2, inner: 32, seed: 9)
    let foreign = try XFormerCompiler(sizes).program(
      [layer], input: XFormerLayer.randomInput(tokens: 2, features: 16))
    #expect(
      try XFormerMachine.executed(programs[0], with: XFormerUnits(foreign)).memory
        == XFormerMachine.executed(programs[0]).memory)
  }

  @Test func `Codes of 8 bits have the shifts of their numbers`() throws {
    let narrowing = RowNumbers.Narrowing(shift: 3, shifts: [0, 1, 7, 0, 2])
    #expect(narrowing([8, 8, 1024, 2000, -48]) == [1, 0, 1, 127, -2])
    // Ties go to the even code.
    #expect(RowNumbers.Narrowing(shift: 1)([1, 3, 5, -1, -3]) == [0, 2, 2, 0, -2])
    var layers = XFormerLayer.random(layers: 2, features: 16, heads: 2, inner: 32)
    let input = XFormerLayer.randomInput(tokens: 2, features: 16)
    _ = try XFormerCompiler(.micro).program(layers, input: input)
    layers[1].inputNarrowing.shift += 1
    do {
      _ = try XFormerCompiler(.micro).program(layers, input: input)
      Issue.record("it was compiled")
    } catch { #expect("\(error)".contains("other codes of 8 bits than the layer before gives")) }
  }

  /// The row of 16 bits is the sum, the one of 8 bits is normalised, in integers that are worked out by hand.
  @Test func `A sum that is kept goes on as it is, saturated, beside its normalised codes`() throws {
    func both(_ keepsSum: Bool) -> (wide: [Int32], narrow: [Int8]) {
      RowNumbers.normalized(
        [30000, -30000, 100, -100], [10000, -10000, 28, 72], gamma: [1024, 1024, 1024, 1024], beta: [0, 0, 0, 0],
        shift: RowNumbers.fractionBits, small: 0, narrowing: .init(shift: 4), keepsSum: keepsSum)
    }
    let (kept, normal) = (both(true), both(false))
    #expect(kept.wide == [32767, -32768, 128, -28])
    // The mean is 25 and the deviation 40000 / √2: about √2 of it.
    #expect(normal.wide == [1447, -1449, 4, -2] && normal.narrow == [90, -91, 0, 0])
    // The clamped sums have the mean 24.75 and the deviation 32767.5 / √2.
    #expect(kept.narrow == [90, -91, 0, 0])
  }

  @Test func `Layers that normalise what they read are the integer transformer's, in every schedule`() throws {
    var sizes = XFormerSizes.micro
    sizes.heldBlocks = 16
    let layers = XFormerLayer.random(layers: 2, features: 16, heads: 2, inner: 32, normalizesInputs: true)
    let input = XFormerLayer.randomInput(tokens: 5, features: 16)
    // The stream is the sum of what was added to it: nothing is normalised between.
    let first = layers[0](input, block: sizes.block, isCausal: false, numbers: SoftmaxNumbers(sizes))
    for (index, row) in input.enumerated() {
      for (feature, code) in row.enumerated() {
        let place = index * 16 + feature
        let hidden = min(max(code + first.steps["attention"]![place], -32768), 32767)
        #expect(first.steps["hidden.wide"]![place] == hidden)
        #expect(first.wide[index][feature] == min(max(hidden + first.steps["outer"]![place], -32768), 32767))
      }
    }
    for schedule in [XFormerSchedule.serial, .kvFirst, .wavefront] {
      let program = try XFormerCompiler(sizes, schedule: schedule).program(layers, input: input)
      let golden = try XFormerMachine.executed(program)
      var rows = input
      for layer in layers {
        rows = layer(rows, block: sizes.block, isCausal: false, numbers: SoftmaxNumbers(sizes)).wide
      }
      let place = try #require(program.results.last { $0.name == "layer.1.output.wide" })
      #expect(place.numbers(in: golden.memory) == rows, "\(schedule)")
    }
    // A layer that normalises its sums does not follow one that does not.
    var mixed = layers
    mixed[1].inputNorm = nil
    do {
      _ = try XFormerCompiler(sizes).program(mixed, input: input)
      Issue.record("it was compiled")
    } catch { #expect("\(error)".contains("other codes of 8 bits than the layer before gives")) }
  }

  @Test func `The size of the blocks is part of the numbers, the schedule is not`() throws {
    var sizes = XFormerSizes.micro
    sizes.crossbar.effects.relativeProgramming = 0.05
    let first = try Self.steps(Self.program(sizes, .serial, tokens: 5))
    #expect(try Self.steps(Self.program(sizes, .kvFirst, tokens: 5)) == first)
    #expect(try Self.steps(Self.program(sizes, .wavefront, tokens: 5)) == first)
    sizes.block = 5
    #expect(try Self.steps(Self.program(sizes, .serial, tokens: 5))["context"] != first["context"])
  }

  @Test func `What does not fit is refused by name`() throws {
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "none"
      } catch { return "\(error)" }
    }
    var sizes = XFormerSizes.micro
    sizes.heldBlocks = 1
    sizes.unitsPerEngine = 16
    #expect(message { _ = try Self.program(sizes, .wavefront, tokens: 5) }.contains("blocks whose sums wait is 6"))
    sizes.block = 65
    #expect(message { try sizes.validate() } == "block is 65: give 1 to 64")
    sizes = .micro
    sizes.headFeatures = 20
    #expect(message { try sizes.validate() } == "head-features is 20, no multiple of bus-bytes, which is 8")
    sizes = .micro
    sizes.unitsPerEngine = 1
    #expect(message { _ = try Self.program(sizes, .serial, tokens: 1) }.contains("32 inputs take 2 units"))
  }
}
