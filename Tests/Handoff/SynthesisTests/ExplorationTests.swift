import Catalog
import Foundation
import Synthesis
import TestFiles
import Testing
import Tools

/// Sweeps, and what is kept of them.
@Suite struct ExplorationTests {
  private func point(_ name: String, _ cycles: UInt64, _ gates: Int) throws -> ExploredPoint {
    let text = """
      {"settings": ["n=\(name)"], "fingerprint": "", "cycles": \(cycles), "synthesis": {"top": "T", "target": "generic",
       "usesDSP": true, "tools": [], "cells": {}, "gates": \(gates), "flipFlops": 0, "mapped": [], "frequencies": [],
       "criticalPath": []}}
      """
    return try JSONDecoder().decode(ExploredPoint.self, from: Data(text.utf8))
  }

  @Test func front() throws {
    let front = ParetoFront([
      try point("a", 10, 100), try point("b", 20, 50), try point("c", 20, 60), try point("d", 30, 50),
      try point("e", 10, 100),
    ])
    #expect(front.best == [0, 1, 4])
    #expect(
      front.csv == """
        n,cycles,gates,flip_flops,dsp,block_ram,fmax_mhz,pareto,problem
        a,10,100,0,,,,yes,
        b,20,50,0,,,,yes,
        c,20,60,0,,,,no,
        d,30,50,0,,,,no,
        e,10,100,0,,,,yes,

        """)
    #expect(front.svg.matches(of: /<circle/).count == 5)
  }

  @Test func sweepsAreRead() {
    #expect(Sweep("rows=4,8")?.values == ["4", "8"])
    for wrong in ["rows", "rows=", "rows=4,,8", "rows=4,4", "=4"] { #expect(Sweep(wrong) == nil, "\(wrong)") }
  }

  @Test func goesOnWhereItWas() throws {
    let folder = try TemporaryFolder()
    let record = folder.path + "/points.json"
    let seen = Steps()
    func explore(_ sweep: String) throws -> [ExploredPoint] {
      var exploration = Exploration(
        "stream-fifo", sweeps: [try #require(Sweep(sweep))], SynthesisOptions(.generic))
      exploration.tools = Toolbox(folder: Checkout.tools)
      exploration.cache = SynthesisCache(folder.path)
      exploration.workload = [Setting("count", "100")]
      exploration.progress = { seen.add($0) }
      return try exploration.run(record: record)
    }
    let first = try explore("depth=2,4")
    #expect(first.allSatisfy { $0.problem == nil && $0.cycles ?? 0 >= 100 }, "\(first)")
    #expect((first[0].synthesis?.flipFlops ?? 0) < (first[1].synthesis?.flipFlops ?? 0))
    seen.clear()
    let second = try explore("depth=2,4,0")
    #expect(Array(second.prefix(2)) == first)
    #expect(seen.all.isEmpty, "\(seen.all)")
    #expect(second[2].problem?.contains("depth") == true)
  }
}

/// Steps that were told, from any thread.
private final class Steps: @unchecked Sendable {
  private let lock = NSLock()
  private var steps: [String] = []
  var all: [String] { lock.withLock { steps } }
  func add(_ step: String) { lock.withLock { steps.append(step) } }
  func clear() { lock.withLock { steps = [] } }
}
