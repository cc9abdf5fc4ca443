import HDL

/// What a random program keeps whole in registers, wires, memories and queues: a bundle or a vector.
protocol RandomAggregate: PortElement {
  /// The value of these fields or elements.
  init(_ fields: [Value])
  /// The shape of a value with fields of these types.
  static func shape(of types: [ValueType]) -> Self
  /// A bit of it.
  var condition: Bit { get }
  /// The fields or elements, and what `index` names.
  func values(at index: UInt) -> [Value]
  /// Assigns one field or element of `drain`: the first or the last one.
  static func assignPart(of drain: Drain, from value: Self, first: Bool)
}

/// The bundle of random programs.
package struct Parcel: SignalBundle, RandomAggregate {
  /// A bundle inside.
  package struct Inner: SignalBundle {
    let vector: Bits
  }
  let flag: Bit
  let number: SInt
  let lanes: [UInt]
  let inner: Inner

  /// As it is written in a program.
  static let text = """
    struct Parcel: SignalBundle {
      struct Inner: SignalBundle { let vector: Bits }
      let flag: Bit
      let number: SInt
      let lanes: [UInt]
      let inner: Inner
    }

    """

  init(flag: Bit, number: SInt, lanes: [UInt], inner: Inner) {
    (self.flag, self.number, self.lanes, self.inner) = (flag, number, lanes, inner)
  }

  init(_ fields: [Value]) {
    self.init(
      flag: fields[0].bit, number: fields[1].signed, lanes: fields[2..<(fields.count - 1)].map(\.unsigned),
      inner: Inner(vector: fields[fields.count - 1].vector))
  }

  /// The shape of a parcel of fields of these types.
  static func shape(of types: [ValueType]) -> Parcel {
    Parcel(
      flag: .shape, number: .shape(types[1].width),
      lanes: types[2..<(types.count - 1)].map { .shape($0.width) },
      inner: Inner(vector: .shape(types[types.count - 1].width)))
  }

  var condition: Bit { flag }

  static func assignPart(of drain: Drain, from value: Parcel, first: Bool) {
    if first { drain.inner.vector <== value.inner.vector } else { drain.number <== value.number }
  }

  func values(at index: UInt) -> [Value] {
    [Value(flag), Value(number)] + lanes.map { Value($0) } + [Value(inner.vector)]
  }
}

extension Vector: RandomAggregate {
  init(_ fields: [Value]) { self.init(fields.map { Element(handle: $0.handle) }) }

  static func shape(of types: [ValueType]) -> Vector { .shape(types.count, of: types[0].width) }

  var condition: Bit { bits[0] }

  func values(at index: UInt) -> [Value] { (map { $0 } + [self[index]]).map { Value(Self.kind, $0) } }

  static func assignPart(of drain: VectorSink<Element>, from value: Vector, first: Bool) {
    let index = first ? 0 : value.count - 1
    Element.drive(drain[index], with: value[index])
  }

  private static var kind: SignalKind {
    if Element.self == Bit.self { return .bit }
    if Element.self == UInt.self { return .unsigned }
    return Element.self == SInt.self ? .signed : .bits
  }
}
