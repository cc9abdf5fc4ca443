import Foundation
import NumberFormats

/// The coherent adder of a residual: two signals of one wavelength and phase on one waveguide.
///
/// With a phase error θ the second amplitude counts by cos θ: sum = a + rne(b · rne(cos θ · 2^16) / 2^16). Exact at θ = 0.
public struct CoherentAdder: Hashable, Sendable {
  /// cos θ with 16 fraction bits.
  public let factor: Int64

  /// An adder with a phase error in radians.
  public init(phaseError: Double = 0) { factor = Int64((cos(phaseError) * 65536).rounded(.toNearestOrEven)) }

  /// What arrives of the second signal.
  public func arriving(_ code: Int32) -> Int32 { Int32((Int64(code) * factor).roundedShiftRight(by: 16)) }

  /// The sums.
  public func callAsFunction(_ first: [Int32], _ second: [Int32]) -> [Int32] {
    zip(first, second).map { $0 + arriving($1) }
  }
}

/// The gain of a normalisation, set by a ring for each channel: γ as a code of so many bits.
public struct OpticalGain: Hashable, Sendable {
  /// Bits of a gain with its sign, 2 to 16; 16 is exact.
  public let bits: Int

  /// Gains of so many bits.
  public init(bits: Int = 16) {
    precondition((2...16).contains(bits), "a gain has 2 to 16 bits")
    self.bits = bits
  }

  /// The gains that are set.
  public func codes(_ gamma: [Int32]) -> [Int32] {
    let shift = 16 - bits
    let limit = Int64(1) << Int64(bits - 1)
    return gamma.map {
      Int32(min(max(Int64($0).roundedShiftRight(by: shift), -limit), limit - 1) << Int64(shift))
    }
  }
}
