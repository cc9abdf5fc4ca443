import NumberFormats
import SmallModels
import TATAA
import Testing

/// A machine that runs a text.
func run(
  _ text: String, _ configuration: Configuration = .tiny, memory: [UInt8] = [UInt8](repeating: 0, count: 4096)
) throws -> Machine {
  var machine = try Machine(configuration: configuration, memory: memory)
  let program = try Assembler()(text)
  try program.check(on: configuration, memorySize: memory.count)
  try machine.run(program)
  return machine
}

extension Machine {
  func number(_ address: Int) -> BFloat16 {
    BFloat16(bitPattern: UInt16(memory[address]) | UInt16(memory[address + 1]) << 8)
  }
  func integer(_ address: Int) -> Int32 {
    Int32(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(memory[address + $1]) << UInt32(8 * $1) })
  }
}

func bytes(_ words: [Int32]) -> [UInt8] {
  words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
}

func bytes(_ numbers: [BFloat16]) -> [UInt8] {
  numbers.flatMap { [UInt8(truncatingIfNeeded: $0.bitPattern), UInt8($0.bitPattern >> 8)] }
}

struct MatrixTests {
  /// Y all ones, row i of X all i + 1: the sums of the published sizes are 64 (i + 1). The published snapshot gives 248
  /// where 256 is right, and 1,760 where 2,048 is.
  @Test func `All ones through the whole array`() throws {
    var memory = [UInt8](repeating: 0, count: 64 * 32 * 2 + 4096)
    for step in 0..<64 {
      for row in 0..<32 {
        memory[step * 32 + row] = UInt8(row + 1)
        memory[2048 + step * 32 + row] = 1
      }
    }
    let machine = try run(
      """
      load.x 0, address=0, depth=64, rows=32
      load.y 0, address=2048, depth=64, columns=32
      matmul x=0, y=0, depth=64, start=zero
      store.a int32, address=4096, rows=32, columns=32
      end
      """, .standard, memory: memory)
    for row in 0..<32 {
      for column in 0..<32 { #expect(machine.integer(4096 + 4 * (32 * row + column)) == Int32(64 * (row + 1))) }
    }
    #expect(machine.accumulators[3 * 32] == 256 && machine.accumulators[31 * 32] == 2048)
    #expect(machine.counters[.multiplyAccumulates] == 65536 && machine.counters[.accumulatorOverflows] == 0)
    #expect(machine.counters[.bytesRead] == 4096 && machine.counters[.bytesWritten] == 4096)
    #expect(machine.stores.count == 32 && machine.stores[1].address == 4096 + 128)
    #expect(machine.stores[1].instruction == 3 && machine.stores[1].bytes.count == 128)
  }

  /// A machine whose operand address goes on running passes the first of these and fails the second.
  @Test func `Products of different depth, back to back`() throws {
    var random = SeededGenerator(seed: 5)
    let memory = (0..<4096).map { _ in UInt8.random(in: 0...255, using: &random) }
    let machine = try run(
      """
      load.x 0, address=0, depth=8, rows=4
      load.y 0, address=100, depth=8, columns=4
      matmul x=0, y=0, depth=5, start=zero
      store.a int32, address=1024, rows=4, columns=4
      matmul x=0, y=0, depth=3, start=zero
      store.a int32, address=1088, rows=4, columns=4
      matmul x=0, y=0, depth=8, start=keep
      store.a int32, address=1152, rows=4, columns=4
      end
      """, memory: memory)
    for row in 0..<4 {
      for column in 0..<4 {
        func sum(_ depth: Int) -> Int32 {
          (0..<depth).reduce(0) {
            $0 + Int32(Int8(bitPattern: memory[4 * $1 + row])) * Int32(Int8(bitPattern: memory[100 + 4 * $1 + column]))
          }
        }
        let place = 4 * (4 * row + column)
        #expect(machine.integer(1024 + place) == sum(5))
        #expect(machine.integer(1088 + place) == sum(3))
        #expect(machine.integer(1152 + place) == sum(3) + sum(8))
      }
    }
  }

  /// The published snapshot reads 1 too little in an odd column beside a negative even one.
  @Test func `A negative sum beside another one`() throws {
    var memory = [UInt8](repeating: 0, count: 256)
    memory.replaceSubrange(0..<2, with: [1, 255])
    memory.replaceSubrange(8..<10, with: [UInt8(bitPattern: -7), 5])
    let machine = try run(
      """
      load.x 0, address=0, depth=1, rows=2
      load.y 0, address=8, depth=1, columns=2
      matmul x=0, y=0, depth=1, start=zero
      store.a int32, address=64, rows=2, columns=2
      end
      """, memory: memory)
    #expect((0..<4).map { machine.integer(64 + 4 * $0) } == [-7, 5, 7, -5])
  }

  /// −128 · −128 all the way: what packed products overflow with, and 16 bits too.
  @Test func `The greatest sums, exact in 32 bits, wrapped and counted in 16`() throws {
    let memory = [UInt8](repeating: 0x80, count: 512 * 32 + 4096)
    let text = """
      load.x 0, address=0, depth=512, rows=32
      load.y 0, address=0, depth=512, columns=32
      matmul x=0, y=0, depth=512, start=zero
      end
      """
    let wide = try run(text, .standard, memory: memory)
    #expect(wide.accumulators.allSatisfy { $0 == 512 * 16384 } && wide.counters[.accumulatorOverflows] == 0)
    let narrow = try run(text, .published, memory: memory)
    // Each second addition of 2^14 wraps at 2^15, as 16384 + 16384 does not fit, and −32768 + 16384 does.
    #expect(narrow.accumulators.allSatisfy { $0 == 0 })
    #expect(narrow.counters[.accumulatorOverflows] == 1024 * 128)
  }

  @Test func `Sums that leave 16 bits at either end wrap as additions in 16 bits do`() throws {
    var random = SeededGenerator(seed: 9)
    let memory = (0..<2 * 32 * 40).map { _ in UInt8.random(in: 0...255, using: &random) }
    let machine = try run(
      """
      load.x 0, address=0, depth=40, rows=32
      load.y 0, address=1280, depth=40, columns=32
      matmul x=0, y=0, depth=40, start=zero
      end
      """, .published, memory: memory)
    var (above, below) = (0, 0)
    for row in 0..<32 {
      for column in 0..<32 {
        var sum: Int16 = 0
        for step in 0..<40 {
          let x = Int16(Int8(bitPattern: memory[32 * step + row]))
          let product = x * Int16(Int8(bitPattern: memory[1280 + 32 * step + column]))
          let (wrapped, overflow) = sum.addingReportingOverflow(product)
          if overflow { if product > 0 { above += 1 } else { below += 1 } }
          sum = wrapped
        }
        #expect(machine.accumulators[32 * row + column] == Int32(sum))
      }
    }
    #expect(above > 50 && below > 50 && machine.counters[.accumulatorOverflows] == above + below)
  }

  @Test func `Accumulators start from the bias of their column, or from memory`() throws {
    var memory = [UInt8](repeating: 0, count: 512)
    memory.replaceSubrange(0..<4, with: [1, 2, 3, 4])
    memory.replaceSubrange(4..<8, with: [1, 1, 1, 1])
    memory.replaceSubrange(16..<32, with: bytes([100, -200, 300, Int32.max] as [Int32]))
    let machine = try run(
      """
      load.x 0, address=0, depth=1, rows=4
      load.y 0, address=4, depth=1, columns=4
      load.t bias, address=16, count=4
      matmul x=0, y=0, depth=1, start=bias
      store.a int32, address=64, rows=4, columns=4
      load.a address=16, rows=2, columns=2, transposed
      matmul x=0, y=0, depth=1, start=keep
      store.a int32, address=128, rows=2, columns=2
      end
      """, memory: memory)
    #expect((0..<4).map { machine.integer(64 + 4 * $0) } == [101, -199, 301, Int32.min])
    #expect((4..<8).map { machine.integer(64 + 4 * $0) } == [102, -198, 302, Int32.min + 1])
    // Four of the first product, one of the second: 2^31 − 1 + 2.
    #expect(machine.counters[.accumulatorOverflows] == 5)
    // Transposed: row 0 of the memory is column 0 of the tile.
    #expect((0..<4).map { machine.integer(128 + 4 * $0) } == [101, 301, -198, Int32.min + 1])
  }

  @Test func `Accumulators are appended behind a cursor, also from program to program`() throws {
    var machine = try Machine(configuration: .tiny, memory: [UInt8](repeating: 0, count: 256))
    machine.write(bytes([1, 2, 3, 4] as [Int32]), at: 0)
    let load = "load.a address=0, rows=2, columns=2\n"
    let store = "stride 1, 32\nstore.a int32, address=64, rows=2, columns=2, stride=1, cursor=2\nend"
    try machine.run(Assembler()("cursor 2, 1\n" + load + store))
    #expect(machine.cursors[2] == 3)
    try machine.run(Assembler()("nop\n" + store))
    #expect(machine.cursors[2] == 5)
    #expect(machine.stores.map(\.address) == [96, 128, 160, 192])
    #expect([96, 100, 128, 132, 160, 196].map { machine.integer($0) } == [1, 2, 3, 4, 1, 4])
    // The cursor is now behind the memory, and far behind it.
    for start in ["nop", "cursor 2, 0xFFFFFFFF", "cursor 2, 0xFFFFFFFF\nstride 3, -2147483648"] {
      let text = start + "\nstride 1, 2147483644\nstore.a int32, address=64, rows=2, columns=2, stride=1, cursor=2\nend"
      let error = try #require(throws: ProgramError.self) { try machine.run(Assembler()(text)) }
      #expect("\(error)".contains("leave the memory of 256 bytes"))
    }
    #expect(machine.stores.count == 4)
  }

  /// The published snapshot: −30000 · 2^−9 gives +69, and 1000 · 0.5 gives −12.
  @Test func `Requantising keeps the sign, rounds to even and saturates`() throws {
    var memory = [UInt8](repeating: 0, count: 512)
    memory.replaceSubrange(
      0..<64,
      with: bytes([-30000, 1000, 1, 3, -30000, -1000, -1, 5, 30000, 254, 2, 7, -29999, 255, 0, 9] as [Int32]))
    // 2^−9 = 32768 / 2^24; 1/2 = 32768 / 2^16; 1 = 32768 / 2^15; 1/2.
    memory.replaceSubrange(
      64..<80, with: bytes([24, 16, 15, 16].map { Int32($0 << 16 | 32768) } as [Int32]))
    let text = """
      load.a address=0, rows=4, columns=4
      load.t requantizer, address=64, count=4
      store.a int8, address=128, rows=4, columns=4
      quantizer c0, low=-128, high=127, zero=-100
      store.a int8, address=160, rows=1, columns=4, transposed
      end
      """
    let machine = try run(text, memory: memory)
    let codes = machine.memory[128..<144].map { Int8(bitPattern: $0) }
    // −58.59 → −59; 500 → 127; 1.5 → 2; 0.5 · 5 = 2.5 → 2; 127.5 → 128 → 127; 3.5 → 4; 4.5 → 4.
    #expect(codes == [-59, 127, 1, 2, -59, -127, -1, 2, 59, 127, 2, 4, -59, 127, 0, 4])
    #expect(machine.memory[160..<164].map { Int8(bitPattern: $0) } == [-128, 127, -99, -98])
    #expect(machine.counters[.saturatedCodes] == 5)
  }

  /// The published snapshot: 100 · 0.5 gives 1.2e−32.
  @Test func `Accumulators to bfloat16 are rounded once`() throws {
    var memory = [UInt8](repeating: 0, count: 512)
    let sums: [Int32] = [100, -100, 0, Int32.max, 257, 259, -1, 12_345_678]
    memory.replaceSubrange(0..<32, with: bytes(sums))
    let scales: [Float] = [0.5, 1, 0.1, 3.0517578e-05]
    memory.replaceSubrange(64..<80, with: bytes(scales.map { Int32(bitPattern: $0.bitPattern) }))
    let machine = try run(
      """
      load.a address=0, rows=2, columns=4
      load.t scale, address=64, count=4
      store.a bfloat16, address=128, rows=2, columns=4
      stride 1, 16
      store.a bfloat16, address=256, rows=2, columns=4, transposed, stride=1
      load.t scale, address=64, count=4, broadcast
      store.a bfloat16, address=384, rows=1, columns=4
      end
      """, memory: memory)
    for (index, sum) in sums.enumerated() {
      let expected = BFloat16(RealValue(Int(sum)) * RealValue(Double(scales[index % 4])))
      #expect(machine.number(128 + 2 * index) == expected)
      #expect(machine.number(256 + 16 * (index % 4) + 2 * (index / 4)) == expected)
    }
    #expect(machine.number(128) == BFloat16(50) && machine.number(386) == BFloat16(-50))
  }
}

struct StopTests {
  @Test(arguments: [
    ("nop", "instruction 1: the program goes on behind its last instruction: write end"),
    (
      "add v1, v16, v0\nend",
      "instruction 0 (add v1, v16, v0): the vector register is 16: this configuration has up to 15"
    ),
    ("add v1, v0, c32\nend", "instruction 0 (add v1, v0, c32): the constant register is 32: this configuration has"),
    (
      "nop\nmatmul x=0, y=0, depth=9, start=zero\nend",
      "instruction 1 (matmul x=0, y=0, depth=9, start=zero): the depth is 9"
    ),
    (
      "matmul x=0, y=0, depth=1, start=zero\nend",
      "instruction 0 (matmul x=0, y=0, depth=1, start=zero): depth 1 is more"
    ),
    (
      "load.x 0, address=0, depth=1, rows=5\nend",
      "instruction 0 (load.x 0, address=0x0, depth=1, rows=5): the number of rows"
    ),
    (
      "load.v v15, address=0, lanes=4, count=2\nend",
      "instruction 0 (load.v v15, address=0x0, lanes=4, count=2): the vector"
    ),
    ("load.v v0, address=0, lanes=5\nend", "instruction 0 (load.v v0, address=0x0, lanes=5): the number of lanes is 5"),
    (
      "load.v v0, address=1, lanes=4\nend",
      "instruction 0 (load.v v0, address=0x1, lanes=4): address 1 with stride 8 cuts"
    ),
    (
      "load.v v0, address=0xFFC, lanes=4\nend",
      "instruction 0 (load.v v0, address=0xFFC, lanes=4): 1 rows of 8 bytes from"
    ),
    (
      "stride 1, -8\nload.v v0, address=0, lanes=4, count=2, stride=1\nend",
      "instruction 1 (load.v v0, address=0x0, lanes=4, count=2, stride=1): 2 rows of 8 bytes from address 0, -8 apart"
    ),
    ("stride 0, 8\nend", "instruction 0 (stride 0, 8): stride 0 cannot be set, it stands for none: use 1 to 3"),
    ("cursor 1, 4095\nstore.v int8, v0, address=0, lanes=4, cursor=1\nend", "instruction 1 (store.v int8, v0"),
    ("quantizer c0, low=3\nend", "instruction 0 (quantizer c0, low=3): codes from 3 to 127 with zero at 0: order them"),
    (
      "store.v bfloat16, v0, address=16, lanes=4\nload.v v1, address=22, lanes=2\nend",
      "instruction 1 (load.v v1, address=0x16, lanes=2): the byte at address 22 was stored by an instruction before"
    ),
    (
      "store.a int8, address=0, rows=1, columns=2\nend",
      "instruction 0 (store.a int8, address=0x0, rows=1, columns=2): the table"
    ),
    (
      "load.t requantizer, address=0, count=1\nend",
      "instruction 0 (load.t requantizer, address=0x0, count=1): the requantiser"
    ),
  ])
  func `What is wrong stops the machine with the instruction and the remedy`(text: String, message: String) throws {
    var machine = try Machine(configuration: .tiny, memory: [UInt8](repeating: 0, count: 4096))
    let program = try Assembler()(text)
    let error = try #require(throws: ProgramError.self) { try machine.run(program) }
    #expect("\(error)".hasPrefix(message), "\(error)")
    // What can be known without running is found without running, with the same words.
    let isStatic = !["depth 1 is", "was stored", "the table", "the requantiser", "cursor 1"].contains {
      "\(error)".contains($0) || text.contains($0)
    }
    do {
      try program.check(on: .tiny, memorySize: 4096)
      #expect(!isStatic)
    } catch let found { #expect(found == error) }
  }

  @Test func `A word that is no instruction stops the machine when it is reached`() throws {
    var machine = try Machine(configuration: .tiny, memory: [0, 0])
    let end = try Instruction(.end).word
    try machine.run(words: [0, end, .max])
    #expect(machine.counters[.instructions] == 2)
    #expect(throws: ProgramError(index: 1, text: nil, reason: .instruction(.code(.max)))) {
      try machine.run(words: [0, .max, end])
    }
  }

  @Test func `Operands narrower than a byte are checked`() throws {
    var configuration = Configuration.tiny
    configuration.operandWidth = 4
    var machine = try Machine(configuration: configuration, memory: [7, 248, 8, 0])
    let program = try Assembler()("load.x 0, address=0, depth=1, rows=2\nload.x 0, address=1, depth=1, rows=2\nend")
    let error = try #require(throws: ProgramError.self) { try machine.run(program) }
    #expect(error.index == 1 && error.reason == .operand(8, width: 4))
  }
}
