import HDL

/// An item of a packet.
public struct PacketItem: SignalBundle {
  /// The item.
  public let data: Bits
  /// 1 for the last item of its packet.
  public let last: Bit

  /// An item of `width` bits.
  public init(width: Int) {
    data = .shape(width)
    last = .shape
  }

  public init(data: Bits, last: Bit) { (self.data, self.last) = (data, last) }
}

/// Several items of a packet side by side.
public struct PacketBeat: SignalBundle {
  /// The items, the first one in the low bits.
  public let data: Vector<Bits>
  /// Bit i is 1 when lane i holds an item. The lanes from 0 on are used, all of them unless the beat is the last one.
  public let keep: Bits
  /// 1 for the last beat of its packet.
  public let last: Bit

  /// A beat of `lanes` items of `width` bits.
  public init(width: Int, lanes: Int) {
    data = .shape(lanes, of: width)
    keep = .shape(lanes)
    last = .shape
  }

  public init(data: Vector<Bits>, keep: Bits, last: Bit) { (self.data, self.keep, self.last) = (data, keep, last) }
}

/// The product, or the nearest number that there is: a width that cannot be stays one, and is refused as such.
func clampedProduct(_ a: Int, _ b: Int) -> Int {
  let (product, overflows) = a.multipliedReportingOverflow(by: b)
  return overflows ? ((a < 0) == (b < 0) ? .max : .min) : product
}
