import Netlist

/// Equal elements side by side in one vector of bits: one port, one net, element 0 in the low bits.
///
/// An array of ports or fields has a net for each element; a vector has one, and reads or drives any element in constant time.
///
/// ```swift
/// struct Ports { let activations: Input<Vector<SInt>>, sum: Output<SInt> }
/// Ports(activations: .init(16, of: 8, "One for each row"), sum: .init(12))
///
/// io.sum <== sum(io.activations.map { $0 })
/// ```
///
/// It is a value like every other: a port, the payload of a stream, a field of a bundle, a register, a wire, a word of a
/// memory, an operand of `mux` and `select`. Vectors of different elements do not mix, even where they are equally wide (SYS0038).
public struct Vector<Element: Signal>: PortElement {
  /// All elements, the first one in the low bits.
  public let bits: Bits
  /// Number of elements.
  public let count: Int
  /// Bits of each element.
  public let elementWidth: Int

  /// `bits` read as elements of `width` bits each; they are `count` times as wide.
  public init(_ bits: Bits, count: Int, of width: Int) {
    let isBit = Element.self == Bit.self
    self.bits =
      isBit && width != 1
      ? bits.unfit(
        Refusal.Mistake(
          code: .badWidth, message: "the elements of a Vector<Bit> have \(width) bits",
          fix: "use Vector<Bits>, or elements of 1 bit"), width: Module.clamped(count, width))
      : bits.checked(width: Module.clamped(count, width), as: "a vector of \(count) elements of \(width) bits")
    // What cannot be is refused; what is asked of its elements must end all the same.
    let isPossible = count > 0 && width > 0 && Module.clamped(count, width) <= Module.mostBits
    self.count = isPossible ? count : Swift.min(Swift.max(count, 1), 1024)
    elementWidth = isBit || !isPossible ? 1 : width
  }

  /// The elements side by side; literals among them take the width of the others.
  public init(_ elements: [Element]) {
    let width = elements.lazy.compactMap(\.ownWidth).first
    guard let width else {
      let mistake =
        elements.isEmpty
        ? Refusal.Mistake.empty("vector")
        : Refusal.Mistake(
          code: .literalWithoutWidth, message: "every element of a vector is a literal, so its width is unknown",
          fix: "write Vector(…, of: width)")
      self.init(.refused(mistake), count: Swift.max(1, elements.count), of: 1)
      return
    }
    self.init(elements, of: width)
  }

  /// The elements side by side, each of which fits into `width` bits.
  public init(_ elements: [Element], of width: Int) {
    guard !elements.isEmpty else {
      self.init(.refused(.empty("vector")), count: 1, of: width)
      return
    }
    let parts = elements.map { element -> any Signal in
      guard let literal = element as? any VectorSignal, element.ownWidth == nil else { return element }
      return literal.extended(to: width)
    }
    if let other = parts.lazy.map(\.width).first(where: { $0 != width }) {
      let mistake = Refusal.Mistake(
        code: .widthMismatch, message: "the elements of a vector are \(width) and \(other) bits wide",
        fix: "use extended(to:), truncated(to:) or saturated(to:)")
      self.init(.refused(mistake, width: Module.clamped(elements.count, width)), count: elements.count, of: width)
      return
    }
    self.init(concatenate(Array(parts.reversed())), count: elements.count, of: width)
  }

  /// The shape of `count` elements of `width` bits each.
  public static func shape(
    _ count: Int, of width: Int, file: StaticString = #fileID, line: Int = #line
  ) -> Vector {
    Vector(.shape(Module.clamped(count, width), file: file, line: line), count: count, of: width)
  }

  /// The shape itself.
  public static func form(_ shape: Vector) -> Vector { shape }

  /// The same elements with other signals.
  public func mapSignals(_ transform: any SignalTransform, at name: FieldName) -> Vector {
    Vector(transform.apply(bits, at: name.reading(title)), count: count, of: elementWidth)
  }

  /// Where to assign a vector like `form`.
  public static func drain(_ form: Vector, _ sinks: ArraySlice<FieldSink>) -> VectorSink<Element> {
    guard let sink = sinks.first else { preconditionFailure("a vector is one signal") }
    return VectorSink(form: form, sink: sink)
  }

  /// Drives all of `drain`.
  public static func drive(_ drain: VectorSink<Element>, with value: Vector) { drain <== value }

  /// What the bits are, for messages.
  fileprivate var title: String { "\(count) × \(Element.self)(\(elementWidth))" }

  /// The bits of an element; nil past the end.
  fileprivate func place(of index: Int) -> Range<Int>? {
    guard (0..<count).contains(index) else { return nil }
    return (index * elementWidth)..<((index + 1) * elementWidth)
  }
}

extension Vector: RandomAccessCollection {
  /// 0.
  public var startIndex: Int { 0 }
  /// The number of elements.
  public var endIndex: Int { count }

  /// Element `index`.
  public subscript(index: Int) -> Element {
    guard let place = place(of: index) else {
      let refused: Bits = bits.refusing(
        .badIndex, "element \(index) of a vector of \(count) elements", fix: "use an index from 0..<\(count)",
        width: elementWidth)
      return refused.read(as: Element.self)
    }
    return bits[place].read(as: Element.self)
  }

  /// The element that `index` names; the last one when the index is past the end.
  public subscript(index: UInt) -> Element { select(index, Array(self)) }
}

/// Where to assign a ``Vector``, whole or element by element.
public struct VectorSink<Element: Signal> {
  let form: Vector<Element>
  let sink: FieldSink

  /// Where to assign element `index`.
  public subscript(index: Int) -> Sink<Element> {
    let place = form.place(of: index)
    let isInside = sink.module.check(
      sink.isRefused || place != nil, .badIndex, "element \(index) of a target of \(form.count) elements",
      fix: "use an index from 0..<\(form.count)")
    guard let place, isInside, !sink.isRefused else {
      return Sink(
        module: sink.module, target: sink.target, low: 0, width: form.elementWidth, isWhole: false, isRefused: true)
    }
    return Sink(
      module: sink.module, target: sink.target, low: place.lowerBound, width: place.count,
      isWhole: form.count == 1 && !Element.isSigned)
  }
}

/// Drives all elements; both sides must have equally many of one kind and width.
public func <== <Element: Signal>(sink: VectorSink<Element>, value: Vector<Element>) {
  FieldSink.drive([sink.sink], named: sink.form.fields.map(\.name), with: value)
}

extension Module {
  /// The product, or the nearest number that there is: a width that cannot be stays one, and is refused as such.
  static func clamped(_ count: Int, _ width: Int) -> Int {
    let (product, overflows) = count.multipliedReportingOverflow(by: width)
    return overflows ? ((count < 0) == (width < 0) ? .max : .min) : count < 0 && width < 0 ? -product : product
  }
}

extension Input {
  /// `count` elements of `width` bits each, in one vector.
  public init<E>(
    _ count: Int, of width: Int, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line
  ) where T == Vector<E> {
    self.init(shape: .shape(count, of: width, file: file, line: line), sentence, file: file, line: line)
  }
}

extension Output {
  /// `count` elements of `width` bits each, in one vector.
  public init<E>(
    _ count: Int, of width: Int, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line
  ) where T == Vector<E> {
    self.init(shape: .shape(count, of: width, file: file, line: line), sentence, file: file, line: line)
  }
}

extension StreamInput {
  /// A stream of vectors of `count` elements of `width` bits each.
  public init<E>(
    _ count: Int, of width: Int, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line
  ) where T == Vector<E> {
    self.init(
      shape: .shape(count, of: width, file: file, line: line), sentence, origin: SourceLine(file: file, line: line))
  }
}

extension StreamOutput {
  /// A stream of vectors of `count` elements of `width` bits each.
  public init<E>(
    _ count: Int, of width: Int, _ sentence: String = "", file: StaticString = #fileID, line: Int = #line
  ) where T == Vector<E> {
    self.init(
      shape: .shape(count, of: width, file: file, line: line), sentence, origin: SourceLine(file: file, line: line))
  }
}
