/// How the work of a node is given to the cores that share it.
extension GraphCompiler {
  /// The instructions since the last barrier.
  var length: Int { programs.reduce(0) { $0 + $1.count } }

  /// What is stored in front is read behind: FENCE on one core; several cores all come to the end of their programs.
  mutating func barrier() throws(CompilerError) {
    guard cores > 1 else { return try append(.fence) }
    guard length > 0 else { return }
    try append(.end)
    steps.append((nodeName, programs))
    programs = [[Instruction]](repeating: [], count: cores)
  }

  /// Contiguous parts of so many pieces of work, one for each core; all but the last one have a multiple of `unit`.
  func shares(_ count: Int, unit: Int = 1) -> [Range<Int>] {
    let units = (count + unit - 1) / unit
    return (0..<cores).map { core in
      min(count, units * core / cores * unit)..<min(count, units * (core + 1) / cores * unit)
    }
  }

  /// Parts of some lanes: whole vectors where each core has some, else all cores have narrower ones.
  func laneShares(_ lanes: Int) -> [Range<Int>] {
    let width = configuration.vectorLanes
    return shares(lanes, unit: lanes >= cores * width ? width : 1)
  }

  mutating func append(_ program: [Instruction], to core: Int) { programs[core] += program }

  mutating func append(_ builder: VectorBuilder, to core: Int) throws(CompilerError) {
    append(try builder.instructions(for: configuration), to: core)
  }

  mutating func append(_ products: [MatrixTiler]) throws(CompilerError) {
    for (core, products) in MatrixTiler.shares(of: products, cores: cores, on: configuration).enumerated() {
      append(try MatrixTiler.instructions(of: products, for: configuration), to: core)
    }
  }
}
