import Components
import HDL

/// Moves the marked elements of a vector together, or apart again: ⌈log₂ n⌉ levels of multiplexers, driven by prefix sums.
///
/// An element goes as many places down as there are unmarked ones below it. The bits of that distance, least significant one
/// first, are the levels; two elements never meet, because of two marked elements the distance grows by less than their places.
package struct CompactionNetwork {
  /// For each level the places that take the element from above.
  private let moves: [[Bit]]
  private let mask: Bits

  /// The network for a mask, the first element in bit 0.
  package init(_ mask: Bits) {
    self.mask = mask
    let count = mask.width
    let width = bits(for: count - 1)
    // The unmarked places below each place.
    let gaps = prefixes((0..<count).map { (!mask[$0]).asUnsigned.extended(to: width) }, .sklansky) { $0 &+ $1 }
    var valid = (0..<count).map { mask[$0] }
    var distance = (0..<count).map { $0 == 0 ? UInt(0).extended(to: width) : gaps[$0 - 1] }
    var moves: [[Bit]] = []
    for level in 0..<width where 1 << level < count {
      let step = 1 << level
      let comes = (0..<count).map { $0 + step < count ? valid[$0 + step] & distance[$0 + step][level] : Bit(false) }
      let before = (valid, distance)
      for place in 0..<count {
        let stays = before.0[place] & !before.1[place][level]
        valid[place] = stays | comes[place]
        if place + step < count { distance[place] = mux(comes[place], before.1[place + step], before.1[place]) }
      }
      moves.append(comes)
    }
    self.moves = moves
  }

  /// The marked elements at the low places in their order; what is above them has no meaning.
  package func collapsed(_ elements: [Bits]) -> [Bits] {
    var result = elements
    for (level, comes) in moves.enumerated() {
      let (before, step) = (result, 1 << level)
      for place in 0..<result.count where place + step < result.count {
        result[place] = mux(comes[place], before[place + step], before[place])
      }
    }
    return result
  }

  /// The inverse: packed elements at the places that are marked, zero at the others.
  package func expanded(_ packed: [Bits]) -> [Bits] {
    var result = packed
    for (level, comes) in moves.enumerated().reversed() {
      let (before, step) = (result, 1 << level)
      for place in step..<result.count {
        result[place] = mux(comes[place - step], before[place - step], before[place])
      }
    }
    return result.enumerated().map { mux(mask[$0], $1, 0) }
  }
}
