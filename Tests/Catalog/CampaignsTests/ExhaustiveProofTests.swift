import Campaigns
import Catalog
import Entries
import HDL
import NumberFormats
import Testing
import Units

@Suite struct ExhaustiveProofTests {
  /// Blocks with a definition over all operands, by entry and name.
  static let blocks = Catalog.entries.flatMap { entry in entry.exhaustiveBlocks().map { (entry.name, $0.name) } }

  /// The short form of `make prove`. Functions share their tables, so that some of them stand for all.
  @Test(arguments: blocks.filter { $0.0 != "function-unit" || ["default", "log", "gelu-e4m3"].contains($0.1) })
  func `Results equal the definition`(entry: String, name: String) throws {
    let found = try Catalog.entry(entry).exhaustiveBlocks().first { $0.name == name }
    var proof = ExhaustiveProof(try #require(found).block)
    proof.shortCount = 1
    proof.jobs = 2
    let outcomes = try proof.run()
    #expect(!outcomes.isEmpty)
    for outcome in outcomes {
      #expect(outcome.mismatch == nil, "\(outcome.result): \(outcome.mismatch.map { "\($0)" } ?? "")")
      #expect(outcome.cases > 0 && outcome.cases <= outcome.possible)
    }
  }

  @Test func `The units of the catalog have definitions over all operands`() {
    let names = Set(Self.blocks.map(\.0))
    #expect(
      names.isSuperset(of: [
        "floating-multiplier", "floating-adder", "floating-multiply-add", "floating-comparator", "floating-converter",
        "fixed-to-floating", "floating-to-fixed", "function-unit",
      ]))
    #expect(Self.blocks.count { $0.0 == "function-unit" } >= 17)
  }

  /// An entry whose definition is that of `format`, save for the operands `except`.
  private func entry(except: [UInt64]) -> Entry<FloatingMultiplier, CountWorkload> {
    Entry<FloatingMultiplier, CountWorkload>(
      "multiplier", "Products.", workload: CountWorkload(count: 1), workloadParameters: [],
      expectedCycles: { _, _ in 1 }
    ) { _ in throw CatalogError.impossibleWorkload("no bench") }
    .exhaustive { unit in
      let format = unit.format
      return [
        ExhaustiveCheck(["a", "b"], of: [format.width, format.width], result: "product", latency: unit.latency) {
          let product = format.multiply($0[0], $0[1])
          return [$0[0], $0[1]] == except ? product ^ 1 : product
        }
      ]
    }
  }

  @Test(arguments: 0...2) func `One wrong result of all is found`(stages: Int) throws {
    let unit = FloatingMultiplier { ($0.format, $0.stages) = (.float8E4M3, stages) }
    for operands: [UInt64] in [[0, 0], [0x35, 0x9B], [0xFF, 0xFF]] {
      let outcome = try #require(try ExhaustiveProof(entry(except: operands).block(of: unit)).run().first)
      let mismatch = try #require(outcome.mismatch)
      #expect(mismatch.values == operands && mismatch.found == mismatch.expected ^ 1)
      #expect(mismatch.description.hasPrefix("a = 0x"))
      #expect(!outcome.isProved)
    }
    let right = try #require(try ExhaustiveProof(entry(except: []).block(of: unit)).run().first)
    #expect(right.isProved && right.cases == 65536)
  }

  @Test func `A run that is ended says how far it came`() throws {
    let block = entry(except: []).block(of: FloatingMultiplier { $0.format = .float8E4M3 })
    var proof = ExhaustiveProof(block)
    proof.isCancelled = { true }
    #expect(try proof.run().isEmpty)
  }
}
