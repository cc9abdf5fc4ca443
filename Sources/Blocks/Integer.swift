import HDL
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

  /// Adds a vector, signed or not.
  public static func declare(
    _ shape: IntegerFormat, in walker: PortWalker, name: String, path: String, direction: PortDirection
  ) -> PortEntry {
    shape.isSigned
      ? SInt.declare(shape.width, in: walker, name: name, path: path, direction: direction)
      : UInt.declare(shape.width, in: walker, name: name, path: path, direction: direction)
  }

  /// The readable form of a declared port.
  public static func source(_ shape: IntegerFormat, _ entry: PortEntry, in scope: PortScope) -> Integer {
    shape.isSigned
      ? .signed(SInt.source(shape.width, entry, in: scope)) : .unsigned(UInt.source(shape.width, entry, in: scope))
  }

  /// The drivable form of a declared port.
  public static func drain(_ shape: IntegerFormat, _ entry: PortEntry, in scope: PortScope) -> IntegerSink {
    shape.isSigned
      ? .signed(SInt.drain(shape.width, entry, in: scope)) : .unsigned(UInt.drain(shape.width, entry, in: scope))
  }
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

extension Module {
  /// A register that takes `next` at every clock edge, or while `enable` is 1; not reset.
  func register(
    _ name: String, _ next: Integer, when enable: Bit? = nil, file: StaticString = #fileID, line: Int = #line
  ) -> Integer {
    switch next {
    case .signed(let value): .signed(register(name, value, when: enable, file: file, line: line))
    case .unsigned(let value): .unsigned(register(name, value, when: enable, file: file, line: line))
    }
  }

  /// `value` as it was `cycles` clock edges ago; not reset.
  func delayed(
    _ name: String, _ value: Integer, by cycles: Int, file: StaticString = #fileID, line: Int = #line
  ) -> Integer {
    switch value {
    case .signed(let value): .signed(delayed(name, value, by: cycles, file: file, line: line))
    case .unsigned(let value): .unsigned(delayed(name, value, by: cycles, file: file, line: line))
    }
  }
}
