import Units
import Components
import Testbench

extension Catalog {
  static let coverDivider: Entry<Divider, CountWorkload>.AddCoverage = { unit, model throws(CoverageError) in
    let (dividend, divisor) = (try model.field("push", "dividend"), try model.field("push", "divisor"))
    let (quotient, remainder) = (try model.field("pop", "quotient"), try model.field("pop", "remainder"))
    let (width, isSigned) = (unit.width, unit.isSigned)
    @Sendable func number(_ bits: Int) -> Int { isSigned ? (bits << (64 - width)) >> (64 - width) : bits }
    for (name, variable) in [("dividend", dividend), ("divisor", divisor)] {
      try model.point("sign of \(name)", over: [variable], .signs) { number($0[0]).signum() }
    }
    if !isSigned {
      for name in ["dividend", "divisor"] {
        try model.exclude("sign of \(name)", ["negative"], because: "the numbers are unsigned")
      }
    }
    try model.cross("signs", ["sign of dividend", "sign of divisor"])
    try model.point(
      "size", over: [dividend, divisor],
      [.value("dividend is less", 0), .value("equal", 1), .value("dividend is more", 2)]
    ) { values in
      let (first, second) = (number(values[0]).magnitude, number(values[1]).magnitude)
      return first < second ? 0 : first == second ? 1 : 2
    }
    var special: [CoverBin] = [.value("division by zero", 0), .value("remainder zero", 1), .value("with remainder", 2)]
    if isSigned { special.append(.value("overflow: smallest by minus one", 3)) }
    let smallest = -(1 << (width - 1))
    try model.point("kind of division", over: [dividend, divisor, quotient, remainder], special) { values in
      if number(values[1]) == 0 { return 0 }
      if isSigned, number(values[0]) == smallest, number(values[1]) == -1 { return 3 }
      return values[3] == 0 ? 1 : 2
    }
    try model.excludeBackToBack(["push", "pop"], because: "a division takes a clock for each bit")
  }

  static let coverSquareRoot: Entry<SquareRoot, CountWorkload>.AddCoverage = { _, model throws(CoverageError) in
    let (root, remainder) = (try model.field("pop", "root"), try model.field("pop", "remainder"))
    try model.point(
      "remainder", over: [root, remainder],
      [.value("perfect square", 0), .value("between", 1), .value("one below the next square", 2)]
    ) { $0[1] == 0 ? 0 : $0[1] == 2 * $0[0] ? 2 : 1 }
    try model.excludeBackToBack(["push", "pop"], because: "a root takes a clock for each of its bits")
  }

  static let coverAdderTree: Entry<AdderTree, CountWorkload>.AddCoverage = { tree, model throws(CoverageError) in
    let half = 1 << (tree.width - 1)
    try model.point(
      "sum", over: try model.pin("sum"),
      [
        .range("below the range of a term", Int.min ... -half - 1), .range("negative", -half ... -1), .value("zero", 0),
        .range("positive", 1...half - 1), .range("above the range of a term", half...Int.max),
      ])
    guard tree.count >= 2 else { return }
    for term in 0..<2 { try model.point("sign of term \(term)", over: try model.pin("term_\(term)"), .signs) }
    try model.cross("signs", ["sign of term 0", "sign of term 1"])
  }

  static let coverPrefixSum: Entry<PrefixSum, CountWorkload>.AddCoverage = { unit, model throws(CoverageError) in
    let width = model.width("sum_0")
    for index in 0..<unit.count {
      let most = (index + 1) * (1 << unit.width - 1)
      try model.excludeBits(
        "sum_\(index)", (0..<width).filter { most >> $0 == 0 },
        because: "\(index + 1) terms of \(unit.width) bits add up to \(most) at most")
    }
    guard unit.count >= 2 else { return }
    // How far a carry moves in the first addition.
    try model.point(
      "carry length", over: [try model.pin("term_0"), try model.pin("term_1")], .each(0...unit.width)
    ) { values in
      var carries = (values[0] + values[1]) ^ values[0] ^ values[1]
      var length = 0
      while carries != 0 {
        carries &= carries << 1
        length += 1
      }
      return length
    }
  }

  static let coverBarrelShifter: Entry<BarrelShifter, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    let amounts = 1 << model.width("amount")
    let width = unit.width
    try model.point("amount", over: try model.pin("amount"), .each(0..<min(amounts, 64)))
    try model.point("top bit", over: [try model.pin("value")], .bit) { $0[0] >> (width - 1) & 1 }
    try model.cross("amount × top bit", ["amount", "top bit"])
  }

  static let coverPopulationCounter: Entry<PopulationCounter, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try model.point("ones", over: try model.pin("count"), .each(0...unit.width))
  }

  static let coverLeadingZeroCounter: Entry<LeadingZeroCounter, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try model.point("zeros", over: try model.pin("count"), .each(0...unit.width))
  }

  static let coverSortingNetwork: Entry<SortingNetwork, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    guard unit.count >= 2 else { return }
    let count = unit.count
    var values: [CoverVariable] = []
    for index in 0..<count { values.append(try model.pin("value_\(index)")) }
    if count <= 8 {
      try model.point("order", over: values, [.value("sorted", 0), .value("reversed", 1), .value("mixed", 2)]) {
        values in
        let steps = (1..<count).map { values[$0] - values[$0 - 1] }
        if steps.allSatisfy({ $0 >= 0 }) { return 0 }
        return steps.allSatisfy { $0 <= 0 } ? 1 : 2
      }
    }
    try model.point("equal numbers", over: values, [.value("none", 0), .value("some", 1)]) { values in
      Set((0..<count).map { values[$0] }).count < count ? 1 : 0
    }
  }

  static let coverRequantizer: Entry<Requantizer, CountWorkload>.AddCoverage = { unit, model throws(CoverageError) in
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
