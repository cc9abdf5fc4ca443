import Engine
import HDL
import NumberFormats
import Simulator
import SmallModels
import TATAA
import TATAAHardware
import TestSupport
import Testing

/// A memory of bytes that a seed decides.
func randomBytes(_ count: Int, seed: UInt64) -> [UInt8] {
  var random = SeededGenerator(seed: seed)
  return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
}

private let tinyCore = Result { try TATAACore().elaborate() }

func nativeCore(_ configuration: Configuration = .tiny, seed: UInt64 = 1) throws -> NativeModel {
  try NativeModel(
    configuration == .tiny ? tinyCore.get() : TATAACore(configuration: configuration).elaborate(),
    options: .init(initialState: .random(seed: seed)))
}

struct CoreTests {
  @Test func `One number, followed`() throws {
    let memory: [UInt8] = [6, 249, 0, 0, 0, 0, 0, 0x3F, 0, 0, 0, 0]
    let bench = try CoreBench(nativeCore(), .tiny, memory: memory)
    try bench.run(
      """
      load.x 0, address=0, depth=1, rows=1
      load.y 0, address=1, depth=1, columns=1
      load.t scale, address=4, count=1
      matmul x=0, y=0, depth=1, start=zero
      store.a bfloat16, address=8, rows=1, columns=1
      fence
      load.v v0, address=8, lanes=1
      const c0, 20
      add v1, v0, c0
      store.v bfloat16, v1, address=10, lanes=1
      end
      """)
    #expect(bench.bytesCompared == 4)
  }

  /// Operand addresses start anew with each product; sums start from zero, from a bias, from memory and from what they hold.
  @Test func `Products of different depth, biases, and sums from memory`() throws {
    let bench = try CoreBench(nativeCore(), .tiny, memory: randomBytes(4096, seed: 5))
    try bench.run(
      """
      load.x 0, address=0, depth=8, rows=4
      load.y 0, address=100, depth=8, columns=4
      load.t bias, address=400, count=3
      matmul x=0, y=0, depth=5, start=zero
      store.a int32, address=1024, rows=4, columns=4
      matmul x=0, y=0, depth=3, start=zero
      store.a int32, address=1088, rows=4, columns=4
      matmul x=0, y=0, depth=8, start=keep
      store.a int32, address=1152, rows=3, columns=2, transposed
      matmul x=0, y=0, depth=1, start=bias
      matmul x=0, y=0, depth=1, start=zero
      matmul x=0, y=0, depth=2, start=bias
      store.a int32, address=1216, rows=4, columns=4
      load.a address=500, rows=2, columns=3, transposed
      matmul x=0, y=0, depth=1, start=keep
      store.a int32, address=1280, rows=4, columns=4
      load.a address=600, rows=3, columns=1
      store.a int32, address=1344, rows=4, columns=4
      stride 2, 36
      load.x 1, address=3, depth=4, rows=3, stride=2
      load.y 0, address=77, depth=7, columns=2, stride=2
      matmul x=1, y=0, depth=4, start=bias
      store.a int32, address=1536, rows=4, columns=4, stride=2
      end
      """)
    #expect(bench.bytesCompared == 4 * (16 * 5 + 6 + 16))
  }

  /// The published snapshot: −30000 · 2^−9 gives +69, 1000 · 0.5 gives −12, and 100 · 0.5 as bfloat16 1.2e−32.
  @Test func `Sums as codes and as numbers`() throws {
    var memory = [UInt8](repeating: 0, count: 1024)
    let sums: [Int32] = [-30000, 1000, 1, 3, -30000, -1000, -1, 5, 30000, 254, 2, 7, .min, 255, 0, .max]
    func place(_ words: [Int32], _ address: Int) {
      memory.replaceSubrange(
        address..<address + 4 * words.count,
        with: words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } })
    }
    place(sums, 0)
    // 2^−9, 1/2, 1, 1/2; then 1/2, −0, 0.1, −2^−140, NaN, infinity, 2^120, −3.
    place([24, 16, 15, 16].map { Int32($0 << 16 | 32768) }, 64)
    place(
      [0.5, -0.0, 0.1, -0x1p-140, .nan, .infinity, 0x1p120, -3].map { Int32(bitPattern: Float($0).bitPattern) }, 80)
    let bench = try CoreBench(nativeCore(), .tiny, memory: memory)
    try bench.run(
      """
      load.a address=0, rows=4, columns=4
      load.t requantizer, address=64, count=4
      store.a int8, address=128, rows=4, columns=4
      quantizer c0, low=-128, high=127, zero=-100
      store.a int8, address=160, rows=1, columns=4, transposed
      load.t scale, address=80, count=4
      store.a bfloat16, address=256, rows=4, columns=4
      load.t scale, address=96, count=4
      store.a bfloat16, address=320, rows=4, columns=3, transposed
      load.t scale, address=92, count=4, broadcast
      store.a bfloat16, address=384, rows=3, columns=4
      end
      """)
    #expect(bench.bytesCompared == 16 + 4 + 32 + 24 + 24)
  }

  @Test func `Lanes, rows of registers, strides, broadcast, append and reductions`() throws {
    let numbers = (0..<16).map { BFloat16(Double($0)) }
    var memory = [UInt8](repeating: 0, count: 4096)
    for (place, number) in numbers.enumerated() {
      memory[2 * place] = UInt8(truncatingIfNeeded: number.bitPattern)
      memory[2 * place + 1] = UInt8(number.bitPattern >> 8)
    }
    let bench = try CoreBench(nativeCore(), .tiny, memory: memory)
    try bench.run(
      """
      stride 1, 16
      stride 2, -8
      load.v v0, address=0, lanes=3, count=2, stride=1
      load.v v2, address=4, lanes=4, count=2, broadcast, stride=1
      const c1, 2
      add v4, v0, -c1
      mul v5, v3, v0
      reduce.add v6, v5, lanes=3
      reduce.max v7, -v6, lanes=1
      reduce.add v8, v4, lanes=4
      store.v bfloat16, v4, address=1024, lanes=3, count=5, stride=2
      quantizer c1, low=0, high=9, zero=1
      cursor 3, 5
      store.v int8, v0, address=2048, lanes=3, count=2, cursor=3
      store.v int8, v2, address=2048, lanes=3, cursor=3
      store.v bfloat16, v9, address=2100, lanes=4
      end
      """)
    // Cursors and registers keep what they hold.
    try bench.run("store.v int8, v2, address=2048, lanes=3, cursor=3\nstore.v bfloat16, v8, address=2100, lanes=4\nend")
    #expect(bench.bytesCompared == 30 + 9 + 8 + 3 + 8)
  }

  /// A product that waits for one operand reads the other one late, and what is loaded behind it must come later still; of two
  /// loads of its bank it reads the last one.
  @Test(arguments: [1, 2]) func `A load does not overtake the product that reads its bank`(ports: Int) throws {
    let configuration = Self.configuration(2, 2, 2, ports: ports)
    let bench = try CoreBench(nativeCore(configuration), configuration, memory: randomBytes(2048, seed: 9), latency: 2)
    try bench.run(
      """
      load.x 0, address=0, depth=8, rows=4
      load.v v0, address=256, lanes=4, count=8
      load.v v0, address=256, lanes=4, count=8
      load.v v0, address=256, lanes=4, count=8
      load.y 0, address=100, depth=8, columns=4
      matmul x=0, y=0, depth=8, start=zero
      load.x 0, address=700, depth=8, rows=4
      store.a int32, address=1024, rows=4, columns=4
      matmul x=0, y=0, depth=8, start=zero
      store.a int32, address=1088, rows=4, columns=4
      load.y 1, address=130, depth=8, columns=4
      load.x 1, address=300, depth=8, rows=4
      load.x 1, address=300, depth=8, rows=4
      load.x 1, address=300, depth=8, rows=4
      load.x 0, address=400, depth=8, rows=4
      matmul x=0, y=1, depth=8, start=zero
      load.y 1, address=500, depth=8, columns=4
      store.a int32, address=1152, rows=4, columns=4
      matmul x=0, y=1, depth=8, start=zero
      store.a int32, address=1216, rows=4, columns=4
      load.x 1, address=600, depth=8, rows=4
      load.x 1, address=800, depth=8, rows=4
      matmul x=1, y=1, depth=8, start=zero
      store.a int32, address=1280, rows=4, columns=4
      end
      """)
    #expect(bench.bytesCompared == 5 * 64)
  }

  /// Integers alone: products are the same, and an instruction of the lanes stops the program.
  @Test func `A core without lanes`() throws {
    var configuration = Configuration.tiny
    (configuration.vectorRegisters, configuration.readPorts) = (0, 2)
    let bench = try CoreBench(nativeCore(configuration), configuration, memory: randomBytes(2048, seed: 6))
    let product = """
      load.x 0, address=0, depth=7, rows=4
      load.y 0, address=100, depth=7, columns=4
      matmul x=0, y=0, depth=7, start=zero
      load.t scale, address=400, count=4
      store.a bfloat16, address=1024, rows=4, columns=3, transposed

      """
    try bench.run(product + "end")
    #expect(bench.bytesCompared == 24)
    for text in ["add v0, v0, v0", "load.v v0, address=0, lanes=1", "store.v int8, v0, address=1024, lanes=1"] {
      try bench.run(product + text + "\nend")
    }
    #expect(bench.bytesCompared == 4 * 24)
  }

  static func configuration(
    _ rows: Int, _ strips: Int, _ columns: Int, packing: Int = 2, bus: Int = 64, banks: Int = 2, accumulator: Int = 32,
    ports: Int = 1
  ) -> Configuration {
    var configuration = Configuration.tiny
    (configuration.rowsPerStrip, configuration.strips, configuration.columns) = (rows, strips, columns)
    (configuration.packing, configuration.busWidth, configuration.operandBanks) = (packing, bus, banks)
    (configuration.accumulatorWidth, configuration.readPorts) = (accumulator, ports)
    return configuration
  }

  /// Configuration, share of stalls, and the seed; the first ones in every run, all in the long form.
  static let random: [(Configuration, Double, Int)] = [
    (.tiny, 0.4, 1), (configuration(3, 2, 3, bus: 32), 0.3, 2), (configuration(2, 2, 2, ports: 2), 0.4, 7),
    (configuration(2, 2, 3, bus: 128, ports: 2), 0, 8), (.tiny, 0, 3),
    (configuration(1, 1, 1, packing: 1, bus: 128, banks: 1), 0, 4),
    (configuration(2, 3, 1, bus: 256, accumulator: 16), 0.2, 5), (configuration(4, 1, 5, bus: 512), 0.6, 6),
  ]

  @Test(arguments: runsLongTests ? random : Array(random[0..<4]))
  func `Random programs, every store compared`(configuration: Configuration, stalls: Double, seed: Int) throws {
    var random = RandomProgram(configuration, seed: UInt64(seed))
    let bench = try CoreBench(
      nativeCore(configuration, seed: UInt64(seed)), configuration, memory: random.memory(), base: 97 * 64,
      stalls: stalls,
      latency: seed * 3, seed: UInt64(seed))
    for _ in 0..<(runsLongTests ? 4 : 1) { try bench.run(random.program(runsLongTests ? 250 : 110)) }
    #expect(bench.bytesCompared > 100)
  }
}
