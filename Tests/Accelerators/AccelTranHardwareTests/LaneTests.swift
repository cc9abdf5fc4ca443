import AccelTranHardware
import Engine
import HDL
import Mutation
import Netlist
import Simulator
import Testing

/// What a lane made of groups of rows, each of `rows` dot products of one length with one column.
struct LaneRun {
  var wrong = 0
  var groups = 0
  var cycles = 0
  var steps = 0
  var pairs = 0

  /// Runs a lane on random groups and compares every sum with its definition.
  init(
    _ shape: LaneShape, inner: Int, groups: Int, density: (left: Double, right: Double), seed: UInt64,
    stalls: Double = 0, circuit: Circuit? = nil, limit: Int = 200_000
  ) throws {
    let bench =
      if let circuit { try UnitBench(circuit: circuit, seed: seed) } else {
        try UnitBench(SparseLane(shape: shape), seed: seed)
      }
    var random = TestRandom(seed)
    let chunks = (inner + shape.chunk - 1) / shape.chunk
    var work: [(left: [Int], right: [Int], row: Int, last: Bool)] = []
    var expected: [[Int]] = []
    for _ in 0..<groups {
      let column = random.codes(chunks * shape.chunk, width: shape.width, density: density.right)
      let rows = (0..<shape.rows).map { _ in
        random.codes(chunks * shape.chunk, width: shape.width, density: density.left).enumerated().map {
          $0 < inner ? $1 : 0
        }
      }
      expected.append(rows.map { zip($0, column).reduce(0) { $0 + $1.0 * $1.1 } })
      for chunk in 0..<chunks {
        let range = chunk * shape.chunk..<(chunk + 1) * shape.chunk
        for (row, values) in rows.enumerated() {
          work.append((Array(values[range]), Array(column[range]), row, chunk == chunks - 1 && row == shape.rows - 1))
          pairs += zip(values[range], column[range]).count { $0 != 0 && $1 != 0 }
        }
      }
    }
    var (next, offered) = (0, false)
    while self.groups < groups {
      if !offered, next < work.count, !random.chance(stalls) {
        let item = work[next]
        offered = true
        bench.set("chunk_left", lanes: item.left, of: shape.width)
        bench.set("chunk_right", lanes: item.right, of: shape.width)
        bench["chunk_left_mask"].store(elements: item.left.map { $0 != 0 ? 1 : 0 }, of: 1)
        bench["chunk_right_mask"].store(elements: item.right.map { $0 != 0 ? 1 : 0 }, of: 1)
        bench.set("chunk_row", item.row)
        bench.set("chunk_last", item.last ? 1 : 0)
      }
      bench.set("offers", offered ? 1 : 0)
      bench.set("pop_ready", random.chance(stalls) ? 0 : 1)
      bench.model.settle()
      if offered, bench.isSet("has_room") { (next, offered) = (next + 1, false) }
      if bench.isSet("works") { steps += 1 }
      if bench.isSet("pop_valid"), bench.isSet("pop_ready") {
        if bench.get("pop_sums", lanesOf: shape.sumWidth) != expected[self.groups] { wrong += 1 }
        self.groups += 1
      }
      try bench.step()
      guard bench.cycle < limit else { break }
    }
    cycles = bench.cycle
  }
}

struct LaneTests {
  static let small = LaneShape(width: 10, multipliers: 4, chunk: 16, rows: 2, queue: 8)

  @Test(arguments: [0.0, 0.05, 0.5, 1.0], [0.0, 0.5, 1.0])
  func `Sums are those of the definition at every density`(left: Double, right: Double) throws {
    for (stalls, seed) in [(0.0, 1), (0.4, 2)] as [(Double, UInt64)] {
      let run = try LaneRun(
        Self.small, inner: 40, groups: 24, density: (left, right), seed: seed, stalls: stalls)
      #expect(run.groups == 24 && run.wrong == 0, "\(run)")
    }
  }

  @Test(arguments: [
    LaneShape(width: 8, multipliers: 1, chunk: 4, rows: 1, queue: 8),
    LaneShape(width: 20, multipliers: 16, chunk: 64, rows: 4, queue: 8),
    LaneShape(width: 20, multipliers: 8, chunk: 8, rows: 8, queue: 2),
    LaneShape(width: 20, multipliers: 16, chunk: 128, rows: 4, queue: 16),
  ])
  func `Other shapes`(shape: LaneShape) throws {
    for density in [0.1, 0.6, 1.0] {
      let run = try LaneRun(shape, inner: 150, groups: 8, density: (density, 0.7), seed: 3, stalls: 0.2)
      #expect(run.groups == 8 && run.wrong == 0, "\(run)")
    }
  }

  /// The goals of the lane: half of the numbers on either side leave a quarter of the pairs.
  @Test func `Half of both operands takes at most 0.27 of the clocks of all`() throws {
    let shape = LaneShape()
    let dense = try LaneRun(shape, inner: 768, groups: 12, density: (1, 1), seed: 4)
    let sparse = try LaneRun(shape, inner: 768, groups: 12, density: (0.5, 0.5), seed: 4)
    #expect(dense.wrong == 0 && sparse.wrong == 0)
    let ratio = Double(sparse.cycles) / Double(dense.cycles)
    print("lane clocks at 50 % of both, K = 768: \(sparse.cycles) of \(dense.cycles), \(ratio)")
    #expect(ratio <= 0.27)
    let utilisation = Double(sparse.pairs) / Double(16 * sparse.cycles)
    print("utilisation on effectual pairs, K = 768: \(utilisation)")
    #expect(utilisation >= 0.95)
    let short = try LaneRun(shape, inner: 64, groups: 150, density: (0.5, 0.5), seed: 5)
    let shortUtilisation = Double(short.pairs) / Double(16 * short.cycles)
    print("utilisation on effectual pairs, K = 64: \(shortUtilisation)")
    #expect(short.wrong == 0 && shortUtilisation >= 0.85)
  }

  @Test func `Random groups find mistakes in a lane`() throws {
    let shape = LaneShape(width: 6, multipliers: 2, chunk: 4, rows: 2, queue: 4)
    let circuit = try SparseLane(shape: shape).elaborate().simplified()
    func finds(_ circuit: Circuit) throws -> Bool {
      for (seed, density) in [(1, 0.5), (2, 1.0), (3, 0.1)] as [(UInt64, Double)] {
        do {
          let run = try LaneRun(
            shape, inner: 10, groups: 12, density: (density, 0.7), seed: seed, stalls: 0.3, circuit: circuit,
            limit: 2_000)
          if run.wrong > 0 || run.groups < 12 { return true }
        } catch is EngineFailure { return true }
      }
      return false
    }
    #expect(try !finds(circuit), "nothing is found where there is no mistake")
    let mutants = circuit.mutants.filter { !$0.module.hasPrefix("Stream") }
    var random = TestRandom(9)
    var (killed, tried) = (0, 0)
    while tried < 40 {
      guard let changed = try? circuit.applying(mutants.randomElement(using: &random)!) else { continue }
      tried += 1
      if try finds(changed) { killed += 1 }
    }
    // Mutants that change nothing are not told apart here.
    #expect(killed >= 28, "\(killed) of \(tried) mutants found, of \(mutants.count)")
  }
}
