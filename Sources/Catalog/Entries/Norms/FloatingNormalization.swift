import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// LayerNorm and RMSNorm.
  static let floatingNormalization = Entry<FloatingNormalization, CountWorkload>(
    "floating-normalization", "LayerNorm or RMSNorm of rows of bfloat16 elements, with residual, factors and offsets.",
    configurations: [
      (
        "rms",
        FloatingNormalization {
          ($0.kind, $0.lanes, $0.maximumBeats, $0.hasResidual, $0.stages) = (.rootMeanSquare, 2, 16, true, 3)
        }
      ),
      (
        "small",
        FloatingNormalization {
          ($0.lanes, $0.maximumBeats, $0.integerBits, $0.fractionBits, $0.epsilon, $0.hasResidual, $0.stages) =
            (2, 4, 3, 4, 1, true, 0)
        }
      ),
    ],
    workload: CountWorkload(count: 48), workloadParameters: CountWorkload.parameters("Rows"),
    expectedCycles: { unit, work in work.count * (unit.maximumBeats + unit.rowCycles) }
  ) { request in
    let unit = request.generator
    let golden = try RowNormalization(
      unit.kind == .layer ? .layer : .rootMeanSquare, integerBits: unit.integerBits, fractionBits: unit.fractionBits,
      epsilon: unit.epsilon)
    var bench = try request.streamBench()
    var random = bench.random("elements")
    for index in 0..<request.workload.count {
      let row = NormalizationRow(index, unit, &random)
      let parts = try row.parts(upTo: unit.lanes * unit.maximumBeats).map { part in
        try golden(
          numbers(part.values), residual: unit.hasResidual ? numbers(part.residuals) : nil, kept: part.kept,
          gamma: numbers(part.gamma), beta: numbers(part.beta))
      }
      try bench.withStimuli { stimuli throws(BenchError) in
        try row.send(to: &stimuli, unit)
        for part in parts {
          for start in stride(from: 0, to: part.normalized.count, by: unit.lanes) {
            let range = start..<start + unit.lanes
            let sums = unit.hasResidual ? bitPatterns(part.sums[range]) : []
            let isLast: UInt64 = start + unit.lanes == part.normalized.count ? 1 : 0
            try stimuli.expect(words: bitPatterns(part.normalized[range]) + sums + [isLast], on: "pop")
          }
        }
      }
    }
    return bench
  }
  .covering { unit, model throws(CoverageError) in
    let all = 1 << unit.lanes - 1
    try model.point(
      "kept", over: [try model.field("push", "kept")],
      [.value("none", 0)] + (unit.lanes > 1 ? [.value("some", 1)] : []) + [.value("all", 2)]
    ) { $0[0] & all == 0 ? 0 : $0[0] & all == all ? 2 : 1 }
    try model.point("end of row", over: try model.field("push", "is_last"), .bit)
  }
  .scored(on: "small")
}

/// bfloat16 numbers side by side.
private func bitPatterns(_ numbers: some Sequence<BFloat16>) -> [UInt64] {
  packed(numbers.map { UInt64($0.bitPattern) }, width: 16)
}

/// The numbers of codes, which may be subnormal or any NaN.
private func numbers(_ codes: [UInt16]) -> [BFloat16] { codes.map { BFloat16(bitPattern: $0) } }

/// A row of elements as it goes to a normalisation, several a beat: their codes.
private struct NormalizationRow {
  var values: [UInt16] = []
  var residuals: [UInt16] = []
  var kept: [Bool] = []
  var gamma: [UInt16] = []
  var beta: [UInt16] = []

  /// A row of one of several kinds: around a mean with some deviation; all alike; with infinities or NaN; of any bits; beyond
  /// the range in fixed point; and one of sixteen longer than the unit is made for.
  init(_ index: Int, _ unit: FloatingNormalization, _ random: inout Xoshiro256) {
    let isLong = index % 16 == 9
    let beats =
      isLong
      ? unit.maximumBeats + 1 + random.integer(below: min(unit.maximumBeats, 8))
      : index % 4 == 0 ? unit.maximumBeats : 1 + random.integer(below: unit.maximumBeats)
    let kind = index % 8
    let mask = random.integer(below: 4)
    let mean = random.integer(in: -4...4)
    let deviation = random.integer(in: 1...unit.integerBits) - 2
    for _ in 0..<beats {
      let corner = random.integer(below: 12)
      for lane in 0..<unit.lanes {
        let isCorner = kind == 3 && corner < 4
        func element() -> UInt16 {
          if isCorner { return UInt16(cornerLane(lane, of: unit.lanes, width: 16, number: corner)) }
          return random.element(kind, mean: mean, deviation: deviation, integerBits: unit.integerBits)
        }
        values.append(element())
        residuals.append(element())
        gamma.append(isCorner ? element() : random.factor(kind))
        beta.append(isCorner ? element() : random.factor(kind))
        kept.append(mask < 2 || kind == 3 || mask == 2 && random.integer(below: 4) > 0)
      }
    }
  }

  /// The parts that the unit takes as rows of their own, of up to `length` elements.
  func parts(upTo length: Int) -> [NormalizationRow] {
    stride(from: 0, to: values.count, by: length).map { start in
      let range = start..<min(start + length, values.count)
      var part = self
      (part.values, part.residuals) = (Array(values[range]), Array(residuals[range]))
      (part.kept, part.gamma, part.beta) = (Array(kept[range]), Array(gamma[range]), Array(beta[range]))
      return part
    }
  }

  private func codes(_ row: ArraySlice<UInt16>) -> [UInt64] { packed(row.map { UInt64($0) }, width: 16) }

  func send(to stimuli: inout Stimuli, _ unit: FloatingNormalization) throws(BenchError) {
    for start in stride(from: 0, to: values.count, by: unit.lanes) {
      let range = start..<start + unit.lanes
      let residual = unit.hasResidual ? codes(residuals[range]) : []
      let mask = packed(kept[range].map { $0 ? 1 : 0 }, width: 1)
      let isLast: UInt64 = start + unit.lanes == values.count ? 1 : 0
      try stimuli.send(words: codes(values[range]) + residual + mask + [isLast], on: "push")
      try stimuli.send(words: codes(gamma[range]) + codes(beta[range]), on: "affine")
    }
  }
}

extension Xoshiro256 {
  /// An element of a row.
  fileprivate mutating func element(_ kind: Int, mean: Int, deviation: Int, integerBits: Int) -> UInt16 {
    let bits = asOneDraw { random in
      let near =
        Double(mean) + Double(random.integer(in: -1000...1000)) / 1000
        * Double(sign: .plus, exponent: deviation, significand: 1)
      switch kind {
      case 1 where random.integer(below: 24) == 0:
        return [0x7F80, 0xFF80, 0x7FC0, 0xFFFF][random.integer(below: 4)]
      case 2 where random.integer(below: 4) == 0:
        return [0x8000, 0x0001, 0x4F00, 0xCF00, 0x0080][random.integer(below: 5)]
      case 3: return random.operand(bits: 16)
      case 5: return UInt64(BFloat16(Double(mean)).bitPattern)
      case 6:
        let edge = Double(sign: .plus, exponent: integerBits, significand: 1) * (random.integer(below: 2) == 0 ? 1 : -1)
        return UInt64(BFloat16(edge + near).bitPattern)
      default: return UInt64(BFloat16(near).bitPattern)
      }
    }
    return UInt16(bits)
  }

  /// A factor or an offset: near 1, or any number.
  fileprivate mutating func factor(_ kind: Int) -> UInt16 {
    let bits = asOneDraw { random in
      if kind == 3 { return random.operand(bits: 16) }
      return UInt64(random.integer(below: 2)) << 15 | UInt64(125 + random.integer(below: 5)) << 7 | random.next() >> 57
    }
    return UInt16(bits)
  }
}
