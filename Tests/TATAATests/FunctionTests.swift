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
      let (goldenReciprocal, goldenRoot) = (
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

  @Test func `Errors of the functions over all operands`() throws {
    let exp = error(of: try Self.table { $0.exp($1) }, .exp)
    let reciprocal = error(of: try Self.table { $0.reciprocal($1) }, .reciprocal) {
      !(abs($0) > 0x1p125 && abs($0) < .infinity) && !(abs($0) < 0x1p-125 && $0 != 0)
    }
    let root = error(of: try Self.table { $0.reciprocalSquareRoot($1) }, .reciprocalSquareRoot)
    let gelu = error(of: try Self.table { $0.gelu($1) }, .geluTanh)
    let exactGelu = error(of: try Self.table { $0.gelu($1) }, .gelu)
    let silu = error(of: try Self.table { $0.silu($1) }, .silu)
    print(
      "exp \(exp) at \(exp.worst)", "reciprocal \(reciprocal) at \(reciprocal.worst)", "root \(root) at \(root.worst)",
      "gelu \(gelu) \(gelu.maximumAbsolute) at \(gelu.worst)", "gelu exact \(exactGelu) \(exactGelu.maximumAbsolute)",
      "silu \(silu) \(silu.maximumAbsolute) at \(silu.worst)", separator: "\n")
    for low in [-0.5, -1.0, -2, -3, -4] {
      let g = error(of: try Self.table { $0.gelu($1) }, .geluTanh) { $0 >= low }
      let s = error(of: try Self.table { $0.silu($1) }, .silu) { $0 >= low }
      let n = error(of: try Self.table { $0.gelu($1) }, .geluTanh) { $0 <= low }
      let m = error(of: try Self.table { $0.silu($1) }, .silu) { $0 <= low }
      print("from \(low) gelu \(g) silu \(s) below \(n.maximumAbsolute) \(m.maximumAbsolute)")
    }
  }
}
