import Foundation
import Golden
import NumberFormats
import TATAA
import Testing

struct FunctionTests {
  /// A function on a machine, for all operands: 128 at once.
  static func table(
    _ configuration: Configuration = .standard, _ function: (inout VectorBuilder, VectorValue) -> VectorValue
  ) throws -> [BFloat16] {
    let lanes = configuration.vectorLanes
    var builder = VectorBuilder()
    let x = builder.load(address: 0, lanes: lanes)
    builder.store(function(&builder, x), address: 2 * lanes, lanes: lanes)
    let program = MachineProgram(try builder.instructions(for: configuration) + [try Instruction(.end)])
    var machine = try Machine(configuration: configuration, memory: [UInt8](repeating: 0, count: 4 * lanes))
    var results: [BFloat16] = []
    for start in stride(from: 0, to: 65536, by: lanes) {
      machine.write(bytes((start..<start + lanes).map { BFloat16(bitPattern: UInt16($0)) }), at: 0)
      try machine.run(program)
      results += (0..<lanes).map { machine.number(2 * lanes + 2 * $0) }
    }
    return results
  }

  private func error(
    of table: [BFloat16], _ function: UnaryFunction, where isMeant: (Double) -> Bool = { _ in true }
  ) -> FunctionError {
    FunctionError(
      of: { table[Int($0.bitPattern)] }, against: function,
      over: (UInt16.min...UInt16.max).filter { isMeant(BFloat16(bitPattern: $0).doubleValue) })
  }

  @Test func `Newton's iteration with separate steps gives the golden function's bits for all operands`() throws {
    for steps in 0...2 {
      let reciprocal = try Self.table { $0.reciprocal($1, steps: steps, .separate) }
      let root = try Self.table { $0.reciprocalSquareRoot($1, steps: steps, .separate) }
      let (goldenReciprocal, goldenRoot) = try (
        NewtonReciprocal(steps: steps, arithmetic: .bfloat16),
        NewtonReciprocalSquareRoot(steps: steps, arithmetic: .bfloat16)
      )
      for pattern in UInt16.min...UInt16.max {
        let x = BFloat16(bitPattern: pattern)
        #expect(reciprocal[Int(pattern)] == goldenReciprocal(x), "1 / \(x)")
        #expect(root[Int(pattern)] == goldenRoot(x), "1 / √\(x)")
      }
    }
  }

  /// Maximum error in ulp, and of the functions that come close to 0 for negative operands, the absolute error there.
  @Test func `Errors of the functions are what the page says`() throws {
    let exp = error(of: try Self.table { $0.exp($1) }, .exp)
    #expect(exp.count == 65536 && exp.maximumUlp < 0.87)
    let root = error(of: try Self.table { $0.reciprocalSquareRoot($1) }, .reciprocalSquareRoot)
    #expect(root.maximumUlp < 0.95)
    // Beyond, the seed is no normal number, or the result is flushed.
    let reciprocal = error(of: try Self.table { $0.reciprocal($1) }, .reciprocal) {
      !$0.isFinite || $0 == 0 || (0x1p-125...0x1p125).contains(abs($0))
    }
    #expect(reciprocal.count > 64000 && reciprocal.maximumUlp < 0.51)
    for (table, function, bound, below) in [
      (try Self.table { $0.gelu($1) }, UnaryFunction.geluTanh, 1.86, 0.0017),
      (try Self.table { $0.silu($1) }, .silu, 1.84, 0.0026),
    ] {
      let near = error(of: table, function) { !($0 < -1) }
      #expect(near.count > 32768 && near.maximumUlp < bound && near.meanUlp < 0.04)
      let far = error(of: table, function) { $0 < -1 }
      #expect(far.count > 16000 && far.maximumAbsolute < below)
    }
  }

  @Test func `Functions take as many operations as the page says`() throws {
    func count(_ function: (inout VectorBuilder, VectorValue) -> VectorValue) throws -> Int {
      var builder = VectorBuilder()
      let x = builder.load(address: 0, lanes: 1)
      builder.store(function(&builder, x), address: 2, lanes: 1)
      return try builder.instructions(for: .standard).count { $0.opcode.arity != nil }
    }
    #expect(try count { $0.exp($1) } == 12)
    #expect(try count { $0.reciprocal($1) } == 7)
    #expect(try count { $0.reciprocalSquareRoot($1) } == 11)
    #expect(try count { $0.sigmoid($1) } == 20)
    #expect(try count { $0.gelu($1) } == 25)
    #expect(try count { $0.silu($1) } == 22)
    #expect(try count { $0.quickGelu($1) } == 23)
  }

  @Test func `Other functions are what they are made of`() throws {
    let sigmoid = error(of: try Self.table { $0.sigmoid($1) }, .sigmoid) { $0 >= -80 || $0.isNaN }
    #expect(sigmoid.maximumUlp < 2.5)
    let quick = try Self.table { $0.quickGelu($1) }
    for pattern in UInt16.min...UInt16.max {
      let x = BFloat16(bitPattern: pattern).doubleValue
      guard abs(x) < 50 else { continue }
      let wanted = x / (1 + Foundation.exp(-1.702 * x))
      #expect(abs(quick[Int(pattern)].doubleValue - wanted) <= 0.012 * max(abs(wanted), 0.25))
    }
  }
}
