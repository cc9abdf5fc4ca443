import Catalog
import Components
import Golden
import HDL
import Testbench

extension BenchRequest where Workload == CountWorkload {
  /// A bench that sends accesses to `bank` and expects what the golden registers answer.
  func accessBench(_ bank: RegisterBank) throws -> StreamBench {
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
