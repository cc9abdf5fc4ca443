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
}

extension ReadDuringWrite {
  /// The same in the golden model.
  fileprivate var collision: MemoryModel.Collision {
    switch self {
    case .oldData: .oldData
    case .newData: .newData
    case .noChange: .noChange
    }
  }
}

/// What a port of a memory is told in one clock.
private struct RandomAccess {
  var address: Int
  var isEnabled: Bool
  var isWrite: Bool
  var data: UInt64
  var lanes: UInt64
  var hasLanes: Bool

  /// The inputs in the order of the ports.
  var pins: [UInt64] {
    [UInt64(address), isEnabled ? 1 : 0, isWrite ? 1 : 0, data] + (hasLanes ? [lanes] : [])
  }

  func write(_ model: MemoryModel) -> MemoryModel.Write {
    MemoryModel.Write(
      address: address, data: data, mask: isEnabled && isWrite ? model.bits(ofLanes: hasLanes ? lanes : 1) : 0)
  }
}

extension Xoshiro256 {
  /// An address among few more often than not, so that ports meet.
  fileprivate mutating func address(_ depth: Int) -> Int {
    integer(below: integer(below: 4) == 0 ? depth : min(depth, 4))
  }

  fileprivate mutating func access(width: Int, depth: Int, lanes: Int) -> RandomAccess {
    RandomAccess(
      address: address(depth), isEnabled: integer(below: 4) != 0, isWrite: integer(below: 2) == 0,
      data: items(1, width: width)[0], lanes: items(1, width: lanes)[0], hasLanes: lanes > 1)
  }
}
