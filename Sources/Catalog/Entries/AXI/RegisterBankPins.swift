import Catalog
import Components
import Costs
import Testbench

extension BenchRequest where Workload == CountWorkload {
  /// A bench of every port of `bank` in every clock, with events and shown values that come and go.
  ///
  /// - Parameters:
  ///   - answers: When an access is taken and when its answer shows.
  ///   - delay: Clock edges from taking an access to the bank doing it.
  func accessPins(_ bank: RegisterBank, answers: QueueTiming.Stage, delay: Int) throws(BenchError) -> PinBench {
    var ports = try PortTimeline(self)
    var random = ports.bench.random("clocks")
    var registers = RegisterTimeline(bank)
    var timing = QueueTiming([answers])
    var offered: RegisterTimeline.Access?
    // Accesses that were taken, the clock in which the bank does each, and the answers so far.
    var taken: [(access: RegisterTimeline.Access, due: Int)] = []
    var given: [(data: UInt64, isError: Bool)] = []
    for clock in 0..<workload.count {
      if offered == nil, random.integer(below: 4) > 0 {
        offered = RegisterTimeline.Access(
          isWrite: random.integer(below: 2) == 1, address: registers.address(&random),
          data: random.operand(bits: bank.dataWidth), strobe: random.operand(bits: bank.dataWidth / 8))
      }
      let takesAnswer = random.integer(below: 4) > 0
      let shown = timing.step(input: offered == nil ? nil : UInt64(taken.count), ready: takesAnswer)
      ports.offer(
        offered.map { [$0.isWrite ? 1 : 0, UInt64($0.address), $0.data, $0.strobe] }, on: "access",
        expectsReady: shown.inputReady)
      ports.expect(
        shown.output.map { [given[Int($0)].data, given[Int($0)].isError ? 1 : 0] }, on: "response",
        drivesReady: takesAnswer)
      if let access = offered, shown.inputReady {
        taken.append((access, clock + delay))
        offered = nil
      }
      registers.beginClock(&ports, &random)
      if given.count < taken.count, taken[given.count].due == clock {
        given.append(registers.perform(taken[given.count].access))
      }
      registers.endClock()
      try ports.endClock()
    }
    return ports.bench
  }
}
