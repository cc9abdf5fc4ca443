import Engine
import Synchronization
import Testing

@testable import Testbench

/// Faults that are planted, and the smallest cases that show them.
@Suite struct ShrinkerTests {
  /// Counts what is called from a closure.
  private final class Log: Sendable {
    private let entries = Mutex<[ShrinkProgress]>([])
    var all: [ShrinkProgress] { entries.withLock { $0 } }
    func add(_ progress: ShrinkProgress) { entries.withLock { $0.append(progress) } }
  }

  /// A unit of two operands of `width` bits, a parameter of the design, and its golden model.
  private static func unit(
    _ golden: @escaping @Sendable (Int, Int) -> Int, _ faulty: @escaping @Sendable (Int, Int) -> Int
  ) -> Shrinker {
    Shrinker([.count("vectors", 1000), .design("width", 12, simplest: 1)]) { inputs, seed in
      let width = inputs["width"]
      let mask = 1 << (width + 1) - 1
      let engine = SoftwareLogic("unit", inputs: [("a", width), ("b", width)], outputs: [("result", width + 1)]) {
        [UInt64(faulty(Int($0[0]), Int($0[1])) & mask)]
      }
      var bench = try PinBench(engine.interface, latency: 0, seed: seed)
      var random = bench.random("operands")
      for _ in 0..<inputs["vectors"] {
        let (a, b) = (random.unsigned(bits: width), random.unsigned(bits: width))
        try bench.append([a, b], expecting: [golden(a, b) & mask])
      }
      return (bench, engine)
    }
  }

  private static let droppedCarry = unit(+) { ($0 & ~1) + ($1 & ~1) + ($0 ^ $1) & 1 }

  private static let lossyFIFO = Shrinker([.count("items", 300)]) { inputs, seed in
    (try fifoBench(inputs["items"], seed: seed), SoftwareFIFO(.losesWhenFull))
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `A dropped carry shrinks to one and one`(seed: UInt64) throws {
    let shrunk = try #require(try Self.droppedCarry.shrink(seed: Seed(seed)))
    #expect(shrunk.isComplete)
    #expect(shrunk.inputs["vectors"] == 1)
    #expect(shrunk.inputs["width"] == 1)
    #expect(shrunk.inputs.tapes == DrawTapes(["operands": [1, 1]]))
    #expect(shrunk.result.failure?.differences.first?.got.decimal == "0")
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `A comparison that is not strict shrinks to equal operands`(seed: UInt64) throws {
    let shrinker = Self.unit({ $0 > $1 ? 1 : 0 }, { $0 >= $1 ? 1 : 0 })
    let shrunk = try #require(try shrinker.shrink(seed: Seed(seed)))
    #expect((shrunk.inputs["vectors"], shrunk.inputs["width"]) == (1, 1))
    #expect(shrunk.inputs.tapes == DrawTapes())
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `Operands that must be equal and large become equal and as small as they may be`(seed: UInt64) throws {
    let shrinker = Self.unit({ $0 &+ $1 }, { $0 == $1 && $0 >= 19 ? 0 : $0 &+ $1 })
    let shrunk = try #require(try shrinker.shrink(seed: Seed(seed)))
    #expect((shrunk.inputs["vectors"], shrunk.inputs["width"]) == (1, 5))
    #expect(shrunk.inputs.tapes == DrawTapes(["operands": [19, 19]]))
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `A sum that must be large becomes one operand, or a small and a large one`(seed: UInt64) throws {
    let shrinker = Self.unit(+) { $0 + $1 >= 300 && $0 > 0 ? 0 : $0 + $1 }
    let shrunk = try #require(try shrinker.shrink(seed: Seed(seed)))
    #expect(shrunk.inputs["vectors"] == 1)
    let tape = try #require(shrunk.inputs.tapes?.entries["operands"])
    #expect(tape.reduce(0, +) == 300)
    #expect(tape.count == 1 || tape[0] < 60, "\(tape)")
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `A queue that loses when full shrinks to what fills it, one that is lost, and one behind`(seed: UInt64) throws {
    let shrunk = try #require(try Self.lossyFIFO.shrink(seed: Seed(seed)))
    #expect(shrunk.isComplete)
    #expect(shrunk.inputs["items"] == 6)
    // Four fill it, the fifth is lost, and only the sixth differs: on one of its fields.
    let tapes = try #require(shrunk.inputs.tapes?.entries)
    #expect(Set(tapes.keys) == ["stalls of pop", "values"])
    #expect(tapes["values"]?.filter { $0 != 0 } == [1])
    #expect(tapes["stalls of pop"].map { $0.filter { $0 == 1 }.count } == 4)
    #expect(shrunk.result.failure?.transaction == 4)
  }

  @Test func `Stalls vanish where they do not matter`() throws {
    let shrinker = Shrinker([.count("items", 300)]) { inputs, seed in
      (try fifoBench(inputs["items"], seed: seed), SoftwareFIFO(.drops(7)))
    }
    let shrunk = try #require(try shrinker.shrink(seed: 3))
    #expect(shrunk.inputs["items"] == 9)
    #expect(shrunk.inputs.tapes?.entries.keys.contains { $0.hasPrefix("stalls") } == false)
  }

  @Test func `Equal seeds give equal cases, and the case fails as it says`() throws {
    let first = try #require(try Self.lossyFIFO.shrink(seed: 8))
    var second = try #require(try Self.lossyFIFO.shrink(seed: 8))
    #expect(first.inputs == second.inputs)
    #expect(first.runs == second.runs)
    second.result = try Self.lossyFIFO.run(first.inputs)
    #expect(second.result.failure == first.result.failure)
    #expect(first.originalResult.seed == 8)
  }

  @Test func `What passes, or compares nothing, is no case`() throws {
    #expect(try Self.unit(+, +).shrink(seed: 1) == nil)
    let empty = Shrinker { _, seed in (try fifoBench(0, seed: seed), SoftwareFIFO(.none)) }
    #expect(try empty.shrink(seed: 1) == nil)
  }

  @Test func `A budget in runs is kept, and what was found by then is given`() throws {
    for budget in [1, 2, 10, 40] {
      var shrinker = Self.lossyFIFO
      shrinker.maximumRuns = budget
      let shrunk = try #require(try shrinker.shrink(seed: 1))
      #expect(shrunk.runs <= budget)
      #expect(!shrunk.isComplete)
      #expect(try shrinker.run(shrunk.inputs).failure != nil)
      #expect(shrunk.result.cycles <= shrunk.originalResult.cycles)
    }
  }

  @Test func `A budget in cycles is kept`() throws {
    var shrinker = Self.lossyFIFO
    let all = try #require(try shrinker.shrink(seed: 1))
    shrinker.maximumCycles = 3 * all.originalResult.cycles
    let shrunk = try #require(try shrinker.shrink(seed: 1))
    #expect(!shrunk.isComplete && shrunk.runs < all.runs)
  }

  @Test func `No time, and an interruption, give the case as it is by then`() throws {
    var shrinker = Self.lossyFIFO
    shrinker.seconds = 0
    let untouched = try #require(try shrinker.shrink(seed: 1))
    #expect(!untouched.isComplete && untouched.runs == 1)
    let log = Log()
    shrinker.seconds = nil
    shrinker.progress = log.add
    shrinker.isCancelled = { log.all.count >= 20 }
    let interrupted = try #require(try shrinker.shrink(seed: 1))
    #expect(!interrupted.isComplete)
    #expect(log.all.count == 20)
    #expect(log.all.map(\.runs) == Array(2...21))
    #expect(zip(log.all, log.all.dropFirst()).allSatisfy { $0.steps <= $1.steps && $0.cycles >= $1.cycles })
  }

  @Test func `Draws that are on no tape leave counts to shrink`() throws {
    let shrinker = Shrinker([.count("items", 300)]) { inputs, seed in
      // The values come from a generator of the author's own.
      (try fifoBench(inputs["items"], seed: 77, stalls: .never), SoftwareFIFO(.corrupts(7)))
    }
    let shrunk = try #require(try shrinker.shrink(seed: 1))
    #expect(shrunk.inputs["items"] == 8)
  }

  @Test func `Parameters that make no valid test are left alone`() throws {
    let shrinker = Shrinker([.count("items", 300), .design("even", 64, simplest: 1)]) { inputs, seed in
      guard inputs["even"] % 2 == 0, inputs["even"] > 8 else {
        throw BenchError.parameter(name: "even", value: inputs["even"], needed: "even")
      }
      return (try fifoBench(inputs["items"], seed: seed), SoftwareFIFO(.corrupts(0)))
    }
    let shrunk = try #require(try shrinker.shrink(seed: 1))
    #expect(shrunk.inputs["items"] == 1)
    #expect(shrunk.inputs["even"] % 2 == 0 && shrunk.inputs["even"] > 8)
  }

  @Test func `A model that stops shrinks to the cycle in which it does`() throws {
    let shrinker = Shrinker([.count("items", 300)]) { inputs, seed in
      (try fifoBench(inputs["items"], seed: seed), SoftwareFIFO(.dies(9)))
    }
    let shrunk = try #require(try shrinker.shrink(seed: 1))
    #expect(shrunk.result.failure?.kind == .engine)
    #expect(shrunk.inputs["items"] == 1)
  }
}

extension ShrinkerTests {
  @Test func `Runs that a reset ends vanish where they do not matter, and stay where they do`() throws {
    let harmless = Shrinker([.count("items", 300)]) { inputs, seed in
      var bench = try fifoBench(inputs["items"], seed: seed)
      bench.options.rehearsals = [5, 9]
      return (bench, SoftwareFIFO(.losesWhenFull))
    }
    let gone = try #require(try harmless.shrink(seed: 1))
    #expect(gone.originalResult.rehearsalCycles != nil && gone.result.rehearsalCycles == nil)
    #expect(gone.inputs.rehearsals == [])

    let needed = Shrinker([.count("items", 30)]) { inputs, seed in
      var bench = try fifoBench(inputs["items"], seed: seed, stalls: .never)
      bench.options.rehearsals = [9, 20, 40]
      return (bench, SoftwareFIFO(.survivesReset))
    }
    let shrunk = try needed.shrink(seed: 1)
    let kept = try #require(shrunk)
    #expect(kept.inputs.rehearsals?.count == 1)
    #expect(kept.inputs.rehearsals.map { $0[0] < 9 } == true)
    #expect(try needed.run(kept.inputs).failure == kept.result.failure)
    #expect(try needed.explain(kept).changes.last?.name == "cycles before the last reset")
  }
}
