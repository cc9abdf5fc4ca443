import Catalog
import HDL
import Simulator
import Testbench
import Testing

extension Entry {
  /// Runs the entry's bench against the golden model on the native engine.
  ///
  /// Registers without reset start with values that `seed` decides.
  @discardableResult
  func expectPassed(
    _ generator: G, _ workload: Workload? = nil, stalls: StallProfile? = nil, seed: Seed = 7, index: Int = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> BenchResult {
    let block = self.block(of: generator, workload: workload)
    let circuit = try block.elaborate(reset: ResetStyle())
    let bench = try block.bench(for: circuit.top.interface, seed: seed, index: index, stalls: stalls)
    func run(_ bench: some Bench) throws -> BenchResult {
      try bench.run(on: NativeModel(circuit, options: .init(initialState: .random(seed: seed.value))))
    }
    let result = try run(bench)
    #expect(result.verdict == .passed, "\(generator)\n\(result.text())", sourceLocation: sourceLocation)
    #expect(result.valuesCompared > 0, sourceLocation: sourceLocation)
    return result
  }
}
