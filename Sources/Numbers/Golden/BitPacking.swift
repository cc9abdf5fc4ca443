/// Lanes of equal width side by side, lane 0 in the low bits, as words of 64 bits.
///
/// - Parameters:
///   - lanes: The values; bits above `width` are dropped.
///   - width: Bits of a lane, 1 to 64.
public func packed(_ lanes: [UInt64], width: Int) -> [UInt64] {
  precondition((1...64).contains(width), "a lane has 1 to 64 bits, got \(width)")
  var words = [UInt64](repeating: 0, count: (lanes.count * width + 63) / 64)
  for (lane, value) in lanes.enumerated() {
    for bit in 0..<width where value >> UInt64(bit) & 1 == 1 {
      let position = lane * width + bit
      words[position / 64] |= 1 << UInt64(position % 64)
    }
  }
  return words
}
