import Models
import SmallModels
import TATAA
import TestSupport
import Testing
import Transformer
import Verilator

@testable import Machines

struct TATAAGenerationTests {
  private static func generation(_ small: SmallTransformer, _ prompt: [Int32], _ tokens: Int) throws -> TATAAGeneration
  {
    var run = TATAAGeneration(model: try small.model(), prompt: prompt, tokens: tokens)
    run.configuration = .tiny
    return run
  }

  /// The second and third truth of each token, and the tokens.
  @Test(arguments: [
    (SmallTransformer(family: .gpt2, activation: "gelu_new", seed: 5), Configuration.tiny, 3, 6),
    (SmallTransformer(family: .gpt2, activation: "gelu_new", seed: 5), .standard, 1, 4),
    (
      SmallTransformer(family: .gpt2, hidden: 24, layers: 3, heads: 2, feedForward: 20, activation: "silu", seed: 6),
      .tiny, 5, 1
    ),
    (
      SmallTransformer(family: .gpt2, hidden: 64, layers: 1, heads: 2, activation: "gelu_new", seed: 7), .standard, 33,
      7
    ),
    (SmallTransformer(family: .opt, layers: 1, activation: "relu", seed: 8), .tiny, 3, 4),
    (SmallTransformer(family: .llama, activation: "silu", seed: 9), .tiny, 3, 6),
    (SmallTransformer(family: .llama, hidden: 32, layers: 1, activation: "silu", seed: 10), .standard, 1, 5),
  ])
  func `A decoder with a cache is the quantised interpreter, token for token`(
    small: SmallTransformer, configuration: Configuration, prompt: Int, tokens: Int
  ) throws {
    var run = try Self.generation(small, (0..<prompt).map { Int32($0 * 7 % 20) }, tokens)
    run.configuration = configuration
    run.configuration.cores = 1
    let prepared = try run.prepare(calibratedOn: TATAARunTests.sequences())
    #expect(prepared.isExact && prepared.golden.count == tokens && prepared.golden == prepared.quantized)
    let steps = prepared.compiled.steps
    #expect(steps.map(\.tokens) == [prompt] + [Int](repeating: 1, count: tokens - 1))
    #expect(steps.map(\.past) == [0] + (0..<tokens - 1).map { prompt + $0 })
    for step in steps {
      try step.program.check(on: run.configuration, memorySize: prepared.compiled.image.bytes.count)
    }
    // What the whole sequence gives at once: the cache changes nothing.
    let ids = run.prompt + prepared.golden.dropLast()
    let whole = try prepared.compiled.model.run(TokenSequence(ids: ids), outputs: ["next"])
    #expect(whole.outputs["next"]?.index?.elements == [prepared.golden[tokens - 1]])
    let outcome = try run.run(prepared, on: .golden)
    #expect(outcome.isExact && outcome.tokens == prepared.golden && outcome.seconds == nil)
  }

  /// A program of one token writes one column of the keys and one row of the values, and no other byte of a cache.
  @Test func `Programs append to the caches and leave what is there`() throws {
    let run = try Self.generation(
      SmallTransformer(family: .gpt2, layers: 1, activation: "relu", seed: 5), [3, 1, 4], 4)
    let prepared = try run.prepare(calibratedOn: TATAARunTests.sequences())
    let image = prepared.compiled.image
    let (keys, values) = (try #require(image["cache.keys.0"]).range, try #require(image["cache.values.0"]).range)
    // 16 features of 6 tokens.
    #expect(keys.count == 96 && values.count == 96)
    for (step, record) in zip(prepared.compiled.steps, prepared.records) {
      let written = record.stores.flatMap { store in store.bytes.indices.map { store.address + $0 } }
      let positions = step.past..<step.past + step.tokens
      #expect(
        written.filter(keys.contains).sorted()
          == (0..<16).flatMap { feature in positions.map { keys.lowerBound + 6 * feature + $0 } })
      #expect(
        written.filter(values.contains).sorted()
          == positions.flatMap { token in (0..<16).map { values.lowerBound + 16 * token + $0 } })
    }
  }

  @Test(arguments: [0.0, 0.3]) func `Prompt and tokens in the emitted Verilog, every store compared`(stalls: Double)
    throws
  {
    var run = try Self.generation(
      SmallTransformer(family: .gpt2, hidden: 8, layers: 2, heads: 2, feedForward: 8, activation: "relu", seed: 5),
      [3, 1, 4], 3)
    run.stalls = stalls
    let prepared = try run.prepare(calibratedOn: TATAARunTests.sequences())
    #expect(prepared.isExact)
    let outcome = try run.run(prepared, on: .verilator(ModelBuilder(cache: ModelCache(folder: ".systole/test-cache"))))
    #expect(outcome.isExact && outcome.hardwareIsExact == true && outcome.tokens == prepared.quantized)
    #expect(outcome.storesCompared == outcome.stores && outcome.stores > 100 && outcome.difference == nil)
    #expect(outcome.bytesCompared == prepared.records.reduce(0) { $0 + $1.bytesWritten })
    for step in outcome.steps {
      #expect((step.cycles ?? 0) > step.instructions && step.utilisation > 0 && step.readShare < 1)
    }
    // The cycle model knows no stalls of the memory.
    let error = outcome.modelErrorPercent
    #expect((error == nil) == (stalls > 0))
    if let error { #expect(error < 3, "\(error) %") }
  }

  @Test func `A store of the hardware that is another one is told`() throws {
    let small = SmallTransformer(
      family: .gpt2, hidden: 8, layers: 1, heads: 1, feedForward: 8, activation: "relu", seed: 5)
    let run = try Self.generation(small, [3, 1], 3)
    let prepared = try run.prepare(calibratedOn: TATAARunTests.sequences())
    let other = try Self.generation(small, [3, 2], 3).prepare(calibratedOn: TATAARunTests.sequences())
    let mixed = TATAAGeneration.Prepared(
      compiled: prepared.compiled, golden: prepared.golden, quantized: prepared.quantized,
      reference: prepared.reference, isExact: true,
      records: [prepared.records[0], other.records[1], prepared.records[2]])
    let outcome = try run.run(mixed, on: .native)
    #expect(!outcome.isExact && outcome.hardwareIsExact == false && outcome.difference != nil)
    #expect(outcome.storesCompared < outcome.stores && outcome.modelErrorPercent == nil)
  }

  @Test func `What cannot be generated is refused`() throws {
    func message(_ small: SmallTransformer, _ prompt: Int, _ tokens: Int) -> String {
      do {
        _ = try Self.generation(small, [Int32](repeating: 1, count: prompt), tokens)
          .prepare(calibratedOn: TATAARunTests.sequences())
      } catch { return "\(error)" }
      return "nothing"
    }
    let decoder = SmallTransformer(family: .gpt2, layers: 1)
    #expect(message(SmallTransformer(layers: 1), 2, 2) == "generation is not for an encoder")
    #expect(message(decoder, 2, 0) == "0 tokens are to be generated: give at least 1")
    #expect(message(decoder, 38, 4).contains("what the model takes: cut the text"))
  }
}
