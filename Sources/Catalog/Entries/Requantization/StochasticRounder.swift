import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Stochastic rounding with primitive shift registers.
  static let stochasticRounder = Entry<StochasticRounder, CountWorkload>(
    "stochastic-rounder", "Rounds sums to codes by chance, so that the mean of roundings is the sum.",
    benched: ["width": .integer(2...63), "shift": .integer(1...62)],
    configurations: [
      ("lanes", StochasticRounder { ($0.width, $0.shift, $0.noiseBits, $0.degree, $0.lanes) = (30, 9, 12, 20, 3) }),
      (
        "small",
        StochasticRounder {
          ($0.width, $0.shift, $0.outputWidth, $0.noiseBits, $0.degree, $0.lanes) = (10, 4, 5, 3, 7, 2)
        }
      ),
    ],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Words"),
    expectedCycles: { _, work in 3 * work.count }
  ) { request in
    let unit = request.generator
    var bench = try request.streamBench()
    var random = bench.random("sums")
    let format = try IntegerFormat(width: unit.outputWidth, isSigned: true)
    var sources = (0..<unit.lanes).map { lane in
      StochasticRoundingSource(
        degree: unit.degree, bits: unit.noiseBits,
        seed: StochasticRoundingSource.seed(ofLane: lane, degree: unit.degree))
    }
    for _ in 0..<request.workload.count {
      // Half of the sums are about as great as a code can be.
      let sums = (0..<unit.lanes).map { _ in
        random.signed(
          bits: random.integer(below: 2) == 0 ? unit.width : min(unit.width, unit.outputWidth + unit.shift))
      }
      let codes = sums.indices.map { lane in
        format.code(
          for: RealValue(Dyadic(Int64(sums[lane]), exponent: -unit.shift)), rounding: sources[lane].next(),
          overflow: .saturating)
      }
      try bench.withStimuli { stimuli throws(BenchError) in
        let words = sums.map { UInt64(bitPattern: Int64($0)) & (.max >> UInt64(64 - unit.width)) }
        try stimuli.send(words: packed(words, width: unit.width), on: "push")
        try stimuli.expect(words: packed(codes, width: unit.outputWidth), on: "pop")
      }
    }
    return bench
  }
  .covering { unit, model throws(CoverageError) in
    try model.point("last bits of a code", over: try model.field("pop", "data"), [.range("any", 0...Int.max)])
  }
  .scored(on: "small")
}
