import SmallModels
import TATAA
import TATAAHardware
import Testing

/// Loads, products and stores at once, and the cycle model beside the hardware.
struct OverlapTests {
  /// 4 × 8 sums, so that a word of the bus is a step of X or Y.
  static let configuration: Configuration = {
    var configuration = Configuration.tiny
    (configuration.rowsPerStrip, configuration.strips, configuration.columns) = (2, 2, 4)
    (configuration.maximumDepth, configuration.fifoDepth) = (64, 16)
    return configuration
  }()

  static func product(
    _ rows: Int, _ columns: Int, _ depth: Int, transposed: Bool = false, _ configuration: Configuration = configuration
  ) throws -> (words: [Instruction], memory: [UInt8]) {
    var memory = randomBytes(1 << 14, seed: UInt64(rows * columns * depth))
    // Scales that a requantiser takes.
    for column in 0..<columns { memory.replaceSubrange(4 * column..<4 * column + 4, with: [0, 0x80, 20, 0]) }
    let tiler = MatrixTiler(
      rows: rows, columns: columns, depth: depth, x: 512, y: 512 + rows * depth, bias: 128,
      result: .int8(requantizers: 0, perColumn: true), z: 1 << 13, isTransposed: transposed)
    return (try tiler.instructions(for: configuration) + [try Instruction(.end)], memory)
  }

  /// Depth, the least share of the multipliers' cycles, and the greatest distance of the model in percent.
  @Test(arguments: [(64, 0.8, false), (32, 0.65, true), (100, 0.65, false), (16, 0.45, false)])
  func `Products are loaded and stored while others are multiplied`(
    depth: Int, share: Double, transposed: Bool
  ) throws {
    let (program, memory) = try Self.product(16, 32, depth, transposed: transposed)
    let bench = try CoreBench(nativeCore(Self.configuration), Self.configuration, memory: memory, latency: 8)
    try bench.run(MachineProgram(program).words)
    let steps = 4 * 4 * depth
    let utilisation = Double(steps) / Double(bench.cycles)
    #expect(utilisation >= share && utilisation < 1, "\(utilisation) in \(bench.cycles) cycles")
    let estimate = CycleModel(configuration: Self.configuration, latency: 8).estimate(MachineProgram(program))
    #expect(estimate.productSteps == steps)
    let error = 100 * Double(estimate.cycles - bench.cycles) / Double(bench.cycles)
    #expect(abs(error) < 1, "\(estimate.cycles) instead of \(bench.cycles) cycles")
    #expect(estimate.storeCycles.count == bench.golden.stores.count)
  }

  /// With a bus for X every step has its operands in time, however deep the product; the model says the same cycle.
  @Test(arguments: [(16, 32, 100, 8), (8, 16, 150, 3), (4, 8, 64, 8), (16, 8, 33, 20)])
  func `X over a bus of its own`(rows: Int, columns: Int, depth: Int, latency: Int) throws {
    var configuration = Self.configuration
    configuration.readPorts = 2
    let (program, memory) = try Self.product(rows, columns, depth, configuration)
    let bench = try CoreBench(nativeCore(configuration), configuration, memory: memory, latency: latency)
    try bench.run(MachineProgram(program).words)
    let estimate = CycleModel(configuration: configuration, latency: latency).estimate(MachineProgram(program))
    #expect(abs(estimate.cycles - bench.cycles) <= 1, "\(estimate.cycles) instead of \(bench.cycles) cycles")
    if rows * columns * depth > 40_000 {
      let steps = rows / 4 * (columns / 8) * depth
      #expect(Double(steps) > 0.91 * Double(bench.cycles), "\(steps) steps in \(bench.cycles) cycles")
    }
  }

  /// Operations in every cycle do not keep a loaded vector from its register.
  @Test func `A loaded vector gets a cycle between operations`() throws {
    var text = ""
    for turn in 0..<8 {
      text += "load.v v0, address=\(8 * turn), lanes=4\n"
      text += (0..<30).map { "add v\(8 + $0 % 6), v1, v2\n" }.joined()
      text += "add v3, v3, v0\n"
    }
    let program = try Assembler()(text + "store.v bfloat16, v3, address=1024, lanes=4\nend")
    let bench = try CoreBench(nativeCore(), .tiny, memory: randomBytes(2048, seed: 2), latency: 8)
    try bench.run(program.words)
    let estimate = CycleModel(configuration: .tiny, latency: 8).estimate(program)
    #expect(abs(estimate.cycles - bench.cycles) <= 1, "\(estimate.cycles) instead of \(bench.cycles) cycles")
    // Four cycles of each load's check, and one for its vector.
    #expect(bench.cycles < 8 * (4 + 31 + 2) + 50, "\(bench.cycles) cycles")
  }

  /// GELU of many vectors: loads, operations in every cycle, stores. A loaded vector gets its cycle soon.
  @Test(arguments: [4, 8]) func `Loads and operations share the registers' write port`(latency: Int) throws {
    var builder = VectorBuilder()
    for start in stride(from: 0, to: 24, by: 4) {
      let x = builder.load(4, address: 16 * start, lanes: 8)
      builder.store(x.map { builder.gelu($0) }, address: 2048 + 16 * start, lanes: 8)
      builder.endBatch()
    }
    var configuration = Self.configuration
    configuration.vectorRegisters = 64
    let program = MachineProgram(try builder.instructions(for: configuration) + [try Instruction(.end)])
    let bench = try CoreBench(
      nativeCore(configuration), configuration, memory: randomBytes(1 << 13, seed: 4), latency: latency)
    try bench.run(program.words)
    let estimate = CycleModel(configuration: configuration, latency: latency).estimate(program)
    let error = 100 * Double(estimate.cycles - bench.cycles) / Double(bench.cycles)
    #expect(abs(error) < 1, "\(estimate.cycles) instead of \(bench.cycles) cycles")
    // 25 operations, a load and a store for each vector, and what is between batches.
    #expect(bench.cycles < 24 * 41, "\(bench.cycles) cycles")
  }

  /// Programs of a whole model, and one whose vectors depend on each other.
  @Test(arguments: [4, 8, 20]) func `The cycles of vector programs are those of the model`(latency: Int) throws {
    var builder = VectorBuilder()
    for start in 0..<12 {
      let x = builder.load(1, address: 32 * start, lanes: 8)
      builder.store(x.map { builder.gelu($0) }, address: 2048 + 32 * start, lanes: 8)
      if start % 2 == 0 { builder.endBatch() }
    }
    builder.fence()
    let y = builder.load(address: 2048, lanes: 8)
    builder.store(builder.reduce(.reduceSum, y, lanes: 8), address: 4096, lanes: 8)
    let program = MachineProgram(try builder.instructions(for: Self.configuration) + [try Instruction(.end)])
    let bench = try CoreBench(
      nativeCore(Self.configuration), Self.configuration, memory: randomBytes(1 << 13, seed: 3), latency: latency)
    try bench.run(program.words)
    let estimate = CycleModel(configuration: Self.configuration, latency: latency).estimate(program)
    let error = 100 * Double(estimate.cycles - bench.cycles) / Double(bench.cycles)
    #expect(abs(error) < 1, "\(estimate.cycles) instead of \(bench.cycles) cycles")
    #expect(estimate.cycles == program.instructions.count + estimate.stalls.values.reduce(0, +))
  }
}
