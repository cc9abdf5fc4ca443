import NumberFormats
import Testbench
import Units

extension Xoshiro256 {
  /// A few of the lowest bits: those of a tie between numbers with fewer digits, or with one bit more below, or of its
  /// neighbours, or any. Half of the ties are of numbers with `lost` digits fewer.
  mutating func lowBits(upTo count: Int, losing lost: Int = 0) -> UInt64 {
    asOneDraw { random in
      let isLost = lost > 0 && random.integer(below: 2) == 0
      let bits = isLost ? lost : 1 + random.integer(below: max(1, count))
      let half = UInt64(1) << UInt64(bits - 1)
      switch random.integer(below: 6) {
      case 0: return 0
      case 1: return half
      case 2: return half | 1
      case 4: return half | 1 << UInt64(random.integer(below: bits))
      case 3: return half - 1
      default: return random.next() >> UInt64(64 - bits)
      }
    }
  }

  /// An integer of any size; of two of three the digits below the first `digits` are those of a tie, or next to it.
  mutating func value(_ format: IntegerFormat, nearTieOf digits: Int, _ step: Int) -> Int {
    Int(
      asOneSignedDraw { random in
        let width = format.width - (format.isSigned ? 1 : 0)
        let size = 1 + random.integer(below: width)
        var magnitude = Int64(random.next() >> UInt64(64 - size)) | 1 << Int64(size - 1)
        if step % 3 != 0, size > digits {
          let below = size - digits
          let tie = Int64(1) << Int64(below - 1) + Int64(random.integer(in: -1...1))
          magnitude = (magnitude >> Int64(below)) << Int64(below) | tie
        }
        switch random.integer(below: 32) {
        case 0: return 0
        case 1: return format.minimum
        case 2: return Int64(format.maximum)
        default: return format.wrap(format.isSigned && random.integer(below: 2) == 0 ? -magnitude : magnitude)
        }
      })
  }
}
