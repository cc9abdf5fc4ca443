import NumberFormats

/// Where to assign a number of which the format is a value: an ``Integer``, a ``FixedPoint`` or a ``FloatingNumber``.
public struct NumberSink<N: PortElement> {
  let form: N
  let sinks: [FieldSink]
}

/// Drives a number; both sides must have one format.
public func <== <N: PortElement>(sink: NumberSink<N>, value: N) {
  FieldSink.drive(sink.sinks, named: sink.form.fields.map(\.name), with: value)
}

extension Bit: LogicValue {
  /// 1 where both are.
  public func and(_ other: Bit) -> Bit { self & other }
  /// 1 where one of them is.
  public func or(_ other: Bit) -> Bit { self | other }
  /// 1 where this is 0.
  public var inverted: Bit { !self }
}

extension SInt: Number {
  /// `yes` where the condition is 1, else `no`; of both widths the greater one.
  public static func choose(_ condition: Bit, _ yes: SInt, _ no: SInt) -> SInt {
    let width = max(yes.width, no.width)
    return mux(condition, yes.extended(to: width), no.extended(to: width))
  }
}

extension UInt: OrderedNumber {
  /// `yes` where the condition is 1, else `no`; of both widths the greater one.
  public static func choose(_ condition: Bit, _ yes: UInt, _ no: UInt) -> UInt {
    let width = max(yes.width, no.width)
    return mux(condition, yes.extended(to: width), no.extended(to: width))
  }
}
