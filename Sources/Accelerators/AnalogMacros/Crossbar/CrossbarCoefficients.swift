import Foundation

/// The strengths of a crossbar's effects as integers: what the macro computes with, in software and in Verilog.
///
/// Conductances are in units of 1/256 of a level step; factors have 16 fraction bits.
public struct CrossbarCoefficients: Hashable, Sendable {
  /// Fraction bits of a conductance: a level step is 256.
  public static let levelBits = 8
  /// Fraction bits of a factor.
  public static let factorBits = 16
  /// The factor 1.
  public static let one: Int64 = 1 << 16
  /// Temperature at code 0, in kelvins; a code is half a kelvin.
  public static let coldest = 300.0

  /// Conductance of the lowest level.
  public var lowest: Int64
  /// Standard deviations of the programming, as factors of the level and of the greatest level.
  public var relativeProgramming, absoluteProgramming: Int64
  /// Greatest error of a cell that is read back when it is written; 0 for none that is.
  public var verifyTolerance: Int64
  /// Pulses that a cell gets at most.
  public var verifyPulses: Int64
  /// Cells of 65,536 that are stuck at the lowest and at the greatest level.
  public var stuckLowest, stuckHighest: Int64
  /// Standard deviation of the current of a read: 1/65,536 of a level step.
  public var readNoise: Int64
  /// Reads of 65,536 in which a cell shows its telegraph state.
  public var telegraphShare: Int64
  /// Change in the telegraph state, as a factor.
  public var telegraphStrength: Int64
  /// Factors of drift, for cells that lose and that gain.
  public var driftDown, driftUp: Int64
  /// Loss for each column and row passed: units of 2⁻³².
  public var lossPerColumn, lossPerRow: Int64
  /// Standard deviation of a converter's offset: 1/65,536 of a code.
  public var converterOffset: Int64
  /// Standard deviation of a converter's gain, as a factor.
  public var converterGain: Int64
  /// Change for each code of temperature: units of 2⁻²⁴.
  public var temperature: Int64

  /// The integers nearest to the strengths of `effects` in cells of `geometry`.
  public init(_ effects: Nonidealities, _ geometry: CrossbarGeometry) {
    func factor(_ value: Double, bits: Int = 16) -> Int64 {
      Int64((value * Double(sign: .plus, exponent: bits, significand: 1)).rounded(.toNearestOrEven))
    }
    let span = Double(geometry.greatestLevel << Self.levelBits)
    lowest = effects.onOffRatio.map { Int64((span / ($0 - 1)).rounded(.toNearestOrEven)) } ?? 0
    relativeProgramming = factor(effects.relativeProgramming)
    absoluteProgramming = factor(effects.absoluteProgramming)
    verifyTolerance = factor(effects.verifyTolerance, bits: Self.levelBits)
    verifyPulses = verifyTolerance == 0 ? 1 : Int64(effects.verifyPulses)
    stuckLowest = factor(effects.stuckLowest)
    stuckHighest = factor(effects.stuckHighest)
    readNoise = factor(effects.readNoise)
    telegraphShare = factor(effects.telegraphShare)
    telegraphStrength = factor(effects.telegraphStrength)
    driftDown = factor(pow(effects.ageAtRoom, -effects.driftExponent))
    driftUp = min(factor(pow(effects.ageAtRoom, effects.driftExponent)), 1 << 24)
    lossPerColumn = factor(effects.lossPerColumn, bits: 32)
    lossPerRow = factor(effects.lossPerRow, bits: 32)
    converterOffset = factor(effects.converterOffset)
    converterGain = factor(effects.converterGain)
    temperature = factor(effects.temperatureCoefficient / 2, bits: 24)
  }

  /// Whether a cell conducts its level and nothing else, in every read.
  public var isExact: Bool {
    var ideal = self
    (ideal.converterOffset, ideal.converterGain, ideal.readNoise, ideal.temperature) = (0, 0, 0, 0)
    (ideal.verifyTolerance, ideal.verifyPulses) = (0, 1)
    if ideal.telegraphShare == 0 || ideal.telegraphStrength == 0 {
      (ideal.telegraphShare, ideal.telegraphStrength) = (0, 0)
    }
    return ideal == CrossbarCoefficients(Nonidealities(), CrossbarGeometry())
  }
}
