import Netlist

/// Constants as text. Tools have limits for the digits of a number (Verilator 65,536 bits, Icarus the line that it reads at
/// once), so a long one is written as a list of pieces.
extension Lowering {
  /// Bits of the longest number that is written in one piece, and of the pieces of a longer one.
  private static let longestNumber = 1024
  private static let pieceWidth = 256  // whole words
  /// Copies in the longest replication of which Verilator does not warn.
  private static let mostCopies = 8192

  /// Small numbers in decimal, patterns in hexadecimal.
  static func literal(_ value: BitVector, isSigned: Bool) -> VerilogExpression {
    let width = value.width
    if width > longestNumber {
      let pieces = pieces(of: value)
      let text = pieces.count == 1 ? pieces[0] : .concatenation(pieces)
      return isSigned ? .signed(text) : text
    }
    if isSigned, width <= 64 {
      let shift = UInt64(64 - width)
      let number = Int64(bitPattern: value.words[0] << shift) >> Int64(shift)
      // The smallest number has no opposite: in a wider place -8'sd128 would be +128.
      if value.powerOfTwo == width - 1 { return .literal("\(width)'sh\(value.hexadecimal)") }
      return .literal(number < 0 ? "-\(width)'sd\(number.magnitude)" : "\(width)'sd\(number)")
    }
    if width == 1 { return .literal(value.isZero ? "1'b0" : "1'b1") }
    // One operand without a sign makes a comparison one of unsigned numbers.
    let sign = isSigned ? "s" : ""
    if let number = value.unsigned, number < 1024 { return .literal("\(width)'\(sign)d\(number)") }
    return .literal("\(width)'\(sign)h\(value.hexadecimal)")
  }

  /// The number as an operand that grows in its place: a minus sign would be applied to a number of another width.
  static func growingLiteral(_ value: BitVector, isSigned: Bool) -> VerilogExpression {
    let isNegative = isSigned && value.width <= 64 && value[value.width - 1]
    return isNegative
      ? .literal("\(value.width)'sh\(value.hexadecimal)") : literal(value, isSigned: isSigned)
  }

  /// `count` copies of `part`, side by side.
  static func copies(_ count: Int, of part: VerilogExpression) -> [VerilogExpression] {
    stride(from: 0, to: count, by: mostCopies).map { .replication(min(mostCopies, count - $0), part) }
  }

  /// A number that is not negative, in decimal.
  static func number(_ number: Int, width: Int) -> VerilogExpression {
    width > longestNumber
      ? literal(BitVector(signed: number, width: width), isSigned: false) : .literal("\(width)'d\(number)")
  }

  /// The most significant piece first; equal bits in one.
  private static func pieces(of value: BitVector) -> [VerilogExpression] {
    var result: [VerilogExpression] = []
    var equal = (count: 0, bit: false)
    func flush() {
      result += copies(equal.count, of: .literal(equal.bit ? "1'b1" : "1'b0"))
      equal.count = 0
    }
    var high = value.width
    while high > 0 {
      let low = (high - 1) / pieceWidth * pieceWidth
      let piece = BitVector(words: Array(value.words[(low / 64)..<((high + 63) / 64)]), width: high - low)
      if piece.isZero || piece.isAllOnes {
        let bit = piece.isAllOnes
        if equal.bit != bit { flush() }
        equal = (equal.count + piece.width, bit)
      } else {
        flush()
        result.append(literal(piece, isSigned: false))
      }
      high = low
    }
    flush()
    return result
  }
}
