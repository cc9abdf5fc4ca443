import Models
import NumberFormats
import SmallModels
import TATAA
import Testing
import Transformer

struct PartitionedModelTests {
  /// The bits of the model, and the bytes that one core stores, each once.
  @Test(arguments: [
    (SmallTransformer(), Configuration.tiny, 9, 2), (SmallTransformer(), .tiny, 1, 3),
    (SmallTransformer(hidden: 12, layers: 1, heads: 3, feedForward: 30, activation: "relu", seed: 2), .tiny, 6, 2),
    (SmallTransformer(hidden: 40, layers: 1, heads: 1, feedForward: 36, seed: 4), .standard, 35, 2),
    (SmallTransformer(family: .gpt2, activation: "gelu_new", seed: 5), .tiny, 9, 2),
    (SmallTransformer(family: .albert, seed: 7), .tiny, 5, 2),
    (SmallTransformer(layers: 1, maximumTokens: 140, seed: 10), .standard, 131, 3),
    (SmallTransformer(family: .opt, activation: "relu", seed: 12), .tiny, 7, 2),
    (SmallTransformer(family: .llama, activation: "silu", seed: 13), .tiny, 9, 2),
  ])
  func `Cores together give the bits of one`(
    small: SmallTransformer, configuration: Configuration, tokens: Int, cores: Int
  ) throws {
    let quantized = try CompiledModelTests.quantized(small)
    let partitioned = try PartitionedModel(quantized, tokens: tokens, for: configuration.with(cores: cores))
    let sequence = TokenSequence(ids: (0..<tokens).map { Int32($0 * 7 % 20) })
    let (hidden, group) = try partitioned.run(sequence)
    let (alone, machine) = try partitioned.whole.run(sequence)
    #expect(hidden.elements.map(\.bitPattern) == alone.elements.map(\.bitPattern))
    #expect(group.cores.count == cores && group.stores.count == partitioned.steps.count)
    // Every core works, and together they make the products of one.
    let products = group.cores.map { $0.counters[.multiplyAccumulates] }
    #expect(products.allSatisfy { $0 > 0 } && products.reduce(0, +) == machine.counters[.multiplyAccumulates])
    // A core of several makes fewer than the one.
    #expect(products.allSatisfy { $0 < machine.counters[.multiplyAccumulates] })
    for step in partitioned.steps {
      #expect(step.programs.count == cores && step.programs.allSatisfy { $0.instructions.last?.opcode == .end })
    }
  }

  /// Products of every kind, cut by columns and by rows, give the sums of the whole.
  @Test(arguments: [
    (rows: 9, columns: 3, depth: 5, cores: 2), (3, 17, 20, 3), (4, 4, 8, 2), (20, 20, 3, 4), (1, 33, 7, 5),
  ])
  func `Parts of a product stand where the whole one stores`(rows: Int, columns: Int, depth: Int, cores: Int) throws {
    var random = SeededGenerator(seed: 3)
    let start = 1024
    let operands = (0..<start).map { _ in UInt8.random(in: 0...255, using: &random) }
    // Every column has a bias and a scale of its own.
    let bias = 2048
    let scales = 3072
    func words(_ word: (Int) -> UInt32) -> [UInt8] {
      (0..<256).flatMap { column in (0..<4).map { UInt8(truncatingIfNeeded: word(column) >> (8 * $0)) } }
    }
    let memory =
      operands + [UInt8](repeating: 0, count: 1024) + words { UInt32(bitPattern: Int32($0 * 91 - 1000)) }
      + words { (Float($0) / 7 + 1).bitPattern } + [UInt8](repeating: 0, count: 8192)
    for isTransposed in [false, true] {
      for result in [MatrixTiler.Result.int32, .bfloat16(scales: scales, perColumn: true)] {
        let tilers = (0..<2).map { number in
          MatrixTiler(
            rows: rows, columns: columns, depth: depth, x: 3 * number, y: 300 + number, bias: bias, result: result,
            z: 4096 + 4096 * number, isTransposed: isTransposed)
        }
        func run(_ programs: [MachineProgram]) throws -> [UInt8] {
          var group = try MachineGroup(configuration: .tiny.with(cores: programs.count), memory: memory)
          try group.run(programs)
          return group.memory
        }
        func program(_ products: [MatrixTiler]) throws -> MachineProgram {
          MachineProgram(try MatrixTiler.instructions(of: products, for: .tiny) + [Instruction(.end)])
        }
        let shares = MatrixTiler.shares(of: tilers, cores: cores, on: .tiny)
        #expect(shares.count == cores)
        #expect(try run(shares.map(program)) == run([program(tilers)]))
      }
    }
  }

  @Test func `Work is cut evenly`() {
    // 3 heads of one column tile each and 8 row tiles: rows are cut.
    let heads = (0..<3).map {
      MatrixTiler(rows: 32, columns: 4, depth: 8, x: 0, y: 0, result: .int32, z: 4096 * $0)
    }
    let shares = MatrixTiler.shares(of: heads, cores: 2, on: .tiny)
    #expect(shares.map { $0.reduce(0) { $0 + $1.rows * $1.columns } } == [3 * 64, 3 * 64])
    #expect(shares.map(\.count) == [2, 2])
    let wide = [MatrixTiler(rows: 4, columns: 32, depth: 8, x: 0, y: 0, result: .int32, z: 0)]
    #expect(MatrixTiler.shares(of: wide, cores: 4, on: .tiny).map { $0.map(\.columns) } == [[8], [8], [8], [8]])
    #expect(MatrixTiler.shares(of: wide, cores: 1, on: .tiny) == [wide])
  }

  @Test func `Cores that touch the same byte in one step are stopped`() throws {
    let store = "store.v bfloat16, v0, address=8, lanes=2\nend"
    let apart = "store.v bfloat16, v0, address=16, lanes=2\nend"
    let load = "load.v v0, address=10, lanes=1\nend"
    func run(_ steps: [[String]]) throws {
      var group = try MachineGroup(configuration: .tiny.with(cores: 2), memory: [UInt8](repeating: 0, count: 64))
      for step in steps { try group.run(step.map { try Assembler()($0) }) }
    }
    func message(_ steps: [[String]]) -> String {
      do { try run(steps) } catch { return "\(error)" }
      return "nothing"
    }
    #expect(message([[store, apart], ["end", load], [load, "end"]]) == "nothing")
    let words = "which core 1 loads or stores: end the step between the two"
    #expect(message([["end", "end"], [store, load]]) == "step 1: core 0 stores the byte at address 10, \(words)")
    #expect(message([[store, store]]) == "step 0: core 0 stores the byte at address 8, \(words)")
    #expect(
      message([[load, store]])
        == "step 0: core 1 stores the byte at address 10, which core 0 loads or stores: end the step between the two")
    #expect(
      message([["end", "load.v v0, address=80, lanes=1\nend"]]).hasPrefix("step 0, core 1: instruction 0 (load.v"))
    // What one core stores, the other one loads in the next step.
    var group = try MachineGroup(configuration: .tiny.with(cores: 2), memory: [UInt8](repeating: 0, count: 64))
    try group.run([
      Assembler()("const c0, 3\nadd v0, c0, c0\nstore.v bfloat16, v0, address=8, lanes=1\nend"), Assembler()("end"),
    ])
    try group.run([Assembler()("end"), Assembler()("load.v v1, address=8, lanes=1\nend")])
    #expect(group.cores[1].vector(1)[0].doubleValue == 6)
  }

  @Test func `One core is refused with what to set`() throws {
    let quantized = try CompiledModelTests.quantized(SmallTransformer(layers: 1))
    do {
      _ = try PartitionedModel(quantized, tokens: 4, for: .tiny)
      Issue.record("one core was taken")
    } catch {
      #expect("\(error)".contains("a model is cut for 2 cores or more, and the configuration has 1: set cores=2"))
    }
  }
}
