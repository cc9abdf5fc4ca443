import Catalog
import Components
import Golden
import Netlist
import NumberFormats
import Testbench
import Units

extension Catalog {
  static let requantizer = Entry<Requantizer, CountWorkload>(
    "requantizer", "Integer accumulators to narrow codes, rounded to nearest even and saturated.",
    benched: [
      "accumulatorWidth": .integer(4...32), "biasWidth": .integer(0...32), "multiplierWidth": .integer(16...16),
      "maximumShift": .integer(0...47),
    ],
    configurations: [("pipelined", Requantizer { $0.stages = 3 })],
    workload: CountWorkload(count: 20_000), workloadParameters: CountWorkload.parameters("Accumulators converted"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    var bench = try request.pipelineBench(latency: unit.stages)
    var random = bench.random("operands")
    for step in 0..<request.workload.count {
      let shift = step % (unit.maximumShift + 1)
      // With a multiplier of 2^15 ties are common; else the significand is random.
      let multiplier: UInt16 = step % 5 == 0 ? 0x8000 : UInt16(random.unsigned(bits: 15)) | 0x8000
      // Every other accumulator has about the size that makes a code within the range.
      let isNear = step % 2 == 0
      let size = isNear ? max(2, min(unit.accumulatorWidth, shift - 6)) : unit.accumulatorWidth
      let sum = random.signed(bits: size)
      let bias = unit.biasWidth == 0 ? 0 : random.signed(bits: isNear ? min(3, unit.biasWidth) : unit.biasWidth)
      let golden = try Requantization(
        scales: [RequantizationScale(multiplier: multiplier, shift: shift)], bias: [Int32(bias)],
        range: Int32(unit.least)...Int32(unit.greatest), zeroPoint: Int32(unit.zeroPoint))
      let inputs = unit.biasWidth == 0 ? [sum, Int(multiplier), shift] : [sum, bias, Int(multiplier), shift]
      try bench.append(inputs, expecting: [golden.code(Int32(sum), column: 0)])
    }
    return bench
  }
  .covering(coverRequantizer)

  private static let coverRequantizer: Entry<Requantizer, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try addRequantization(
      &model, least: unit.least, greatest: unit.greatest, zeroPoint: unit.zeroPoint,
      accumulator: try model.pin("accumulator"), bias: unit.biasWidth == 0 ? nil : try model.pin("bias"),
      multiplier: try model.pin("multiplier"), shift: try model.pin("shift"))
    let normal = "a multiplier is 2^15 at least"
    try model.exclude("multiplier corners", ["0", "1"], because: normal)
    try model.exclude("multiplier bits", ["bit 15 at 0"], because: normal)
    let width = model.width("shift")
    if unit.maximumShift < 1 << width - 1 {
      try model.exclude("shift corners", ["all ones"], because: "a shift is \(unit.maximumShift) at most")
    }
    let codes = (unit.least...unit.greatest).map { UInt64(truncatingIfNeeded: $0) }
    for bit in 0..<model.width("code") where codes.allSatisfy({ $0 >> UInt64(bit) & 1 == 0 }) {
      try model.excludeBits("code", [bit], because: "no code has it")
    }
  }

  /// Rounding and saturation of one conversion.
  private static func addRequantization(
    _ model: inout CoverageModel, least: Int, greatest: Int, zeroPoint: Int, accumulator: CoverVariable,
    bias: CoverVariable?, multiplier: CoverVariable, shift: CoverVariable
  ) throws(CoverageError) {
    let variables = [accumulator, multiplier, shift] + (bias.map { [$0] } ?? [])
    let hasBias = bias != nil
    @Sendable func product(_ values: CoverValues) -> Int { (values[0] + (hasBias ? values[3] : 0)) * values[1] }
    try model.point("sign of the sum", over: variables, .signs) { product($0).signum() }
    try model.point(
      "rounding", over: variables,
      [
        .value("exact", 0), .value("down", 1), .value("tie to the even below", 2), .value("tie to the even above", 3),
        .value("up", 4),
      ]
    ) { values in
      let (product, shift) = (product(values), values[2])
      if shift == 0 { return 0 }
      let (rest, half) = (product & (1 << shift - 1), 1 << (shift - 1))
      if rest == 0 { return 0 }
      if rest == half { return product >> shift & 1 == 0 ? 2 : 3 }
      return rest < half ? 1 : 4
    }
    try model.cross(
      "rounding × sign", ["rounding", "sign of the sum"],
      [.excluded("down", "zero", because: "zero is exact"), .excluded("up", "zero", because: "zero is exact")]
        + ["below", "above"].map { .excluded("tie to the even \($0)", "zero", because: "zero is exact") })
    try model.point(
      "range", over: variables,
      [
        .value("far below", 0), .value("one below", 1), .value("least code", 2), .value("within", 3),
        .value("greatest code", 4), .value("one above", 5), .value("far above", 6),
      ]
    ) { values in
      let (product, shift) = (product(values), values[2])
      let floor = product >> shift
      let rest = shift == 0 ? 0 : product & (1 << shift - 1)
      let half = shift == 0 ? 1 : 1 << (shift - 1)
      let rounded = floor + (rest > half || (rest == half && floor & 1 == 1) ? 1 : 0) + zeroPoint
      if rounded < least { return rounded == least - 1 ? 1 : 0 }
      if rounded > greatest { return rounded == greatest + 1 ? 5 : 6 }
      return rounded == least ? 2 : rounded == greatest ? 4 : 3
    }
  }
}
