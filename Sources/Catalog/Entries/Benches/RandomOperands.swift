import NumberFormats
import Testbench

extension Xoshiro256 {
  /// A number of `format`: one in four is an extreme one.
  public mutating func value(_ format: IntegerFormat) -> Int64 {
    format.wrap(
      asOneSignedDraw { random in
        switch random.integer(below: 8) {
        case 0: format.minimum
        case 1: Int64(format.maximum)
        default: format.wrap(Int64(bitPattern: random.next()))
        }
      })
  }
}
