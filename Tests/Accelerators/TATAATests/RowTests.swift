import Golden
import NumberFormats
import SmallModels
import TATAA
import Testing

struct RowTests {
  /// Normal numbers, from sums of uniform ones.
  static func normal(_ random: inout SeededGenerator) -> Double {
    (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
  }

  /// Rows × elements to elements side by side, and back.
  static func run(
    _ rows: [[BFloat16]], more: [UInt8] = [], _ body: (inout VectorBuilder, LaneRows, LaneRows) -> Void
  ) throws -> ([[BFloat16]], Machine) {
    let (lanes, length) = (rows.count, rows[0].count)
    let size = 2 * lanes * length
    var builder = VectorBuilder()
    let input = LaneRows(address: 0, length: length, lanes: lanes)
    let output = LaneRows(address: size, length: length, lanes: lanes)
    body(&builder, input, output)
    let program = MachineProgram(try builder.instructions(for: .standard) + [try Instruction(.end)])
    let memory =
      bytes((0..<length).flatMap { element in rows.map { $0[element] } }) + [UInt8](repeating: 0, count: size) + more
    try program.check(on: .standard, memorySize: memory.count)
    var machine = try Machine(configuration: .standard, memory: memory)
    try machine.run(program)
    let results = (0..<lanes).map { row in (0..<length).map { machine.number(size + 2 * ($0 * lanes + row)) } }
    return (results, machine)
  }

  @Test(arguments: [1, 2, 16, 197])
  func `Softmax is within 0.007 of the golden function, whatever the spread`(length: Int) throws {
    var random = SeededGenerator(seed: UInt64(length))
    let rows = (0..<48).map { row in
      // The last rows are far from 0 and wide: without the maximum they would overflow.
      let (mean, spread) = row < 40 ? (0.0, Double(row % 4 + 1)) : (200.0, 60.0)
      return (0..<length).map { _ in BFloat16(mean + spread * Self.normal(&random)) }
    }
    let (results, _) = try Self.run(rows) { $0.softmax($1, to: $2) }
    var greatest = 0.0
    for (row, result) in zip(rows, results) {
      let expected = try BFloat16Softmax()(row)
      let variation = zip(result, expected).reduce(0) { $0 + abs($1.0.doubleValue - $1.1.doubleValue) } / 2
      greatest = max(greatest, variation)
    }
    #expect(greatest <= 0.007)
    #expect(length == 1 || greatest > 0)
  }

  @Test func `A masked softmax gives hidden elements 0, and a hidden row too`() throws {
    var random = SeededGenerator(seed: 3)
    let rows = (0..<8).map { _ in (0..<10).map { _ in BFloat16(Self.normal(&random)) } }
    for seen in [[1, 0, 1, 1, 0, 0, 1, 1, 1, 0], [Int](repeating: 0, count: 10)] {
      let mask = bytes(seen.map { BFloat16(Double($0)) })
      let (results, _) = try Self.run(rows, more: mask) { $0.softmax($1, mask: .elements(at: 320), to: $2) }
      for (row, result) in zip(rows, results) {
        let expected = try BFloat16Softmax()(row, kept: seen.map { $0 == 1 })
        for (found, wanted) in zip(result, expected) {
          #expect(abs(found.doubleValue - wanted.doubleValue) <= 0.02 * wanted.doubleValue)
        }
      }
    }
  }

  @Test(arguments: [(16, 0.0), (100, 1.0), (384, 8.0)])
  func `LayerNorm and RMSNorm are near the golden function`(length: Int, mean: Double) throws {
    var random = SeededGenerator(seed: UInt64(length))
    let rows = (0..<32).map { _ in (0..<length).map { _ in BFloat16(mean + Self.normal(&random)) } }
    let scale = (0..<length).map { _ in BFloat16(1 + 0.3 * Self.normal(&random)) }
    let shift = (0..<length).map { _ in BFloat16(0.3 * Self.normal(&random)) }
    let place = 4 * rows.count * length
    for kind in [Normalization.Kind.layer, .rootMeanSquare] {
      let isLayer = kind == .layer
      let (results, _) = try Self.run(rows, more: bytes(scale) + bytes(shift)) { builder, input, output in
        builder.normalize(
          input, scale: place, shift: isLayer ? place + 2 * length : nil, epsilon: 1e-5, centres: isLayer
        ) { $0.store($1, address: output.address + $2 * output.stride, lanes: output.lanes, stride: output.stride) }
      }
      let golden = try Normalization(kind, epsilon: 1e-5)
      var (noise, energy) = (0.0, 0.0)
      for (row, result) in zip(rows, results) {
        let expected = try golden(row, gamma: scale, beta: isLayer ? shift : nil)
        for (found, wanted) in zip(result, expected) {
          let difference = found.doubleValue - wanted.doubleValue
          noise += difference * difference
          energy += wanted.doubleValue * wanted.doubleValue
        }
      }
      #expect((noise / energy).squareRoot() < 0.005)
    }
  }
}

struct VectorBuilderTests {
  @Test func `Registers are reused, and too few are told`() throws {
    var builder = VectorBuilder()
    let x = builder.load(address: 0, lanes: 4)
    builder.store(builder.gelu(x), address: 64, lanes: 4)
    var configuration = Configuration.tiny
    configuration.vectorRegisters = 4
    let program = try builder.instructions(for: configuration)
    #expect(program.allSatisfy { $0[.destination] < 4 })
    configuration.vectorRegisters = 3
    #expect(throws: CompilerError.registers(3)) { try builder.instructions(for: configuration) }
  }

  /// Constants beyond the registers are loaded anew; the result is the same.
  @Test func `Few constant registers do as well as many`() throws {
    var few = Configuration.published
    few.constantRegisters = 3
    let many = try FunctionTests.table(.standard) { $0.gelu($1) }
    #expect(try FunctionTests.table(.published) { $0.gelu($1) } == many)
    #expect(try FunctionTests.table(few) { $0.gelu($1) } == many)
    few.constantRegisters = 1
    var builder = VectorBuilder()
    _ = builder.apply(.add, .constant(1), .constant(2))
    #expect(throws: CompilerError.constants(1)) { try builder.instructions(for: few) }
  }

  @Test func `The sum is of neighbours`() throws {
    var builder = VectorBuilder()
    let numbers = [256, 1, 1, 1, -512, 7, 3].map { BFloat16($0) }
    let total = builder.sum(count: 7) { builder, index in builder.load(address: 2 * index, lanes: 1) }
    builder.store(total, address: 32, lanes: 1)
    var machine = try Machine(
      configuration: .tiny, memory: bytes(numbers) + [UInt8](repeating: 0, count: 64))
    try machine.run(MachineProgram(try builder.instructions(for: .tiny) + [try Instruction(.end)]))
    let left = (numbers[0] + numbers[1]) + (numbers[2] + numbers[3])
    let right = (numbers[4] + numbers[5]) + numbers[6]
    #expect(machine.number(32) == left + right)
  }
}
