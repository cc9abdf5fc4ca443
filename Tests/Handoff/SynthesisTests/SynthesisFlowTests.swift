import Catalog
import Entries
import Foundation
import HDL
import Synthesis
import TestFiles
import Testing
import Tools

/// Blocks through the open flow.
@Suite struct SynthesisFlowTests {
  private let tools = Toolbox(folder: Checkout.tools)

  private func flow(
    _ name: String, _ options: SynthesisOptions, settings: [String] = [], cache: TemporaryFolder
  ) throws -> (flow: SynthesisFlow, block: any CatalogBlock) {
    let entry = try Catalog.entry(name)
    let work = entry.workloadParameters.contains { $0.name == "count" } ? ["count=200"] : []
    let block = try entry.block(
      configuration: nil, settings: settings.compactMap { Setting($0) }, workload: work.compactMap { Setting($0) })
    let circuit = try block.elaborate(reset: ResetStyle())
    return (SynthesisFlow(circuit, options, tools: tools, cache: SynthesisCache(cache.path)), block)
  }

  @Test func placesAndFindsTheSwiftLine() throws {
    let cache = try TemporaryFolder()
    let result = try flow("stream-fifo", SynthesisOptions(.ecp5, seeds: 2), cache: cache).flow.run()
    #expect(result.frequencies.count == 2 && result.frequencies.allSatisfy { $0 > 20 })
    #expect(result.bestFrequency ?? 0 >= result.medianFrequency ?? .infinity)
    #expect(result.lut ?? 0 > 0 && result.flipFlops > 0)
    #expect(result.criticalPath.contains { $0.place?.contains("StreamFIFO.swift:") == true }, "\(result.criticalPath)")
    let period = 1000 / (result.bestFrequency ?? 1)
    let sum = result.criticalPath.reduce(0) { $0 + $1.delay }
    #expect(abs(sum - period) < 0.2 * period, "\(sum) of \(period)")
  }

  @Test func cacheAnswersWithoutTools() throws {
    let cache = try TemporaryFolder()
    let (flow, _) = try flow("floating-adder", SynthesisOptions(.generic), cache: cache)
    let first = try flow.run()
    let entries = try FileManager.default.contentsOfDirectory(atPath: cache.path + "/synthesis").sorted()
    #expect(entries.count == 1 && entries[0].count == 32)
    #expect(try flow.run() == first)
    #expect(try FileManager.default.contentsOfDirectory(atPath: cache.path + "/synthesis").sorted() == entries)
  }

  /// A step that fails leaves nothing that a later run would trust.
  @Test func failureLeavesNoEntry() throws {
    let cache = try TemporaryFolder()
    let liberty = try cache.write("library (empty) { }\n", to: "empty.lib")
    let (flow, _) = try flow("floating-adder", SynthesisOptions(.generic, liberty: liberty), cache: cache)
    #expect(throws: (any Error).self) { try flow.run() }
    let left = try FileManager.default.contentsOfDirectory(atPath: cache.path + "/synthesis")
    #expect(left.filter { $0.count != 32 }.isEmpty, "\(left)")
  }

  @Test func missingToolHasARemedy() throws {
    let folder = try TemporaryFolder()
    let block = try Catalog.entry("stream-fifo").block(configuration: nil, settings: [], workload: [])
    let empty = Toolbox(folder: folder.path, environment: ["PATH": folder.path])
    let flow = SynthesisFlow(
      try block.elaborate(reset: ResetStyle()), SynthesisOptions(.ecp5), tools: empty,
      cache: SynthesisCache(folder.path))
    let error = #expect(throws: ToolMissing.self) { try flow.run() }
    #expect(error?.remedy.contains("setup") == true)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: Checkout.tools + "/bin/sta")))
  func liberty() throws {
    let cache = try TemporaryFolder()
    let library = Checkout.tools + "/timing/usr/share/qflow/tech/osu018/osu018_stdcells.lib"
    let result = try flow("magnitude-pruner", SynthesisOptions(.generic, liberty: library), cache: cache).flow.run()
    #expect(result.mapped.map(\.goal) == ["small", "fast"])
    let (small, fast) = (result.mapped[0], result.mapped[1])
    #expect(small.area < fast.area && small.delay ?? 0 > fast.delay ?? .infinity, "\(result.mapped)")
    // NAND2X1 of this library has an area of 24.
    #expect(abs((small.kiloGates ?? 0) - small.area / 24_000) < 1e-9)
  }

  @Test(arguments: [SynthesisTarget.generic, .ice40, .ecp5])
  func netlistPassesTheBench(_ target: SynthesisTarget) throws {
    let cache = try TemporaryFolder()
    let (flow, block) = try flow("stream-fifo", SynthesisOptions(target, seeds: 0), cache: cache)
    let check = NetlistCheck(flow, block: block)
    let outcome = try check.run()
    #expect(outcome.simulation == .passed, "\(outcome)")
    #expect(!outcome.isRefuted)
  }

  @Test func netlistWithAFaultFails() throws {
    let cache = try TemporaryFolder()
    let (flow, block) = try flow("stream-fifo", SynthesisOptions(.ice40, seeds: 0), cache: cache)
    let outcome = try NetlistCheck(flow, block: block).run { netlist in
      // The first lookup table gives the opposite.
      let text = netlist.firstRange(of: /\.LUT_INIT\(16'h/).map { range -> String in
        let digit = netlist[range.upperBound]
        let other = String(15 - (digit.hexDigitValue ?? 0), radix: 16)
        return netlist.replacingCharacters(in: range.upperBound..<netlist.index(after: range.upperBound), with: other)
      }
      return text ?? netlist
    }
    #expect(outcome.simulation == .failed && outcome.isRefuted, "\(outcome)")
  }

  @Test func equivalenceOfAnAdder() throws {
    let cache = try TemporaryFolder()
    let (flow, block) = try flow("floating-adder", SynthesisOptions(.generic), cache: cache)
    let outcome = try NetlistCheck(flow, block: block).run()
    #expect(outcome.equivalence == .passed, "\(outcome)")
  }

  @Test func cellsWithoutModelAreNamed() throws {
    let cache = try TemporaryFolder()
    let (flow, block) = try flow("floating-multiplier", SynthesisOptions(.ecp5, seeds: 0), cache: cache)
    let outcome = try NetlistCheck(flow, block: block).run()
    #expect(outcome.simulation == .open && outcome.simulationWords.contains("MULT18X18D"), "\(outcome)")
  }
}
