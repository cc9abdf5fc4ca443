import HDL

/// Gray code: of two numbers in a row exactly one bit differs, so that a counter in it may be read at any time.
enum GrayCode {
  /// The code of a number.
  static func encoded(_ number: UInt) -> UInt { number ^ (number >> 1) }

  /// The number of a code: each bit is the parity of the bits from it upwards.
  static func decoded(_ code: UInt) -> UInt {
    concatenate((0..<code.width).reversed().map { code[$0..<code.width].parity }).asUnsigned
  }
}
