import ArgumentParser
import Catalog
import Entries
import Packaging

/// The choice of a machine that is packaged or synthesised like a block.
struct MachineBlockOptions: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp("The sizes of a machine to start from. Default: tiny.", valueName: "name"))
  var sizes: String?

  /// The machines.
  static let names = ["tataa"]

  /// Blocks and machines, for completion.
  static let completion = CompletionKind.list(Catalog.entries.map(\.name) + names)

  /// Refuses options of blocks for machines, and of machines for blocks.
  func check(_ name: String, _ options: BlockOptions, workload: [Setting] = []) throws {
    guard Self.names.contains(name) else {
      if sizes != nil { throw ValidationError("--config is for machines; a block has --configuration") }
      return
    }
    if options.configuration != nil { throw ValidationError("--configuration is for blocks; a machine has --config") }
    if !workload.isEmpty { throw ValidationError("--work is for blocks") }
  }

  /// The block of the catalog or the machine called `name`.
  func block(_ name: String, _ options: BlockOptions, workload: [Setting] = []) throws -> any CatalogBlock {
    guard Self.names.contains(name) else { return try options.block(name, workload: workload) }
    let settings = options.settings.flatMap { ["--set", "\($0.name)=\($0.value)"] }
    return try TATAABlock(TATAAOptions.parse(["--config", sizes ?? "tiny"] + settings).sizes())
  }
}
