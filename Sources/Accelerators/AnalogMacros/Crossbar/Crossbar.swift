import NumberFormats

/// A crossbar of resistive cells with a converter for each group of columns: what it stores, and the codes of a read.
///
/// A read drives the rows of one bit plane; a column's current is the sum of the conductances of the driven rows, and its
/// code the current in level steps, rounded to nearest and clamped to the converter's range. With every effect off the
/// code is the exact sum of the levels, clamped. All arithmetic is of integers, so hardware gives the same codes.
public struct Crossbar: Sendable {
  /// Cells and converter.
  public let geometry: CrossbarGeometry
  /// Strengths of the effects.
  public let coefficients: CrossbarCoefficients
  /// Columns that share a converter: column j uses converter j / columnsPerConverter.
  public let columnsPerConverter: Int
  /// Levels, row by row.
  public private(set) var levels: [UInt8]
  /// How often a cell of each row was written.
  public private(set) var writes: [UInt32]

  let cells, reads, telegraphs, converters: CounterNoise
  /// Conductances at 300 K, row by row; behind each row that of the column of lowest levels.
  private(set) var conductances: [Int32]
  let gains, offsets: [Int64]

  /// A crossbar whose cells are at the lowest level.
  ///
  /// - Parameters:
  ///   - number: the macro's number in the design; two macros of one seed have other errors.
  ///   - columnsPerConverter: a divisor of the columns.
  public init(
    _ geometry: CrossbarGeometry, _ effects: Nonidealities = Nonidealities(), number: UInt32 = 0,
    columnsPerConverter: Int = 1
  ) {
    if let fault = geometry.fault ?? effects.fault { preconditionFailure("crossbar: \(fault)") }
    precondition(
      columnsPerConverter > 0 && geometry.columns.isMultiple(of: columnsPerConverter),
      "crossbar: \(columnsPerConverter) columns a converter do not divide \(geometry.columns) columns")
    self.geometry = geometry
    self.columnsPerConverter = columnsPerConverter
    let coefficients = CrossbarCoefficients(effects, geometry)
    self.coefficients = coefficients
    func noise(_ purpose: CounterNoise.Purpose) -> CounterNoise {
      CounterNoise(seed: effects.seed, macro: number, purpose: purpose)
    }
    (cells, reads, telegraphs) = (noise(.cell), noise(.read), noise(.telegraph))
    let converters = noise(.converter)
    self.converters = converters
    let words = (0..<geometry.columns / columnsPerConverter).map { converters.word(0, UInt32($0)) }
    gains = words.map {
      CrossbarCoefficients.one
        + (coefficients.converterGain * GaussianTable.value($0)).roundedShiftRight(by: GaussianTable.fractionBits)
    }
    offsets = words.map { coefficients.converterOffset * GaussianTable.value($0 >> 16) }
    levels = [UInt8](repeating: 0, count: geometry.rows * geometry.columns)
    writes = [UInt32](repeating: 0, count: geometry.rows)
    conductances = []
    conductances.reserveCapacity(geometry.rows * (geometry.columns + 1))
    guard !coefficients.isExact else {
      conductances = [Int32](repeating: 0, count: geometry.rows * (geometry.columns + 1))
      return
    }
    for row in 0..<geometry.rows {
      for column in 0...geometry.columns { conductances.append(conductance(row, column, level: 0)) }
    }
  }

  /// Writes the levels of a row.
  ///
  /// - Parameter newLevels: one for each column, at most the greatest level.
  public mutating func write(row: Int, _ newLevels: [UInt8]) {
    precondition(newLevels.count == geometry.columns, "a row has \(geometry.columns) levels, not \(newLevels.count)")
    writes[row] &+= 1
    let isExact = coefficients.isExact
    for (column, level) in newLevels.enumerated() {
      precondition(level <= geometry.greatestLevel, "level \(level) is above \(geometry.greatestLevel)")
      levels[row * geometry.columns + column] = level
      // Without effects a cell conducts its level.
      conductances[row * (geometry.columns + 1) + column] =
        isExact ? Int32(level) << Int32(CrossbarCoefficients.levelBits) : conductance(row, column, level: Int64(level))
    }
  }

  /// The conductance of a cell at 300 K, in 1/256 of a level step.
  private func conductance(_ row: Int, _ column: Int, level: Int64) -> Int32 {
    let c = coefficients
    let word = cells.word(UInt32(row), UInt32(column))
    let greatest = Int64(geometry.greatestLevel) << CrossbarCoefficients.levelBits
    let stuck = Int64(word >> 32 & 0xFFFF)
    let steps = level << CrossbarCoefficients.levelBits
    var value: Int64
    if stuck < c.stuckLowest {
      value = c.lowest
    } else if stuck < c.stuckLowest + c.stuckHighest {
      value = c.lowest + greatest
    } else {
      let error =
        c.relativeProgramming * steps * GaussianTable.value(word)
        + c.absoluteProgramming * greatest * GaussianTable.value(word >> 16)
      let shift = CrossbarCoefficients.factorBits + GaussianTable.fractionBits
      value = max(0, c.lowest + steps + error.roundedShiftRight(by: shift))
    }
    if c.driftDown != CrossbarCoefficients.one {
      let factor = word >> 63 == 1 ? c.driftUp : c.driftDown
      value = (value * factor).roundedShiftRight(by: CrossbarCoefficients.factorBits)
      value = min(max(value, c.lowest), c.lowest + greatest)
    }
    let loss = (Int64(column) * c.lossPerColumn + Int64(row) * c.lossPerRow).roundedShiftRight(by: 16)
    return Int32((value * max(0, CrossbarCoefficients.one - loss)).roundedShiftRight(by: 16))
  }

  /// The codes of all columns when the rows of `plane` are driven.
  ///
  /// - Parameters:
  ///   - plane: whether each row is driven.
  ///   - event: number of the read; another number gives other noise.
  ///   - temperature: half kelvins above 300 K.
  public func codes(plane: [Bool], event: UInt32 = 0, temperature: UInt8 = 0) -> [Int] {
    let stride = geometry.columns + 1
    var currents = [Int64](repeating: 0, count: stride)
    var sums = [Int32](repeating: 0, count: stride)
    for row in 0..<geometry.rows where plane[row] {
      conductances.withUnsafeBufferPointer { all in
        for column in 0..<stride { sums[column] &+= all[row * stride + column] }
      }
    }
    for column in 0..<stride { currents[column] = Int64(sums[column]) }
    if coefficients.telegraphShare > 0 { addTelegraphs(to: &currents, plane: plane, event: event) }
    let warmth = CrossbarCoefficients.one + (coefficients.temperature * Int64(temperature)).roundedShiftRight(by: 8)
    let shift = CrossbarCoefficients.factorBits
    func warm(_ current: Int64) -> Int64 { (current * warmth).roundedShiftRight(by: shift) }
    let dummy = coefficients.lowest == 0 ? 0 : warm(currents[geometry.columns])
    let greatest = Int64(1) << geometry.converterBits - 1
    return (0..<geometry.columns).map { column in
      var current = warm(currents[column]) - dummy
      if coefficients.readNoise > 0 {
        let z = GaussianTable.value(reads.word(event, UInt32(column)))
        current += (coefficients.readNoise * z).roundedShiftRight(by: 20)
      }
      let converter = column / columnsPerConverter
      // The current has 8 fraction bits and the gain 16; an offset 16 and 12.
      let exact = (current * gains[converter]) << 4 + offsets[converter]
      return Int(min(max(exact.roundedShiftRight(by: 28), 0), greatest))
    }
  }

  private func addTelegraphs(to currents: inout [Int64], plane: [Bool], event: UInt32) {
    for row in 0..<geometry.rows where plane[row] {
      for column in 0...geometry.columns {
        let word = telegraphs.word(event, UInt32(row), UInt32(column))
        guard Int64(word & 0xFFFF) < coefficients.telegraphShare else { continue }
        let value = Int64(conductances[row * (geometry.columns + 1) + column])
        currents[column] -= (value * coefficients.telegraphStrength).roundedShiftRight(
          by: CrossbarCoefficients.factorBits)
      }
    }
  }

  /// The exact sums of the levels of all columns when the rows of `plane` are driven, not clamped.
  public func idealSums(plane: [Bool]) -> [Int] {
    var sums = [Int](repeating: 0, count: geometry.columns)
    for row in 0..<geometry.rows where plane[row] {
      for column in 0..<geometry.columns { sums[column] += Int(levels[row * geometry.columns + column]) }
    }
    return sums
  }
}
