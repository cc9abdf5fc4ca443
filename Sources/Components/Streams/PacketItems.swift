import HDL

/// An item of a packet.
public struct PacketItem: SignalBundle {
  /// The item.
  public let data: Field<Bits>
  /// 1 for the last item of its packet.
  public let last: Field<Bit>

  /// An item of `width` bits.
  public init(width: Int) {
    data = .init(width)
    last = .init()
  }
}

/// Several items of a packet side by side.
public struct PacketBeat: SignalBundle {
  /// The items, the first one in the low bits.
  public let data: Field<Bits>
  /// Bit i is 1 when lane i holds an item. The lanes from 0 on are used, all of them unless the beat is the last one.
  public let keep: Field<Bits>
  /// 1 for the last beat of its packet.
  public let last: Field<Bit>

  /// A beat of `lanes` items of `width` bits.
  public init(width: Int, lanes: Int) {
    data = .init(clampedProduct(width, lanes))
    keep = .init(lanes)
    last = .init()
  }
}

/// The product, or the nearest number that there is: a width that cannot be stays one, and is refused as such.
func clampedProduct(_ a: Int, _ b: Int) -> Int {
  let (product, overflows) = a.multipliedReportingOverflow(by: b)
  return overflows ? ((a < 0) == (b < 0) ? .max : .min) : product
}
