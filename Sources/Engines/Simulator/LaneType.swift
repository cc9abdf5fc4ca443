import CLanes

/// How one lane of a vector is stored.
enum LaneType: Hashable {
  case bits8, bits16, bits32, bits64
  /// 64-bit words, least significant first, zeros above the width.
  case words(Int)

  /// The narrowest lane that holds `width` bits.
  init(width: Int) {
    self =
      switch width {
      case ...8: .bits8
      case ...16: .bits16
      case ...32: .bits32
      case ...64: .bits64
      default: .words((width + 63) / 64)
      }
  }

  /// Bytes from lane to lane.
  var stride: Int {
    switch self {
    case .bits8: 1
    case .bits16: 2
    case .bits32: 4
    case .bits64: 8
    case .words(let count): 8 * count
    }
  }

  /// The number of the type in variants of instructions.
  var code: Int {
    switch self {
    case .bits8: systole_lane_8
    case .bits16: systole_lane_16
    case .bits32: systole_lane_32
    case .bits64: systole_lane_64
    case .words: systole_lane_wide
    }
  }

  var isWide: Bool { if case .words = self { true } else { false } }

  /// Distance that brings a signed value of `width` bits to the top of the lane.
  func unused(_ width: Int) -> Int { 8 * stride - width }
}

/// Ones in the low `width` bits.
func lowBits(_ width: Int) -> UInt64 { width >= 64 ? .max : (1 << UInt64(width)) - 1 }
