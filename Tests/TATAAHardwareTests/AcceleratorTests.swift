import Engine
import HDL
import Simulator
import SmallModels
import TATAA
import TATAAHardware
import TestSupport
import Testing
import Verilator

/// A host on the control bus of an accelerator, with its memory.
final class Host<E: Engine> {
  let engine: E
  var memory: [UInt8]
  private let bus, program: BusMemory
  private var cycle = 0
  private let pins: [String: Pin]

  init(_ engine: E, memory: [UInt8], stalls: Double = 0, seed: UInt64 = 1) throws {
    self.engine = engine
    self.memory = memory
    bus = BusMemory(engine, "memory", hasWrites: true, stalls: stalls, latency: 5, seed: seed)
    program = BusMemory(engine, "instructions", hasWrites: false, stalls: stalls, latency: 3, seed: seed + 9)
    pins = Dictionary(uniqueKeysWithValues: engine.interface.ports.enumerated().map { ($1.name, engine.pin(at: $0)) })
    try engine.reset()
  }

  var written: [WrittenByte] { bus.written }

  func step() throws {
    bus.drive(memory, cycle)
    program.drive(memory, cycle)
    try engine.settle()
    bus.sample(&memory, cycle)
    var unwritten = memory
    program.sample(&unwritten, cycle)
  }

  private func next() throws {
    try engine.step()
    cycle += 1
  }

  func write(_ register: Int, _ value: UInt32) throws {
    pins["control_awaddr"]!.unsigned = UInt64(4 * register)
    pins["control_wdata"]!.unsigned = UInt64(value)
    pins["control_wstrb"]!.unsigned = 15
    for name in ["control_awvalid", "control_wvalid", "control_bready"] { pins[name]!.unsigned = 1 }
    var isAnswered = false
    while !isAnswered {
      try step()
      let (aw, w) = (pins["control_awready"]!.unsigned == 1, pins["control_wready"]!.unsigned == 1)
      isAnswered = pins["control_bvalid"]!.unsigned == 1
      #expect(!isAnswered || pins["control_bresp"]!.unsigned == 0)
      try next()
      if aw { pins["control_awvalid"]!.unsigned = 0 }
      if w { pins["control_wvalid"]!.unsigned = 0 }
    }
    pins["control_bready"]!.unsigned = 0
  }

  func read(_ register: Int) throws -> UInt32 {
    pins["control_araddr"]!.unsigned = UInt64(4 * register)
    pins["control_arvalid"]!.unsigned = 1
    pins["control_rready"]!.unsigned = 1
    var value: UInt32?
    while value == nil {
      try step()
      let ar = pins["control_arready"]!.unsigned == 1
      if pins["control_rvalid"]!.unsigned == 1 { value = UInt32(pins["control_rdata"]!.unsigned) }
      try next()
      if ar { pins["control_arvalid"]!.unsigned = 0 }
    }
    pins["control_rready"]!.unsigned = 0
    return value!
  }

  func waitForInterrupt(_ limit: Int = 2_000_000) throws {
    for _ in 0..<limit {
      try step()
      let isDone = pins["interrupt"]!.unsigned == 1
      try next()
      if isDone { return }
    }
    Issue.record("no interrupt after \(limit) cycles")
  }

  func register(_ name: String) -> Int { Accelerator.registers.registers.firstIndex { $0.name == name }! }
  func counter(_ counter: Accelerator.Counter) throws -> Int { try Int(read(register(counter.rawValue))) }

  /// Runs what stands in memory, and gives the status.
  func run(program: Int, words: Int, memory base: Int, size: Int) throws -> UInt32 {
    try write(register("programPage"), UInt32(program / 4096))
    try write(register("programWords"), UInt32(words))
    try write(register("memoryPage"), UInt32(base / 4096))
    try write(register("lastAddress"), UInt32(size - 1))
    try write(register("control"), 1)
    try waitForInterrupt()
    try write(register("event"), 1)
    try write(register("control"), 0)
    return try read(register("status"))
  }
}

/// A program and its memory, as a host lays them out: the program at 0, the memory behind it.
struct Job {
  let image: [UInt8]
  let words: [UInt64]
  let base: Int
  let size: Int
  let golden: Machine

  init(_ words: [UInt64], _ memory: [UInt8], _ configuration: Configuration) throws {
    let program = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    base = (program.count + 4095) / 4096 * 4096
    size = memory.count
    self.words = words
    image = program + [UInt8](repeating: 0, count: base - program.count) + memory + [UInt8](repeating: 0, count: 4096)
    var golden = try Machine(configuration: configuration, memory: memory)
    try golden.run(words: words)
    self.golden = golden
  }

  /// Runs on an accelerator and compares every stored byte in its order.
  func run<E: Engine>(on host: Host<E>) throws {
    let before = host.written.count
    let status = try host.run(program: 0, words: words.count, memory: base, size: size)
    #expect(status == 0)
    let stored = golden.stores.flatMap { store in
      store.bytes.enumerated().map { WrittenByte(address: base + store.address + $0, byte: $1) }
    }
    #expect(!stored.isEmpty && Array(host.written[before...]) == stored)
  }
}

struct AcceleratorTests {
  @Test func `A host runs a program twice and reads the counters`() throws {
    var random = RandomProgram(.tiny, seed: 12)
    let memory = random.memory()
    let job = try Job(random.program(60), memory, .tiny)
    let host = try Host(NativeModel(Accelerator().elaborate(), options: .init(initialState: .random(seed: 3))), memory: job.image)
    try job.run(on: host)
    #expect(try host.counter(.instructions) == job.words.count)
    let cycles = try host.counter(.cycles)
    let stalls = try [Accelerator.Counter.stallFetch, .stallCheck, .stallLoad, .stallStore, .stallMatrix, .stallVector].map {
      try host.counter($0)
    }
    #expect(stalls.allSatisfy { $0 > 0 } && stalls.reduce(job.words.count, +) <= cycles)
    let steps = job.golden.counters[.multiplyAccumulates] / 16
    #expect(try host.counter(.busyMatrix) == steps)
    // A program that is wrong at its first instruction.
    host.memory.replaceSubrange(0..<8, with: [UInt8](repeating: 255, count: 8))
    let status = try host.run(program: 0, words: 4, memory: 4096, size: 4096)
    #expect(status == UInt32(MachineStatus.instruction.rawValue << 4))
    #expect(try host.read(host.register("stoppedAt")) == 0 && host.counter(.instructions) == 0)
  }

  @Test func `In Verilator: random programs and a small BERT`() throws {
    let engine = try Accelerator().verilated(profile: .debug)
    var random = RandomProgram(.tiny, seed: 21)
    let memory = random.memory()
    let job = try Job(random.program(400), memory, .tiny)
    try job.run(on: Host(engine, memory: job.image, stalls: 0.3))
    let compiled = try ModelTests.compiled(SmallTransformer(), tokens: 9, .tiny)
    let ids = [3, 1, 4, 1, 5, 9, 2, 6, 5].map { Int32($0) }
    let model = try Job(compiled.program.words, compiled.memory(for: .init(ids: ids)), .tiny)
    let host = try Host(engine, memory: model.image)
    try model.run(on: host)
    print(compiled.program.words.count, "instructions", try host.counter(.cycles), "cycles", model.golden.stores.count, "stores")
  }

  @Test func `Tools take the Verilog without a word`() throws { #expect(try Accelerator().toolComplaints() == "") }
}
