import AnalogMacros

/// A projection unit of the golden machine: crossbars with the levels that were written, and the products of a vector.
struct ProjectionUnit {
  let configuration: CrossbarProduct.Configuration
  private var crossbars: [Crossbar]
  private var isFlipped: [Bool]
  /// The weights that the levels stand for, where the products of integers are those of the crossbars.
  private var weights: [[Int32]]?
  /// Which part of a row of inputs it takes.
  private(set) var group = 0

  init(_ configuration: CrossbarProduct.Configuration, number: UInt32) {
    self.configuration = configuration
    crossbars = (0..<configuration.encoding.crossbars).map {
      Crossbar(
        configuration.geometry, configuration.effects, number: number &+ UInt32($0),
        columnsPerConverter: configuration.columnsPerConverter)
    }
    isFlipped = [Bool](repeating: false, count: configuration.geometry.columns)
  }

  /// Takes the bytes of a ``XFormerCommand/Kind/program``.
  mutating func program(_ bytes: ArraySlice<UInt8>, group: Int, sizes: XFormerSizes) {
    self.group = group
    let (c, g) = (configuration, configuration.geometry)
    var place = bytes.startIndex
    func bit(_ index: Int) -> Int { Int(bytes[place + index / 8]) >> (index % 8) & 1 }
    if c.encoding == .flippedOffset {
      isFlipped = (0..<g.columns).map { bit($0) == 1 }
      place += sizes.flipWords * sizes.busBytes
    }
    for crossbar in crossbars.indices {
      for row in 0..<g.rows {
        let levels = (0..<g.columns).map { column in
          UInt8((0..<g.cellBits).reduce(0) { $0 | bit(column * g.cellBits + $1) << $1 })
        }
        crossbars[crossbar].write(row: row, levels)
        place += sizes.rowWords * sizes.busBytes
      }
    }
    let needed = c.encoding == .flippedOffset ? g.losslessBits - 1 : g.losslessBits
    let isExact = c.effects.isIdeal && g.converterBits >= needed
    weights = isExact ? decoded() : nil
  }

  private func decoded() -> [[Int32]] {
    let (c, g) = (configuration, configuration.geometry)
    return (0..<g.rows).map { row in
      (0..<c.outputs).map { output in
        func value(_ crossbar: Int) -> Int32 {
          (0..<c.slices).reduce(0) { sum, slice in
            let column = output * c.slices + slice
            var level = Int32(crossbars[crossbar].levels[row * g.columns + column])
            if isFlipped[column] { level = Int32(g.greatestLevel) - level }
            return sum + level << Int32(slice * g.cellBits)
          }
        }
        return c.encoding == .differential ? value(0) - value(1) : value(0) - 1 << Int32(c.weightBits - 1)
      }
    }
  }

  /// The products of a vector, a value for each row.
  func products(_ vector: [Int32], event: UInt32) -> [Int32] {
    let (c, g) = (configuration, configuration.geometry)
    if let weights {
      var sums = [Int32](repeating: 0, count: c.outputs)
      for (value, row) in zip(vector, weights) where value != 0 {
        for column in sums.indices { sums[column] &+= value &* row[column] }
      }
      return sums
    }
    var sums = [Int64](repeating: 0, count: c.outputs)
    for plane in 0..<c.inputBits {
      let driven = vector.map { $0 >> Int32(plane) & 1 == 1 }
      let rows = Int64(driven.count { $0 })
      let codes = crossbars.map { $0.codes(plane: driven, event: event &+ UInt32(plane)) }
      let weight: Int64 = plane == c.inputBits - 1 ? -(1 << Int64(plane)) : 1 << Int64(plane)
      for output in sums.indices {
        for slice in 0..<c.slices {
          let column = output * c.slices + slice
          var code = Int64(codes[0][column])
          if c.encoding == .differential { code -= Int64(codes[1][column]) }
          if isFlipped[column] { code = rows * Int64(g.greatestLevel) - code }
          sums[output] += weight * code << Int64(slice * g.cellBits)
        }
      }
    }
    if c.encoding != .differential {
      let total = vector.reduce(Int64(0)) { $0 + Int64($1) }
      for output in sums.indices { sums[output] -= total << Int64(c.weightBits - 1) }
    }
    return sums.map { Int32(truncatingIfNeeded: $0) }
  }
}
