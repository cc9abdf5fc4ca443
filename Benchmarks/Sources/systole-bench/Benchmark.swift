import Verilator

/// What all parts share.
enum Benchmark {
  /// Where files go.
  static let folder = ".build/systole-bench"

  /// The Verilator of every figure, whatever else is on PATH; `make setup` makes it.
  static let verilator = ".tools/verilator/5.048"

  /// A builder of models with that Verilator.
  static func builder(_ cache: ModelCache = ModelCache(folder: folder + "/cache")) throws -> ModelBuilder {
    try ModelBuilder(toolchain: Toolchain(verilator: verilator), cache: cache)
  }
}
