import Foundation

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
  /// How near to its level a cell has to be read back when it is written, in steps of a level: 0 to 4; 0 for cells that are written
  /// without being read.
  public var verifyTolerance = 0.0
  /// Pulses that a cell gets at most until it is near enough, each with an error of its own: 1 to 15.
  public var verifyPulses = 8
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
  /// Electronvolts of the drift's activation, 0 to 3; 0 for a drift that warmth does not hasten.
  public var activationEnergy = 0.0
  /// Kelvins at which the cells grew old: 200 to 500.
  public var storedKelvins = 300.0
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
    (other.seed, other.age, other.activationEnergy, other.storedKelvins) = (seed, age, activationEnergy, storedKelvins)
    (other.verifyTolerance, other.verifyPulses) = (verifyTolerance, verifyPulses)
    return self == other
  }

  /// The age at 300 K that makes cells drift as much as theirs did at ``storedKelvins``: Arrhenius' law.
  public var ageAtRoom: Double {
    // Boltzmann's constant in eV/K.
    let acceleration = exp(activationEnergy / 8.617333e-5 * (1 / CrossbarCoefficients.coldest - 1 / storedKelvins))
    return min(max(age * acceleration, 1), 1e12)
  }

  /// What is wrong with the values; nil when nothing is.
  public var fault: String? {
    let shares: [(String, Double, ClosedRange<Double>)] = [
      ("relativeProgramming", relativeProgramming, 0...1), ("absoluteProgramming", absoluteProgramming, 0...1),
      ("onOffRatio", onOffRatio ?? 2, 2...1e6), ("stuckLowest", stuckLowest, 0...1),
      ("stuckHighest", stuckHighest, 0...1), ("stuckLowest + stuckHighest", stuckLowest + stuckHighest, 0...1),
      ("readNoise", readNoise, 0...64), ("telegraphShare", telegraphShare, 0...1),
      ("telegraphStrength", telegraphStrength, 0...1), ("driftExponent", driftExponent, 0...1), ("age", age, 1...1e12),
      ("activationEnergy", activationEnergy, 0...3), ("storedKelvins", storedKelvins, 200...500),
      ("verifyTolerance", verifyTolerance, 0...4), ("verifyPulses", Double(verifyPulses), 1...15),
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
