import NumberFormats
import SmallModels
import TATAA
import TATAAHardware
import Testing

struct StopTests {
  /// A program that stores, goes wrong, and would store again.
  struct Mistake {
    let text: String
    let status: MachineStatus
    var program: String {
      "store.v bfloat16, v0, address=128, lanes=2\n\(text)\n"
        + (status == .noEnd ? "" : "store.v int8, v0, address=256, lanes=1\nend")
    }
  }

  static let mistakes: [Mistake] = [
    ("nop", MachineStatus.noEnd), ("add v1, v16, v0", .limit), ("add v1, v0, c32", .limit),
    ("fma v1, v0, v0, v16", .limit), ("load.v v15, address=0, lanes=4, count=2", .limit),
    ("matmul x=0, y=0, depth=9, start=zero", .limit), ("matmul x=0, y=0, depth=1, start=zero", .depth),
    ("load.x 0, address=0, depth=1, rows=5", .limit), ("load.v v0, address=0, lanes=5", .limit),
    ("load.t bias, address=0, count=5", .limit), ("stride 0, 8", .limit), ("cursor 0, 8", .limit),
    ("load.v v0, address=1, lanes=4", .unaligned), ("load.v v0, address=0xFFC, lanes=4", .memory),
    ("stride 1, 2\nload.a address=0, rows=2, columns=1, stride=1", .unaligned),
    ("stride 1, -8\nload.v v0, address=0, lanes=4, count=2, stride=1", .memory),
    ("load.v v0, address=0xFFFFFFF8, lanes=4", .memory),
    ("cursor 1, 4095\nstore.v int8, v0, address=0, lanes=4, cursor=1", .memory),
    ("cursor 2, 0xFFFFFFFF\nstride 1, 2147483644\nstore.v int8, v0, address=0, lanes=4, stride=1, cursor=2", .memory),
    (
      "cursor 2, 0xFFFFFFFF\nstride 1, -2147483648\nstore.v int8, v0, address=0, lanes=4, stride=1, cursor=2", .memory
    ),
    ("quantizer c0, low=3", .codes), ("store.a int8, address=0, rows=1, columns=2", .table),
    ("load.t scale, address=0, count=1\nstore.a bfloat16, address=0, rows=1, columns=2", .table),
    ("load.t requantizer, address=0, count=1", .requantizer),
    ("quantizer v15, each\nstore.v int8, v0, address=512, lanes=1, count=2", .limit),
  ].map { Mistake(text: $0, status: $1) }

  /// Status and instruction are those of the golden machine.
  @Test func `What is wrong stops the core before the instruction does anything`() throws {
    let bench = try CoreBench(nativeCore(), .tiny, memory: [UInt8](repeating: 0, count: 4096))
    for mistake in Self.mistakes {
      try bench.run(mistake.program)
      #expect(bench.engine.pin("status")!.unsigned == UInt64(mistake.status.rawValue), "\(mistake.text)")
      // The core goes on with the next program, also where that begins with a transfer.
      try bench.run("store.v bfloat16, v0, address=512, lanes=4\ncursor 1, 0\ncursor 2, 0\nend")
    }
  }

  @Test func `Words that are no instruction`() throws {
    let bench = try CoreBench(nativeCore(), .tiny, memory: [UInt8](repeating: 0, count: 4096))
    let (end, matmul) = (
      try Instruction(.end).word, try Instruction(.matmul, [.x: 0, .y: 0, .depth: 1, .start: 0]).word
    )
    let unused: UInt64 = 1 << 63 | 7 << 57
    let programs: [[UInt64]] = [
      [0, .max, end], [1, 1 << 62, end], [end | 1], [matmul | 3 << 12], [matmul | 1 << 20], [unused], [end, .max], [],
    ]
    for words in programs { try bench.run(words) }
    var random = SeededGenerator(seed: 4)
    for _ in 0..<30 {
      // Codes that exist with bits at random, and any word.
      let opcode = Opcode.allCases.randomElement(using: &random)!
      let bits = UInt64.random(in: 0...UInt64.max, using: &random)
      let word = 1 << 63 | UInt64(opcode.code) << 57 | bits >> UInt64.random(in: 7...50, using: &random)
      try bench.run([word, bits, end])
    }
  }

  @Test func `Operands narrower than a byte are checked`() throws {
    var configuration = Configuration.tiny
    configuration.operandWidth = 4
    let bench = try CoreBench(nativeCore(configuration), configuration, memory: [7, 248, 8, 0, 0, 0, 0, 0])
    try bench.run(
      "load.x 0, address=0, depth=1, rows=2\nload.y 0, address=0, depth=2, columns=1\nmatmul x=0, y=0, depth=1, start=zero\nstore.a int32, address=4, rows=1, columns=1\nend"
    )
    try bench.run(
      "load.x 0, address=0, depth=1, rows=2\nload.y 0, address=1, depth=1, columns=2\nstore.a int32, address=4, rows=1, columns=1\nend"
    )
  }

  @Test func `Errors of the memory are reported, and nothing hangs`() throws {
    for text in [
      "nop\nload.v v0, address=64, lanes=4\nend", "nop\nstore.v bfloat16, v0, address=64, lanes=4\nend",
      "nop\nload.x 0, address=60, depth=8, rows=4\nnop\nend",
    ] {
      let bench = try CoreBench(nativeCore(), .tiny, memory: [UInt8](repeating: 0, count: 256))
      bench.brokenBytes = 64..<66
      try bench.run(text, status: .bus)
      #expect(bench.engine.pin("stopped_at")!.unsigned == 1)
      bench.brokenBytes = 0..<0
      try bench.run(text)
    }
  }
}
