import Foundation
import HeTraX
import Network
import TestFiles
import Testing

/// Searches of placements.
@Suite struct PlacementTests {
  static func problem(
    _ machine: HeTraXMachine, _ workload: HeTraXWorkload, tokens: Int,
    objectives: [PlacementObjective] = PlacementObjective.allCases
  ) throws -> PlacementProblem {
    let graph = try HeTraXKernelGraph(workload, tokens: tokens)
    let plan = try ResistivePlan(workload, on: machine)
    let estimate = try HeTraXEstimate(workload, tokens: tokens, on: machine, sequences: 16)
    return try PlacementProblem(
      machine, traffic: HeTraXTraffic(graph, plan, on: machine).total, watts: estimate.watts, objectives: objectives)
  }

  @Test func `Hypervolumes are those that can be counted by hand`() {
    #expect(Hypervolume.of([], reference: [1, 1]) == 0)
    #expect(Hypervolume.of([[0.25]], reference: [1]) == 0.75)
    #expect(Hypervolume.of([[0.5, 0.25], [0.25, 0.5]], reference: [1, 1]) == 0.5)
    // A dominated point, one outside, and the same point twice change nothing.
    #expect(
      Hypervolume.of([[0.5, 0.25], [0.25, 0.5], [0.5, 0.5], [0.5, 0.25], [2, 0]], reference: [1, 1]) == 0.5)
    // Two boxes of ½ · ½ · 1 that share ½ · ½ · ½.
    #expect(Hypervolume.of([[0.5, 0.5, 0], [0.5, 0.5, 0.5]], reference: [1, 1, 1]) == 0.25)
    #expect(Hypervolume.of([[0.5, 0, 0.5], [0.5, 0.5, 0]], reference: [1, 1, 1]) == 0.375)
    #expect(Hypervolume.of([[0, 0.5, 0.5, 0.5]], reference: [1, 1, 1, 1]) == 0.125)
  }

  @Test func `Hypervolumes in four dimensions equal inclusion and exclusion`() {
    var state: UInt64 = 7
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24)
    }
    for dimensions in 2...4 {
      for _ in 0..<20 {
        let points = (0..<6).map { _ in (0..<dimensions).map { _ in next() } }
        var expected = 0.0
        for subset in 1..<64 {
          let chosen = points.indices.filter { subset >> $0 & 1 == 1 }
          let volume = (0..<dimensions).reduce(1.0) { product, d in
            product * (1 - (chosen.map { points[$0][d] }.max() ?? 1))
          }
          expected += chosen.count.isMultiple(of: 2) ? -volume : volume
        }
        let got = Hypervolume.of(points, reference: [Double](repeating: 1, count: dimensions))
        #expect(abs(got - expected) < 1e-9, "\(dimensions) dimensions: \(got), \(expected)")
      }
    }
  }

  @Test func `An archive holds what nothing dominates, and its ends when it thins`() {
    let placement = HeTraXPlacement(order: [], cores: [], links: [])
    var archive = ParetoArchive(limit: 10)
    let taken = [[1, 1], [1, 1], [2, 1], [0.5, 0.5]].map { archive.insert(PlacedPoint(placement, $0)) }
    #expect(taken == [true, false, false, true])
    #expect(archive.points.count == 1)
    for index in 0..<200 {
      let x = Double(index) / 400
      archive.insert(PlacedPoint(placement, [x, 0.5 - x]))
    }
    #expect(archive.points.count <= 15)
    archive.thin()
    #expect(archive.points.count == 10)
    let first = archive.points.map { $0.objectives[0] }
    #expect(first.min() == 0 && first.max() == 199.0 / 400)
    for a in archive.points { for b in archive.points { #expect(!a.dominates(b)) } }
  }

  @Test(arguments: HeTraXMachine.named.map(\.name)) func `Every move keeps ports, lengths, kinds and connection`(
    name: String
  ) throws {
    let machine = try #require(HeTraXMachine.named.first { $0.name == name }?.machine)
    let problem = try Self.problem(machine, .micro, tokens: 16)
    #expect(problem.fault(problem.mesh) == nil)
    // The objectives of placements on the way are those that the network itself gives.
    let search = {
      var search = PlacementSearch(problem, method: .annealing, seed: 3, evaluations: 150)
      search.run(problem)
      return search
    }()
    #expect(search.front.count > 1)
    for point in search.front {
      #expect(problem.fault(point.placement) == nil)
      let topology = try problem.topology(point.placement)
      let loads = LinkLoads(topology, traffic: problem.traffic)
      #expect(abs(loads.statistics.mean / point.objectives[0] - 1) < 1e-9)
      #expect(abs(loads.statistics.deviation / point.objectives[1] - 1) < 1e-9)
      #expect(topology.links.count == problem.mesh.links.count)
    }
    // What is wrong is found.
    var bad = problem.mesh
    bad.cores.swapAt(0, bad.cores.count - 1)
    #expect(problem.fault(bad) != nil)
    bad = problem.mesh
    bad.links[0] = bad.links[1]
    #expect(problem.fault(bad) != nil)
    bad.links.removeFirst()
    #expect(problem.fault(bad) != nil)
  }

  @Test func `Temperatures of a placement are those of the grid's order, and crossbars are coolest at the sink`() throws
  {
    let machine = HeTraXMachine.reference
    let problem = try Self.problem(machine, .bertBase, tokens: 128, objectives: [.peakTemperature, .resistiveNoise])
    var noises: [Double] = []
    for place in 0..<4 {
      var order = [0, 1, 2]
      order.insert(3, at: place)
      let placement = try problem.mesh(order: order)
      #expect(problem.fault(placement) == nil)
      let objectives = try #require(problem.evaluate(placement))
      noises.append(objectives[1])
      // The same by the machine itself, in that order.
      let moved = machine.reordered(order)
      let watts = order.flatMap { tier -> [Double] in
        let first = machine.tiers[..<tier].reduce(0) { $0 + $1.cores.count }
        return Array(problem.watts[first..<first + machine.tiers[tier].cores.count])
      }
      let cells = moved.powerMap(watts).cells(columns: 12, rows: 12, width: machine.dieSide, height: machine.dieSide)
      #expect(abs(problem.formula.peak(cells) - objectives[0]) < 1e-6)
    }
    #expect(noises == noises.sorted() && noises[3] > 1.5 * noises[0], "\(noises)")
  }

  @Test(arguments: PlacementSearch.Method.allCases)
  func `A search repeats, and goes on from its stored state as if it had not stopped`(
    method: PlacementSearch.Method
  ) throws {
    let problem = try Self.problem(.tiny, .micro, tokens: 16)
    var whole = PlacementSearch(problem, method: method, seed: 5, evaluations: 600)
    whole.run(problem)
    var part = PlacementSearch(problem, method: method, seed: 5, evaluations: 600)
    part.run(problem, until: 217)
    let stored = try JSONEncoder().encode(part)
    var resumed = try JSONDecoder().decode(PlacementSearch.self, from: stored)
    #expect(resumed.done < 230 && !resumed.isDone)
    resumed.run(problem)
    #expect(resumed == whole)
    var other = PlacementSearch(problem, method: method, seed: 6, evaluations: 600)
    other.run(problem)
    #expect(other != whole)
    // Side by side as one after the other.
    var campaign = PlacementCampaign(
      problem, title: "test", method: method, seed: 5, seeds: 2, evaluations: 600)
    campaign.run(problem, step: 100, jobs: 2) { _ in true }
    #expect(campaign.searches == [whole, other])
    #expect(campaign.progress.done >= 1200)
  }

  @Test func `A search finds better networks than the mesh`() throws {
    let problem = try Self.problem(.reference, .bertBase, tokens: 128, objectives: [.meanLoad, .loadDeviation])
    let mesh = try #require(problem.evaluate(problem.mesh))
    var search = PlacementSearch(problem, method: .annealing, seed: 1, evaluations: 800)
    search.run(problem)
    let best = try #require(search.front.first { $0.objectives[0] < mesh[0] && $0.objectives[1] < mesh[1] })
    #expect(best.objectives[0] < 0.98 * mesh[0])
  }

}
