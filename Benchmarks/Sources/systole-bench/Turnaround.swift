import Foundation
import Testbench
import Tools
import Units
import Verilator

/// From a changed parameter to a verdict. Every run is a process of its own, as a user's is.
enum Turnaround {
  static func measure() throws -> [String: Double] {
    let cache = ModelCache(folder: Benchmark.folder + "/turnaround")
    cache.clear()
    progress("Turnaround: making the runtime that all models share")
    _ = try run(columns: 16, cache)
    var (edits, reruns, simulations): ([Double], [Double], [Double]) = ([], [], [])
    for columns in [15, 14, 13] {
      progress("Turnaround: an engine of \(columns) columns")
      edits.append(try run(columns: columns, cache).wall)
      for _ in 0..<3 {
        let again = try run(columns: columns, cache)
        reruns.append(again.wall - again.simulation)
        simulations.append(again.simulation)
      }
    }
    return [
      "edit_to_verdict_s": median(edits), "rerun_overhead_s": median(reruns), "rerun_simulation_s": median(simulations),
    ]
  }

  /// The work of the process: elaborates, emits, builds unless the cache has it, runs; gives the simulation's seconds.
  static func verdict(columns: Int, cache: ModelCache) throws -> Double {
    let work = try MatrixMultiplyWork(MatrixMultiply { $0.columns = columns }, rows: 37, depth: 50, columns: 41)
      .streams()
    let cycles = 2 * work.streams.map(\.words.count).reduce(0, +) / columns
    let model = try Benchmark.builder(cache).model(of: work.design, profile: .suited(toCycles: cycles))
    return try work.bench(stalls: .mixed).run(on: model).checked().seconds ?? 0
  }

  private static func run(columns: Int, _ cache: ModelCache) throws -> (wall: Double, simulation: Double) {
    let start = wallSeconds()
    let output = try IsolatedWorker().run(["--verdict", "\(columns)", cache.folder], timeout: .seconds(600))
    let wall = wallSeconds() - start
    guard let simulation = Double(output.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw Failure("a run printed '\(output)' instead of its seconds")
    }
    return (wall, simulation)
  }
}
