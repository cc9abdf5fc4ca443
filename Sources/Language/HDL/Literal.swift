import Netlist

/// A number that belongs to no module yet.
///
/// It is exact, of any size, and takes the width of what it meets; or it has a width of its own, as after
/// ``VectorSignal/truncated(to:)``, and then it is used like a signal of that width.
///
/// An object, so that a ``Handle`` stays as small as a node: signals are copied far more often than literals are made.
public final class Literal: ExpressibleByIntegerLiteral {
  enum Form: Equatable {
    case number(Int)
    /// Two's complement in the fewest bits, for what is too large for an `Int`.
    case large(BitVector)
    case sized(BitVector)
    /// A value that could not be made.
    case refused(Refusal)
  }

  let form: Form

  init(form: Form) { self.form = form }

  convenience init(_ value: Int) { self.init(form: .number(value)) }

  public convenience init(integerLiteral value: Int) { self.init(form: .number(value)) }

  /// A number as it stands in the source.
  convenience init(_ value: StaticBigInt) {
    if value.bitWidth <= Int.bitWidth {
      self.init(Int(truncatingIfNeeded: value[0]))
    } else {
      let words = (0..<(value.bitWidth + 63) / 64).map { UInt64(truncatingIfNeeded: value[$0]) }
      self.init(exact: BitVector(words: words, width: value.bitWidth))
    }
  }

  /// The number that `bits` are in two's complement.
  convenience init(exact bits: BitVector) {
    let width = bits.fewestSignedBits
    let short = width < bits.width ? bits.slice(low: 0, width: width) : bits
    self.init(
      form: width <= 64
        ? .number(Int(truncatingIfNeeded: short.extended(to: 64, signed: true).words[0])) : .large(short))
  }

  /// A value with a width of its own.
  convenience init(sized bits: BitVector) { self.init(form: .sized(bits)) }

  /// One bit.
  convenience init(bit: Bool) { self.init(form: .sized(BitVector(bit ? 1 : 0, width: 1))) }

  /// The width that the literal has of its own.
  var ownWidth: Int? { if case .sized(let bits) = form { bits.width } else { nil } }

  /// What became of a value that could not be made; nil for a number.
  var refusal: Refusal? { if case .refused(let refusal) = form { refusal } else { nil } }

  /// The number in two's complement, in the fewest bits.
  var exact: BitVector {
    switch form {
    case .number(let value): BitVector(signed: value, width: BitVector.bitsNeeded(signed: value))
    case .large(let bits), .sized(let bits): bits
    case .refused(let refusal): .zeros(refusal.width)
    }
  }

  /// Whether the number is below zero; never for one with a width of its own, which only its user can read.
  var isNegative: Bool {
    switch form {
    case .number(let value): value < 0
    case .large(let bits): bits.isNegative
    case .sized, .refused: false
    }
  }

  var isZero: Bool { exact.isZero }

  /// Fewest bits that hold the number, or the width that it has.
  func width(signed: Bool) -> Int {
    switch form {
    case .number(let value):
      signed || value < 0 ? BitVector.bitsNeeded(signed: value) : BitVector.bitsNeeded(unsigned: UInt64(value))
    case .large(let bits): signed || bits.isNegative ? bits.width : bits.width - 1
    case .sized(let bits): bits.width
    case .refused(let refusal): refusal.width
    }
  }

  /// The low `width` bits of the number.
  func bits(_ width: Int) -> BitVector {
    switch form {
    case .number(let value): BitVector(signed: value, width: width)
    case .large(let bits):
      width <= bits.width ? bits.slice(low: 0, width: width) : bits.extended(to: width, signed: true)
    case .sized(let bits): bits
    case .refused: .zeros(width)
    }
  }

  /// What is wrong with the number at every width; nil when there is one that holds it.
  func misfit(signed: Bool) -> Refusal.Mistake? {
    guard isNegative, !signed else { return nil }
    return Refusal.Mistake(
      code: .literalDoesNotFit, message: "the literal \(self) is negative and stands for something unsigned",
      fix: "use SInt for negative numbers")
  }

  /// What is wrong with the number at `width` bits; nil when it fits.
  func misfit(width: Int, signed: Bool) -> Refusal.Mistake? {
    switch form {
    case .sized, .refused: return nil
    case .number, .large: break
    }
    let needed = self.width(signed: signed)
    guard needed > width || (isNegative && !signed) else { return nil }
    let kind = signed ? "signed" : "unsigned"
    return Refusal.Mistake(
      code: .literalDoesNotFit,
      message: "the literal \(self) does not fit into \(width) \(kind) \(width == 1 ? "bit" : "bits")",
      fix: isNegative && !signed ? "use SInt for negative numbers" : "use at least \(needed) bits")
  }
}

extension Literal: Equatable {
  /// Whether both are one number, of one width when they have one.
  public static func == (left: Literal, right: Literal) -> Bool { left.form == right.form }
}

extension Literal: CustomStringConvertible {
  /// Decimal, or hexadecimal for what is too large for an `Int`; of very long numbers the first digits.
  public var description: String {
    switch form {
    case .number(let value): return "\(value)"
    case .sized(let bits): return "\(bits)"
    case .refused: return "?"
    case .large(let bits):
      let magnitude =
        bits.isNegative
        ? Literal.evaluated(
          .subtract, width: bits.width + 1, signed: true, .zeros(bits.width + 1),
          bits.extended(to: bits.width + 1, signed: true))
        : bits
      let digits = magnitude.hexadecimal.drop { $0 == "0" }
      let shown = digits.count > 40 ? digits.prefix(16) + "… (\(digits.count) digits)" : digits
      return (bits.isNegative ? "-0x" : "0x") + shown
    }
  }
}

extension BitVector {
  /// Fewest bits that hold the value in two's complement.
  fileprivate var fewestSignedBits: Int {
    let fill: UInt64 = isNegative ? .max : 0
    let words = extended(to: (width + 63) / 64 * 64, signed: true).words
    guard let top = words.lastIndex(where: { $0 != fill }) else { return 1 }
    return top * 64 + 64 - (words[top] ^ fill).leadingZeroBitCount + 1
  }
}
