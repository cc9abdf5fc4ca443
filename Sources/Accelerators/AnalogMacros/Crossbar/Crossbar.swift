import NumberFormats

/// A crossbar of resistive cells with a converter for each group of columns: what it stores, and the codes of a read.
///
/// A read drives the rows of one bit plane; a column's current is the sum of the conductances of the driven rows, and its
/// code the current in steps of the converter, rounded to nearest and clamped to the converter's range. With every effect off the
/// code is the exact sum of the levels, with the converter's fraction bits, clamped. All arithmetic is of integers, so hardware gives the same codes.
public struct Crossbar: Sendable {
  /// Cells and converter.
  public let geometry: CrossbarGeometry
  /// Strengths of the effects.
  public let coefficients: CrossbarCoefficients
  /// Columns that share a converter: column j uses converter j / columnsPerConverter.
  public let columnsPerConverter: Int
  /// Levels, row by row.
  public private(set) var levels: [UInt8]
  /// How often each row was written, and the pulses that its cells got at most in all of that: their wear.
  public private(set) var writes, pulses: [UInt32]

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
    pulses = writes
    conductances = []
    conductances.reserveCapacity(geometry.rows * (geometry.columns + 1))
    guard !coefficients.isExact else {
      conductances = [Int32](repeating: 0, count: geometry.rows * (geometry.columns + 1))
      return
    }
    for row in 0..<geometry.rows {
      for column in 0...geometry.columns { conductances.append(conductance(row, column, level: 0, pulse: 0)) }
    }
  }

  /// What the writing of a row took.
  public struct Write: Hashable, Sendable {
    /// Pulses of the cell that got most.
    public var pulses: Int
    /// Whether a cell was not within the tolerance after all its pulses.
    public var hasFailed: Bool
  }

  /// Writes the levels of a row; with a tolerance each cell is read back and written again until it is near enough.
  ///
  /// - Parameter newLevels: one for each column, at most the greatest level.
  @discardableResult
  public mutating func write(row: Int, _ newLevels: [UInt8]) -> Write {
    precondition(newLevels.count == geometry.columns, "a row has \(geometry.columns) levels, not \(newLevels.count)")
    writes[row] &+= 1
    let isExact = coefficients.isExact
    var report = Write(pulses: 1, hasFailed: false)
    for (column, level) in newLevels.enumerated() {
      precondition(level <= geometry.greatestLevel, "level \(level) is above \(geometry.greatestLevel)")
      levels[row * geometry.columns + column] = level
      // Without effects a cell conducts its level.
      guard !isExact else {
        conductances[row * (geometry.columns + 1) + column] = Int32(level) << Int32(CrossbarCoefficients.levelBits)
        continue
      }
      let (last, isNear) = verified(row, column, level: Int64(level))
      report.pulses = max(report.pulses, last + 1)
      report.hasFailed = report.hasFailed || !isNear
      conductances[row * (geometry.columns + 1) + column] = conductance(
        row, column, level: Int64(level), pulse: last)
    }
    pulses[row] &+= UInt32(report.pulses)
    return report
  }

  /// The random word of a pulse into a cell; which cells are stuck and how they drift is in that of the first one.
  private func word(_ row: Int, _ column: Int, pulse: Int) -> UInt64 {
    pulse == 0
      ? cells.word(UInt32(row), UInt32(column)) : cells.word(UInt32(row), UInt32(column), UInt32(pulse))
  }

  /// What a pulse misses a level by, in 1/256 of a level step.
  private func error(_ word: UInt64, level: Int64) -> Int64 {
    let error =
      coefficients.relativeProgramming * (level << CrossbarCoefficients.levelBits) * GaussianTable.value(word)
      + coefficients.absoluteProgramming * (Int64(geometry.greatestLevel) << CrossbarCoefficients.levelBits)
      * GaussianTable.value(word >> 16)
    return error.roundedShiftRight(by: CrossbarCoefficients.factorBits + GaussianTable.fractionBits)
  }

  /// The lowest and the greatest conductance of a cell that is stuck; nil for one that is not.
  private func stuck(_ word: UInt64) -> Int64? {
    let place = Int64(word >> 32 & 0xFFFF)
    if place < coefficients.stuckLowest { return 0 }
    if place < coefficients.stuckLowest + coefficients.stuckHighest {
      return Int64(geometry.greatestLevel) << CrossbarCoefficients.levelBits
    }
    return nil
  }

  /// The pulse after which a cell is near enough to its level, or the last one it gets.
  private func verified(_ row: Int, _ column: Int, level: Int64) -> (pulse: Int, isNear: Bool) {
    let (tolerance, most) = (coefficients.verifyTolerance, Int(coefficients.verifyPulses))
    guard tolerance > 0 else { return (0, true) }
    if let held = stuck(word(row, column, pulse: 0)) {
      let isNear = abs(held - level << CrossbarCoefficients.levelBits) <= tolerance
      return (isNear ? 0 : most - 1, isNear)
    }
    for pulse in 0..<most where abs(error(word(row, column, pulse: pulse), level: level)) <= tolerance {
      return (pulse, true)
    }
    return (most - 1, false)
  }

  /// The conductance of a cell at 300 K, in 1/256 of a level step.
  private func conductance(_ row: Int, _ column: Int, level: Int64, pulse: Int) -> Int32 {
    let c = coefficients
    let first = word(row, column, pulse: 0)
    let greatest = Int64(geometry.greatestLevel) << CrossbarCoefficients.levelBits
    let steps = level << CrossbarCoefficients.levelBits
    var value: Int64
    if let held = stuck(first) {
      value = c.lowest + held
    } else {
      value = max(0, c.lowest + steps + error(word(row, column, pulse: pulse), level: level))
    }
    if c.driftDown != CrossbarCoefficients.one {
      let factor = first >> 63 == 1 ? c.driftUp : c.driftDown
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
      return Int(min(max(exact.roundedShiftRight(by: 28 - geometry.codeFractionBits), 0), greatest))
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
