import Engine
import Foundation
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
  /// The memory of each core.
  var memory: [[UInt8]]
  private let buses, programs: [BusMemory]
  /// The bus of X of each core, where it has one.
  private let operands: [BusMemory]
  private var cycle = 0
  private let pins: [String: Pin]

  init(_ engine: E, memory: [[UInt8]], stalls: Double = 0, seed: UInt64 = 1) throws {
    self.engine = engine
    self.memory = memory
    buses = memory.indices.map {
      BusMemory(engine, "memory_\($0)", hasWrites: true, stalls: stalls, latency: 5, seed: seed + UInt64($0))
    }
    programs = memory.indices.map {
      BusMemory(engine, "instructions_\($0)", hasWrites: false, stalls: stalls, latency: 3, seed: seed + 9 + UInt64($0))
    }
    operands = memory.indices.filter { core in
      engine.interface.ports.contains { $0.name == "operands_\(core)_araddr" }
    }.map {
      BusMemory(engine, "operands_\($0)", hasWrites: false, stalls: stalls, latency: 4, seed: seed + 17 + UInt64($0))
    }
    pins = Dictionary(uniqueKeysWithValues: engine.interface.ports.enumerated().map { ($1.name, engine.pin(at: $0)) })
    try engine.reset()
  }

  func written(_ core: Int) -> [WrittenByte] { buses[core].written }

  func step() throws {
    for core in memory.indices {
      buses[core].drive(memory[core], cycle)
      programs[core].drive(memory[core], cycle)
      if core < operands.count { operands[core].drive(memory[core], cycle) }
    }
    try engine.settle()
    for core in memory.indices {
      if core < operands.count { operands[core].sample(&memory[core], cycle) }
      buses[core].sample(&memory[core], cycle)
      programs[core].sample(&memory[core], cycle)
    }
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

  func register(_ name: String) -> Int {
    TATAAAccelerator.registers(cores: memory.count).registers.firstIndex { $0.name == name }!
  }
  func counter(_ counter: TATAAAccelerator.Counter, core: Int = 0) throws -> Int {
    try Int(read(register("\(counter)\(core)")))
  }

  /// Runs what stands in the memory of each core.
  func run(_ jobs: [(words: Int, base: Int, size: Int)]) throws {
    for (core, job) in jobs.enumerated() {
      try write(register("programPage\(core)"), 0)
      try write(register("programWords\(core)"), UInt32(job.words))
      try write(register("memoryPage\(core)"), UInt32(job.base / 4096))
      try write(register("lastAddress\(core)"), UInt32(job.size - 1))
    }
    try write(register("control"), UInt32(1) << UInt32(jobs.count) - 1)
    try waitForInterrupt()
    try write(register("event"), 1)
    try write(register("control"), 0)
    #expect(try read(register("running")) == 0)
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

  /// Runs a job on each core of an accelerator, and compares every stored byte in its order.
  static func run<E: Engine>(_ jobs: [Job], on host: Host<E>) throws {
    let before = jobs.indices.map { host.written($0).count }
    try host.run(jobs.map { ($0.words.count, $0.base, $0.size) })
    for (core, job) in jobs.enumerated() {
      #expect(try host.read(host.register("status\(core)")) == 0)
      let stored = job.golden.stores.flatMap { store in
        store.bytes.enumerated().map { WrittenByte(address: job.base + store.address + $0, byte: $1) }
      }
      #expect(!stored.isEmpty && Array(host.written(core)[before[core]...]) == stored)
    }
  }
}

/// Whether the long forms of tests run.
let runsLongTests = ProcessInfo.processInfo.environment["SYSTOLE_LONG_TESTS"] == "1"

struct AcceleratorTests {
  static func randomJob(_ configuration: Configuration, _ count: Int, seed: UInt64) throws -> Job {
    var random = RandomProgram(configuration, seed: seed)
    let memory = random.memory()
    return try Job(random.program(count), memory, configuration)
  }

  static func native(_ configuration: Configuration) throws -> NativeModel {
    try NativeModel(
      TATAAAccelerator(configuration: configuration).elaborate(), options: .init(initialState: .random(seed: 3)))
  }

  @Test func `A host runs programs on two cores and reads the counters`() throws {
    var configuration = Configuration.tiny
    configuration.cores = 2
    let jobs = try [Self.randomJob(configuration, 60, seed: 12), Self.randomJob(configuration, 40, seed: 13)]
    let host = try Host(Self.native(configuration), memory: jobs.map(\.image))
    try Job.run(jobs, on: host)
    for (core, job) in jobs.enumerated() {
      #expect(try host.counter(.instructions, core: core) == job.words.count)
      let cycles = try host.counter(.cycles, core: core)
      let causes: [TATAAAccelerator.Counter] = [
        .stallFetch, .stallCheck, .stallLoad, .stallStore, .stallMatrix, .stallVector,
      ]
      let stalls = try causes.map { try host.counter($0, core: core) }
      #expect(stalls[0..<4].allSatisfy { $0 > 0 } && stalls.reduce(job.words.count, +) <= cycles)
      #expect(try host.counter(.busyMatrix, core: core) == job.golden.counters[.multiplyAccumulates] / 16)
    }
    // A program that is wrong at its first instruction; the other core is not started.
    host.memory[0].replaceSubrange(0..<8, with: [UInt8](repeating: 255, count: 8))
    try host.run([(words: 4, base: 4096, size: 4096)])
    #expect(try host.read(host.register("status0")) == UInt32(MachineStatus.instruction.rawValue))
    #expect(try host.read(host.register("stoppedAt0")) == 0 && host.counter(.instructions) == 0)
    #expect(try host.counter(.instructions, core: 1) == jobs[1].words.count)
  }

  @Test(.enabled(if: runsLongTests)) func `In Verilator: random programs and a BERT of two layers`() throws {
    let engine = try TATAAAccelerator().verilated(profile: .debug)
    let job = try Self.randomJob(.tiny, 400, seed: 21)
    try Job.run([job], on: Host(engine, memory: [job.image], stalls: 0.3))
    let compiled = try ModelTests.compiled(SmallTransformer(), tokens: 9, .tiny)
    let ids = [3, 1, 4, 1, 5, 9, 2, 6, 5].map { Int32($0) }
    let model = try Job(compiled.program.words, compiled.memory(for: .init(ids: ids)), .tiny)
    let host = try Host(engine, memory: [model.image])
    try Job.run([model], on: host)
    #expect(try host.counter(.instructions) == compiled.program.words.count)
  }

  /// The standard core, which makes products in most of its cycles.
  @Test(.enabled(if: runsLongTests)) func `In Verilator at the standard size`() throws {
    var configuration = Configuration.standard
    configuration.cores = 1
    let engine = try TATAAAccelerator(configuration: configuration).verilated(profile: .default)
    let job = try Self.randomJob(configuration, 200, seed: 31)
    try Job.run([job], on: Host(engine, memory: [job.image], stalls: 0.2))
    for (rows, columns, depth) in [(128, 128, 64), (128, 128, 384), (128, 128, 768)] {
      let bytes = randomBytes((rows + columns) * depth + rows * columns * 4, seed: 8)
      let tiler = MatrixTiler(
        rows: rows, columns: columns, depth: depth, x: 0, y: rows * depth, result: .int32, z: (rows + columns) * depth)
      let product = try Job(
        tiler.instructions(for: configuration).map(\.word) + [Instruction(.end).word], bytes, configuration)
      let host = try Host(engine, memory: [product.image])
      try Job.run([product], on: host)
      let (cycles, steps) = try (host.counter(.cycles), host.counter(.busyMatrix))
      #expect(steps == 16 * depth && Double(steps) > 0.75 * Double(cycles), "\(steps) steps in \(cycles) cycles")
    }
    let compiled = try ModelTests.compiled(
      SmallTransformer(hidden: 40, layers: 1, heads: 1, feedForward: 36), tokens: 35, configuration)
    let model = try Job(
      compiled.program.words, compiled.memory(for: .init(ids: (0..<35).map { Int32($0 % 20) })), configuration)
    let host = try Host(engine, memory: [model.image])
    try Job.run([model], on: host)
    #expect(try host.counter(.instructions) == compiled.program.words.count)
  }

  @Test func `Tools take the Verilog without a word`() throws { #expect(try TATAAAccelerator().toolComplaints() == "") }
}
