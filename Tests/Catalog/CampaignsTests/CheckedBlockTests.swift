import Campaigns
import Catalog
import Entries
import HDL
import Netlist
import Testbench
import Testing
import Verilator

/// Checkers beside a block in co-simulation.
@Suite struct CheckedBlockTests {
  /// Shows its input a cycle later; nobody looks at the count.
  struct Tally: DefaultConfigurable {
    var most = 5

    struct Ports {
      let step: Input<Bit>
      let seen: Output<Bit>
      let count: Output<UInt>
    }
    var ports: Ports { Ports(step: .init(), seen: .init(), count: .init(4)) }

    func build(_ io: Interior<Ports>, in m: Module) {
      let count = m.register("count_of_steps", UInt.self, width: 4, reset: 0)
      m.when(io.step) { count.next <== count &+ 1 }
      io.count <== count
      io.seen <== m.register("seen_step", io.step, reset: 0)
    }
  }

  struct Work: Sendable {}

  private func entry(
    steps: [UInt64], _ checkers: @escaping @Sendable (Tally) -> [Checker<Tally>]
  ) -> Entry<Tally, Work> {
    Entry<Tally, Work>(
      "tally", "Counts.", workload: Work(), workloadParameters: [], expectedCycles: { _, _ in 10 }
    ) { request in
      var bench = try PinBench(
        request.interface, latency: 1, outputs: ["seen"], name: request.name, index: request.index, seed: request.seed)
      for step in steps { try bench.append([step], expecting: [step]) }
      return bench
    }
    .checked(proving: Tally(), by: checkers)
  }

  private func failure(
    _ engine: EngineChoice, steps: [UInt64], _ checkers: @escaping @Sendable (Tally) -> [Checker<Tally>]
  ) throws -> BenchFailure? {
    var job = Cosimulation(entry(steps: steps, checkers).block(of: Tally()), seed: 1)
    job.engine = engine
    return try job.run(with: try ModelBuilder()).report.results.last?.failure
  }

  private static let limit: @Sendable (Tally) -> [Checker<Tally>] = { tally in
    [
      Checker("limit", "The count keeps to its limit.") { io, m in
        m.assert(io.count .<= UInt(tally.most), "keeps_the_limit", "too many steps")
        m.cover(io.count .== 2, "is_two")
        m.cover(io.count .== 15, "is_fifteen")
      }
    ]
  }

  @Test(arguments: EngineChoice.allCases)
  func `What a checker asserts ends the run, with checker and cycle`(engine: EngineChoice) throws {
    #expect(try failure(engine, steps: [1, 1, 0, 1, 1, 1], Self.limit) == nil)
    let failure = try #require(try failure(engine, steps: [1, 1, 0, 1, 1, 1, 1, 1, 1], Self.limit))
    #expect(failure.kind == .engine)
    let text = failure.description
    #expect(
      text.contains(
        "assert 'keeps_the_limit' of Tally_checked.checks.limit_checker failed at the end of cycle 10: too many steps"),
      "\(text)")
  }

  @Test(arguments: EngineChoice.allCases)
  func `A bench that breaks an assumption is named as what is wrong`(engine: EngineChoice) throws {
    let failure = try failure(engine, steps: [1, 0, 1, 1]) { _ in
      [
        Checker("steps-are-apart", "No step follows another one.") { io, m in
          let earlier = m.register("earlier", io.step, reset: 0)
          m.assume(!(earlier & io.step), "is_apart", "two steps in a row")
        }
      ]
    }
    let text = try #require(failure).description
    #expect(text.contains("assume 'is_apart' of Tally_checked.checks.steps_are_apart_checker failed"), "\(text)")
    #expect(
      text.contains("two steps in a row; the stimuli break what the design takes for granted, so correct the bench"),
      "\(text)")
  }

  @Test func `Covers are counted by the native engine`() throws {
    var job = Cosimulation(entry(steps: [1, 1, 0, 0, 1], Self.limit).block(of: Tally()), seed: 1, runs: 0..<2)
    job.engine = .native
    let covers = try job.run(with: try ModelBuilder()).covers
    #expect(covers["Tally_limit.is_fifteen"] == 0)
    #expect(covers["Tally_limit.is_two"].map { $0 >= 4 } == true, "\(covers)")
  }

  @Test func `The block's own modules are what they are without checkers`() throws {
    for name in ["stream-fifo", "asynchronous-fifo", "single-port-memory", "axi-burst-master"] {
      let block = try Catalog.entry(name).block(configuration: nil, settings: [], workload: [])
      let checked = try CheckedBlock(block, reset: ResetStyle())
      #expect(Array(checked.circuit.definitions.prefix(checked.design.definitions.count)) == checked.design.definitions)
      #expect(checked.interface.name == checked.design.top.name)
      #expect(checked.circuit.top.interface.ports == checked.design.top.interface.ports)
    }
  }

  /// Every statement of every checker can fail or happen: none is a constant.
  @Test(arguments: Catalog.entries.map(\.name)) func `No checker says what is always so`(name: String) throws {
    let block = try Catalog.entry(name).provable(settings: [])
    for checker in try block.checkers(reset: ResetStyle()) {
      for definition in checker.circuit.definitions {
        for assertion in definition.assertions {
          #expect(
            definition.table.constantValue(assertion.condition) == nil,
            "\(name): '\(assertion.label)' of '\(checker.name)' is a constant")
        }
      }
    }
  }
}
