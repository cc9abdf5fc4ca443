import HDL
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

  /// The number while `condition` is 1, else 0.
  public func masked(by condition: Bit) -> Integer {
    switch self {
    case .signed(let value): .signed(mux(condition, value, 0))
    case .unsigned(let value): .unsigned(mux(condition, value, 0))
    }
  }

  /// `bits` read in `format`; they have its width.
  public init(_ bits: Bits, as format: IntegerFormat) {
    self = format.isSigned ? .signed(bits.asSigned) : .unsigned(bits.asUnsigned)
  }

  /// The shape of an integer of this format.
  public static func shape(_ format: IntegerFormat) -> Integer {
    format.isSigned ? .signed(.shape(format.width)) : .unsigned(.shape(format.width))
  }

  /// The shape of an integer of this format.
  public static func form(_ shape: IntegerFormat) -> Integer { .shape(shape) }

  /// The same integer with another signal.
  public func mapSignals(_ transform: any SignalTransform, at name: FieldName) -> Integer {
    switch self {
    case .signed(let value): .signed(transform.apply(value, at: name))
    case .unsigned(let value): .unsigned(transform.apply(value, at: name))
    }
  }

  /// Where to assign an integer like `form`.
  public static func drain(_ form: Integer, _ sinks: ArraySlice<FieldSink>) -> IntegerSink {
    switch form {
    case .signed(let form): .signed(SInt.drain(form, sinks))
    case .unsigned(let form): .unsigned(UInt.drain(form, sinks))
    }
  }

  /// Drives all of `drain`.
  public static func drive(_ drain: IntegerSink, with value: Integer) { drain <== value }
}

/// Where to assign an ``Integer``.
public enum IntegerSink {
  /// Takes a two's complement number.
  case signed(Sink<SInt>)
  /// Takes a number from 0 up.
  case unsigned(Sink<UInt>)
}

/// Drives an integer; the bits go over as they are, so both must have one width.
public func <== (sink: IntegerSink, value: Integer) {
  switch (sink, value) {
  case (.signed(let sink), .signed(let value)): sink <== value
  case (.unsigned(let sink), .unsigned(let value)): sink <== value
  case (.signed(let sink), .unsigned(let value)): sink <== value.asSigned
  case (.unsigned(let sink), .signed(let value)): sink <== value.asUnsigned
  }
}
