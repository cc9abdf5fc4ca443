import TATAA
import Testing

struct CycleModelTests {
  private static func product(_ rows: Int, _ columns: Int, _ depth: Int) throws -> (MachineProgram, steps: Int) {
    let tiler = MatrixTiler(
      rows: rows, columns: columns, depth: depth, x: 1 << 14, y: 1 << 20, bias: 0,
      result: .int8(requantizers: 1 << 13, perColumn: true), z: 1 << 22)
    let program = MachineProgram(try tiler.instructions(for: .standard) + [try Instruction(.end)])
    return (program, (rows + 31) / 32 * ((columns + 31) / 32) * depth)
  }

  /// Rows, columns, depth, and the least share of the multipliers' cycles from the start to the last acknowledgement.
  @Test(arguments: [
    (128, 128, 64, 0.87), (128, 128, 384, 0.97), (128, 128, 768, 0.985), (256, 768, 64, 0.985), (256, 768, 384, 0.995),
    (256, 768, 768, 0.995), (64, 64, 64, 0.63), (16, 384, 384, 0.95), (128, 768, 3072, 0.99),
  ])
  func `Products keep the multipliers busy`(rows: Int, columns: Int, depth: Int, share: Double) throws {
    let (program, steps) = try Self.product(rows, columns, depth)
    let estimate = CycleModel(configuration: .standard, latency: 8).estimate(program)
    #expect(estimate.productSteps == steps)
    let found = Double(steps) / Double(estimate.cycles)
    #expect(found >= share && found < 1, "\(found) in \(estimate.cycles) cycles")
  }

  /// Every cycle is the issue of an instruction or has one cause.
  @Test func `Cycles are instructions and stalls`() throws {
    let (program, _) = try Self.product(40, 50, 70)
    let estimate = CycleModel(configuration: .standard, latency: 8).estimate(program)
    #expect(estimate.cycles == program.instructions.count + estimate.stalls.values.reduce(0, +))
    // A memory that answers later costs more.
    let slow = CycleModel(configuration: .standard, latency: 100).estimate(program)
    #expect(slow.cycles > estimate.cycles + 200)
    #expect(estimate.storeCycles == estimate.storeCycles.sorted() && estimate.storeCycles.count == 80)
  }

  /// A chain of operations waits for each result, operations without a common register do not.
  @Test func `Results under way are waited for`() throws {
    func cycles(_ text: String) throws -> Int {
      CycleModel(configuration: .tiny, latency: 4).estimate(try Assembler()(text + "end")).cycles
    }
    let chain = try cycles(String(repeating: "add v1, v1, v1\n", count: 10))
    let free = try cycles((0..<10).map { "add v\($0), v15, v15\n" }.joined())
    // Nine times five cycles.
    #expect(chain == free + 45)
  }
}
