import Models
import SmallModels
import TATAA
import Testing
import Transformer

@testable import Machines

struct TATAARunTests {
  static let small = SmallTransformer(hidden: 4, layers: 1, heads: 1, feedForward: 4, activation: "relu")

  static func sequences() -> [TokenSequence] {
    var random = SeededGenerator(seed: 11)
    return (0..<4).map { _ in
      TokenSequence(ids: (0..<12).map { _ in Int32.random(in: 0..<20, using: &random) })
    }
  }

  private static func run(_ small: SmallTransformer, _ ids: [Int32]) throws -> TATAARun {
    var run = TATAARun(model: try small.model(), tokens: TokenSequence(ids: ids))
    run.configuration = .tiny
    return run
  }

  @Test(arguments: [0.0, 0.4]) func `A small BERT is the same in hardware, with and without stalls`(stalls: Double)
    throws
  {
    var run = try Self.run(Self.small, [3, 1, 4])
    run.stalls = stalls
    let prepared = try run.prepare(calibratedOn: Self.sequences())
    #expect(prepared.agrees)
    let outcome = try run.run(prepared, on: .native)
    let hardware = try #require(outcome.hardware)
    #expect(outcome.isExact && hardware.isExact && outcome.hiddenIsExact)
    #expect(hardware.stores == prepared.golden.stores.count && hardware.storesCompared == hardware.stores)
    #expect(hardware.bytesCompared == prepared.golden.counters[.bytesWritten])
    #expect(hardware.counters[.instructions] == prepared.golden.counters[.instructions])
    #expect(hardware.cycles > prepared.golden.counters[.instructions] && hardware.cycles < hardware.simulatedCycles)
    let utilisation = try #require(outcome.utilisation)
    let multiplications = prepared.compiled.multiplications.reduce(0, +)
    #expect(multiplications == 3 * (4 * 16 + 2 * 16) + 2 * 3 * 3 * 4)
    #expect(utilisation == Double(multiplications) / (Double(hardware.cycles) * 16))
    // The cycle model knows no stalls of the memory.
    let error = outcome.modelErrorPercent
    #expect((error == nil) == (stalls > 0))
    if let error { #expect(error < 3, "\(outcome.estimate.cycles) instead of \(hardware.cycles) cycles") }
    // The nodes cover the program and its stores; their cycles add up to the last store's.
    #expect(outcome.layers.map(\.name) == prepared.compiled.parts.map(\.node))
    #expect(outcome.layers.reduce(0) { $0 + $1.stores } == hardware.stores)
    #expect(outcome.layers.compactMap(\.cycles).reduce(0, +) <= hardware.simulatedCycles)
    #expect(outcome.layers.allSatisfy { ($0.cycles == nil) == ($0.stores == 0) })
    // Every cycle of the model is the issue of an instruction or a wait, and belongs to a node or to END.
    for layer in outcome.layers {
      #expect(layer.issueCycles == layer.instructions + layer.stalls.values.reduce(0, +), "\(layer.name)")
    }
    let issued = outcome.layers.reduce(0) { $0 + $1.issueCycles }
    #expect(issued < outcome.estimate.cycles && outcome.estimate.cycles - issued < 100)
    // A page has a row for each node that does something, and a bar in it.
    let page = TATAALayerPage(outcome, heading: "a <text>", configuration: .tiny).text
    let working = outcome.layers.filter { $0.instructions > 0 }
    #expect(page.contains("<h1>a &lt;text&gt;</h1>") && page.contains("prefers-color-scheme:dark"))
    #expect(page.components(separatedBy: "<tr><th>").count == working.count + 1)
    #expect(page.components(separatedBy: "<svg ").count == working.count + 1)
    for layer in working {
      #expect(page.contains("<tr><th>\(layer.name)</th><td>\(layer.cycles.map(String.init) ?? "–")</td>"))
    }
  }

  @Test func `The golden machine alone says so`() throws {
    let run = try Self.run(SmallTransformer(family: .gpt2, layers: 1, activation: "gelu_new"), [1, 2, 3, 4])
    let prepared = try run.prepare(calibratedOn: Self.sequences())
    let outcome = try run.run(prepared, on: .golden)
    #expect(outcome.isExact && outcome.hardware == nil && outcome.utilisation == nil)
    #expect(outcome.error.cosine > 0.9 && outcome.layers.allSatisfy { $0.cycles == nil })
  }

  @Test func `Hardware that stores something else is told with the first byte`() throws {
    let run = try Self.run(Self.small, [3, 1, 4])
    let prepared = try run.prepare(calibratedOn: Self.sequences())
    let other = try Self.run(Self.small, [5, 1, 4]).prepare(calibratedOn: Self.sequences())
    let mixed = TATAARun.Prepared(
      compiled: prepared.compiled, golden: other.golden, hidden: prepared.hidden, quantized: prepared.quantized,
      reference: prepared.reference, sequence: prepared.sequence)
    let outcome = try run.run(mixed, on: .native)
    let hardware = try #require(outcome.hardware)
    #expect(!outcome.isExact && hardware.difference?.contains("the golden machine") == true)
    #expect(hardware.storesCompared < hardware.stores && outcome.utilisation == nil)
  }

  @Test func `A run that is cancelled ends`() throws {
    var run = try Self.run(Self.small, [3, 1, 4])
    run.isCancelled = { true }
    let prepared = try run.prepare(calibratedOn: Self.sequences())
    #expect(throws: MachineError.self) { try run.run(prepared, on: .native) }
  }

  @Test func `A machine of several cores is refused with what to do`() throws {
    var run = try Self.run(Self.small, [3])
    run.configuration.cores = 2
    do {
      _ = try run.prepare(calibratedOn: Self.sequences())
      Issue.record("two cores were taken")
    } catch let error as MachineError {
      #expect(
        "\(error)"
          == "this is a run on one core, and the configuration has 2: set cores=1, or take TATAAPartitionedRun")
    }
  }
}

struct StoreComparisonTests {
  /// Two stores of a golden machine: three bytes at 8, two bytes at 0.
  private static func stores() throws -> [Machine.Store] {
    var machine = try Machine(configuration: .tiny, memory: [UInt8](repeating: 0, count: 64))
    try machine.run(
      try Assembler()(
        "store.v bfloat16, v0, address=8, lanes=2\nstore.v int8, v0, address=0, lanes=2\nend"))
    return machine.stores
  }

  @Test func `Every byte counts, in its order`() throws {
    let stores = try Self.stores()
    let bytes = stores.flatMap { store in store.bytes.enumerated().map { (store.address + $0, $1) } }
    func compared(_ bytes: [(Int, UInt8)]) -> StoreComparison {
      let comparison = StoreComparison(stores, base: 100)
      for (cycle, byte) in bytes.enumerated() { comparison.take(100 + byte.0, byte.1, cycle) }
      return comparison
    }
    let right = compared(bytes)
    #expect(right.isComplete && right.bytes == bytes.count && right.cycles == [3, 5])
    var wrong = bytes
    wrong[2].1 ^= 1
    #expect(compared(wrong).difference?.description == "instruction 0 stored 1 at address 10, the golden machine 0")
    var elsewhere = bytes
    elsewhere[4].0 = 30
    #expect(
      compared(elsewhere).difference?.description
        == "instruction 1 stored 0 at address 30 instead of one to address 0, the golden machine 0")
    #expect(compared(bytes + [(1, 0)]).difference != nil)
    let missing = compared(bytes.dropLast())
    #expect(missing.difference == nil && !missing.isComplete && missing.count == 1)
  }
}
