import AnalogMacros
import AnalogMacrosHardware
import Engine
import HDL
import Netlist
import Testbench
import Verilator

/// Shell and macros of a block of weights in Verilator: how many planes a second are driven, converted, shifted and added.
///
/// Crossbars of 128 × 128 cells of two bits, differential columns, a converter for four columns: a plane is read in both crossbars.
enum CrossbarReads {
  static let rounds = 9
  static let vectors = 400

  static func measure() throws -> [String: Double] {
    var effects = Nonidealities()
    (effects.relativeProgramming, effects.readNoise) = (0.05, 0.5)
    return [
      "crossbar_plane_reads_per_s": try planesPerSecond(Nonidealities()),
      "crossbar_noisy_plane_reads_per_s": try planesPerSecond(effects),
    ]
  }

  private static func planesPerSecond(_ effects: Nonidealities) throws -> Double {
    progress("Crossbars of 128 x 128 cells in Verilator\(effects.isIdeal ? "" : ", with errors")")
    let configuration = CrossbarProduct.Configuration(
      CrossbarGeometry(converterBits: 9, codeFractionBits: effects.isIdeal ? 0 : 2), .differential,
      columnsPerConverter: 4, effects: effects)
    let unit = CrossbarProductUnit(configuration, number: 1)
    let model = try Benchmark.builder().model(of: ModelDesign(try unit.elaborate().simplified()))
    var random = Xoshiro256(seed: 7)
    let weights = (0..<128).map { _ in
      (0..<configuration.outputs).map { _ in Int32(truncatingIfNeeded: random.next() & 255) - 128 }
    }
    let encoded = EncodedWeights(weights, bits: 8, configuration.encoding, configuration.geometry)
    let golden = CrossbarProduct(weights, configuration, number: 1)
    func pin(_ name: String) throws -> Pin {
      guard let pin = model.pin(name) else { throw Failure("the unit has no port '\(name)'") }
      return pin
    }
    let (write, choice, row) = (try pin("write"), try pin("write_crossbar"), try pin("write_row"))
    let (levels, valid, taken) = (try pin("write_levels"), try pin("vector_valid"), try pin("products_ready"))
    let temperature = try pin("temperature")
    for pin in [write, valid, taken, temperature] { pin.unsigned = 0 }
    try model.reset(cycles: 2)
    write.unsigned = 1
    for (crossbar, all) in encoded.levels.enumerated() {
      choice.unsigned = UInt64(crossbar)
      for (number, values) in all.enumerated() {
        row.unsigned = UInt64(number)
        levels.store(packed(values.map { Int($0) }, width: 2))
        try model.run(cycles: 1)
      }
    }
    write.unsigned = 0
    taken.unsigned = 1
    let inputs = (0..<16).map { _ in (0..<128).map { _ in Int32(truncatingIfNeeded: random.next() & 255) - 128 } }
    let words = inputs.map { packed($0.map { Int($0) }, width: 8) }
    let (data, event) = (try pin("vector_data"), try pin("read_event"))
    let (there, products) = (try pin("products_valid"), try pin("products_data"))
    let wanted = inputs.enumerated().map { golden.times($1, event: UInt32(8 * $0)) }
    // Taken, eight planes of a read and four conversions of three clocks, corrected; then the products are there.
    let clocks = 8 * (1 + 4 * 3) + 1
    var rates = Rates()
    for _ in 0..<rounds {
      let start = threadSeconds()
      for vector in 0..<vectors {
        let number = vector % inputs.count
        valid.unsigned = 1
        event.unsigned = UInt64(8 * number)
        data.store(words[number])
        try model.run(cycles: 1)
        valid.unsigned = 0
        try model.run(cycles: clocks)
        try model.settle()
        guard there.unsigned == 1 else { throw Failure("no products after \(clocks) clocks") }
        let bits = products.load()
        for (column, value) in wanted[number].enumerated() {
          let own = Int32(truncatingIfNeeded: bits.slice(low: 32 * column, width: 32).words[0])
          guard own == value else { throw Failure("product \(column) is \(own), and must be \(value)") }
        }
        try model.run(cycles: 1)
      }
      rates.add(8 * vectors, threadSeconds() - start)
    }
    return rates.best
  }

  private static func packed(_ values: [Int], width: Int) -> BitVector {
    var bits = BitVector.zeros(values.count * width)
    for (index, value) in values.enumerated() {
      for bit in 0..<width { bits[index * width + bit] = value >> bit & 1 == 1 }
    }
    return bits
  }
}
