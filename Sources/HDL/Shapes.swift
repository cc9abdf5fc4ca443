import Netlist

// The shape of a value is a value of the same type whose signals are shapes: they have a width and nothing else. Used as
// what they are not, they are a mistake that says so.

extension VectorSignal {
  /// The shape of a signal of `width` bits: for the shape of a ``SignalBundle``.
  public static func shape(_ width: Int, file: StaticString = #fileID, line: Int = #line) -> Self {
    placeholder(width, at: SourceLine(file: file, line: line))
  }
}

extension Bit {
  /// The shape of a bit: for the shape of a ``SignalBundle``.
  public static var shape: Bit { placeholder(1) }
}

extension Enum {
  /// The shape of a case of the enum: for the shape of a ``SignalBundle``.
  public static var shape: Enum { placeholder(E.width) }
}

extension Signal {
  static func placeholder(_ width: Int, at origin: SourceLine? = nil) -> Self {
    Self(handle: .literal(Literal(form: .refused(Refusal(shapeOf: width, at: origin)))))
  }

  /// The width as it was asked for: that of a shape may be one that cannot be.
  var declaredWidth: Int { refusal?.shapeWidth ?? width }
}
