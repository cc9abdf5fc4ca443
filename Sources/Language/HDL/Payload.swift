import Netlist

/// What is known of an item that a component carries without looking into it: the names, widths and signs of its fields.
///
/// The parameter of a generator that carries items of any kind, such as a queue: unlike the type of the item it is a value.
public struct PayloadShape: Hashable, Sendable {
  struct Field: Hashable, Sendable {
    var name: FieldName
    var width: Int
    var isSigned: Bool
    /// The format in which the bits are read: items of two formats are not one kind.
    var format: String?
  }

  let fields: [Field]

  /// An item that is one vector of `width` bits.
  public static func bits(_ width: Int) -> PayloadShape {
    PayloadShape(fields: [Field(name: .whole, width: width, isSigned: false)])
  }

  private init(fields: [Field]) { self.fields = fields }

  /// The shape of items like `value`, which may be a shape itself. A signal is a vector, whatever it means.
  public init(of value: some HardwareValue) {
    fields = value.fields.map {
      Field(
        name: $0.name, width: $0.signal.declaredWidth,
        isSigned: $0.name != .whole && type(of: $0.signal).isSigned, format: $0.name.format)
    }
  }

  /// Whether an item is one vector, and no bundle.
  public var isOneVector: Bool { fields.map(\.name) == [.whole] }

  /// Bits of an item, at most `Int.max`.
  public var width: Int { fields.lazy.map(\.width).reduce(0, clampedSum) }
}

/// The sum, or the nearest number that there is: a width that cannot be stays one, and is refused as such.
func clampedSum(_ a: Int, _ b: Int) -> Int {
  let (sum, overflows) = a.addingReportingOverflow(b)
  return overflows ? (a < 0 ? .min : .max) : sum
}

extension PayloadShape: CustomStringConvertible, CustomReflectable {
  /// The width, or the fields with their widths.
  public var description: String {
    if isOneVector { return "\(width)\(fields[0].format.map { Self.ascii($0) } ?? "")" }
    var parts: [String] = []
    var rest = fields[...]
    while let first = rest.first {
      // An array of equal elements is told as one.
      let base = first.name.path.hasSuffix("[0]") ? String(first.name.path.dropLast(3)) : nil
      let run = base.map { base in
        rest.enumerated().prefix { index, field in
          field.name.path == "\(base)[\(index)]" && field.width == first.width && field.isSigned == first.isSigned
            && field.format == first.format
        }.count
      }
      let kind = "\(first.isSigned ? "signed " : "")\(first.width)\(first.format.map { Self.ascii($0) } ?? "")"
      if let base, let run, run > 1 {
        parts.append("\(base): \(run) x \(kind)")
      } else {
        parts.append("\(first.name.path): \(kind)")
      }
      rest = rest.dropFirst(max(1, run ?? 1))
    }
    return "(\(parts.joined(separator: ", ")))"
  }

  /// A format as it stands in the header of a module.
  private static func ascii(_ format: String) -> String { " as " + format.replacing("×", with: "x") }

  /// No parts: in the name of a module the shape is one parameter.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// An item whose fields are known by a ``PayloadShape`` alone: what components that carry any item have at their ports.
///
/// Connecting a stream of payloads with one of another kind gives each field to the one of its name.
public struct Payload: PortElement {
  let names: [FieldName]
  let signals: [any Signal]

  private init(names: [FieldName], signals: [any Signal]) {
    self.names = names
    self.signals = signals
  }

  /// The fields of `value`.
  public init(_ value: some HardwareValue) {
    let fields = value.fields
    names = fields.map(\.name)
    signals = fields.map { field -> any Signal in
      let isSigned = field.name != .whole && type(of: field.signal).isSigned
      if isSigned { return field.signal.read(as: SInt.self) }
      return field.signal.read(as: Bits.self)
    }
  }

  /// The item as a value like `shape`, which must have the same fields.
  public func read<T: HardwareValue>(as shape: T) -> T {
    let fields = zip(names, signals).map { FieldSignal(name: $0, signal: $1) }
    let wanted = shape.fields
    if let module = home {
      guard module.match(wanted, fields, "an item and what it is read as") else { return shape.refused() }
    } else if Set(names) != Set(wanted.map(\.name)) {
      return shape.refused(.otherFields("an item and what it is read as"))
    }
    return shape.replacing(fields.ordered(like: wanted.map(\.name)).map(\.signal))
  }

  /// The same item with each of its signals replaced.
  public func mapSignals(_ transform: any SignalTransform, at name: FieldName) -> Payload {
    Payload(
      names: names,
      signals: zip(names, signals).map { inner, signal in
        func apply<S: Signal>(_ signal: S) -> any Signal { transform.apply(signal, at: name.inside(inner)) }
        return apply(signal)
      })
  }

  /// An item of this shape whose signals are shapes.
  public static func form(_ shape: PayloadShape) -> Payload {
    Payload(
      names: shape.fields.map(\.name),
      signals: shape.fields.map { field -> any Signal in
        if field.isSigned { return SInt.placeholder(field.width) }
        return Bits.placeholder(field.width)
      })
  }

  /// Where to assign an item like `form`.
  public static func drain(_ form: Payload, _ sinks: ArraySlice<FieldSink>) -> PayloadSink {
    PayloadSink(names: form.names, sinks: Array(sinks))
  }

  /// Drives every field with the one of the same name.
  public static func drive(_ drain: PayloadSink, with value: Payload) { drain <== value }
}

/// Where to assign a ``Payload``.
public struct PayloadSink {
  let names: [FieldName]
  let sinks: [FieldSink]
}

/// Drives every field of an item with the one of the same name.
public func <== (sink: PayloadSink, value: some HardwareValue) {
  FieldSink.drive(sink.sinks, named: sink.names, with: value)
}

extension Input where T == Payload {
  /// An item of this shape.
  public init(_ shape: PayloadShape, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: shape, sentence, file: file, line: line)
  }
}

extension Output where T == Payload {
  /// An item of this shape.
  public init(_ shape: PayloadShape, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: shape, sentence, file: file, line: line)
  }
}

extension StreamInput where T == Payload {
  /// A stream of items of this shape.
  public init(_ shape: PayloadShape, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: shape, sentence, origin: SourceLine(file: file, line: line))
  }
}

extension StreamOutput where T == Payload {
  /// A stream of items of this shape.
  public init(_ shape: PayloadShape, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line) {
    self.init(shape: shape, sentence, origin: SourceLine(file: file, line: line))
  }
}

extension Stream where T == Payload {
  /// The stream with its items read as values like `shape`, which must have the same fields.
  public func carrying<U: PortElement>(_ shape: U) -> Stream<U> {
    Stream<U>(valid: valid, payload: payload.read(as: shape), ready: ready)
  }
}

/// Connects a stream with one whose items have the same fields.
@_disfavoredOverload
public func <== <T: PortElement>(drain: StreamDrain<Payload>, stream: Stream<T>) {
  drain <== Stream<Payload>(valid: stream.valid, payload: Payload(stream.payload), ready: stream.ready)
}

/// Connects a stream with one whose items have the same fields.
@_disfavoredOverload
public func <== <T: PortElement>(drain: StreamDrain<T>, stream: Stream<Payload>) {
  drain <== stream.carrying(drain.form)
}
