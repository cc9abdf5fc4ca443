/// A vector of bits of any width: the value of a constant, a port or a register.
///
/// Bits above the width are always zero in the storage. Arithmetic wraps to the width of the result, as hardware does.
public struct BitVector: Hashable, Sendable {
  /// Width in bits, at least 1.
  public let width: Int
  /// The bits, least significant word first, ⌈width / 64⌉ words.
  public internal(set) var words: [UInt64]

  /// The low `width` bits of `words`; missing words are zero.
  public init(words: [UInt64], width: Int) {
    precondition(width >= 1, "a bit vector has at least one bit")
    self.width = width
    let count = (width + 63) / 64
    var kept = Array(words.prefix(count))
    while kept.count < count { kept.append(0) }
    kept[count - 1] &= BitVector.mask(of: width)
    self.words = kept
  }

  /// The low `width` bits of `value`, zero-extended.
  public init(_ value: UInt64, width: Int) {
    self.init(words: [value], width: width)
  }

  /// The low `width` bits of `value`, sign-extended.
  public init(signed value: Int, width: Int) {
    let fill: UInt64 = value < 0 ? .max : 0
    var words = [UInt64](repeating: fill, count: (width + 63) / 64)
    words[0] = UInt64(bitPattern: Int64(value))
    self.init(words: words, width: width)
  }

  /// `count` copies of `value`, side by side.
  public init(repeating value: BitVector, count: Int) {
    self.init(0, width: value.width * count)
    for bit in 0..<value.width where value[bit] {
      for copy in 0..<count { self[copy * value.width + bit] = true }
    }
  }

  /// All bits zero.
  public static func zeros(_ width: Int) -> BitVector { BitVector(0, width: width) }

  /// All bits one.
  public static func ones(_ width: Int) -> BitVector { BitVector(signed: -1, width: width) }

  private static func mask(of width: Int) -> UInt64 {
    let used = width % 64
    return used == 0 ? .max : (1 << UInt64(used)) - 1
  }

  /// Bit `index`, 0 being the least significant.
  public subscript(index: Int) -> Bool {
    get { words[index / 64] >> UInt64(index % 64) & 1 == 1 }
    set {
      let bit: UInt64 = 1 << UInt64(index % 64)
      if newValue { words[index / 64] |= bit } else { words[index / 64] &= ~bit }
    }
  }

  /// The most significant bit.
  public var isNegative: Bool { self[width - 1] }

  /// Zeros above the highest bit that is set; `width` when none is.
  public var leadingZeros: Int {
    guard let top = words.lastIndex(where: { $0 != 0 }) else { return width }
    return width - (top + 1) * 64 + words[top].leadingZeroBitCount
  }

  /// True when no bit is set.
  public var isZero: Bool { words.allSatisfy { $0 == 0 } }

  /// True when every bit is set.
  public var isAllOnes: Bool { self == .ones(width) }

  /// The value as an unsigned number; nil above 64 bits of magnitude.
  public var unsigned: UInt64? {
    words.dropFirst().allSatisfy { $0 == 0 } ? words[0] : nil
  }

  /// Position of the only set bit; nil when none or several are set.
  public var powerOfTwo: Int? {
    guard words.reduce(0, { $0 + $1.nonzeroBitCount }) == 1, let word = words.firstIndex(where: { $0 != 0 }) else {
      return nil
    }
    return word * 64 + words[word].trailingZeroBitCount
  }

  /// Fewest bits that hold `value` as an unsigned number, at least 1.
  public static func bitsNeeded(unsigned value: UInt64) -> Int { max(1, 64 - value.leadingZeroBitCount) }

  /// Fewest bits that hold `value` in two's complement, at least 1.
  public static func bitsNeeded(signed value: Int) -> Int {
    65 - (value < 0 ? ~value : value).leadingZeroBitCount
  }
}

extension BitVector: CustomStringConvertible {
  /// The value in Verilog's hexadecimal notation, such as `12'h0ff`.
  public var description: String { "\(width)'h\(hexadecimal)" }

  /// The digits of the value, ⌈width / 4⌉ of them.
  public var hexadecimal: String {
    var digits: [UInt8] = []
    for digit in stride(from: (width + 3) / 4 - 1, through: 0, by: -1) {
      let nibble = UInt8(truncatingIfNeeded: words[digit / 16] >> UInt64(digit % 16 * 4)) & 15
      digits.append(nibble < 10 ? 48 + nibble : 87 + nibble)
    }
    return String(decoding: digits, as: UTF8.self)
  }
}
