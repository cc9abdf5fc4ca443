import Components
import Formal
import Golden
import HDL
import Testbench

extension Catalog {
  private static let rules: [(String, ReadDuringWrite)] = [
    ("oldData", .oldData), ("newData", .newData), ("noChange", .noChange),
  ]

  /// One address.
  public static let singlePortMemory = Entry<SinglePortMemory, CountWorkload>(
    "single-port-memory", "Memory that reads and writes at one address.",
    parameters: [
      .integer("width", \.width, "Bits of a word", benched: 1...64),
      .integer("depth", \.depth, "Words"),
      .integer("lanes", \.lanes, "Parts of a word that are written apart"),
      .choice("duringWrite", \.duringWrite, rules, "What is read of a word that is written"),
    ],
    configurations: [("bytes", SinglePortMemory(width: 16, depth: 24, lanes: 2, duringWrite: .newData))],
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
  .proving(SinglePortMemory(width: 2, depth: 4, lanes: 2)) { unit in
    [
      remembers(
        read: "enable", from: "address", width: unit.width, depth: unit.depth, word: "word", rule: unit.duringWrite,
        writes: [
          .init(enable: "write & enable", address: "address", data: "data", mask: mask("lanes", unit.lanes, unit.width))
        ])
    ]
  }
  .covering(coverSinglePortMemory)

  /// An address to write and one to read.
  public static let simpleDualPortMemory = Entry<SimpleDualPortMemory, CountWorkload>(
    "simple-dual-port-memory", "Memory with an address to write and an address to read.",
    parameters: [
      .integer("width", \.width, "Bits of a word", benched: 1...64),
      .integer("depth", \.depth, "Words"),
      .integer("lanes", \.lanes, "Parts of a word that are written apart"),
      .choice("duringWrite", \.duringWrite, rules, "What is read of a word that is written"),
    ],
    configurations: [("bytes", SimpleDualPortMemory(width: 16, depth: 24, lanes: 2, duringWrite: .newData))],
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
  .proving(SimpleDualPortMemory(width: 2, depth: 4, lanes: 2)) { unit in
    [
      remembers(
        read: "read", from: "read_address", width: unit.width, depth: unit.depth, word: "word", rule: unit.duringWrite,
        writes: [
          .init(enable: "write", address: "write_address", data: "data", mask: mask("lanes", unit.lanes, unit.width))
        ])
    ]
  }
  .covering(coverSimpleDualPortMemory)

  /// Two addresses.
  public static let trueDualPortMemory = Entry<TrueDualPortMemory, CountWorkload>(
    "true-dual-port-memory", "Memory with two addresses that each read and write.",
    parameters: [
      .integer("width", \.width, "Bits of a word", benched: 1...64),
      .integer("depth", \.depth, "Words"),
      .integer("lanes", \.lanes, "Parts of a word that are written apart"),
      .choice("duringOwnWrite", \.duringOwnWrite, rules, "What a port reads of a word that it writes"),
      .choice(
        "duringOtherWrite", \.duringOtherWrite, Array(rules.dropLast()),
        "What it reads of a word that the other one writes"),
    ],
    configurations: [
      (
        "bytes",
        TrueDualPortMemory(width: 16, depth: 24, lanes: 2, duringOwnWrite: .newData, duringOtherWrite: .newData)
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
  .proving(TrueDualPortMemory(width: 2, depth: 2, duringOwnWrite: .oldData, duringOtherWrite: .oldData)) { unit in
    ["a", "b"].map { port in
      remembers(
        name: "remembers-\(port)", read: "\(port)_enable", from: "\(port)_address", width: unit.width,
        depth: unit.depth,
        word: "\(port)_word", rule: unit.duringOwnWrite,
        writes: ["a", "b"].map {
          .init(
            enable: "\($0)_write & \($0)_enable", address: "\($0)_address", data: "\($0)_data",
            mask: mask("\($0)_lanes", unit.lanes, unit.width))
        })
    }
  }
  .covering(coverTrueDualPortMemory)

  // MARK: Proofs

  /// A write in Verilog.
  private struct WriteText {
    var enable, address, data, mask: String
  }

  /// A mask of bits out of a mask of lanes.
  private static func mask(_ lanes: String, _ count: Int, _ width: Int) -> String {
    guard count > 1 else { return "{\(width){1'b1}}" }
    return "{\((0..<count).reversed().map { "{\(width / count){\(lanes)[\($0)]}}" }.joined(separator: ", "))}"
  }

  /// What a read gives of any one word that the solver picks: what was written there last.
  private static func remembers(
    name: String = "remembers", read: String, from address: String, width: Int, depth: Int, word: String,
    rule: ReadDuringWrite, writes: [WriteText]
  ) -> Property {
    let addressWidth = max(1, Int.bitWidth - (depth - 1).leadingZeroBitCount)
    let updates = writes.map {
      """
      if ((\($0.enable)) && \($0.address) == place) begin
          after = (after & ~\($0.mask)) | (\($0.data) & \($0.mask));
          known_after = known_after | \($0.mask);
        end
      """
    }
    let keeps =
      rule == .noChange ? writes.map { "((\($0.enable)) && \($0.mask) != 0)" }.joined(separator: " || ") : "1'b0"
    // Past the last word there is nothing to remember.
    let isThere = depth == 1 << addressWidth ? "" : "if (place < \(depth)) "
    return Property(
      name, "A word that is read is what was written there last.",
      freeInputs: [.init("pick", width: addressWidth)],
      verilog: """
        reg [\(addressWidth - 1):0] place;
        reg [\(width - 1):0] value, after, known_after;
        reg [\(width - 1):0] known = 0;
        reg [\(width - 1):0] due;
        reg [\(width - 1):0] due_known = 0;
        always @* begin
          after = value;
          known_after = known;
          \(updates.joined(separator: "\n  "))
        end
        always @(posedge clock) begin
          if (in_reset) place <= pick;
          value <= after;
          known <= in_reset ? 0 : known_after;
          due <= \(rule == .newData ? "after" : "value");
          due_known <= !in_reset & \(read) & \(address) == place & !(\(keeps))
            ? \(rule == .newData ? "known_after" : "known") : 0;
        end
        always @* \(isThere)assert (((\(word) ^ due) & due_known) == 0);
        """)
  }
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
