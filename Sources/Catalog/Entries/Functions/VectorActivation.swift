import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Activations of feed-forward parts.
  static let vectorActivation = Entry<VectorActivation, CountWorkload>(
    "vector-activation",
    "GELU, SiLU, ReLU and their kin of several elements a clock, alone or times a gate as in SwiGLU.",
    configurations: [
      ("gelu", VectorActivation { ($0.function, $0.lanes, $0.hasGate, $0.stages) = (.gelu, 2, false, 2) }),
      (
        "small",
        VectorActivation { ($0.function, $0.format, $0.lanes, $0.stages) = (.gelu, .float8E4M3, 2, 1) }
      ),
    ],
    workload: CountWorkload(count: 600), workloadParameters: CountWorkload.parameters("Rows"),
    expectedCycles: { _, work in 3 * work.count }
  ) { request in
    let unit = request.generator
    let (format, width) = (unit.format, unit.format.width)
    let golden = GatedLinearUnit(unit.function)
    var bench = try request.streamBench()
    var random = bench.random("elements")
    let operands = FloatingOperands(format: format)
    for index in 0..<request.workload.count {
      let corner = index % 16 == 0 ? index / 16 : nil
      let elements = (0..<unit.lanes * (1 + random.integer(below: 4))).map { element -> (a: UInt64, b: UInt64) in
        if let corner {
          let lane = cornerLane(element % unit.lanes, of: unit.lanes, width: width, number: corner)
          return (lane, lane)
        }
        let a = random.code(format)
        return (a, operands.factor(for: golden(a, in: format), isNearEnd: (index + element) % 4 == 0, &random))
      }
      let results = elements.map { golden($0.a, gate: unit.hasGate ? $0.b : nil, in: format) }
      try bench.withStimuli { stimuli throws(BenchError) in
        let (values, gates) = (elements.map(\.a).beats(of: unit.lanes), elements.map(\.b).beats(of: unit.lanes))
        for (beat, gate) in zip(values, gates) {
          let words = packed(beat.values, width: width) + (unit.hasGate ? packed(gate.values, width: width) : [])
          try stimuli.send(words: words + [beat.isLast ? 1 : 0], on: "push")
        }
        for beat in results.beats(of: unit.lanes) {
          try stimuli.expect(words: packed(beat.values, width: width) + [beat.isLast ? 1 : 0], on: "pop")
        }
      }
    }
    return bench
  }
  .covering { unit, model throws(CoverageError) in
    let (format, mask) = (unit.format, unit.format.codeMask)
    let classes = FloatingClass.all(of: format, isResult: false).map { CoverBin.value($0.name, $0.rawValue) }
    var fields = ["values"]
    if unit.hasGate { fields.append("gates") }
    for field in fields {
      try model.point("class of the first of \(field)", over: [try model.field("push", field)], classes) {
        FloatingClass(UInt64(truncatingIfNeeded: $0[0]) & mask, format).rawValue
      }
    }
    if fields.count > 1 { try model.cross("classes", fields.map { "class of the first of \($0)" }) }
    try model.point("end of row", over: try model.field("push", "is_last"), .bit)
    guard !unit.hasGate else { return }
    let reached = FunctionResults.of(unit.function, format).reduce(0, |)
    try model.excludeBits(
      "pop.values",
      (0..<unit.lanes).flatMap { lane in
        (0..<format.width).filter { reached >> UInt64($0) & 1 == 0 }.map { format.width * lane + $0 }
      }, because: "no element has such a result")
  }
  .scored(on: "small")
}
