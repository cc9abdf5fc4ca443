/// The meaning of every operation of a netlist on values: constants are folded with it and simulators are judged by it.
extension BitVector {
  /// Bits `low` ..< `low + count`.
  public func slice(low: Int, width count: Int) -> BitVector {
    precondition(low >= 0 && low + count <= width, "slice outside the vector")
    let (jump, bits) = (low / 64, UInt64(low % 64))
    var result: [UInt64] = []
    result.reserveCapacity((count + 63) / 64)
    for index in jump..<jump + (count + 63) / 64 {
      var word = words[index] >> bits
      if bits > 0, index + 1 < words.count { word |= words[index + 1] << (64 - bits) }
      result.append(word)
    }
    return BitVector(words: result, width: count)
  }

  /// The vector at another width: the low bits, or padded with zeros, or with the sign bit when `signed`.
  public func extended(to newWidth: Int, signed: Bool) -> BitVector {
    resized(to: newWidth, fill: signed && isNegative)
  }

  private func resized(to newWidth: Int, fill: Bool) -> BitVector {
    guard fill, newWidth > width else { return BitVector(words: words, width: newWidth) }
    var result = words
    if width % 64 != 0 { result[result.count - 1] |= UInt64.max << UInt64(width % 64) }
    while result.count < (newWidth + 63) / 64 { result.append(.max) }
    return BitVector(words: result, width: newWidth)
  }

  /// `parts` joined, the first one most significant.
  public static func concatenation(_ parts: [BitVector]) -> BitVector {
    let width = parts.reduce(0) { $0 + $1.width }
    var result = BitVector.zeros(width)
    var low = 0
    for part in parts.reversed() {
      let (jump, bits) = (low / 64, UInt64(low % 64))
      for (index, word) in part.words.enumerated() {
        result.words[jump + index] |= word << bits
        if bits > 0, jump + index + 1 < result.words.count { result.words[jump + index + 1] |= word >> (64 - bits) }
      }
      low += part.width
    }
    return result
  }

  static prefix func ~ (value: BitVector) -> BitVector {
    BitVector(words: value.words.map { ~$0 }, width: value.width)
  }

  static func & (left: BitVector, right: BitVector) -> BitVector { left.zip(right) { $0 & $1 } }
  static func | (left: BitVector, right: BitVector) -> BitVector { left.zip(right) { $0 | $1 } }
  static func ^ (left: BitVector, right: BitVector) -> BitVector { left.zip(right) { $0 ^ $1 } }

  private func zip(_ other: BitVector, _ operation: (UInt64, UInt64) -> UInt64) -> BitVector {
    precondition(width == other.width, "widths differ")
    return BitVector(words: Swift.zip(words, other.words).map(operation), width: width)
  }

  static func &+ (left: BitVector, right: BitVector) -> BitVector { left.add(right, carry: false) }
  static func &- (left: BitVector, right: BitVector) -> BitVector { left.add(~right, carry: true) }

  private func add(_ other: BitVector, carry initial: Bool) -> BitVector {
    precondition(width == other.width, "widths differ")
    var carry: UInt64 = initial ? 1 : 0
    var result = words
    for index in words.indices {
      let (partial, first) = words[index].addingReportingOverflow(other.words[index])
      let (sum, second) = partial.addingReportingOverflow(carry)
      result[index] = sum
      carry = first || second ? 1 : 0
    }
    return BitVector(words: result, width: width)
  }

  /// The low `resultWidth` bits of the product; `signed` says how both operands are read.
  public func multiplied(by other: BitVector, width resultWidth: Int, signed: Bool) -> BitVector {
    let left = extended(to: resultWidth, signed: signed).words
    let right = other.extended(to: resultWidth, signed: signed).words
    var result = [UInt64](repeating: 0, count: left.count)
    for i in left.indices {
      var carry: UInt64 = 0
      for j in 0..<(left.count - i) {
        let product = left[i].multipliedFullWidth(by: right[j])
        let (low, first) = product.low.addingReportingOverflow(result[i + j])
        let (sum, second) = low.addingReportingOverflow(carry)
        result[i + j] = sum
        carry = product.high &+ (first ? 1 : 0) &+ (second ? 1 : 0)
      }
    }
    return BitVector(words: result, width: resultWidth)
  }

  /// True when this number is smaller than `other`, both read as `signed` says.
  public func isLess(than other: BitVector, signed: Bool) -> Bool {
    if signed, isNegative != other.isNegative { return isNegative }
    for index in words.indices.reversed() where words[index] != other.words[index] {
      return words[index] < other.words[index]
    }
    return false
  }

  /// Shifted towards the most significant bit; zeros enter, bits above the width are lost.
  public func shiftedLeft(by count: Int) -> BitVector {
    guard count < width else { return .zeros(width) }
    let (jump, bits) = (count / 64, UInt64(count % 64))
    var result = [UInt64](repeating: 0, count: words.count)
    for index in stride(from: words.count - 1, through: jump, by: -1) {
      var word = words[index - jump] << bits
      if bits > 0, index > jump { word |= words[index - jump - 1] >> (64 - bits) }
      result[index] = word
    }
    return BitVector(words: result, width: width)
  }

  /// Shifted towards the least significant bit; copies of `fill` enter.
  public func shiftedRight(by count: Int, fill: Bool) -> BitVector {
    if fill { return ~((~self).shiftedRight(by: count, fill: false)) }
    guard count < width else { return .zeros(width) }
    let (jump, bits) = (count / 64, UInt64(count % 64))
    var result = [UInt64](repeating: 0, count: words.count)
    for index in 0..<(words.count - jump) {
      var word = words[index + jump] >> bits
      if bits > 0, index + jump + 1 < words.count { word |= words[index + jump + 1] << (64 - bits) }
      result[index] = word
    }
    return BitVector(words: result, width: width)
  }

  /// True when the number of set bits is odd.
  public var hasOddParity: Bool { words.reduce(0) { $0 + $1.nonzeroBitCount } % 2 == 1 }
}
