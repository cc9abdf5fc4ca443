import Engine
import HDL
import Netlist
import Simulator
import SmallModels
import TATAA
import TATAAHardware
import Testing

/// A byte that was written, and where.
struct WrittenByte: Hashable { let address: Int, byte: UInt8 }

/// A memory behind one AXI4 bus: answers in order, with latencies and stalls that a seed decides.
final class BusMemory {
  private let pins: [String: Pin]
  private let hasWrites: Bool
  private let wordBytes: Int
  private var reads: [(address: Int, left: Int, from: Int)] = []
  private var addresses: [(address: Int, length: Int)] = []
  private var words: [(data: [UInt8], strobe: [Bool], last: Bool)] = []
  private var answers: [(from: Int, isError: Bool)] = []
  private var random: SeededGenerator
  private var stalls: Double
  private let latency: Int
  private var offered: (read: Bool, answer: Bool) = (false, false)
  /// Addresses of which a read or a write is answered with an error.
  var broken: Range<Int> = 0..<0
  /// What was written, in order.
  private(set) var written: [WrittenByte] = []
  /// What the other side did that AXI forbids.
  private(set) var complaints: [String] = []

  init(_ engine: some Engine, _ name: String, hasWrites: Bool, stalls: Double, latency: Int, seed: UInt64) {
    var pins: [String: Pin] = [:]
    for (index, port) in engine.interface.ports.enumerated() where port.name.hasPrefix(name + "_") {
      pins[String(port.name.dropFirst(name.count + 1))] = engine.pin(at: index)
    }
    self.pins = pins
    self.hasWrites = hasWrites
    wordBytes = pins["rdata"]!.width / 8
    self.stalls = stalls
    self.latency = latency
    random = SeededGenerator(seed: seed)
  }

  private func require(_ condition: Bool, _ complaint: String) { if !condition { complaints.append(complaint) } }

  private func flows() -> Bool { stalls == 0 || Double.random(in: 0..<1, using: &random) >= stalls }

  /// Before the logic settles.
  func drive(_ memory: [UInt8], _ cycle: Int) {
    pins["arready"]!.unsigned = flows() ? 1 : 0
    // What is offered stays.
    let read = reads.first.map { $0.from <= cycle && (offered.read || flows()) } ?? false
    pins["rvalid"]!.unsigned = read ? 1 : 0
    if read, let burst = reads.first {
      let base = burst.address / wordBytes * wordBytes
      for word in 0..<pins["rdata"]!.wordCount {
        pins["rdata"]![word: word] = (0..<4).reduce(UInt32(0)) { value, byte in
          let address = base + 4 * word + byte
          return value | UInt32(address < memory.count ? memory[address] : 0xEE) << UInt32(8 * byte)
        }
      }
      pins["rlast"]!.unsigned = burst.left == 0 ? 1 : 0
      pins["rresp"]!.unsigned = broken.overlaps(base..<base + wordBytes) ? 2 : 0
    }
    offered.read = read
    guard hasWrites else { return }
    pins["awready"]!.unsigned = flows() ? 1 : 0
    pins["wready"]!.unsigned = flows() ? 1 : 0
    let answer = answers.first.map { $0.from <= cycle && (offered.answer || flows()) } ?? false
    pins["bvalid"]!.unsigned = answer ? 1 : 0
    pins["bresp"]!.unsigned = answers.first?.isError ?? false ? 2 : 0
    offered.answer = answer
  }

  /// After the logic has settled, before the clock edge.
  func sample(_ memory: inout [UInt8], _ cycle: Int) {
    func moves(_ channel: String) -> Bool { pins[channel + "valid"]!.unsigned & pins[channel + "ready"]!.unsigned == 1 }
    if moves("r") {
      offered.read = false
      reads[0].left -= 1
      reads[0].address = (reads[0].address / wordBytes + 1) * wordBytes
      if reads[0].left < 0 { reads.removeFirst() }
    }
    if moves("ar") {
      let (address, length) = (Int(pins["araddr"]!.unsigned), Int(pins["arlen"]!.unsigned))
      require(address / 4096 == (address / wordBytes * wordBytes + length * wordBytes) / 4096, "a burst crosses a page")
      reads.append((address, length, cycle + latency))
    } else if hasWrites == false {
      require(pins["awvalid"]!.unsigned == 0, "a program is written")
    }
    guard hasWrites else { return }
    if moves("b") {
      offered.answer = false
      answers.removeFirst()
    }
    if moves("aw") {
      let (address, length) = (Int(pins["awaddr"]!.unsigned), Int(pins["awlen"]!.unsigned))
      require(address / 4096 == (address + length * wordBytes) / 4096, "a burst crosses a page")
      addresses.append((address, length))
    }
    if moves("w") {
      let data = (0..<wordBytes).map { UInt8(truncatingIfNeeded: pins["wdata"]![word: $0 / 4] >> UInt32(8 * ($0 % 4))) }
      let strobe = (0..<wordBytes).map { pins["wstrb"]![word: $0 / 32] >> UInt32($0 % 32) & 1 == 1 }
      words.append((data, strobe, pins["wlast"]!.unsigned == 1))
    }
    while let burst = addresses.first, words.count > burst.length {
      var isError = false
      for index in 0...burst.length {
        let word = words.removeFirst()
        require(word.last == (index == burst.length), "the last word of a burst is not marked")
        for lane in 0..<wordBytes where word.strobe[lane] {
          let address = burst.address + index * wordBytes + lane
          written.append(WrittenByte(address: address, byte: word.data[lane]))
          if memory.indices.contains(address) { memory[address] = word.data[lane] }
          if broken.contains(address) { isError = true }
        }
      }
      addresses.removeFirst()
      answers.append((cycle + latency, isError))
    }
  }
}

/// A core with its memory, beside a golden machine.
final class CoreBench<E: Engine> {
  let engine: E
  let configuration: Configuration
  private(set) var golden: Machine
  private let bus, program: BusMemory
  /// The bus of X, where it has one.
  private let operands: BusMemory?
  private let base: Int
  private var memory: [UInt8]
  private var cycle = 0
  private let pins: [String: Pin]
  /// Cycles of the last program.
  private(set) var cycles = 0
  private(set) var bytesCompared = 0

  /// - Parameter base: Where the memory of the program begins, a multiple of 4. At 97 · 64, the rows of random programs cross
  /// boundaries of 4 KiB.
  init(
    _ engine: E, _ configuration: Configuration, memory: [UInt8], base: Int = 4096, stalls: Double = 0,
    latency: Int = 4,
    seed: UInt64 = 1
  ) throws {
    self.engine = engine
    self.configuration = configuration
    self.base = base
    golden = try Machine(configuration: configuration, memory: memory)
    self.memory = [UInt8](repeating: 0xAA, count: base) + memory + [UInt8](repeating: 0x55, count: 4096)
    bus = BusMemory(engine, "memory", hasWrites: true, stalls: stalls, latency: latency, seed: seed)
    program = BusMemory(engine, "instructions", hasWrites: false, stalls: stalls, latency: latency, seed: seed + 1)
    operands =
      configuration.readPorts == 1
      ? nil : BusMemory(engine, "operands_0", hasWrites: false, stalls: stalls, latency: latency, seed: seed + 2)
    pins = Dictionary(uniqueKeysWithValues: engine.interface.ports.enumerated().map { ($1.name, engine.pin(at: $0)) })
    try engine.reset()
    pins["memory_base"]!.unsigned = UInt64(base)
    pins["last_address"]!.unsigned = UInt64(memory.count - 1)
  }

  var brokenBytes: Range<Int> {
    get { bus.broken.lowerBound - base..<bus.broken.upperBound - base }
    set {
      bus.broken = newValue.lowerBound + base..<newValue.upperBound + base
      operands?.broken = bus.broken
    }
  }

  /// Runs words on both; every byte that was stored is compared, in its order, and so is how the program ended.
  ///
  /// - Parameter status: How the program ends where the golden machine does not see it; then stores are not compared.
  func run(
    _ words: [UInt64], limit: Int = 200_000, status: MachineStatus? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    if let difference = try difference(words, limit: limit, status: status) {
      Issue.record("\(difference)", sourceLocation: sourceLocation)
    }
  }

  /// Runs words on both, and says what is not the same; nil when all is.
  func difference(_ words: [UInt64], limit: Int, status: MachineStatus? = nil) throws -> String? {
    let storesBefore = golden.stores.count
    var expected = (MachineStatus.none, 0)
    do throws(ProgramError) { try golden.run(words: words) } catch {
      expected = (try #require(MachineStatus(error.reason)), try #require(error.index))
    }
    let writtenBefore = bus.written.count
    guard try runs(words, limit: limit) else { return "the core has not ended after \(limit) cycles" }
    if let complaint = bus.complaints.first ?? program.complaints.first ?? operands?.complaints.first {
      return complaint
    }
    let (found, place) = (Int(pins["status"]!.unsigned), Int(pins["stopped_at"]!.unsigned))
    if let status { return found == status.rawValue ? nil : "status \(found) instead of \(status)" }
    guard found == expected.0.rawValue, expected.0 == .none || place == expected.1 else {
      return "status \(found) at \(place) instead of \(expected)"
    }
    return differenceOfStores(Array(golden.stores[storesBefore...]), Array(bus.written[writtenBefore...]))
  }

  /// Runs the program of the core; false when it does not end.
  private func runs(_ words: [UInt64], limit: Int) throws -> Bool {
    let image = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    pins["words"]!.unsigned = UInt64(words.count)
    pins["program_address"]!.unsigned = 0
    pins["start"]!.unsigned = 1
    let start = cycle
    var isDone = false
    while !isDone, cycle - start < limit {
      bus.drive(memory, cycle)
      program.drive(image, cycle)
      operands?.drive(memory, cycle)
      try engine.settle()
      isDone = pins["done"]!.unsigned == 1
      operands?.sample(&memory, cycle)
      bus.sample(&memory, cycle)
      var unwritten = image
      program.sample(&unwritten, cycle)
      try engine.step()
      pins["start"]!.unsigned = 0
      cycle += 1
    }
    cycles = cycle - start
    try engine.settle()
    return isDone
  }

  private func differenceOfStores(_ stores: [Machine.Store], _ written: [WrittenByte]) -> String? {
    let stored = stores.flatMap { store in
      store.bytes.enumerated().map {
        (WrittenByte(address: base + store.address + $0, byte: $1), store.instruction)
      }
    }
    bytesCompared += stored.count
    for (place, (byte, instruction)) in stored.enumerated() {
      guard place < written.count else { return "\(written.count) bytes were written instead of \(stored.count)" }
      guard written[place] == byte else {
        return "byte \(place), of instruction \(instruction): \(written[place]) instead of \(byte)"
      }
    }
    return written.count == stored.count ? nil : "\(written.count) bytes were written instead of \(stored.count)"
  }

  func run(_ text: String, status: MachineStatus? = nil, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try run(Assembler()(text).words, status: status, sourceLocation: sourceLocation)
  }
}
