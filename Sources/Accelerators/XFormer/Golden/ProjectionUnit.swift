import AnalogMacros

/// A projection unit of the golden machine: crossbars with the levels that were written, and the products of a vector.
///
/// Where nothing is lost on the way, products are those of the weights. Without effects a code can only be clamped: outputs of which no
/// column can reach the converter's end are products of weights too, and the others are counted in words of bits.
struct ProjectionUnit: Sendable {
  let configuration: CrossbarProduct.Configuration
  private var crossbars: [Crossbar]
  private var isFlipped: [Bool]
  /// The weights that the levels stand for, row by row.
  private var weights: [Int32]
  /// Whether products of the weights are those of the crossbars, but for ``clamped`` outputs.
  private var isExact = false
  /// Outputs of which a code may be clamped.
  private var clamped: [Int] = []
  private var bits: [CrossbarBits] = []
  /// Pulses that its rows took when it was programmed, and rows of which a cell is not near enough to its level.
  private(set) var (pulses, failures) = (0, 0)
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
    weights = [Int32](repeating: 0, count: configuration.geometry.rows * configuration.outputs)
  }

  /// Takes the bytes of a ``XFormerCommand/Kind/program``.
  mutating func program(_ bytes: ArraySlice<UInt8>, group: Int, sizes: XFormerSizes) {
    (pulses, failures) = (0, 0)
    self.group = group
    let (c, g) = (configuration, configuration.geometry)
    var place = bytes.startIndex
    func bit(_ index: Int) -> Int { Int(bytes[place + index / 8]) >> (index % 8) & 1 }
    if c.encoding == .flippedOffset {
      isFlipped = (0..<g.columns).map { bit($0) == 1 }
      place += sizes.flipWords * sizes.busBytes
    }
    var levels = [UInt8](repeating: 0, count: g.columns)
    for crossbar in crossbars.indices {
      for row in 0..<g.rows {
        for column in 0..<g.columns {
          var level = 0
          for index in 0..<g.cellBits { level |= bit(column * g.cellBits + index) << index }
          levels[column] = UInt8(level)
        }
        let write = crossbars[crossbar].write(row: row, levels)
        pulses += write.pulses
        failures += write.hasFailed ? 1 : 0
        place += sizes.rowWords * sizes.busBytes
      }
    }
    isExact = c.effects.isIdeal
    guard isExact else { return }
    decode()
    bits = crossbars.map(CrossbarBits.init)
    let greatest = Int32(1) << Int32(g.converterBits) - 1
    let fraction = Int32(g.codeFractionBits)
    clamped = (0..<c.outputs).filter { output in
      (output * c.slices..<(output + 1) * c.slices).contains { column in
        bits.contains { $0.totals[column] << fraction > greatest }
      }
    }
    if clamped.isEmpty { bits = [] }
  }

  private mutating func decode() {
    let (c, g) = (configuration, configuration.geometry)
    for row in 0..<g.rows {
      for output in 0..<c.outputs {
        func value(_ crossbar: Int) -> Int32 {
          var sum: Int32 = 0
          for slice in 0..<c.slices {
            let column = output * c.slices + slice
            var level = Int32(crossbars[crossbar].levels[row * g.columns + column])
            if isFlipped[column] { level = Int32(g.greatestLevel) - level }
            sum += level << Int32(slice * g.cellBits)
          }
          return sum
        }
        weights[row * c.outputs + output] =
          c.encoding == .differential ? value(0) - value(1) : value(0) - 1 << Int32(c.weightBits - 1)
      }
    }
  }

  /// The products of a vector, a value for each row, with the fraction bits of the codes.
  func products(_ vector: [Int32], event: UInt32, temperature: UInt8 = 0) -> [Int32] {
    guard isExact else { return read(vector, event: event, temperature: temperature) }
    let count = configuration.outputs
    var sums = [Int32](repeating: 0, count: count)
    sums.withUnsafeMutableBufferPointer { sums in
      weights.withUnsafeBufferPointer { weights in
        for (row, value) in vector.enumerated() where value != 0 {
          for column in 0..<count { sums[column] &+= value &* weights[row * count + column] }
        }
      }
    }
    let fraction = Int32(configuration.geometry.codeFractionBits)
    if fraction > 0 { for column in 0..<count { sums[column] <<= fraction } }
    if !clamped.isEmpty { clamp(vector, &sums) }
    return sums
  }

  /// Outputs whose codes may be clamped, plane by plane.
  private func clamp(_ vector: [Int32], _ sums: inout [Int32]) {
    let (c, g) = (configuration, configuration.geometry)
    let greatest = Int32(1) << Int32(g.converterBits) - 1
    let fraction = Int32(g.codeFractionBits)
    for output in clamped { sums[output] = 0 }
    var plane = [UInt64](repeating: 0, count: bits[0].words)
    for number in 0..<c.inputBits {
      for word in plane.indices { plane[word] = 0 }
      var rows: Int32 = 0
      for (row, value) in vector.enumerated() where value >> Int32(number) & 1 == 1 {
        plane[row / 64] |= 1 << UInt64(row % 64)
        rows += 1
      }
      let weight: Int32 = number == c.inputBits - 1 ? -(1 << Int32(number)) : 1 << Int32(number)
      for output in clamped {
        for slice in 0..<c.slices {
          let column = output * c.slices + slice
          var code = min(bits[0].sum(column, plane) << fraction, greatest)
          if c.encoding == .differential { code -= min(bits[1].sum(column, plane) << fraction, greatest) }
          if isFlipped[column] { code = rows * Int32(g.greatestLevel) << fraction - code }
          sums[output] &+= weight &* (code << Int32(slice * g.cellBits))
        }
      }
    }
    guard c.encoding != .differential else { return }
    let total = vector.reduce(0, &+)
    for output in clamped { sums[output] &-= total << Int32(c.weightBits - 1 + c.geometry.codeFractionBits) }
  }

  /// The products by reads of the crossbars, plane by plane.
  func read(_ vector: [Int32], event: UInt32, temperature: UInt8 = 0) -> [Int32] {
    let (c, g) = (configuration, configuration.geometry)
    var sums = [Int32](repeating: 0, count: c.outputs)
    var codes = crossbars.map { _ in [Int32](repeating: 0, count: g.columns + 1) }
    var rows: [Int] = []
    rows.reserveCapacity(g.rows)
    for plane in 0..<c.inputBits {
      rows.removeAll(keepingCapacity: true)
      for (row, value) in vector.enumerated() where value >> Int32(plane) & 1 == 1 { rows.append(row) }
      for index in crossbars.indices {
        crossbars[index].convert(
          rows: rows, event: event &+ UInt32(plane), temperature: temperature, into: &codes[index])
      }
      let weight: Int32 = plane == c.inputBits - 1 ? -(1 << Int32(plane)) : 1 << Int32(plane)
      for output in sums.indices {
        var sum: Int32 = 0
        for slice in 0..<c.slices {
          let column = output * c.slices + slice
          var code = codes[0][column]
          if c.encoding == .differential { code &-= codes[1][column] }
          if isFlipped[column] { code = Int32(rows.count * g.greatestLevel) << Int32(g.codeFractionBits) &- code }
          sum &+= code << Int32(slice * g.cellBits)
        }
        sums[output] &+= weight &* sum
      }
    }
    guard c.encoding != .differential else { return sums }
    let total = vector.reduce(0, &+)
    for output in sums.indices { sums[output] &-= total << Int32(c.weightBits - 1 + c.geometry.codeFractionBits) }
    return sums
  }
}
