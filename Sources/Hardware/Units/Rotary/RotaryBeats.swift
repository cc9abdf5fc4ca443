import HDL

/// Features of a vector that is turned, several a clock.
public struct RotaryBeat: SignalBundle {
  /// bfloat16 features, the first one in the low bits.
  public let values: Vector<Bits>
  /// The position of the vector, the same in all its beats.
  public let position: UInt

  /// A beat of `lanes` features.
  public init(lanes: Int, positionWidth: Int) {
    (values, position) = (.shape(max(1, lanes), of: 16), .shape(max(1, positionWidth)))
  }
}

/// Features of a turned vector, several a clock.
public struct RotatedBeat: SignalBundle {
  /// bfloat16 features, in the places of their operands.
  public let values: Vector<Bits>
  /// 1 with the last beat of a vector.
  public let isLast: Bit

  /// A beat of `lanes` features.
  public init(lanes: Int) { (values, isLast) = (.shape(max(1, lanes), of: 16), .shape) }

  init(values: Vector<Bits>, isLast: Bit) { (self.values, self.isLast) = (values, isLast) }
}

/// Pairs of features, and which of the two a lane gives.
struct RotaryPairs: SignalBundle {
  /// The first features of the pairs.
  let first: Vector<Bits>
  /// The second features of the pairs.
  let second: Vector<Bits>
  /// Where cosine and sine of the pairs are.
  let address: UInt
  /// 1 where the second features are wanted; absent where a beat has both.
  let isSecond: Bit?
  let isLast: Bit
}
