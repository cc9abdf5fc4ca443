import Catalog
import Entries
import Foundation
import HDL
import Netlist
import TestFiles
import Testing
import Tools
import Verilator

/// One configuration of the catalog, as the project keeps it under regression.
struct Regression: Sendable, CustomTestStringConvertible {
  var entry: String
  var configuration: String

  /// The folder under `Generated/`.
  var folder: String { configuration == "default" ? entry : "\(entry)-\(configuration)" }
  var testDescription: String { folder }

  /// Every configuration of every entry.
  static let all = Catalog.entries.flatMap { entry in
    entry.configurations.map { Regression(entry: entry.name, configuration: $0) }
  }

  /// The block with a workload that takes a moment.
  func block() throws -> any CatalogBlock {
    let workload: [Setting] =
      switch entry {
      case "matmul": [Setting("m", "9"), Setting("k", "20"), Setting("n", "18"), Setting("jobs", "2")]
      case "output-stationary-array": [Setting("count", "5")]
      case "weight-stationary-array": [Setting("count", "60")]
      case "floating-softmax", "unnormalized-softmax", "floating-normalization": [Setting("count", "16")]
      case "floating-dot-product", "floating-accumulator": [Setting("count", "150")]
      default: [Setting("count", "400")]
      }
    return try Catalog.entry(entry).block(configuration: configuration, settings: [], workload: workload)
  }
}

extension Checkout {
  /// Builds models with the Verilator of this release.
  static func builder(_ release: VerilatorInstallation.Release) throws -> ModelBuilder {
    let box = Toolbox()
    guard let verilator = box.verilators().first(where: { $0.release == release }) else {
      throw ToolMissing(
        tool: "verilator \(release.major).\(release.minor)", searched: ["PATH", ".tools"], remedy: "run 'make setup'")
    }
    return try ModelBuilder(
      toolchain: Toolchain(
        verilator: verilator, compiler: box.compiler(), includeFolders: box.includeFolders,
        libraryFolders: box.libraryFolders), cache: ModelCache(folder: ".systole/test-cache"))
  }
}
