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
