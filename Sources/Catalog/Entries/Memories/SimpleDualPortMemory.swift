import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// An address to write and one to read.
  public static let simpleDualPortMemory = Entry<SimpleDualPortMemory, CountWorkload>(
    "simple-dual-port-memory", "Memory with an address to write and an address to read.",
    benched: ["width": .integer(1...64)],
    configurations: [
      ("bytes", SimpleDualPortMemory(width: 16) { ($0.depth, $0.lanes, $0.duringWrite) = (24, 2, .newData) })
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
      var access = random.access(width: unit.width, depth: unit.depth, lanes: unit.lanes)
      access.isEnabled = true
      let (reads, address) = (random.integer(below: 4) != 0, random.address(unit.depth))
      let lanes = unit.lanes > 1 ? [access.lanes] : []
      let written: [UInt64] = [UInt64(access.address), access.isWrite ? 1 : 0, access.data] + lanes
      try bench.append(
        written + [UInt64(address), reads ? 1 : 0], expecting: [word.bits], care: [word.known])
      let write = access.write(golden)
      if reads { word = golden.read(address, after: word, during: [(write, unit.duringWrite.collision)]) }
      golden.store([write])
    }
    return bench
  }
  .checked(proving: SimpleDualPortMemory(width: 2) { ($0.depth, $0.lanes) = (4, 2) }) { unit in
    [
      Checker("remembers", "A word that is read is what was written there last.") { io, m in
        m.checkMemory(
          depth: unit.depth, read: io.read, at: io.readAddress, word: io.word,
          writes: [
            ObservedWrite(
              enable: io.write, address: io.writeAddress, data: io.data, lanes: io.lanes, rule: unit.duringWrite)
          ])
      }
    ]
  }
  .covering(coverSimpleDualPortMemory)

  private static let coverSimpleDualPortMemory: Entry<SimpleDualPortMemory, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    let (write, read) = (try model.pin("write"), try model.pin("read"))
    try model.point("access", over: [write, read], .named(["none", "write", "read", "both"])) { $0[0] | $0[1] << 1 }
    try model.point(
      "address", over: [try model.pin("write_address"), try model.pin("read_address")], .named(["other", "same"])
    ) {
      $0[0] == $0[1] ? 1 : 0
    }
    try model.cross("access × address", ["access", "address"])
    try excludeAddresses(["write_address", "read_address"], depth: unit.depth, &model)
    try addLanes("lanes", unit.lanes, &model)
  }
}
