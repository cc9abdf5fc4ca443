import Catalog
import Golden
import NumberFormats
import Synchronization
import Testbench
import Units

extension Catalog {
  /// Functions of one number.
  static let functionUnit = Entry<FunctionUnit, CountWorkload>(
    "function-unit", "A function of one number, such as exp, 1/x or GELU: correctly rounded for every operand.",
    configurations: [
      ("reciprocal", FunctionUnit { ($0.function, $0.stages) = (.reciprocal, 2) }),
      ("log", FunctionUnit { ($0.function, $0.stages, $0.hasEnable) = (.log, 3, true) }),
      ("gelu-e4m3", FunctionUnit { ($0.function, $0.format, $0.stages) = (.gelu, .float8E4M3, 1) }),
    ],
    workload: CountWorkload(count: 65536),
    workloadParameters: CountWorkload.parameters("Operands; all of up to 16 bits"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    let results = FunctionResults.of(unit.function, unit.format)
    return try request.unitBench(["x"], latency: unit.latency, hasEnable: unit.hasEnable) { step, random in
      // An odd step visits every code, in an order that is not that of the tables.
      guard request.workload.count >= results.count else { return [Int(random.code(unit.format))] }
      return [(step * 40_503 + request.index) % results.count]
    } golden: {
      [Int(results[$0[0]])]
    }
  }
  .exhaustive(
    also: FunctionUnit.variants
  ) { $0.exhaustiveChecks }
  .covering { unit, model throws(CoverageError) in
    let results = FunctionResults.of(unit.function, unit.format)
    try model.addClasses(of: [("x", unit.format), ("result", unit.format)])
    try model.excludeUnreached("result", by: results)
    let classes = Set(results.map { FloatingClass($0, unit.format) })
    try model.exclude(
      "class of result",
      FloatingClass.all(of: unit.format, isResult: true).filter { !classes.contains($0) }.map(\.name),
      because: "no operand has such a result")
    let signs = Set(results.map { $0 >> UInt64(unit.format.width - 1) })
    try model.exclude(
      "sign of result", [0, 1].filter { !signs.contains($0) }.map { "\($0)" }, because: "no operand has such a result")
  }
}

extension FunctionUnit {
  /// Every function in bfloat16, combinational, save those that are configurations.
  package static let variants: [(name: String, generator: FunctionUnit)] = {
    let parameters = FunctionUnit.parameters.first { $0.name == "function" }
    guard case .words(let words)? = parameters?.domain else { return [] }
    return words.compactMap { word in
      var unit = FunctionUnit()
      guard parameters?.set(word, in: &unit) == true, unit.function != .exp else { return nil }
      return (word, unit)
    }
  }()
}

/// The results of a function for every code of a format, computed once from the definition.
package enum FunctionResults {
  private struct Key: Hashable {
    let function: UnaryFunction
    let format: Minifloat
  }

  private static let known = Mutex<[Key: [UInt64]]>([:])

  /// By code.
  package static func of(_ function: UnaryFunction, _ format: Minifloat) -> [UInt64] {
    let key = Key(function: function, format: format)
    if let results = known.withLock({ $0[key] }) { return results }
    let results = (0...format.codeMask).map { code in
      format == .bfloat16
        ? UInt64(function(BFloat16(bitPattern: UInt16(code))).bitPattern)
        : function.code(for: format.value(of: code), in: format)
    }
    known.withLock { $0[key] = results }
    return results
  }
}

extension CoverageModel {
  /// Excludes the bins of bits of an output that none of all its values has.
  mutating func excludeUnreached(_ port: String, by values: [UInt64]) throws(CoverageError) {
    let (ones, zeros) = values.reduce((0 as UInt64, 0 as UInt64)) { ($0.0 | $1, $0.1 | ~$1) }
    for bit in 0..<width(port) {
      let names = [(zeros, "bit \(bit) at 0"), (ones, "bit \(bit) at 1")].filter { $0.0 >> UInt64(bit) & 1 == 0 }
      try exclude("\(port) bits", names.map(\.1), because: "no operand has such a result")
    }
  }
}
