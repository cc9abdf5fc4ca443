import NumberFormats
import SmallModels
import TATAA
import Testing

struct TilerTests {
  @Test(arguments: [(1, 1, 1), (4, 4, 8), (5, 3, 9), (9, 13, 17), (3, 10, 40), (12, 1, 8)])
  func `Products of any size are exact, in every format`(rows: Int, columns: Int, depth: Int) throws {
    var random = SeededGenerator(seed: UInt64(rows * 1000 + columns * 100 + depth))
    let left = (0..<rows * depth).map { _ in Int8.random(in: -128...127, using: &random) }
    let right = (0..<depth * columns).map { _ in Int8.random(in: -128...127, using: &random) }
    let bias = (0..<columns).map { _ in Int32.random(in: -100_000...100_000, using: &random) }
    let requantizers = try (0..<columns).map { _ in
      try RequantizationScale(
        multiplier: .random(in: 32768...65535, using: &random), shift: .random(in: 20...28, using: &random))
    }
    let scales = (0..<columns).map { _ in Float.random(in: 0.001...3, using: &random) }

    var image = try MemoryImage(size: 1 << 16)
    let x = try image.region("x", holding: left.map { UInt8(bitPattern: $0) })
    let y = try image.region("y", holding: right.map { UInt8(bitPattern: $0) })
    let biasRegion = try image.region("bias", holding: bytes(bias))
    let requantizerRegion = try image.region(
      "requantizers", holding: bytes(requantizers.map { Int32($0.shift << 16) | Int32($0.multiplier) }))
    let scaleRegion = try image.region("scales", holding: bytes(scales.map { Int32(bitPattern: $0.bitPattern) }))
    let z = try image.region("z", size: 4 * rows * columns)

    func sum(_ row: Int, _ column: Int) -> Int {
      (0..<depth).reduce(0) { $0 + Int(left[$1 * rows + row]) * Int(right[$1 * columns + column]) }
    }
    for isTransposed in [false, true] {
      for hasBias in [false, true] {
        for perColumn in [false, true] {
          for result in [
            MatrixTiler.Result.int32, .int8(requantizers: requantizerRegion.address, perColumn: perColumn),
            .bfloat16(scales: scaleRegion.address, perColumn: perColumn),
          ] {
            let tiler = MatrixTiler(
              rows: rows, columns: columns, depth: depth, x: x.address, y: y.address,
              bias: hasBias ? biasRegion.address : nil, result: result, z: z.address, isTransposed: isTransposed)
            let program = MachineProgram(try tiler.instructions(for: .tiny) + [try Instruction(.end)])
            try program.check(on: .tiny, memorySize: image.bytes.count)
            var machine = try Machine(configuration: .tiny, memory: image.bytes)
            try machine.run(program)
            #expect(machine.counters[.accumulatorOverflows] == 0)
            for row in 0..<rows {
              for column in 0..<columns {
                let exact = sum(row, column) + (hasBias ? Int(bias[column]) : 0)
                let place = isTransposed ? column * rows + row : row * columns + column
                switch result {
                case .int32: #expect(machine.integer(z.address + 4 * place) == Int32(exact))
                case .int8:
                  let scale = requantizers[perColumn ? column : 0]
                  // Exact: the product has 42 bits.
                  let wanted = (Double(exact) * scale.factor).rounded(.toNearestOrEven)
                  #expect(Int8(bitPattern: machine.memory[z.address + place]) == Int8(max(-127, min(wanted, 127))))
                case .bfloat16:
                  let scale = scales[perColumn ? column : 0]
                  #expect(machine.number(z.address + 2 * place) == BFloat16(Double(exact) * Double(scale)))
                }
              }
            }
          }
        }
      }
    }
  }

  @Test func `A product without rows is refused`() {
    let tiler = MatrixTiler(rows: 0, columns: 1, depth: 1, x: 0, y: 0, result: .int32, z: 0)
    #expect(throws: CompilerError.product(rows: 0, columns: 1, depth: 1)) { try tiler.instructions(for: .tiny) }
  }

  /// A depth that fits one bank loads Y once for all rows.
  @Test func `Y is loaded once where it can be`() throws {
    let tiler = MatrixTiler(rows: 12, columns: 4, depth: 8, x: 0, y: 0, result: .int32, z: 0)
    let program = try tiler.instructions(for: .tiny)
    #expect(program.count { $0.opcode == .loadY } == 1 && program.count { $0.opcode == .loadX } == 3)
    let banks = program.filter { $0.opcode == .loadX }.map { $0[.bank] }
    #expect(banks == [0, 1, 0])
  }
}
