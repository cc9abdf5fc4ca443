import Foundation
import HeTraX
import Network
import TestFiles
import Testing

/// Fronts beside those that pymoo's NSGA-II found for the same problem: `Tests/Reference/placement_vectors.py`.
@Suite struct PlacementPeerTests {
  struct Run: Decodable {
    var config: String
    var evaluations: Int
    var seed: Int
    var front: [[Double]]
  }

  /// The problem of 'systole place hetrax'.
  static func problem() throws -> PlacementProblem {
    let machine = HeTraXMachine.reference
    let graph = try HeTraXKernelGraph(.bertBase, tokens: 512)
    let plan = try ResistivePlan(.bertBase, on: machine)
    let estimate = try HeTraXEstimate(.bertBase, tokens: 512, on: machine, sequences: 16)
    return try PlacementProblem(
      machine, traffic: HeTraXTraffic(graph, plan, on: machine).total, watts: estimate.watts)
  }

  @Test func `The recorded fronts are of this problem`() throws {
    let runs = try Checkout.vectors("placement.json", as: [Run].self)
    #expect(runs.count >= 2)
    let problem = try Self.problem()
    // Temperature and noise depend on few choices; the least of them are those of an order of tiers.
    let temperatures = try (0..<4).map { place -> Double in
      var order = [0, 1, 2]
      order.insert(3, at: place)
      return try #require(problem.evaluate(problem.mesh(order: order)))[2]
    }
    for run in runs {
      #expect(run.front.count > 10 && run.front.allSatisfy { $0.count == 4 })
      let least = run.front.map { $0[2] }.min() ?? 0
      #expect(least <= (temperatures.min() ?? 0) + 1e-6 && least > 318.15)
    }
  }

  /// The shortest run by annealing, or all runs by both methods.
  @Test(arguments: Tier.isFull ? PlacementSearch.Method.allCases : [.annealing])
  func `The archive dominates as much as NSGA-II's front, with as many evaluations`(
    method: PlacementSearch.Method
  ) throws {
    let problem = try Self.problem()
    let runs = try Checkout.vectors("placement.json", as: [Run].self)
    for run in Tier.isFull ? runs : Array(runs.prefix(1)) {
      var search = PlacementSearch(
        problem, method: method, seed: UInt64(run.seed), evaluations: run.evaluations)
      search.run(problem)
      let volumes = Hypervolume.compared([search.front.map(\.objectives), run.front])
      #expect(volumes[0] >= 0.99 * volumes[1], "\(method), \(run.evaluations): \(volumes)")
    }
  }
}
