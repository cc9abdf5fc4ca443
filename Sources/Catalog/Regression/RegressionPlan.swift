import Campaigns
import Catalog
import Entries
import Netlist
import Testbench
import Tools

/// Which benches run, and with what: everything that decides the outcome of a regression.
package struct RegressionPlan: Hashable, Sendable, Codable {
  /// Version of the JSON keys.
  package var version = 1
  /// What runs the modules.
  package var engine: EngineChoice
  /// The master seed; every run derives its own from it.
  package var seed: Seed
  /// Runs of each configuration.
  package var runs: Int
  /// Whether runs count what they cover.
  package var covers: Bool
  /// Digest of the program that runs the plan: another program may give another outcome.
  package var program: String
  /// The pieces of work, the longest first.
  package var units: [RegressionUnit]

  /// Runs of one unit at most: few enough that little is lost with an interruption.
  package static let longestUnit = 8

  /// Every chosen block in every chosen configuration.
  ///
  /// - Parameters:
  ///   - blocks: Names of catalog entries; empty for all.
  ///   - configurations: Names of configurations; empty for all that a block has.
  ///   - engine: What runs the designs.
  ///   - seed: The master seed.
  ///   - runs: Runs of each configuration, each with stimuli of its own.
  ///   - covers: Whether runs count what they cover.
  ///   - program: Digest of the program.
  /// - Throws: ``/Catalog/CatalogError`` for a name that is unknown.
  package init(
    blocks: [String] = [], configurations: [String] = [], engine: EngineChoice, seed: Seed, runs: Int,
    covers: Bool = false, program: String
  ) throws(CatalogError) {
    self.engine = engine
    self.seed = seed
    self.runs = runs
    self.covers = covers
    self.program = program
    units = []
    var weights: [Int] = []
    let entries =
      blocks.isEmpty ? Catalog.entries : try blocks.map { name throws(CatalogError) in try Catalog.entry(name) }
    for entry in entries {
      let chosen = entry.configurations.filter { configurations.isEmpty || configurations.contains($0) }
      for configuration in chosen {
        let block = try entry.block(configuration: configuration, settings: [], workload: [])
        for first in stride(from: 0, to: runs, by: Self.longestUnit) {
          let count = min(Self.longestUnit, runs - first)
          units.append(RegressionUnit(block: entry.name, configuration: configuration, firstRun: first, runs: count))
          weights.append(block.expectedCycles * count)
        }
      }
    }
    if let unknown = configurations.first(where: { name in !units.contains { $0.configuration == name } }) {
      throw .unknownConfiguration(
        unknown, block: entries.map(\.name).joined(separator: ", "),
        known: entries.flatMap(\.configurations).reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
    }
    let order = units.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }
    units = order.map { units[$0] }
  }

  /// All runs of all units.
  package var totalRuns: Int { units.reduce(0) { $0 + $1.runs } }
}

/// Runs of one configuration that one process does, one after the other.
package struct RegressionUnit: Hashable, Sendable, Codable {
  /// Name of the catalog entry.
  package var block: String
  /// One of its configurations.
  package var configuration: String
  /// Number of the first run.
  package var firstRun: Int
  /// How many.
  package var runs: Int

  /// The block and, unless it is the default one, the configuration.
  package var title: String { configuration == "default" ? block : "\(block) \(configuration)" }

  /// What decides its runs.
  package func recipe(in plan: RegressionPlan) -> RunRecipe {
    var recipe = RunRecipe(block: block, RunConditions(plan.engine, seed: plan.seed))
    recipe.configuration = configuration == "default" ? nil : configuration
    return recipe
  }
}

/// What became of a unit.
package struct RegressionOutcome: Hashable, Sendable, Codable {
  /// The unit.
  package var unit: RegressionUnit
  /// The results of the runs that took place.
  package var results: [BenchResult]
  /// What ran the module, with its version.
  package var engine: String?
  /// Why runs did not take place; nil when all did.
  package var problem: String?

  /// Whether every run took place and passed.
  package var passed: Bool {
    problem == nil && results.count == unit.runs && results.allSatisfy { $0.verdict == .passed }
  }
}
