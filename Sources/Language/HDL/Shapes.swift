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

extension Bits {
  /// The bits, of which there must be `width` to be read as `what`.
  func checked(width: Int, as what: String) -> Bits {
    guard let own = knownWidth, own != width else { return self }
    return unfit(
      Refusal.Mistake(
        code: .widthMismatch, message: "\(own) bits are read as \(what), which has \(width)",
        fix: "use extended(to: \(width)) or truncated(to: \(width))"), width: width)
  }

  /// A value, or the shape of one, that cannot be what it is read as.
  func unfit(_ mistake: Refusal.Mistake, width: Int) -> Bits {
    if refusal?.shapeWidth != nil { return .refused(mistake, width: width) }
    return refusing(mistake.code, mistake.message, fix: mistake.fix, width: width)
  }
}
