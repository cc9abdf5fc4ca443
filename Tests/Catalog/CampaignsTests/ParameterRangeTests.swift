import Campaigns
import Catalog
import Entries
import Foundation
import HDL
import Netlist
import TestFiles
import Testbench
import Testing

/// What the parameters of every entry may be, and what comes of it.
@Suite struct ParameterRangeTests {
  /// Values so large that elaboration takes long are tried in `make test-all` only.
  private static let slow: Set<String> = [
    "matmul rows", "matmul columns", "weight-stationary-array rows", "weight-stationary-array columns",
    "output-stationary-array rows", "output-stationary-array columns", "sorting-network count", "sorting-network width",
    "prefix-sum count", "adder-tree count", "stream-fork count", "arbiter count", "stream-arbiter count",
    "stream-upsizer factor", "stream-downsizer factor", "credit-link distance", "barrel-shifter width",
    "floating-dot-product count", "magnitude-pruner count", "floating-softmax lanes", "floating-softmax maximumBeats",
    "unnormalized-softmax lanes", "unnormalized-softmax maximumBeats",
  ]

  /// Entries of which a configuration takes long to elaborate.
  private static let large: Set<String> = [
    "matmul", "floating-dot-product", "function-unit", "floating-softmax", "unnormalized-softmax",
  ]

  /// Elaborates, or is refused by a sentence of `validate`; anything else is a mistake of the library.
  private func expectSound(_ entry: any CatalogEntry, _ settings: [Setting]) throws -> [Diagnostic] {
    do {
      let block = try entry.block(configuration: nil, settings: settings, workload: [])
      _ = try block.elaborate(reset: ResetStyle())
    } catch let error as DiagnosticList {
      for diagnostic in error.diagnostics {
        #expect(diagnostic.code == .badParameter, "\(entry.name) \(settings): \(diagnostic)")
      }
      return error.diagnostics
    } catch let error as CatalogError {
      guard case .noEffect = error else { throw error }
    }
    return []
  }

  @Test(arguments: Tier.sample(Catalog.entries.map(\.name), every: 2))
  func `Each value that list shows is a value that validate takes`(name: String) throws {
    let entry = try Catalog.entry(name)
    var random = SettingTests.random(name)
    for parameter in entry.parameters {
      var values = SettingTests.values(parameter, &random)
      if Self.slow.contains("\(name) \(parameter.name)") { values = Array(values.prefix(2)) }
      for value in values {
        for diagnostic in try expectSound(entry, [Setting(parameter.name, value)]) {
          // Only what relates it to another parameter may be against it.
          #expect(
            !diagnostic.message.hasPrefix("parameter '\(parameter.name)' is \(value)")
              || !diagnostic.description.contains("use a value from"),
            "\(name) \(parameter.name)=\(value): \(diagnostic)")
        }
      }
      // And one beside each end is none.
      let ends = parameter.choices.components(separatedBy: "…").compactMap { Int($0) }
      for value in ends.count == 2 ? [ends[0] - 1, ends[1] &+ 1] : [] {
        let error = #expect(throws: CatalogError.self) {
          try entry.block(configuration: nil, settings: [Setting(parameter.name, String(value))], workload: [])
        }
        #expect(
          error?.description == "'\(value)' is no value for '\(parameter.name)'; write \(parameter.choices)")
      }
    }
  }

  @Test(arguments: Tier.sample(Array(Catalog.entries.map(\.name).dropFirst()), every: 2))
  func `Any combination of small values elaborates or is refused by a sentence`(name: String) throws {
    let entry = try Catalog.entry(name)
    var random = SettingTests.random(name + " combinations")
    for _ in 0..<(Self.large.contains(name) ? 12 : 40) {
      let settings = entry.parameters.map { parameter in
        let ends = parameter.choices.components(separatedBy: "…").compactMap { Int($0) }
        guard ends.count == 2 else {
          let words = parameter.choices.components(separatedBy: " | ")
          return Setting(parameter.name, words[random.integer(below: words.count)])
        }
        let span = min(ends[1] - max(ends[0], ends[0] < 0 ? -8 : ends[0]), [1, 4, 9, 40][random.integer(below: 4)])
        return Setting(
          parameter.name, String(max(ends[0], ends[0] < 0 ? -8 : ends[0]) + random.integer(below: span + 1)))
      }
      _ = try expectSound(entry, settings)
    }
  }

  @Test(arguments: [
    ("requantizer", "accumulatorWidth", "4…64"), ("register-bank", "addressWidth", "3…64"),
    ("axi-lite-system", "addressWidth", "3…64"), ("axi-lite-register-bank", "dataWidth", "32 | 64"),
    ("matmul", "maximumRows", "1…65536"), ("asynchronous-fifo", "depth", "2…65536"),
    ("single-port-memory", "width", "1…65536"), ("burst-writer", "addressWidth", "13…64"),
  ])
  func `A range is stated once, by the generator`(name: String, parameter: String, choices: String) throws {
    let entry = try Catalog.entry(name)
    #expect(entry.parameters.first { $0.name == parameter }?.choices == choices)
  }

  @Test(arguments: [
    ("single-port-memory", "width", 65, 64), ("sorting-network", "width", 100, 64),
    ("requantizer", "biasWidth", 40, 32),
    ("adder-tree", "width", 49, 48), ("arbiter", "count", 65, 64),
  ])
  func `Hardware that the bench cannot drive is generated, and the bench says so`(
    name: String, parameter: String, value: Int, most: Int
  ) throws {
    let entry = try Catalog.entry(name)
    let block = try entry.block(configuration: nil, settings: [Setting(parameter, String(value))], workload: [])
    let interface = try block.elaborate(reset: ResetStyle()).top.interface
    let error = #expect(throws: CatalogError.self) {
      _ = try block.bench(for: interface, seed: 1, index: 0, stalls: nil)
    }
    let sentence = try #require(error?.description)
    #expect(sentence.hasPrefix("the bench of '\(name)' takes '\(parameter)' from "))
    #expect(sentence.hasSuffix(" to \(most), and it is \(value); 'systole generate' makes the hardware"))
    #expect(entry.parameters.first { $0.name == parameter }?.help.contains("the bench takes ") == true)
    var job = Cosimulation(block, seed: 1)
    job.engine = .native
    #expect(throws: try #require(error)) { try job.run(with: try Checkout.builder(.init(0, 0))) }
  }
}
