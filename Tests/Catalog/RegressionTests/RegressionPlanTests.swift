import Catalog
import Entries
import Regression
import Testbench
import Testing

@Suite struct RegressionPlanTests {
  static func plan(_ blocks: [String], _ configurations: [String] = [], runs: Int = 3) throws -> RegressionPlan {
    try RegressionPlan(
      blocks: blocks, configurations: configurations, engine: .native, seed: Seed(5), runs: runs, program: "p")
  }

  @Test func `Every configuration has its runs exactly once`() throws {
    let plan = try Self.plan([], runs: 19)
    for entry in Catalog.entries {
      for configuration in entry.configurations {
        let units = plan.units.filter { $0.block == entry.name && $0.configuration == configuration }
        let runs = units.flatMap { $0.firstRun..<$0.firstRun + $0.runs }.sorted()
        #expect(runs == Array(0..<19), "\(entry.name) \(configuration)")
      }
    }
    #expect(plan.totalRuns == plan.units.reduce(0) { $0 + $1.runs })
  }

  @Test func `Blocks and configurations can be chosen`() throws {
    let plan = try Self.plan(["stream-fifo", "counter"], ["default"])
    #expect(Set(plan.units.map(\.block)) == ["stream-fifo", "counter"])
    #expect(plan.units.allSatisfy { $0.configuration == "default" })
  }

  @Test func `Unknown names are errors`() {
    #expect(throws: CatalogError.self) { try Self.plan(["no-such-block"]) }
    #expect(throws: CatalogError.self) { try Self.plan(["counter"], ["no-such-configuration"]) }
  }

  @Test func `The command repeats one run`() throws {
    let plan = try Self.plan(["stream-fifo"], ["registers"])
    #expect(
      plan.units[0].recipe(in: plan).command(run: 2)
        == "systole cosim stream-fifo --configuration registers --engine native --seed \(Seed(5)) --first-run 2")
  }
}
