import Engine
import HDL
import Simulator
import SmallModels
import TATAA
import TATAAHardware
import TestSupport
import Testing
import Verilator
import Verilog

/// A host at the other end of a serial line: bits as RS-232 defines them, 8 of them without parity.
final class SerialHost<E: Engine> {
  let engine: E
  private let out, back: Pin
  private let divisor: Int
  /// Called in every clock when the logic has settled, before the edge.
  var onClock: () -> Void = {}
  /// Called behind every edge, to drive other inputs.
  var drive: () -> Void = {}
  /// The levels of the line back, a clock each, since the last byte was taken from it.
  private var levels: [UInt64] = []

  init(_ engine: E, receive: String = "receive", transmit: String = "transmit", divisor: Int) throws {
    (self.engine, self.divisor) = (engine, divisor)
    out = try #require(engine.pin(receive))
    back = try #require(engine.pin(transmit))
    out.unsigned = 1
    try engine.reset()
  }

  func clock(_ level: UInt64) throws {
    out.unsigned = level
    try engine.settle()
    levels.append(back.unsigned)
    onClock()
    try engine.step()
    drive()
  }

  func send(_ byte: UInt8) throws {
    for bit in [0] + (0..<8).map({ UInt64(byte >> UInt8($0)) & 1 }) + [1] {
      for _ in 0..<divisor { try clock(bit) }
    }
  }

  /// The next byte on the line back; a start bit has to come within so many clocks.
  func receive(within limit: Int = 100_000) throws -> UInt8 {
    var start: Int?
    while start == nil {
      start = levels.firstIndex(of: 0)
      if start == nil {
        levels.removeAll()
        try clock(1)
      }
      try #require(start != nil || limitLeft(limit), "no byte on the line after \(limit) clocks")
    }
    waited = 0
    while levels.count < start! + 10 * divisor { try clock(1) }
    func bit(_ number: Int) -> UInt64 { levels[start! + number * divisor + divisor / 2] }
    #expect(bit(0) == 0 && bit(9) == 1)
    let byte = (0..<8).reduce(UInt8(0)) { $0 | UInt8(bit($1 + 1)) << UInt8($1) }
    levels.removeFirst(start! + 10 * divisor)
    return byte
  }

  private var waited = 0
  private func limitLeft(_ limit: Int) -> Bool {
    waited += 1
    return waited < limit
  }

  private func bytes(_ word: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) } }

  @discardableResult func write(_ address: UInt32, _ word: UInt32) throws -> UInt8 {
    for byte in [0x57] + bytes(address) + bytes(word) { try send(byte) }
    return try receive()
  }

  func read(_ address: UInt32) throws -> (status: UInt8, word: UInt32) {
    for byte in [0x52] + bytes(address) { try send(byte) }
    let status = try receive()
    return (status, try (0..<4).reduce(UInt32(0)) { $0 | UInt32(try receive()) << UInt32(8 * $1) })
  }
}

@Suite struct BoardTests {
  private func model(_ generator: some Generator) throws -> NativeModel {
    try NativeModel(generator.elaborate().simplified(), options: .init(initialState: .random(seed: 5)))
  }

  /// Clocks of a bit of the host are not those of the receiver: 4 % too many or too few are still read.
  @Test(arguments: [(4, 100), (25, 96), (25, 100), (25, 104)]) func `All bytes are received`(
    divisor: Int, percent: Int
  ) throws {
    let model = try model(SerialReceiver { $0.divisor = divisor })
    let (line, byte, arrives) = (
      try #require(model.pin("line")), try #require(model.pin("item")), try #require(model.pin("arrives"))
    )
    line.unsigned = 1
    try model.reset()
    var found: [UInt8] = []
    func clock(_ level: UInt64) throws {
      line.unsigned = level
      model.settle()
      if arrives.unsigned == 1 { found.append(UInt8(byte.unsigned)) }
      try model.step()
    }
    // A glitch that is over in the middle of a start bit is no byte.
    for level in [UInt64](repeating: 0, count: divisor / 4) + [UInt64](repeating: 1, count: 12 * divisor) {
      try clock(level)
    }
    var time = 0
    for value in 0..<256 {
      for (index, bit) in ([0] + (0..<8).map { UInt64(value >> $0) & 1 } + [1]).enumerated() {
        let end = (10 * value + index + 1) * divisor * percent / 100
        while time < end {
          try clock(bit)
          time += 1
        }
      }
    }
    for _ in 0..<2 * divisor { try clock(1) }
    #expect(found == Array(0...255))
    // A byte without a stop bit is dropped, and the next one is read.
    for level in [UInt64](repeating: 0, count: 10 * divisor) + [UInt64](repeating: 1, count: 12 * divisor) {
      try clock(level)
    }
    for bit in [0, 1, 0, 1, 0, 0, 0, 0, 0, 1] as [UInt64] { for _ in 0..<divisor { try clock(bit) } }
    for _ in 0..<2 * divisor { try clock(1) }
    #expect(found.count == 257 && found.last == 5)
  }

  @Test func `Words pass both ways, and errors are told`() throws {
    let host = try SerialHost(model(SerialLoader { $0.divisor = 4 }), divisor: 4)
    let pins = Dictionary(
      uniqueKeysWithValues: host.engine.interface.ports.enumerated().map { ($1.name, host.engine.pin(at: $0)) })
    var words: [UInt64: UInt64] = [:]
    var (answer, wait): ((word: UInt64, isError: Bool)?, Int) = (nil, 0)
    // A subordinate that takes its time; addresses from 1000 on are errors.
    host.onClock = {
      if pins["access_valid"]!.unsigned == 1, pins["access_ready"]!.unsigned == 1 {
        let address = pins["access_address"]!.unsigned
        #expect(pins["access_strobe"]!.unsigned == 15)
        if pins["access_is_write"]!.unsigned == 1 { words[address] = pins["access_data"]!.unsigned }
        answer = (words[address] ?? 0, address >= 0x1000)
        wait = 3
      } else if pins["response_valid"]!.unsigned == 1, pins["response_ready"]!.unsigned == 1 {
        answer = nil
      }
      wait -= 1
    }
    host.drive = {
      pins["access_ready"]!.unsigned = answer == nil ? 1 : 0
      pins["response_valid"]!.unsigned = answer != nil && wait <= 0 ? 1 : 0
      pins["response_data"]!.unsigned = answer?.word ?? 0
      pins["response_is_error"]!.unsigned = answer?.isError == true ? 1 : 0
    }
    // Bytes that begin nothing.
    for byte in [0x00, 0xFF, 0x4B] as [UInt8] { try host.send(byte) }
    var random = SeededGenerator(seed: 3)
    var meant: [UInt32: UInt32] = [:]
    for _ in 0..<20 {
      let (address, word) = (UInt32.random(in: 0..<0x400, using: &random) * 4, random.next())
      meant[address] = UInt32(truncatingIfNeeded: word)
      #expect(try host.write(address, UInt32(truncatingIfNeeded: word)) == 0x4B)
    }
    for (address, word) in meant { #expect(try host.read(address) == (0x4B, word)) }
    #expect(try host.write(0x8765_4321, 1) == 0x45)
    #expect(words[0x8765_4321] == 1)
    #expect(try host.read(0x1000).status == 0x45)
  }

  /// The memory beside an array of bytes: bursts on its bus, instructions, and words of the host in between.
  @Test func `The memory keeps what any of its ports writes`() throws {
    let model = try model(BoardMemory { $0.words = 64 })
    let pins = Dictionary(uniqueKeysWithValues: model.interface.ports.enumerated().map { ($1.name, model.pin(at: $0)) })
    try model.reset()
    var random = SeededGenerator(seed: 9)
    var bytes = [UInt8](repeating: 0, count: 512)
    /// Clocks until `valid` and `ready` of a stream are both 1; looks at the pins then.
    func transfer(_ stream: String, driving driven: String, _ look: () -> Void = {}) throws {
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        model.settle()
        try model.step()
      }
      pins[stream + driven]!.unsigned = 1
      for _ in 0..<50 {
        model.settle()
        let passes = pins[stream + "valid"]!.unsigned == 1 && pins[stream + "ready"]!.unsigned == 1
        if passes { look() }
        try model.step()
        if passes {
          pins[stream + driven]!.unsigned = 0
          return
        }
      }
      Issue.record("nothing passed on \(stream)")
    }
    func word(at place: Int) -> UInt64 { (0..<8).reduce(0) { $0 | UInt64(bytes[8 * place + $1]) << UInt64(8 * $1) } }
    func access(_ address: Int, _ data: UInt32?) throws -> UInt32 {
      pins["access_is_write"]!.unsigned = data == nil ? 0 : 1
      pins["access_address"]!.unsigned = UInt64(address)
      pins["access_data"]!.unsigned = UInt64(data ?? 0)
      pins["access_strobe"]!.unsigned = 15
      try transfer("access_", driving: "valid")
      var found: UInt64 = 0
      try transfer("response_", driving: "ready") {
        found = pins["response_data"]!.unsigned
        #expect(pins["response_is_error"]!.unsigned == 0)
      }
      return UInt32(found)
    }
    for place in 0..<128 {
      let value = UInt32(truncatingIfNeeded: random.next())
      _ = try access(4 * place, value)
      for byte in 0..<4 { bytes[4 * place + byte] = UInt8(truncatingIfNeeded: value >> UInt32(8 * byte)) }
    }
    for _ in 0..<60 {
      let count = Int.random(in: 1...8, using: &random)
      let first = Int.random(in: 0...(64 - count), using: &random)
      switch Int.random(in: 0...3, using: &random) {
      case 0:
        pins["memory_awaddr"]!.unsigned = UInt64(8 * first)
        pins["memory_awlen"]!.unsigned = UInt64(count - 1)
        try transfer("memory_aw", driving: "valid")
        for index in 0..<count {
          let (data, strobe) = (random.next(), random.next() & 255)
          pins["memory_wdata"]!.unsigned = data
          pins["memory_wstrb"]!.unsigned = strobe
          pins["memory_wlast"]!.unsigned = index == count - 1 ? 1 : 0
          try transfer("memory_w", driving: "valid")
          for byte in 0..<8 where strobe >> UInt64(byte) & 1 == 1 {
            bytes[8 * (first + index) + byte] = UInt8(truncatingIfNeeded: data >> UInt64(8 * byte))
          }
        }
        try transfer("memory_b", driving: "ready") { #expect(pins["memory_bresp"]!.unsigned == 0) }
      case 1:
        let half = 2 * first + (count & 1)
        let expected = UInt32(truncatingIfNeeded: word(at: first) >> (count & 1 == 1 ? 32 : 0))
        #expect(try access(4 * half, nil) == expected)
      case let bus:
        let (address, data) = bus == 2 ? ("memory_ar", "memory_r") : ("program_", "instructions_")
        pins[address + "addr"]!.unsigned = UInt64(8 * first)
        pins[address + "len"]!.unsigned = UInt64(count - 1)
        try transfer(address, driving: "valid")
        for index in 0..<count {
          try transfer(data, driving: "ready") {
            #expect(pins[data + "data"]!.unsigned == word(at: first + index))
            #expect(pins[data + "last"]!.unsigned == (index == count - 1 ? 1 : 0))
          }
        }
      }
    }
  }

  /// A whole board: a program of every instruction over the line, and every byte of the memory back, as the golden machine
  /// leaves it.
  @Test func `A program that comes over the line leaves the golden machine's memory`() throws {
    let job = try AcceleratorTests.randomJob(.tiny, 60, seed: 12)
    let board = TATAABoard {
      $0.words = 2048
      $0.divisor = 4
    }
    let model = try ModelBuilder().model(of: ModelDesign(try board.elaborate().simplified()))
    let host = try SerialHost(model, divisor: 4)
    func words(_ bytes: [UInt8]) -> [UInt32] {
      stride(from: 0, to: bytes.count, by: 4).map { place in
        (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
      }
    }
    for (index, word) in words(Array(job.image[..<(job.base + job.size)])).enumerated()
    where index < 2 * job.words.count || index >= job.base / 4 {
      #expect(try host.write(UInt32(4 * index), word) == 0x4B)
    }
    let registers = TATAAAccelerator.registers(cores: 1)
    func register(_ name: String) -> UInt32 {
      UInt32(TATAABoard.registers + 4 * registers.registers.firstIndex { $0.name == name }!)
    }
    for (name, value) in [
      ("programPage0", 0), ("programWords0", job.words.count), ("memoryPage0", job.base / 4096),
      ("lastAddress0", job.size - 1), ("control", 1),
    ] {
      #expect(try host.write(register(name), UInt32(value)) == 0x4B)
    }
    var polls = 0
    while try host.read(register("running")).word != 0, polls < 1000 { polls += 1 }
    #expect(polls < 1000)
    #expect(try host.read(register("status0")).word == 0)
    #expect(try host.read(register("instructions0")).word == UInt32(job.words.count))
    #expect(try host.read(UInt32(TATAABoard.registers + 0x800)).status == 0x45)
    let expected = words(Array(job.golden.memory))
    for (index, word) in expected.enumerated() {
      let found = try host.read(UInt32(job.base + 4 * index))
      try #require(found == (0x4B, word), "word \(index)")
    }
    #expect(!job.golden.stores.isEmpty)
  }
}
