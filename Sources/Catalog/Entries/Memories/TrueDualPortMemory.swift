import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Two addresses.
  public static let trueDualPortMemory = Entry<TrueDualPortMemory, CountWorkload>(
    "true-dual-port-memory", "Memory with two addresses that each read and write.",
    benched: ["width": .integer(1...64)],
    configurations: [
      (
        "bytes",
        TrueDualPortMemory(width: 16) {
          ($0.depth, $0.lanes, $0.duringOwnWrite) = (24, 2, .newData)
          $0.duringOtherWrite = .newData
        }
      )
    ],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Clocks"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    var golden = MemoryModel(width: unit.width, depth: unit.depth, lanes: unit.lanes)
    var bench = try PinBench(
      request.interface, latency: 0, name: request.name, index: request.index, seed: request.seed)
    var random = bench.random("accesses")
    var words = [MemoryModel.Word.unknown, .unknown]
    for _ in 0..<request.workload.count {
      let accesses = (0..<2).map { _ in random.access(width: unit.width, depth: unit.depth, lanes: unit.lanes) }
      try bench.append(
        accesses.flatMap(\.pins), expecting: words.map(\.bits), care: words.map(\.known))
      let writes = golden.effective(accesses.map { $0.write(golden) })
      for port in 0..<2 where accesses[port].isEnabled {
        let during = writes.enumerated().map { index, write in
          (write, (index == port ? unit.duringOwnWrite : unit.duringOtherWrite).collision)
        }
        words[port] = golden.read(accesses[port].address, after: words[port], during: during)
      }
      golden.store(writes)
    }
    return bench
  }
  .checked(
    proving: TrueDualPortMemory(width: 2) {
      ($0.depth, $0.duringOwnWrite, $0.duringOtherWrite) = (2, .oldData, .oldData)
    }
  ) { unit in
    ["a", "b"].map { name in
      Checker("remembers-\(name)", "A word that is read is what was written there last.") { io, m in
        let port = name == "a" ? io.a : io.b
        func write(_ access: Observation<MemoryAccess>, isOwn: Bool) -> ObservedWrite {
          ObservedWrite(
            enable: access.write & access.enable, address: access.address, data: access.data, lanes: access.lanes,
            rule: isOwn ? unit.duringOwnWrite : unit.duringOtherWrite)
        }
        m.checkMemory(
          depth: unit.depth, read: port.enable, at: port.address, word: port.word,
          writes: [write(io.a, isOwn: name == "a"), write(io.b, isOwn: name == "b")])
      }
    }
  }
  .covering(coverTrueDualPortMemory)

  private static let coverTrueDualPortMemory: Entry<TrueDualPortMemory, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    for port in ["a", "b"] {
      try model.point(
        "access \(port)", over: [try model.pin("\(port)_enable"), try model.pin("\(port)_write")],
        .named(["none", "read", "write"])
      ) { $0[0] == 0 ? 0 : 1 + $0[1] }
      try addLanes("\(port)_lanes", unit.lanes, &model)
    }
    try model.point(
      "address", over: [try model.pin("a_address"), try model.pin("b_address")], .named(["other", "same"])
    ) {
      $0[0] == $0[1] ? 1 : 0
    }
    try model.cross("accesses × address", ["access a", "access b", "address"])
    try excludeAddresses(["a_address", "b_address"], depth: unit.depth, &model)
  }
}
