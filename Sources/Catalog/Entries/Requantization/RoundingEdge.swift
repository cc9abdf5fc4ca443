import NumberFormats
import Testbench

/// A sum and its scale at an edge of rounding: their product is halfway between two codes, or next to that by one bit.
///
/// Which bit it is decides in which step of a shifter it is lost, and whether it is then still known that the product is no
/// tie. Random sums hardly ever tell these apart.
struct RoundingEdge {
  var scale: RequantizationScale
  var sum: Int

  /// An edge at codes within `codes`, which are less the zero point; nil when none was found in some draws.
  ///
  /// - Parameter scale: The scale, where it is given: its multiplier is 2^15. Nil for any.
  static func drawn(
    _ random: inout Xoshiro256, codes: ClosedRange<Int>, scale given: RequantizationScale? = nil
  ) -> RoundingEdge? {
    let reach = min(max(abs(codes.lowerBound), abs(codes.upperBound)), 1 << 15)
    if given != nil || random.integer(below: 2) == 0 {
      let shift = given?.shift ?? 17 + random.integer(below: 15)
      guard shift > 16, let scale = try? given ?? RequantizationScale(multiplier: 0x8000, shift: shift) else {
        return nil
      }
      // The multiplier clears the low bits of the product.
      let (halves, bit) = (2 * random.integer(in: -reach...reach) + 1, 15 + random.integer(below: shift - 15))
      let next = [0, 1, -1][random.integer(below: 3)] << bit
      return RoundingEdge(scale: scale, sum: (halves << (shift - 1) + next) >> 15)
    }
    for _ in 0..<512 {
      let multiplier = 0x8001 + 2 * random.integer(below: 0x3FFF)
      let shift = 17 + random.integer(below: 20)
      let next = (random.integer(below: 2) == 0 ? 1 : -1) << random.integer(below: shift - 1)
      // halves · 2^(shift - 1) + next is a multiple of the multiplier for one remainder of the odd number `halves`.
      var halves = -next % multiplier
      if halves < 0 { halves += multiplier }
      for _ in 0..<(shift - 1) { halves = halves & 1 == 0 ? halves >> 1 : (halves + multiplier) >> 1 }
      if halves & 1 == 0 { halves -= multiplier }
      let product = halves << (shift - 1) + next
      guard abs(halves) <= 2 * reach, product % multiplier == 0, abs(product / multiplier) < 1 << 31,
        let scale = try? RequantizationScale(multiplier: UInt16(multiplier), shift: shift)
      else { continue }
      return RoundingEdge(scale: scale, sum: product / multiplier)
    }
    return nil
  }
}
