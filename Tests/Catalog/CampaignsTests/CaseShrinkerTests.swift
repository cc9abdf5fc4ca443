import Campaigns
import Catalog
import Foundation
import Mutation
import TestFiles
import Testbench
import Testing
import Verilator

@testable import Campaigns

@Suite struct CaseShrinkerTests {
  /// The case of the first mutant of a block for which `isWanted` holds.
  static func mutant(
    _ block: String, _ settings: [Setting] = [], where isWanted: (Mutant) -> Bool
  ) throws -> FailingCase {
    var failing = FailingCase(block: block, seed: 1)
    failing.settings = settings
    let mutants = try failing.catalogBlock().elaborate(reset: failing.reset).mutants
    let found = mutants.first(where: isWanted)
    failing.mutant = try #require(found, "no such mutant of \(block)").number
    return failing
  }

  private func builder() throws -> ModelBuilder { try Checkout.builder(.init(5, 6)) }

  @Test func `What passes is no case`() throws {
    #expect(try CaseShrinker(FailingCase(block: "counter", seed: 1)).run(with: try builder()) == nil)
    let result = try CaseShrinker(FailingCase(block: "counter", seed: 1)).replay(with: try builder())
    #expect(result.verdict == .passed && result.explanation == nil)
  }

  @Test func `A case is kept in files, and its replay fails in the same way`() throws {
    let folder = NSTemporaryDirectory() + "systole-case-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let failing = try Self.mutant("stream-fifo", [Setting("depth", "4")]) {
      $0.change.contains("read enable of memory 'items' is always 1")
    }
    var shrinker = CaseShrinker(failing)
    shrinker.files = folder + "/fifo"
    let outcome = try #require(try shrinker.run(with: try builder()))
    #expect(outcome.smallest.workload == [Setting("count", "1")])
    #expect(outcome.smallest.tapes == DrawTapes(["items": [1], "stalls of pop": [0, 0, 1]]))
    #expect(outcome.explanation.failure.kind == .payloadChanged)
    #expect(outcome.explanation.reproduce == "systole cosim --case \(folder)/fifo.case.json")
    let read = try FailingCase(contentsOf: folder + "/fifo.case.json")
    #expect(read == outcome.smallest)
    var replay = CaseShrinker(read)
    replay.files = folder + "/again"
    let result = try replay.replay(with: try builder())
    #expect(result.failure == outcome.explanation.failure)
    #expect(result.explanation?.drawing == outcome.explanation.drawing)
    for name in ["fifo.case.fst", "fifo.case.gtkw", "again.case.fst", "again.case.gtkw"] {
      #expect(FileManager.default.fileExists(atPath: "\(folder)/\(name)"), "\(name)")
    }
    // Every name of the save file is one of the wave.
    let names = try String(contentsOfFile: folder + "/fifo.case.gtkw", encoding: .utf8)
      .split(separator: "\n").filter { $0.hasPrefix("StreamFIFO") }
    #expect(names.count == 8)
  }

  @Test func `Equal seeds give equal cases`() throws {
    let failing = try Self.mutant("asynchronous-fifo") { $0.operation == .enableDropped }
    let outcomes = try (0..<2).map { _ in try #require(try CaseShrinker(failing).run(with: try builder())) }
    #expect(outcomes[0].smallest == outcomes[1].smallest)
    #expect(outcomes[0].explanation == outcomes[1].explanation)
    // Both clocks stand in the drawing.
    #expect(outcomes[0].explanation.drawing.contains("source_clock"))
    #expect(outcomes[0].explanation.drawing.contains("destination_clock"))
  }

  @Test func `Parameters of the hardware shrink where the generator is at fault alone`() throws {
    let native = try CaseTest(FailingCase(block: "stream-fifo", seed: 1), builder: builder)
    let names = try native.parameters().map(\.name)
    #expect(names == ["count", "set width", "set depth", "set storage", "set isFallThrough", "set showsOccupancy"])
    let mutant = try CaseTest(try Self.mutant("stream-fifo") { _ in true }, builder: builder)
    #expect(try mutant.parameters().map(\.name) == ["count"])
    // Smaller inputs are written as settings.
    var inputs = ShrinkInputs(try native.parameters(), seed: 1)
    for (index, parameter) in inputs.parameters.enumerated() { inputs.parameters[index].value = parameter.simplest }
    #expect(
      try native.failingCase(inputs).settings.map(\.text) == ["width=1", "depth=1"]
        && native.failingCase(inputs).workload.map(\.text) == ["count=1"])
    let (bench, engine) = try native.test(inputs, Seed(3, TapeDeck()), traced: false)
    #expect(try bench.run(on: engine).verdict == .passed)
  }

  @Test func `A run that fails in Verilator alone shrinks there`() throws {
    let folder = NSTemporaryDirectory() + "systole-case-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let circuit = try FailingCase(block: "pipe-stage", seed: 1).catalogBlock().elaborate(reset: .init())
    let text = try #require(circuit.verilog().first?.text)
    let wrong = text.replacing("pop_data = item;", with: "pop_data = item ^ (item == 8'd77);")
    try #require(wrong != text, "\(text)")
    try wrong.write(toFile: folder + "/wrong.v", atomically: true, encoding: .utf8)
    var failing = FailingCase(block: "pipe-stage", seed: 1)
    failing.foreign = .init(files: [folder + "/wrong.v"])
    failing.engine = .verilator
    let outcome = try #require(try CaseShrinker(failing).run(with: try builder()))
    #expect(outcome.smallest.workload == [Setting("count", "1")])
    #expect(outcome.smallest.tapes == DrawTapes(["items": [77]]))
    #expect(outcome.smallest.settings.isEmpty && outcome.smallest.engine == .verilator)
  }

  @Test func `A mutant that passes is said to survive`() throws {
    let failing = try Self.mutant("sorting-network") { $0.operation == .comparisonNonStrict }
    var explainer = MutantExplainer(CaseShrinker(failing))
    explainer.runs = 2
    let outcome = try explainer.run()
    #expect(outcome.found == nil)
    #expect(outcome.text().hasPrefix("SURVIVED  sorting-network with mistake "))
    #expect(outcome.text().hasSuffix("runs       2 pass\n"))
  }
}
