import HDL

/// Elements of a row and which of them are kept.
public struct SparseBeat: SignalBundle {
  /// The elements, the first one in the low bits; 0 for what is not kept when they leave a decoder.
  public let values: Vector<Bits>
  /// 1 for each element that is kept; a kept one may be zero.
  public let mask: Bits
  /// 1 with the last beat of a row.
  public let isLast: Bit

  /// A beat of `lanes` elements of `width` bits.
  public init(lanes: Int, width: Int) {
    (values, mask, isLast) = (.shape(max(1, lanes), of: max(1, width)), .shape(max(1, lanes)), .shape)
  }

  init(values: Vector<Bits>, mask: Bits, isLast: Bit) { (self.values, self.mask, self.isLast) = (values, mask, isLast) }
}

/// Which elements of a beat are kept.
public struct MaskBeat: SignalBundle {
  /// 1 for each element that is kept.
  public let mask: Bits
  /// 1 with the last beat of a row.
  public let isLast: Bit

  /// A beat of `lanes` elements.
  public init(lanes: Int) { (mask, isLast) = (.shape(max(1, lanes)), .shape) }

  init(mask: Bits, isLast: Bit) { (self.mask, self.isLast) = (mask, isLast) }
}
