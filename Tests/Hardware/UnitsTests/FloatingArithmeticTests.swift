import HDL
import NumberFormats
import TestFiles
import Testbench
import Testing
import Units

@Suite struct FloatingArithmeticTests {
  static let small: [Minifloat] = try! [
    .float4E2M1, .float6E3M2, .float6E2M3, .float8E4M3, .float8E5M2,
    Minifloat(exponentBits: 3, fractionBits: 2, subnormals: .flushed),
    Minifloat(exponentBits: 3, fractionBits: 2, specials: .negativeZeroIsNaN),
    Minifloat(exponentBits: 3, fractionBits: 2, subnormals: .flushed, specials: .negativeZeroIsNaN),
    Minifloat(exponentBits: 4, fractionBits: 1, specials: .onlyNaN),
    Minifloat(exponentBits: 2, fractionBits: 2, subnormals: .flushed, specials: .none),
    Minifloat(exponentBits: 3, fractionBits: 1, bias: 0, subnormals: .kept),
    Minifloat(exponentBits: 3, fractionBits: 2, bias: 9, subnormals: .flushed),
  ]
  static let wide: [Minifloat] = try! [
    .bfloat16, .float16, .float16Flushed, .bfloat16Extended, .float32,
    Minifloat(exponentBits: 8, fractionBits: 7),
  ]

  private func compareAll(_ format: Minifloat, stages: Int = 0, _ cases: [[UInt64]]) throws {
    try compare(.multiplier(.init { ($0.format, $0.stages) = (format, stages) }), cases) {
      format.multiply($0[0], $0[1])
    }
    try compare(.adder(.init { ($0.format, $0.stages) = (format, stages) }), cases) { format.add($0[0], $0[1]) }
    try compare(.adder(.init { ($0.format, $0.operation, $0.stages) = (format, .subtract, stages) }), cases) {
      format.subtract($0[0], $0[1])
    }
  }

  @Test(arguments: small) func `Pairs of a small format`(format: Minifloat) throws {
    try compareAll(format, pairs(format.codes, format.codes, atMost: 350))
  }

  @Test(arguments: wide) func `All classes of the wide formats`(format: Minifloat) throws {
    try compareAll(format, pairs(format.samples, format.samples, atMost: 200))
  }

  @Test(arguments: 1...3) func `Pipelines give the same, later`(stages: Int) throws {
    for format in [Minifloat.bfloat16, .float8E4M3] {
      try compareAll(format, stages: stages, pairs(format.samples, format.samples, atMost: 120))
    }
  }

  @Test(arguments: [.bfloat16, .float16, .float32] as [Minifloat]) func `Operands of near exponents`(
    format: Minifloat
  ) throws {
    var random = Seed(3).generator("operands")
    let cases = (0..<(Tier.isFull ? 20_000 : 300)).map { _ -> [UInt64] in
      let a = UInt64(random.unsigned(bits: format.width))
      return [a, random.code(near: a, within: format.fractionBits + 3, format)]
    }
    try compareAll(format, cases)
  }

  @Test func `Classes of bfloat16, all pairs`() throws {
    let cases = pairs(Minifloat.bfloat16.samples, Minifloat.bfloat16.samples)
    func number(_ code: UInt64) -> BFloat16 { BFloat16(bitPattern: UInt16(code)) }
    try compare(.multiplier(.init()), cases) { UInt64((number($0[0]) * number($0[1])).bitPattern) }
    try compare(.adder(.init()), cases) { UInt64((number($0[0]) + number($0[1])).bitPattern) }
    try compare(.adder(.init { $0.operation = .subtract }), cases) {
      UInt64((number($0[0]) - number($0[1])).bitPattern)
    }
  }
}

@Suite struct FusedMultiplyAddTests {
  @Test(arguments: FloatingArithmeticTests.small) func `Multiply-add of a small format`(format: Minifloat) throws {
    let codes = format.codes
    // All triples of up to 6 bits in the long form.
    let limit = Tier.isFull ? 1 << 18 : 400
    let count = codes.count * codes.count * codes.count
    let cases = stride(from: 0, to: count, by: max(1, count / limit) | 1).map { index in
      [codes[index % codes.count], codes[index / codes.count % codes.count], codes[index / codes.count / codes.count]]
    }
    try compare(.multiplyAdd(.init { $0.format = format }), cases) { format.fusedMultiplyAdd($0[0], $0[1], $0[2]) }
  }

  @Test(arguments: FloatingArithmeticTests.wide) func `Multiply-add of the wide formats`(format: Minifloat) throws {
    var random = Seed(4).generator("operands")
    let samples = format.samples
    let classes = (0..<(Tier.isFull ? 20_000 : 120)).map { _ -> [UInt64] in
      (0..<3).map { _ in samples[random.integer(below: samples.count)] }
    }
    let near = (0..<(Tier.isFull ? 20_000 : 200)).map { _ -> [UInt64] in
      let (a, b) = (UInt64(random.unsigned(bits: format.width)), UInt64(random.unsigned(bits: format.width)))
      return [a, b, random.code(near: format.multiply(a, b), within: 2 * format.fractionBits + 5, format)]
    }
    try compare(.multiplyAdd(.init { $0.format = format }), classes + near) {
      format.fusedMultiplyAdd($0[0], $0[1], $0[2])
    }
  }

  @Test(arguments: 0...3) func `Multiply-add of all classes of bfloat16`(stages: Int) throws {
    let samples = Minifloat.bfloat16.samples.enumerated().filter { $0.offset % 2 == 0 || Tier.isFull }.map(\.element)
    func number(_ code: UInt64) -> BFloat16 { BFloat16(bitPattern: UInt16(code)) }
    let cases = pairs(samples, samples, atMost: stages == 0 ? .max : 60).flatMap { pair in samples.map { pair + [$0] }
    }
    try compare(.multiplyAdd(.init { $0.stages = stages }), cases) {
      UInt64(BFloat16.fusedMultiplyAdd(number($0[0]), number($0[1]), number($0[2])).bitPattern)
    }
  }
}
