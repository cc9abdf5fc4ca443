import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Pulses of one clock as pulses of another.
  public static let pulseSynchronizer = Entry<PulseSynchronizer, CountWorkload>(
    "pulse-synchronizer", "Makes a pulse of one clock a pulse of another.",
    workload: CountWorkload(count: 5000),
    workloadParameters: CountWorkload.parameters("Cycles, a third of them with a pulse; the clocks tick together"),
    expectedCycles: { _, work in work.count }
  ) { try $0.delayBench(by: $0.generator.stages + 1, reset: 0, areApart: true) }
  .checked(proving: PulseSynchronizer()) { synchronizer in
    [
      Checker("pulses-are-apart", "A pulse comes after an edge of the destination that has seen the one before.") {
        io, m in
        let turned = m.domain(.source) { m.register("turned", Bit.self, reset: 0) }
        let seen = m.domain(.destination) { m.register("seen", turned, reset: 0) }
        m.when(io.pulse) { turned.next <== !turned }
        m.domain(.source) {
          m.assume(
            !io.pulse | (seen .== turned), "is_apart", "two pulses are closer than a clock of the destination")
        }
      },
      Checker(
        "once",
        "A pulse arrives once, within \(synchronizer.stages + 1) clocks, if the destination ticks before the next one."
      ) { io, m in
        // No more pulses are under way than the destination has edges to see them.
        let width = clog2(synchronizer.stages + 3)
        let sent = m.domain(.source) { m.register("sent", UInt.self, width: width, reset: 0) }
        let seen = m.domain(.destination) { m.register("seen", UInt.self, width: width, reset: 0) }
        let waiting = m.domain(.destination) { m.register("waiting", UInt.self, width: width, reset: 0) }
        let isUnderWay = sent .!= seen
        m.when(io.pulse) { sent.next <== sent &+ 1 }
        m.when(io.pulseSeen) { seen.next <== seen &+ 1 }
        waiting.next <== mux(io.pulseSeen | !isUnderWay, 0, waiting &+ 1)
        m.domain(.destination) {
          m.assert(!io.pulseSeen | isUnderWay, "was_sent", "a pulse arrives that was not sent, or twice")
          m.assert(
            waiting .<= UInt(synchronizer.stages), "is_in_time", "a pulse is lost, or arrives late")
        }
      },
    ]
  }
  .covering(coverPulseSynchronizer)

  private static let coverPulseSynchronizer: Entry<PulseSynchronizer, CountWorkload>.AddCoverage = {
    _, model throws(CoverageError) in
    try model.point(
      "pulses", over: try model.pin("pulse"),
      [
        .transition("alone", 0, 1, 0), .transition("every other clock", 1, 0, 1),
        .transition("long silence", 0, 0, 0, 0),
      ])
  }
}
