import NumberFormats
import TATAA
import Testing

struct VectorTests {
  /// The published snapshot: 1.5 + −1.25 gives 1.25, −1 + −1 gives −1, 1.4140625 · −1.4140625 gives −1, 1 + 0.5 gives 1.
  @Test(arguments: [
    ("add", 1.5, -1.25, 0.25), ("add", -1, -1, -2), ("mul", 1.4140625, -1.4140625, -2.0), ("add", 1, 0.5, 1.5),
    ("mul", 2, 3, 6), ("mul", 3e38, 3e38, Double.infinity), ("mul", 1e-30, 1e-30, 0),
    ("add", Double.infinity, -Double.infinity, Double.nan), ("add", 256, 1, 256), ("add", 256, 3, 260),
  ])
  func `Known cases`(operation: String, a: Double, b: Double, expected: Double) throws {
    let patterns = [a, b].map { "0x" + String(BFloat16($0).bitPattern, radix: 16) }
    let machine = try run("const c0, \(patterns[0])\nconst c1, \(patterns[1])\n\(operation) v0, c0, c1\nend")
    #expect(machine.vector(0) == [BFloat16](repeating: BFloat16(expected), count: 4))
  }

  /// Every operation with one operand over all patterns, against the definition in real numbers.
  @Test func `Operations with one operand, for all operands`() {
    for pattern in UInt16.min...UInt16.max {
      let x = BFloat16(bitPattern: pattern)
      let real = x.doubleValue
      #expect(Opcode.copy.result(x) == x)
      #expect(Opcode.absolute.result(x) == BFloat16(abs(real)))
      #expect(Opcode.floor.result(x) == BFloat16(real.rounded(.down)))
      #expect(Opcode.fraction.result(x) == BFloat16(real - real.rounded(.down)))
      // The seeds are near what they stand for.
      let (reciprocal, root) = (Opcode.reciprocalSeed.result(x), Opcode.rootSeed.result(x))
      if x.isNaN || x.isZero || x.isInfinite {
        #expect(reciprocal == BFloat16(1 / real))
      } else if abs(real) < 0x1p125 {
        #expect(abs(reciprocal.doubleValue * real - 1) < 0.13)
      }
      if x.isZero {
        #expect(root == reciprocal)
      } else if x.isNaN || x.isNegative || x.isInfinite {
        #expect(root == BFloat16(1 / real.squareRoot()))
      } else {
        #expect(abs(root.doubleValue * real.squareRoot() - 1) < 0.036)
      }
    }
  }

  @Test func `Operations with two and three operands`() {
    let numbers = [0, -0.0, 1, -1, 1.5, 255, 3e38, -3e38, 1e-38, .infinity, -.infinity, .nan].map { BFloat16($0) }
    for a in numbers {
      for b in numbers {
        let (x, y) = (a.doubleValue, b.doubleValue)
        #expect(Opcode.add.result(a, b) == a + b)
        #expect(Opcode.multiply.result(a, b) == a * b)
        #expect(Opcode.less.result(a, b) == (x < y ? .one : .zero))
        #expect(Opcode.equal.result(a, b) == (x == y ? .one : .zero))
        #expect(Opcode.maximum.result(a, b).isNaN == (x.isNaN || y.isNaN))
        if !x.isNaN, !y.isNaN {
          #expect(Opcode.maximum.result(a, b).doubleValue == max(x, y))
          #expect(Opcode.minimum.result(a, b).doubleValue == min(x, y))
        }
        for c in numbers {
          #expect(Opcode.fusedMultiplyAdd.result(a, b, c) == BFloat16.fusedMultiplyAdd(a, b, c))
          #expect(Opcode.select.result(a, b, c) == (c.doubleValue == 0 ? b : a))
        }
      }
    }
    func scale(_ a: Double, _ b: Double) -> Double { Opcode.scale.result(BFloat16(a), BFloat16(b)).doubleValue }
    #expect(scale(1.5, 3) == 12 && scale(1.5, -1) == 0.75 && scale(-1, -0.5) == -0.5 && scale(1, 128) == .infinity)
    #expect(scale(1, -126) == 0x1p-126 && scale(1, -127) == 0 && scale(0x1p-126, 250) == 0x1p124)
    #expect(scale(0, .infinity) == 0 && scale(-.infinity, -.infinity) == -.infinity && scale(1, .nan).isNaN)
    #expect(scale(0x1p-126, .infinity) == .infinity && scale(1, -.infinity) == 0)
  }

  @Test func `Lanes, rows of registers, strides, broadcast and append`() throws {
    let numbers = (0..<16).map { BFloat16(Double($0)) }
    let machine = try run(
      """
      stride 1, 16
      stride 2, -8
      load.v v0, address=0, lanes=3, count=2, stride=1
      load.v v2, address=4, lanes=4, count=2, broadcast, stride=1
      const c1, 2
      add v4, v0, -c1
      mul v5, v3, v0
      store.v bfloat16, v4, address=1024, lanes=3, count=2, stride=2
      quantizer c1, low=0, high=9, zero=1
      cursor 3, 5
      store.v int8, v0, address=2048, lanes=3, count=2, cursor=3
      store.v int8, v2, address=2048, lanes=3, cursor=3
      end
      """, memory: bytes(numbers) + [UInt8](repeating: 0, count: 4096))
    func list(_ values: Double...) -> [BFloat16] { values.map { BFloat16($0) } }
    #expect(machine.vector(0) == list(0, 1, 2, 0) && machine.vector(1) == list(8, 9, 10, 0))
    #expect(machine.vector(2) == list(2, 2, 2, 2) && machine.vector(3) == list(10, 10, 10, 10))
    #expect(machine.vector(4) == list(-2, -1, 0, -2) && machine.vector(5) == list(0, 10, 20, 0))
    #expect((0..<3).map { machine.number(1024 + 2 * $0) } == list(-2, -1, 0))
    #expect((0..<3).map { machine.number(1016 + 2 * $0) } == list(0, 10, 20))
    // Codes 2 x + 1 up to 9, from the fifth row on, then behind these two rows.
    #expect(machine.memory[2063..<2072] == [1, 3, 5, 9, 9, 9, 5, 5, 5])
    #expect(machine.cursors == [0, 0, 0, 8])
    #expect(machine.counters[.vector(.add)] == 1 && machine.counters.byName["vector.mul"] == 1)
    #expect(machine.counters[.saturatedCodes] == 3)
  }

  @Test func `Each row that is stored can have its own factor`() throws {
    let numbers = [1, 2, 3, 4, 10, 20, 30, 40, 0.5, 1, 2, 1, 3, 3, 3, -3].map { BFloat16($0) }
    let program = """
      load.v v0, address=0, lanes=4, count=4
      quantizer -v2, low=-100, high=100, each
      store.v int8, v0, address=64, lanes=4, count=2
      quantizer v2, low=-100, high=100
      store.v int8, v0, address=72, lanes=4, count=2
      const c3, 2
      quantizer c3, low=-100, high=100, each
      store.v int8, v0, address=80, lanes=4, count=2
      quantizer v15, each
      store.v int8, v0, address=88, lanes=4
      """
    let memory = bytes(numbers) + [UInt8](repeating: 0, count: 96)
    let machine = try run(program + "\nend", memory: memory)
    func codes(_ address: Int) -> [Int] { machine.memory[address..<address + 8].map { Int(Int8(bitPattern: $0)) } }
    // −0.5 rounds to 0, −1.5 does not occur; the second row has −v3.
    #expect(codes(64) == [0, -2, -6, -4, -30, -60, -90, 100])
    #expect(codes(72) == [0, 2, 6, 4, 5, 20, 60, 40])
    #expect(codes(80) == [2, 4, 6, 8, 20, 40, 60, 80])
    #expect(throws: ProgramError.self) { try run(program + ", count=2\nend", memory: memory) }
  }

  /// Lanes are added pair by pair: what stands alone goes on.
  @Test func `Reductions over lanes, in their order`() throws {
    var configuration = Configuration.tiny
    configuration.columns = 4
    // 256 + 1 = 256, so that the order shows.
    let numbers = [256, 1, 1, 1, -512, 7, 3].map { BFloat16($0) }
    let machine = try run(
      """
      load.v v0, address=0, lanes=7
      reduce.add v1, v0, lanes=7
      reduce.max v2, -v0, lanes=6
      reduce.add v3, v0, lanes=1
      end
      """, configuration, memory: bytes(numbers) + [0, 0])
    let (a, b) = (BFloat16(256) + BFloat16(1), BFloat16(1) + BFloat16(1))
    let (c, d) = (BFloat16(-512) + BFloat16(7), BFloat16(3))
    #expect(machine.vector(1) == [BFloat16](repeating: (a + b) + (c + d), count: 8))
    #expect(machine.vector(2)[5] == BFloat16(512) && machine.vector(3)[7] == BFloat16(256))
  }
}
