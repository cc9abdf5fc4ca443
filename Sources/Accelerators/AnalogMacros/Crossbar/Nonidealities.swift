/// What makes a crossbar differ from integers, each knob by itself and off by default.
///
/// Strengths are real numbers here; the macro works with ``CrossbarCoefficients``, which are integers.
public struct Nonidealities: Hashable, Sendable, Codable {
  /// Seed of all random words.
  public var seed: UInt64 = 1
  /// Standard deviation of a cell's programmed conductance, relative to its level: 0 to 1.
  public var relativeProgramming = 0.0
  /// Standard deviation of a cell's programmed conductance, relative to the greatest level: 0 to 1.
  public var absoluteProgramming = 0.0
  /// Greatest conductance over the least one; nil for cells whose lowest level conducts nothing. 2 and above.
  ///
  /// A column of lowest levels, with the same errors as any other, is subtracted from every current.
  public var onOffRatio: Double?
  /// Share of cells that stay at the lowest level: 0 to 1, with ``stuckHighest`` at most 1.
  public var stuckLowest = 0.0
  /// Share of cells that stay at the greatest level.
  public var stuckHighest = 0.0
  /// Standard deviation of a column's current in a read, in steps of a level: 0 to 64.
  public var readNoise = 0.0
  /// Share of reads in which a cell shows its telegraph state: 0 to 1.
  public var telegraphShare = 0.0
  /// Change of conductance in the telegraph state, relative: 0 to 1.
  public var telegraphStrength = 0.0
  /// Exponent v of the drift G · t^±v, the sign random by cell: 0 to 1.
  public var driftExponent = 0.0
  /// Age in units of the time at which the cells were measured: 1 and above.
  public var age = 1.0
  /// Loss of the drive along a row, for each column passed, relative: 0 to 1.
  public var lossPerColumn = 0.0
  /// Loss of the current along a column, for each row passed, relative: 0 to 1.
  public var lossPerRow = 0.0
  /// Standard deviation of a converter's offset, in codes: 0 to 64.
  public var converterOffset = 0.0
  /// Standard deviation of a converter's gain, relative: 0 to 0.5.
  public var converterGain = 0.0
  /// Change of conductance for each kelvin above 300 K, relative: −0.01 to 0.01.
  public var temperatureCoefficient = 0.0

  /// All off.
  public init() {}

  /// Whether every knob is off, whatever the seed.
  public var isIdeal: Bool {
    var other = Nonidealities()
    (other.seed, other.age) = (seed, age)
    return self == other
  }

  /// What is wrong with the values; nil when nothing is.
  public var fault: String? {
    let shares: [(String, Double, ClosedRange<Double>)] = [
      ("relativeProgramming", relativeProgramming, 0...1), ("absoluteProgramming", absoluteProgramming, 0...1),
      ("onOffRatio", onOffRatio ?? 2, 2...1e6), ("stuckLowest", stuckLowest, 0...1),
      ("stuckHighest", stuckHighest, 0...1), ("stuckLowest + stuckHighest", stuckLowest + stuckHighest, 0...1),
      ("readNoise", readNoise, 0...64), ("telegraphShare", telegraphShare, 0...1),
      ("telegraphStrength", telegraphStrength, 0...1), ("driftExponent", driftExponent, 0...1), ("age", age, 1...1e12),
      ("lossPerColumn", lossPerColumn, 0...1), ("lossPerRow", lossPerRow, 0...1),
      ("converterOffset", converterOffset, 0...64), ("converterGain", converterGain, 0...0.5),
      ("temperatureCoefficient", temperatureCoefficient, -0.01...0.01),
    ]
    for (name, value, range) in shares where !range.contains(value) {
      return "\(name) is \(value), and must be \(range.lowerBound) to \(range.upperBound)"
    }
    return nil
  }
}
