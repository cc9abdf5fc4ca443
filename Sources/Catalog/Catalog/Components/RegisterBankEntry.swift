import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Registers behind a stream of accesses.
  public static let registerBank = Entry<RegisterBank, CountWorkload>(
    "register-bank", "Registers that software reads and writes, behind a stream of accesses.",
    configurations: [("wide", RegisterBank { $0.dataWidth = 64 })],
    workload: CountWorkload(count: 4000), workloadParameters: CountWorkload.parameters("Accesses"),
    expectedCycles: { _, work in 4 * work.count }
  ) { request -> any Bench in
    if request.checksTiming {
      return try request.accessPins(request.generator, answers: .init(capacity: 1, returnDelay: 0), delay: 0)
    }
    return try request.accessBench(request.generator)
  }
  .checked(
    proving: RegisterBank {
      $0.map = RegisterMap([
        RegisterDescription("a", width: 2, .readWrite(reset: 1), "A."),
        RegisterDescription("b", width: 2, .readOnly, "B."),
      ])
      $0.addressWidth = 4
    }
  ) { bank in
    [
      Checker(
        "error",
        "An access is answered with an error just when there is no register, or a byte of one that cannot be written is."
      ) { io, m in
        let access = io.access.payload
        let (registers, lanes) = (bank.map.registers, bank.dataWidth / 32)
        let word = access.address.asBits[clog2(4 * lanes)..<bank.addressWidth].asUnsigned
        let words = (registers.count + lanes - 1) / lanes
        let closed = (0..<words * lanes).filter { $0 >= registers.count || registers[$0].access == .readOnly }
        let breaks = closed.map { number in
          let strobe = access.strobe[4 * (number % lanes)..<4 * (number % lanes) + 4]
          return access.isWrite & strobe.any & (word .== UInt(number / lanes))
        }
        let beyond = words < 1 << word.width ? [word .>= UInt(words)] : []
        let expected = m.register("expected", anyOf(breaks + beyond + [false]), when: io.access.transfers)
        m.assert(
          !io.response.valid | (io.response.payload.isError .== expected), "is_error_when_due",
          "an access is answered with an error that is none, or without one")
      }
    ]
  }
  .covering(coverRegisterBank)

  /// The same behind a bus.
  public static let axiLiteSystem = Entry<AXILiteSystem, CountWorkload>(
    "axi-lite-system", "Register bank behind an AXI4-Lite manager and subordinate.",
    configurations: [("wide", AXILiteSystem { $0.bank.dataWidth = 64 })],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Accesses"),
    expectedCycles: { _, work in 12 * work.count }
  ) { request -> any Bench in
    // Three clock edges there through both ends of the bus, and three back.
    if request.checksTiming {
      return try request.accessPins(request.generator.bank, answers: .init(capacity: 1, latency: 6), delay: 3)
    }
    return try request.accessBench(request.generator.bank)
  }
  .covering(coverAXILiteSystem)
}

extension BenchRequest where Workload == CountWorkload {
  /// A bench that sends accesses to `bank` and expects what the golden registers answer.
  fileprivate func accessBench(_ bank: RegisterBank) throws -> StreamBench {
    var bench = try streamBench()
    var random = bench.random("accesses")
    var registers = try RegisterHistory(bank, changes: !isRecorded, on: &bench)
    for number in 0..<workload.count {
      if number > 0 { try registers.pause(&bench) }
      // Where events are held from the beginning on, none has been seen in the clock of the first access.
      let isFirst = number == 0 && isRecorded
      let isWrite = !isFirst && random.integer(below: 2) == 1
      let address = isFirst ? 0 : bank.address(&random)
      let (data, strobe) = (random.operand(bits: bank.dataWidth), random.operand(bits: bank.dataWidth / 8))
      try bench.send([isWrite ? 1 : 0, UInt64(address), data, strobe], on: "access")
      if isWrite {
        try bench.expect([0, registers.write(address, data, strobe: strobe) ? 0 : 1], on: "response")
      } else {
        let word = registers.read(address)
        try bench.expect([word ?? 0, word == nil ? 1 : 0], on: "response")
      }
    }
    try registers.watch(&bench, taken: ["access"], answered: "response")
    return bench
  }
}
