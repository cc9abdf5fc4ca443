import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// One address.
  public static let singlePortMemory = Entry<SinglePortMemory, CountWorkload>(
    "single-port-memory", "Memory that reads and writes at one address.",
    benched: ["width": .integer(1...64)],
    configurations: [
      ("bytes", SinglePortMemory(width: 16) { ($0.depth, $0.lanes, $0.duringWrite) = (24, 2, .newData) })
    ],
    workload: CountWorkload(count: 5000), workloadParameters: CountWorkload.parameters("Clocks"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    var golden = MemoryModel(width: unit.width, depth: unit.depth, lanes: unit.lanes)
    var bench = try PinBench(
      request.interface, latency: 0, name: request.name, index: request.index, seed: request.seed)
    var random = bench.random("accesses")
    var word = MemoryModel.Word.unknown
    for _ in 0..<request.workload.count {
      let access = random.access(width: unit.width, depth: unit.depth, lanes: unit.lanes)
      try bench.append(access.pins, expecting: [word.bits], care: [word.known])
      let write = access.write(golden)
      if access.isEnabled {
        word = golden.read(access.address, after: word, during: [(write, unit.duringWrite.collision)])
      }
      golden.store([write])
    }
    return bench
  }
  .checked(proving: SinglePortMemory(width: 2) { ($0.depth, $0.lanes) = (4, 2) }) { unit in
    [
      Checker("remembers", "A word that is read is what was written there last.") { io, m in
        m.checkMemory(
          depth: unit.depth, read: io.enable, at: io.address, word: io.word,
          writes: [
            ObservedWrite(
              enable: io.write & io.enable, address: io.address, data: io.data, lanes: io.lanes, rule: unit.duringWrite)
          ])
      }
    ]
  }
  .covering(coverSinglePortMemory)

  private static let coverSinglePortMemory: Entry<SinglePortMemory, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try model.point("enable", over: try model.pin("enable"), .bit)
    try model.point("write", over: try model.pin("write"), .bit)
    try model.cross("enable × write", ["enable", "write"])
    try excludeAddresses(["address"], depth: unit.depth, &model)
    try addLanes("lanes", unit.lanes, &model)
  }
}
