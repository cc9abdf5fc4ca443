import Netlist
import NumberFormats

/// An integer in hardware whose sign is a parameter: signed or unsigned as an ``/NumberFormats/IntegerFormat`` says.
///
/// As a port, `Input<Integer>` is a `signed` vector of Verilog or a plain one.
public enum Integer: PortElement {
  /// A two's complement number.
  case signed(SInt)
  /// A number from 0 up.
  case unsigned(UInt)

  /// The bits, whatever they mean.
  public var bits: Bits {
    switch self {
    case .signed(let value): value.asBits
    case .unsigned(let value): value.asBits
    }
  }

  /// The number with a sign: an unsigned one gets a zero in front and is one bit wider.
  public var number: SInt {
    switch self {
    case .signed(let value): value
    case .unsigned(let value): value.extended(to: value.width + 1).asSigned
    }
  }

  /// Bits of the number.
  public var width: Int { bits.width }

  /// Whether the most significant bit is a sign.
  public var isSigned: Bool { if case .signed = self { true } else { false } }

  /// The number while `condition` is 1, else 0.
  public func masked(by condition: Bit) -> Integer {
    switch self {
    case .signed(let value): .signed(mux(condition, value, 0))
    case .unsigned(let value): .unsigned(mux(condition, value, 0))
    }
  }

  /// `bits` read in `format`; they have its width.
  public init(_ bits: Bits, as format: IntegerFormat) {
    let bits = bits.checked(width: format.width, as: "a number of format \(format)")
    self = format.isSigned ? .signed(bits.asSigned) : .unsigned(bits.asUnsigned)
  }

  /// The shape of an integer of this format.
  public static func shape(
    _ format: IntegerFormat, file: StaticString = #fileID, line: Int = #line
  ) -> Integer {
    format.isSigned
      ? .signed(.shape(format.width, file: file, line: line)) : .unsigned(.shape(format.width, file: file, line: line))
  }

  /// The shape of an integer of this format.
  public static func form(_ shape: IntegerFormat) -> Integer {
    shape.isSigned ? .signed(.placeholder(shape.width)) : .unsigned(.placeholder(shape.width))
  }

  /// The same integer with another signal.
  public func mapSignals(_ transform: any SignalTransform, at name: FieldName) -> Integer {
    switch self {
    case .signed(let value): .signed(transform.apply(value, at: name.reading("signed")))
    case .unsigned(let value): .unsigned(transform.apply(value, at: name.reading("unsigned")))
    }
  }

  /// Where to assign an integer like `form`.
  public static func drain(_ form: Integer, _ sinks: ArraySlice<FieldSink>) -> NumberSink<Integer> {
    NumberSink(form: form, sinks: Array(sinks))
  }

  /// Drives all of `drain`.
  public static func drive(_ drain: NumberSink<Integer>, with value: Integer) { drain <== value }
}

extension Integer: Number {
  /// The exact sum: one bit wider than the wider operand, signed if one of them is.
  public static func + (a: Integer, b: Integer) -> Integer {
    if case (.unsigned(let a), .unsigned(let b)) = (a, b) { return .unsigned(a + b) }
    return .signed(a.number + b.number)
  }

  /// The exact difference, which has a sign.
  public static func - (a: Integer, b: Integer) -> Integer { .signed(a.number - b.number) }

  /// The exact product; the width is the sum of the widths.
  public static func * (a: Integer, b: Integer) -> Integer {
    if case (.unsigned(let a), .unsigned(let b)) = (a, b) { return .unsigned(a * b) }
    // The sign of one factor is always 0 where the factor is unsigned, and needs no place in the product.
    return .signed((a.number * b.number).truncated(to: a.width + b.width))
  }

  /// The number with the other sign, one bit wider.
  public static prefix func - (a: Integer) -> Integer { .signed(-a.number) }

  /// 1 when both are the same number.
  public func isEqual(to other: Integer) -> Bit { compared(to: other, { $0 .== $1 }, { $0 .== $1 }) }

  /// 1 when this is the smaller number.
  public func isLess(than other: Integer) -> Bit { compared(to: other, { $0 .< $1 }, { $0 .< $1 }) }

  /// `yes` where the condition is 1, else `no`; of both widths the greater one.
  public static func choose(_ condition: Bit, _ yes: Integer, _ no: Integer) -> Integer {
    if case (.unsigned(let a), .unsigned(let b)) = (yes, no) {
      let width = max(a.width, b.width)
      return .unsigned(mux(condition, a.extended(to: width), b.extended(to: width)))
    }
    let (a, b) = (yes.number, no.number)
    let width = max(a.width, b.width)
    return .signed(mux(condition, a.extended(to: width), b.extended(to: width)))
  }

  private func compared(to other: Integer, _ signed: (SInt, SInt) -> Bit, _ unsigned: (UInt, UInt) -> Bit) -> Bit {
    if case (.unsigned(let a), .unsigned(let b)) = (self, other) { return unsigned(a, b) }
    return signed(number, other.number)
  }
}
