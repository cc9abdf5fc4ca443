import AnalogMacros
import AnalogMacrosHardware
import Engine
import HDL
import Netlist
import Simulator
import TestFiles
import TestSupport
import Testing

/// What every body of the macro has to hold, on crossbars of full size: 128 × 128 cells of two bits.
///
/// Bodies: the definition in software, the software model under the native simulator, and the module's text in Verilator; each with
/// everything ideal, with effects that round to nothing, and with effects. The columns and the inputs are those where mistakes show.
@Suite struct CrossbarConformanceTests {
  struct Body: Sendable, CustomTestStringConvertible {
    var name: String
    var encoding: WeightEncoding
    var converterBits = 9
    var codeFractionBits = 0
    var effects = Nonidealities()
    var testDescription: String { name }

    /// Whether a code is that of the exact sum, clamped.
    var isExact: Bool {
      CrossbarCoefficients(effects, CrossbarGeometry()) == CrossbarCoefficients(Nonidealities(), CrossbarGeometry())
    }

    var configuration: CrossbarProduct.Configuration {
      .init(
        CrossbarGeometry(converterBits: converterBits, codeFractionBits: codeFractionBits), encoding,
        columnsPerConverter: 4, effects: effects)
    }

    init(_ name: String, _ encoding: WeightEncoding, _ change: (inout Body) -> Void = { _ in }) {
      (self.name, self.encoding) = (name, encoding)
      change(&self)
    }
  }

  /// Those of which a model is built in Verilator.
  static let bodies = [
    Body("offset, ideal, eight bits that clamp", .offset) { $0.converterBits = 8 },
    // The general body with coefficients that are all nothing.
    Body("flipped columns, effects of nothing", .flippedOffset) {
      ($0.converterBits, $0.effects.relativeProgramming) = (8, 1e-9)
    },
    Body("differential, with effects, in quarters", .differential) {
      $0.codeFractionBits = 2
      ($0.effects.relativeProgramming, $0.effects.readNoise, $0.effects.stuckLowest) = (0.05, 0.5, 0.002)
      ($0.effects.onOffRatio, $0.effects.verifyTolerance) = (17, 0.2)
    },
  ]

  /// Logical columns: all cells at the greatest level in offset columns, all at the lowest, a single row, a chequered pattern, sums at the
  /// edge of a converter of eight bits, the least weight.
  static let weights: [[Int32]] = (0..<128).map { row in
    (0..<32).map { column in
      switch column {
      case 0: 127
      case 1: -128
      case 2: row == 77 ? 127 : 0
      case 3: row % 2 == 0 ? 127 : -128
      case 4: row < 85 ? 127 : -128
      case 5: 42
      case 6: row % 2 == 0 ? -86 : 85
      default: Int32(truncatingIfNeeded: CounterNoise.mix(UInt64(row << 8 | column)) & 255) - 128
      }
    }
  }

  /// All ones, the sign plane alone, one row, every other row, the first 64 rows, random numbers.
  static let vectors: [[Int32]] =
    [
      [Int32](repeating: -1, count: 128), [Int32](repeating: -128, count: 128), (0..<128).map { $0 == 77 ? 127 : 0 },
      (0..<128).map { $0 % 2 == 0 ? 85 : -86 }, (0..<128).map { $0 < 64 ? 1 : 0 },
    ]
    + (0..<2).map { seed in
      (0..<128).map { Int32(truncatingIfNeeded: CounterNoise.mix(UInt64(seed << 40 | $0)) & 255) - 128 }
    }

  static func exact(_ vector: [Int32]) -> [Int32] {
    (0..<32).map { column in zip(weights, vector).reduce(0) { $0 + $1.0[column] * $1.1 } }
  }

  @Test func `Sums at the converter's edges, and flips, change nothing where nothing is lost`() {
    let wanted = Self.vectors.map(Self.exact)
    for (encoding, bits) in [(WeightEncoding.offset, 9), (.flippedOffset, 8), (.differential, 9)] {
      for error in [0, 1e-9] {
        let body = Body("", encoding) { ($0.converterBits, $0.effects.relativeProgramming) = (bits, error) }
        let product = CrossbarProduct(Self.weights, body.configuration)
        for (vector, wanted) in zip(Self.vectors, wanted) { #expect(product.times(vector) == wanted, "\(encoding)") }
      }
    }
    // Eight bits without flips clamp the sum 384 of a full column and 256 of two levels; 255 fits.
    let clamped = CrossbarProduct(Self.weights, Self.bodies[0].configuration).times(Self.vectors[0])
    #expect(clamped[0] != wanted[0][0] && clamped[1] == wanted[0][1] && clamped[5] != wanted[0][5])
    #expect(clamped[4] == wanted[0][4], "85 rows of the greatest level are 255")
  }

  @Test(arguments: bodies)
  func `Every body gives the codes of the definition, in whatever order it is asked`(body: Body) throws {
    let c = body.configuration
    let unit = CrossbarProductUnit(c, number: 9)
    let golden = CrossbarProduct(Self.weights, c, number: 9)
    let encoded = EncodedWeights(Self.weights, bits: 8, c.encoding, c.geometry)
    var engines: [any Engine] = [try unit.verilated()]
    // The native simulator takes seconds for a unit of this size.
    if Tier.isFull || body.encoding == .differential { engines.append(try NativeModel(unit.elaborate())) }
    for engine in engines {
      let bench = UnitBench(engine, unit)
      try bench.program(encoded)
      // Backwards: what a read gives does not depend on those before it.
      for index in Self.vectors.indices.reversed() {
        let event = UInt32(index * 8)
        let wanted = golden.times(Self.vectors[index], event: event)
        #expect(try bench.products(of: Self.vectors[index], event: event) == wanted, "vector \(index)")
        if body.isExact, c.encoding == .flippedOffset { #expect(wanted == Self.exact(Self.vectors[index])) }
      }
    }
  }
}

/// Drives a ``CrossbarProductUnit`` by its pins.
struct UnitBench {
  let engine: any Engine
  let unit: CrossbarProductUnit

  init(_ engine: any Engine, _ unit: CrossbarProductUnit) { (self.engine, self.unit) = (engine, unit) }

  private func set(_ name: String, _ values: [Int], width: Int) {
    var bits = BitVector.zeros(values.count * width)
    for (index, value) in values.enumerated() {
      for bit in 0..<width { bits[index * width + bit] = value >> bit & 1 == 1 }
    }
    engine.pin(name)?.store(bits)
  }

  func program(_ encoded: EncodedWeights) throws {
    let c = unit.configuration
    for name in ["products_ready", "vector_valid", "write", "temperature"] { engine[name] = 0 }
    try engine.reset()
    engine["write"] = 1
    for (crossbar, levels) in encoded.levels.enumerated() {
      for (row, values) in levels.enumerated() {
        if c.encoding == .differential { engine["write_crossbar"] = crossbar }
        engine["write_row"] = row
        set("write_levels", values.map { Int($0) }, width: c.geometry.cellBits)
        if c.encoding == .flippedOffset { set("flips", encoded.isFlipped.map { $0 ? 1 : 0 }, width: 1) }
        try engine.run(cycles: 1)
      }
    }
    engine["write"] = 0
  }

  func products(of vector: [Int32], event: UInt32) throws -> [Int32] {
    let c = unit.configuration
    engine["vector_valid"] = 1
    engine["read_event"] = Int(event)
    set("vector_data", vector.map { Int($0) }, width: c.inputBits)
    try engine.run(cycles: 1)
    engine["vector_valid"] = 0
    try engine.run(cycles: c.inputBits * (1 + c.columnsPerConverter * (unit.convertCycles + 1)) + 1)
    try engine.settle()
    try #require(engine["products_valid"] == 1)
    guard let bits = engine.pin("products_data")?.load() else { return [] }
    engine["products_ready"] = 1
    try engine.run(cycles: 1)
    engine["products_ready"] = 0
    return (0..<c.outputs).map { Int32(truncatingIfNeeded: bits.slice(low: $0 * 32, width: 32).words[0]) }
  }
}
