import Golden
import Testbench

/// A row of elements of which some are pruned, as a zero-free codec takes or gives it.
struct SparseRow {
  /// The elements, 0 where they are not kept.
  let values: [UInt64]
  /// Which of them are kept.
  let mask: [Bool]
  /// The row without those that are not kept.
  let coded: ZeroFree<UInt64>

  /// A row of any density: nothing, everything, or a share of it; kept elements may be zero.
  ///
  /// - Parameter isDirty: Whether elements that are not kept hold anything.
  init(lanes: Int, width: Int, isDirty: Bool, _ random: inout Xoshiro256) throws(ZeroFreeError) {
    let beats = 1 + random.integer(below: 5)
    let density = [0, 1, 4, 7, 8][random.integer(below: 5)]
    var (values, mask): ([UInt64], [Bool]) = ([], [])
    for _ in 0..<beats {
      let corner = random.integer(below: 16)
      for lane in 0..<lanes {
        let isKept = corner < 4 || random.integer(below: 8) < density
        let value = corner < 4 ? cornerLane(lane, of: lanes, width: width, number: corner) : random.operand(bits: width)
        mask.append(isKept)
        values.append(isKept || isDirty ? value : 0)
      }
    }
    (self.values, self.mask) = (values, mask)
    coded = try ZeroFree(values, mask: mask)
  }

  /// The masks of the beats, each with the flag that ends the row.
  func masks(of lanes: Int) -> [[UInt64]] {
    mask.map { $0 ? 1 : 0 as UInt64 }.beats(of: lanes).map { packed($0.values, width: 1) + [$0.isLast ? 1 : 0] }
  }

  /// The packed beats, the last one filled up with zeros.
  func packedBeats(of lanes: Int, width: Int) -> [[UInt64]] {
    coded.packed.beats(of: lanes).map { beat in
      packed(beat.values + [UInt64](repeating: 0, count: lanes - beat.values.count), width: width)
    }
  }

  /// The beats of the row: elements, mask, and the flag that ends the row.
  func beats(of lanes: Int, width: Int) -> [[UInt64]] {
    zip(values.beats(of: lanes), masks(of: lanes)).map { packed($0.values, width: width) + $1 }
  }
}
