import HDL
import NumberFormats
import Simulator
import TestFiles
import Testbench
import Testing
import Units

@Suite struct ConversionTests {
  @Test(
    arguments: FloatingArithmeticTests.small,
    Tier.isFull ? FloatingArithmeticTests.small : [.float4E2M1, .float8E4M3, FloatingArithmeticTests.small[7]])
  func `Every code of a small format in another one`(source: Minifloat, target: Minifloat) throws {
    let codes = source.codes.filter { Tier.isFull || source.width < 8 || $0 % 5 == 1 }
    try compare(.converter(.init { ($0.source, $0.target) = (source, target) }), codes.map { [$0] }) {
      target.convert($0[0], from: source)
    }
  }

  @Test(arguments: [Minifloat.bfloat16, .float16, .float8E4M3], Tier.isFull ? [0, 1, 2] : [2])
  func `From binary32`(target: Minifloat, stages: Int) throws {
    var random = Seed(9).generator("codes")
    let codes = (0..<(Tier.isFull ? 20_000 : 100)).map { _ -> UInt64 in
      let sample = target.samples[random.integer(below: target.samples.count)]
      let near = Minifloat.float32.convert(sample, from: target)
      return near ^ UInt64(random.unsigned(bits: random.integer(in: 1...16)))
    }
    try compare(
      .converter(.init { ($0.source, $0.target, $0.stages) = (.float32, target, stages) }),
      (codes + Minifloat.float32.samples).map { [$0] }
    ) { target.convert($0[0], from: Minifloat.float32) }
  }

  @Test func `Every bfloat16 number is one of binary32, and fp16 and E4M3 numbers`() throws {
    let step = Tier.isFull ? 1 : 149
    let codes = stride(from: 0, to: 0x10000, by: step).map { [UInt64($0)] }
    for target in [Minifloat.float32, .float16, .float8E4M3] {
      try compare(.converter(.init { ($0.source, $0.target) = (.bfloat16, target) }), codes) {
        target.convert($0[0], from: Minifloat.bfloat16)
      }
    }
  }

  static let fixed: [FixedToFloating] = [
    FixedToFloating { $0.source = .int8 }, FixedToFloating { ($0.source, $0.target) = (.uint8, .float8E4M3) },
    FixedToFloating { ($0.source, $0.fractionBits, $0.target) = (.int8, 7, .float16) },
    FixedToFloating { ($0.source, $0.fractionBits) = (.int8, -20) },
    FixedToFloating { ($0.source, $0.fractionBits, $0.target) = (.int8, 12, .float8E5M2) },
  ]

  @Test(arguments: fixed) func `Every code of 8 bits as a floating point number`(unit: FixedToFloating) throws {
    let scale = RealValue(Dyadic(1 as Int64, exponent: -unit.fractionBits))
    try compare(.fromFixed(unit), (0...255).map { [$0] }) {
      unit.target.code(for: unit.source.value(of: $0[0]) * scale)
    }
  }

  static let scales: [Minifloat?] = [nil, .bfloat16, .float32]

  @Test(arguments: scales, Tier.isFull ? [0, 1, 2, 3] : [0, 3])
  func `Accumulators times a scale become bfloat16, rounded once`(scale: Minifloat?, stages: Int) throws {
    let unit = FixedToFloating { ($0.scale, $0.stages) = (scale, stages) }
    var random = Seed(10).generator("accumulators")
    var cases: [[UInt64]] = (0..<(Tier.isFull ? 20_000 : 60)).map { _ in
      let code = UInt64(bitPattern: Int64(random.signed(bits: random.integer(in: 1...32)))) & 0xFFFF_FFFF
      guard let scale else { return [code] }
      return [code, UInt64(random.unsigned(bits: scale.width))]
    }
    let limits: [UInt64] = [0, 1, 0xFFFF_FFFF, 0x7FFF_FFFF, 0x8000_0000]
    cases += limits.flatMap { code in scale?.samples.map { [code, $0] } ?? [[code]] }
    try compare(.fromFixed(unit), cases) { operands in
      let number = IntegerFormat.int32.value(of: operands[0])
      return Minifloat.bfloat16.code(for: scale.map { number * $0.value(of: operands[1]) } ?? number)
    }
  }

  private static func signed(_ width: Int) -> IntegerFormat {
    guard let format = try? IntegerFormat(width: width, isSigned: true) else { preconditionFailure("no width") }
    return format
  }

  static let targets: [FloatingToFixed] = [
    FloatingToFixed { $0.scale = .bfloat16 }, FloatingToFixed { ($0.scale, $0.isSymmetric) = (.bfloat16, true) },
    FloatingToFixed(), FloatingToFixed { $0.target = .uint8 },
    FloatingToFixed { ($0.source, $0.target, $0.fractionBits) = (.float16, .int16, 12) },
    FloatingToFixed { ($0.source, $0.scale, $0.target) = (.float16, .float16, .int8) },
    FloatingToFixed { ($0.target, $0.fractionBits) = (.int32, 16) },
    FloatingToFixed {
      ($0.source, $0.scale, $0.target) = (.float8E4M3, .float8E5M2, signed(5))
    },
    FloatingToFixed { ($0.source, $0.target, $0.fractionBits) = (.float8E5M2, .uint16, 4) },
    FloatingToFixed { $0.fractionBits = -3 },
    FloatingToFixed { ($0.source, $0.scale, $0.target, $0.stages) = (.float32, .bfloat16, .int8, 2) },
    FloatingToFixed { ($0.scale, $0.stages) = (.bfloat16, 3) },
    FloatingToFixed { ($0.source, $0.target, $0.stages) = (.float32, signed(62), 1) },
  ]

  @Test(arguments: targets) func `Numbers times a scale become codes, rounded once`(unit: FloatingToFixed) throws {
    var random = Seed(11).generator("numbers")
    let one = UInt64(unit.source.bias) << UInt64(unit.source.fractionBits)
    var cases: [[UInt64]] = (0..<(Tier.isFull ? 20_000 : 120)).map { index in
      // Products of the size of a code, or a tie, or anything.
      let value =
        index % 3 == 0
        ? UInt64(random.unsigned(bits: unit.source.width))
        : random.code(near: one &+ one >> 4, within: unit.target.width, unit.source)
      guard let scale = unit.scale else { return [value] }
      let unity = UInt64(scale.bias) << UInt64(scale.fractionBits)
      let factor =
        index % 3 == 1
        ? random.code(near: unity, within: 8, scale) : UInt64(random.unsigned(bits: scale.width))
      return [value, factor]
    }
    cases += unit.source.samples.flatMap { code in
      unit.scale.map { scale in scale.samples.filter { $0 % 5 == 2 || Tier.isFull }.map { [code, $0] } } ?? [[code]]
    }
    let power = RealValue(Dyadic(1 as Int64, exponent: unit.fractionBits))
    let least = -Int64(unit.target.maximum)
    try compare(.toFixed(unit), cases) { operands in
      let value = unit.source.value(of: operands[0]) * (unit.scale?.value(of: operands[1]) ?? RealValue(1))
      let code = unit.target.code(for: value * power)
      return unit.isSymmetric && unit.target.integer(of: code) < least
        ? UInt64(bitPattern: least) & unit.target.codeMask : code
    }
  }

  @Test func `Every bfloat16 number as int8`() throws {
    let step = Tier.isFull ? 1 : 37
    try compare(.toFixed(.init()), stride(from: 0, to: 0x10000, by: step).map { [UInt64($0)] }) {
      UInt64(bitPattern: BFloat16(bitPattern: UInt16($0[0])).code(in: .int8, scale: .one)) & 0xFF
    }
  }
}

@Suite struct ComparatorTests {
  @Test(arguments: [false, true], 0...1) func `Order, minimum and maximum`(ignoresNaN: Bool, stages: Int) throws {
    for format in [Minifloat.bfloat16, .float8E4M3] {
      let model = try Simulation(
        FloatingComparator { ($0.format, $0.ignoresNaN, $0.stages) = (format, ignoresNaN, stages) })
      let (a, b) = (try #require(model.engine.pin("a")), try #require(model.engine.pin("b")))
      let minimum = try #require(model.engine.pin("minimum"))
      let maximum = try #require(model.engine.pin("maximum"))
      for pair in pairs(format.samples, format.samples, atMost: 250) {
        (a.unsigned, b.unsigned) = (pair[0], pair[1])
        try model.settle()
        try model.step(stages)
        let order = format.compare(pair[0], pair[1])
        let rule: NaNRule = ignoresNaN ? .ignore : .propagate
        let isRight =
          (model.isLess == 1) == (order == .less) && (model.isEqual == 1) == (order == .equal)
          && (model.isUnordered == 1) == (order == nil)
          && minimum.unsigned == format.minimum(pair[0], pair[1], nan: rule)
          && maximum.unsigned == format.maximum(pair[0], pair[1], nan: rule)
        #expect(isRight, "\(format): \(pair)")
      }
    }
  }
}
