import Engine
import HDL
import NumberFormats
import Simulator
import Testing

/// What is computed of two numbers, written once for hardware and software.
private func results<N: FixedPointNumber>(_ a: N, _ b: N) -> [N] {
  let (low, high) = N.sorted(a, b)
  return [a + b, a - b, a * b, -a, low, high, [a, b, a].treeSum() ?? a]
}

/// `results` of two operands in fixed point.
private struct Arithmetic: Generator {
  let left, right: FixedPointFormat

  struct Ports {
    let a, b: Input<FixedPoint>
    let result: [Output<SInt>]
    let isLess, isEqual: Output<Bit>
  }
  /// The place of the last bit of every result.
  var fractionBits: Int { 2 * max(left.fractionBits, right.fractionBits, 0) }
  var ports: Ports {
    Ports(
      a: .init(shape: left), b: .init(shape: right), result: (0..<7).map { _ in .init(48) }, isLess: .init(),
      isEqual: .init())
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    for (port, number) in zip(io.result, results(io.a, io.b)) {
      let aligned = FixedPoint(.signed(number.code.number), fractionBits: number.fractionBits)
      port <== (aligned.code.number << (fractionBits - number.fractionBits)).extended(to: 48)
    }
    io.isLess <== io.a.isLess(than: io.b)
    io.isEqual <== io.a.isEqual(to: io.b)
  }
}

/// One operand in every format and by every rule.
private struct Conversion: Generator {
  let source, target: FixedPointFormat

  static let rules: [RoundingRule] =
    [.nearestEven, .nearestAway, .towardZero, .down, .up]
    + [(0, 1), (1, 1), (1, 2), (5, 3), (200, 9)].map { .stochastic(RoundingNoise($0.0, bits: $0.1)) }
  static let overflows: [OverflowRule] = [.standard, .wrapping, .saturating]
  static let all = rules.flatMap { rule in overflows.map { (rule, $0) } }

  struct Ports {
    let code: Input<FixedPoint>
    let result: [Output<UInt>]
  }
  var ports: Ports {
    Ports(code: .init(shape: source), result: Self.all.map { _ in .init(target.width) })
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    for (port, (rule, overflow)) in zip(io.result, Self.all) {
      port <== io.code.converted(to: target, rounding: rule, overflow: overflow).code.bits.asUnsigned
    }
  }
}

/// Every question about two floating point numbers.
private struct FloatComparison: Generator {
  let format: Minifloat

  struct Ports {
    let a, b: Input<FloatingNumber>
    let minimum, maximum, minimumNumber, maximumNumber, negated, canonical: Output<FloatingNumber>
    let isLess, isEqual, isNaN, isInfinite, isZero: Output<Bit>
  }
  var ports: Ports {
    Ports(
      a: .init(shape: format), b: .init(shape: format), minimum: .init(shape: format), maximum: .init(shape: format),
      minimumNumber: .init(shape: format), maximumNumber: .init(shape: format), negated: .init(shape: format),
      canonical: .init(shape: format), isLess: .init(), isEqual: .init(), isNaN: .init(), isInfinite: .init(),
      isZero: .init())
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    io.minimum <== .minimum(io.a, io.b)
    io.maximum <== .maximum(io.a, io.b)
    io.minimumNumber <== .minimum(io.a, io.b, nan: .ignore)
    io.maximumNumber <== .maximum(io.a, io.b, nan: .ignore)
    io.negated <== io.a.negated
    io.canonical <== io.a.canonical
    io.isLess <== io.a.isLess(than: io.b)
    io.isEqual <== io.a.isEqual(to: io.b)
    io.isNaN <== io.a.isNaN
    io.isInfinite <== io.a.isInfinite
    io.isZero <== io.a.isZero
  }
}

/// A number held in a register and passed on as a field of a bundle.
private struct Holding: Generator {
  struct Pair: SignalBundle {
    let number: FixedPoint
    let float: FloatingNumber
  }
  static let number = try! FixedPointFormat(integerBits: 3, fractionBits: 5, isSigned: true)

  struct Ports {
    let number: Input<FixedPoint>
    let float: Input<FloatingNumber>
    let write: Input<Bit>
    let pair: Output<Pair>
  }
  var shape: Pair { Pair(number: .shape(Self.number), float: .shape(.bfloat16)) }
  var ports: Ports {
    Ports(number: .init(shape: Self.number), float: .init(shape: .bfloat16), write: .init(), pair: .init(shape))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let held = m.register("held", of: shape)
    m.when(io.write) { held.next <== Pair(number: io.number, float: io.float) }
    io.pair <== m.register("later", held)
  }
}

extension NativeModel {
  /// The pin of a port that is there.
  fileprivate subscript(pin name: String) -> Pin {
    guard let pin = pin(name) else { preconditionFailure("no port '\(name)'") }
    return pin
  }
}

@Suite struct NumberTests {
  static let formats: [FixedPointFormat] = try! [
    (3, 2, true), (2, 2, false), (5, -1, true), (0, 4, true), (-1, 5, false), (1, 0, false), (1, 0, true),
  ].map { try FixedPointFormat(integerBits: $0.0, fractionBits: $0.1, isSigned: $0.2) }

  @Test(arguments: formats, formats)
  func `Fixed point computes what exact numbers do`(left: FixedPointFormat, right: FixedPointFormat) throws {
    let unit = Arithmetic(left: left, right: right)
    let model = try Simulation(unit)
    for a in 0..<(1 << left.width) {
      for b in 0..<(1 << right.width) {
        model.engine[pin: "a"].unsigned = UInt64(a)
        model.engine[pin: "b"].unsigned = UInt64(b)
        try model.settle()
        let (x, y) = (left.value(of: UInt64(a)), right.value(of: UInt64(b)))
        let expected = results(x, y).map { Int($0.doubleValue * Double(1 << unit.fractionBits)) }
        #expect(model.result.map { $0 } == expected, "\(x) and \(y)")
        #expect((model.isLess == 1) == x.isLess(than: y))
        #expect((model.isEqual == 1) == x.isEqual(to: y))
      }
    }
  }

  static let sources: [FixedPointFormat] =
    formats
    + (try! [(4, 6, true), (4, 6, false), (-3, 9, true), (8, -2, true)].map {
      try FixedPointFormat(integerBits: $0.0, fractionBits: $0.1, isSigned: $0.2)
    })

  @Test(arguments: sources, sources)
  func `A conversion rounds and saturates like the format`(source: FixedPointFormat, target: FixedPointFormat) throws {
    let model = try Simulation(Conversion(source: source, target: target))
    for code in 0..<(1 << source.width) {
      model.engine[pin: "code"].unsigned = UInt64(code)
      try model.settle()
      let expected = Conversion.all.map { rule, overflow in
        Int(target.convert(UInt64(code), from: source, rounding: rule, overflow: overflow))
      }
      #expect(model.result.map { $0 } == expected, "code \(code)")
    }
  }

  static let floats: [Minifloat] = try! [
    .float4E2M1, .float6E3M2, .float6E2M3, .float8E4M3, .float8E5M2,
    Minifloat(exponentBits: 3, fractionBits: 2, subnormals: .flushed),
    Minifloat(exponentBits: 3, fractionBits: 2, specials: .negativeZeroIsNaN),
    Minifloat(exponentBits: 3, fractionBits: 2, subnormals: .flushed, specials: .negativeZeroIsNaN),
    Minifloat(exponentBits: 4, fractionBits: 0, specials: .onlyNaN),
    Minifloat(exponentBits: 2, fractionBits: 2, subnormals: .flushed, specials: .none),
  ]

  @Test(arguments: floats)
  func `Floating point numbers are ordered as their format says`(format: Minifloat) throws {
    let codes = (0..<(1 << UInt64(format.width))).map { UInt64($0) }
    try compare(format, codes, codes)
  }

  @Test func `bfloat16 numbers of all classes are ordered as their format says`() throws {
    let magnitudes: [UInt64] = [
      0, 1, 0x7F, 0x80, 0x81, 0x3F7F, 0x3F80, 0x3F81, 0x4000, 0x7F7F, 0x7F80, 0x7F81, 0x7FC0, 0x7FFF,
    ]
    let codes = magnitudes + magnitudes.map { $0 | 0x8000 }
    try compare(.bfloat16, codes, codes)
    let all = (0..<0x10000).map { UInt64($0) }
    try compare(.bfloat16, all, [0x3F80])
  }

  private func compare(_ format: Minifloat, _ left: [UInt64], _ right: [UInt64]) throws {
    let model = try Simulation(FloatComparison(format: format))
    let engine = model.engine
    func output(_ name: String) -> UInt64 { engine[pin: name].unsigned }
    for a in left {
      for b in right {
        engine[pin: "a"].unsigned = a
        engine[pin: "b"].unsigned = b
        try model.settle()
        let value = format.value(of: a)
        let isRight =
          output("minimum") == format.minimum(a, b) && output("maximum") == format.maximum(a, b)
          && output("minimum_number") == format.minimum(a, b, nan: .ignore)
          && output("maximum_number") == format.maximum(a, b, nan: .ignore)
          && output("negated") == format.negate(a) && output("canonical") == format.code(for: value)
          && (model.isLess == 1) == (format.compare(a, b) == .less)
          && (model.isEqual == 1) == (format.compare(a, b) == .equal)
          && (model.isNaN == 1) == (value == .notANumber)
          && (model.isInfinite == 1) == (value == .infinity(.plus) || value == .infinity(.minus))
          && (model.isZero == 1) == (value == .zero(.plus) || value == .zero(.minus))
        #expect(isRight, "\(format): \(a) and \(b)")
      }
    }
  }

  @Test func `Registers, delays and fields hold numbers`() throws {
    let model = try Simulation(Holding())
    model.engine[pin: "number"].unsigned = 0xA5
    model.engine[pin: "float"].unsigned = 0x3F80
    model.write = 1
    for _ in 0..<3 { try model.step() }
    #expect(model.engine[pin: "pair_number"].unsigned == 0xA5)
    #expect(model.engine[pin: "pair_float"].unsigned == 0x3F80)
  }
}
