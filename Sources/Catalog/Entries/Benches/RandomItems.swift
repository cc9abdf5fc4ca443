import Golden
import HDL
import Testbench

extension Xoshiro256 {
  /// `count` items of `width` bits as words: each item from a new word on, low bits first.
  ///
  /// One in sixteen is a corner: zero, one, the top bit alone, or all ones.
  mutating func items(_ count: Int, width: Int) -> [UInt64] {
    let words = (width + 63) / 64
    let mask = UInt64.max >> UInt64((64 - width % 64) % 64)
    var items: [UInt64] = []
    items.reserveCapacity(words * count)
    for _ in 0..<count {
      var corner = 0
      for word in 0..<words {
        // A word is one draw, so that the shrinker can lower it and leave it out.
        let bits = asOneDraw { draw in
          if word == 0 { corner = draw.integer(below: 64) }
          return switch corner {
          case 0: 0
          case 1: word == 0 ? 1 : 0
          case 2: word == words - 1 ? mask ^ mask >> 1 : 0
          case 3: UInt64.max
          default: draw.next()
          } as UInt64
        }
        items.append(bits & (word == words - 1 ? mask : .max))
      }
    }
    return items
  }

  /// The items of a packet of 1 to `most` of them, for beats of `lanes`. One packet in eight fills a beat with a corner of
  /// all of its lanes together, such as the top bit alone.
  mutating func packet(upTo most: Int, width: Int, lanes: Int) -> [UInt64] {
    let packet = items(1 + integer(below: most), width: width)
    guard lanes > 1, width <= 64, integer(below: 8) == 0 else { return packet }
    var beat = [UInt64](repeating: 0, count: lanes)
    let mask = UInt64.max >> UInt64(64 - width)
    switch integer(below: 3) {
    case 0: beat[0] = 1
    case 1: beat[lanes - 1] = mask ^ mask >> 1
    default: beat = beat.map { _ in mask }
    }
    return beat + packet
  }
}
