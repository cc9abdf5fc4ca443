import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Pseudo-random words.
  public static let lfsr = Entry<LFSR, CountWorkload>(
    "lfsr", "Linear feedback shift register that runs through all values but zero.",
    configurations: [("fibonacci", LFSR(width: 16) { $0.form = .fibonacci })],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Clocks"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    let polynomial = BinaryPolynomial(exponents: LFSR.primitivePolynomials[unit.width - 2])
    var bench = try PinBench(
      request.interface, latency: 0, name: request.name, index: request.index, seed: request.seed)
    var random = bench.random("steps")
    var state: UInt64 = 1
    // Bit i of `terms` holds term t + i of the sequence; the register holds them the other way round.
    var terms: UInt64 = 1 << UInt64(unit.width - 1)
    for _ in 0..<request.workload.count {
      let steps = random.integer(below: 8) != 0
      let reversed = (0..<unit.width).reduce(UInt64(0)) { $0 << 1 | terms >> UInt64($1) & 1 }
      try bench.append([steps ? 1 : 0], expecting: [unit.form == .galois ? state : reversed])
      if steps {
        state = polynomial.timesX(state)
        terms = terms >> 1 | polynomial.nextTerm(after: terms) << UInt64(unit.width - 1)
      }
    }
    return bench
  }
  .checked(proving: LFSR(width: 16)) { _ in
    [
      Checker("not-zero", "The state is never zero.") { io, m in
        m.assert(io.state.any, "is_not_zero", "the state is zero, and stays so")
      }
    ]
  }
  .covering(coverLFSR)

  private static let coverLFSR: Entry<LFSR, CountWorkload>.AddCoverage = { _, model throws(CoverageError) in
    try model.point(
      "steps", over: try model.pin("step"),
      [
        .transition("goes on", 1, 1), .transition("stops", 1, 0), .transition("rests", 0, 0),
        .transition("starts", 0, 1),
      ])
  }
}
