import HDL
import NumberFormats

/// Elements of a row to be normalised, several a clock.
public struct NormalizationBeat: SignalBundle {
  /// bfloat16 elements, the first one in the low bits.
  public let values: Vector<Bits>
  /// What is added to them; absent without a residual.
  public let residuals: Vector<Bits>?
  /// 1 for each element that counts: 0 for what is left over in the last beat.
  public let kept: Bits
  /// 1 with the last beat of a row.
  public let isLast: Bit

  /// A beat of `lanes` elements.
  public init(lanes: Int, hasResidual: Bool) {
    values = .shape(max(1, lanes), of: 16)
    residuals = hasResidual ? .shape(max(1, lanes), of: 16) : nil
    kept = .shape(max(1, lanes))
    isLast = .shape
  }
}

/// Factors and offsets of a row that is normalised, several a clock.
public struct AffineBeat: SignalBundle {
  /// bfloat16 factors γ, in the places of their elements.
  public let gamma: Vector<Bits>
  /// bfloat16 offsets β, in the places of their elements.
  public let beta: Vector<Bits>

  /// A beat of `lanes` factors and offsets.
  public init(lanes: Int) { (gamma, beta) = (.shape(max(1, lanes), of: 16), .shape(max(1, lanes), of: 16)) }
}

/// Elements of a normalised row, several a clock.
public struct NormalizedBeat: SignalBundle {
  /// bfloat16 elements, in the places of their operands.
  public let values: Vector<Bits>
  /// The sums of elements and residuals, which the next residual is; absent without a residual.
  public let sums: Vector<Bits>?
  /// 1 with the last beat of a row.
  public let isLast: Bit

  /// A beat of `lanes` elements.
  public init(lanes: Int, hasResidual: Bool) {
    values = .shape(max(1, lanes), of: 16)
    sums = hasResidual ? .shape(max(1, lanes), of: 16) : nil
    isLast = .shape
  }

  init(values: Vector<Bits>, sums: Vector<Bits>?, isLast: Bit) {
    (self.values, self.sums, self.isLast) = (values, sums, isLast)
  }
}

/// Elements with their residuals added.
struct SummedBeat: SignalBundle {
  let values: Vector<Bits>
  let kept: Bits
  let isLast: Bit
}

/// What is known of a row when its last element is there.
struct RowMoments: SignalBundle {
  let count: UInt
  /// The sum of the elements in fixed point; absent where no mean is subtracted.
  let sum: SInt?
  let squares: UInt
  let isInvalid: Bit
}

/// The moments with (variance + ε) · N².
struct RowSpread: SignalBundle {
  let spread: UInt
  let count: UInt
  let sum: SInt?
  let isInvalid: Bit
}

/// What every element of a row is multiplied with, and what is taken off it.
struct RowScale: SignalBundle {
  /// E8M15.
  let scale: FloatingNumber
  let count: UInt
  let sum: SInt?
  let isInvalid: Bit
}

/// Elements with the scale of their row.
struct ScaledBeat: SignalBundle {
  let beat: SummedBeat
  let row: RowScale
}

/// Elements with the scale of their row, their factors and their offsets.
struct AffineOperands: SignalBundle {
  let beat: SummedBeat
  let row: RowScale
  let affine: AffineBeat
}

/// What goes with the elements through the last pipeline.
struct NormalizationFlags: SignalBundle {
  let kept: Bits
  let isLast: Bit
  let isInvalid: Bit
  let sums: Vector<Bits>?
}
