import ArgumentParser
import Campaigns
import Catalog
import Entries
import HDL
import Netlist

extension Setting: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// The choice of a block and its configuration.
struct BlockOptions: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Set a parameter of the hardware; may be repeated.", valueName: "name=value"))
  var settings: [Setting] = []

  @Option(help: "A configuration of the catalog to start from; 'systole list BLOCK' shows them.")
  var configuration: String?

  @Option(help: "Reset of the registers: sync or async.", completion: .list(["sync", "async"]))
  var reset: ResetChoice = .sync

  @Flag(help: "Make the reset active low; its port is then called reset_n.")
  var activeLow = false

  var resetStyle: ResetStyle {
    ResetStyle(reset == .sync ? .synchronous : .asynchronous, activeLow ? .activeLow : .activeHigh)
  }

  enum ResetChoice: String, ExpressibleByArgument, CaseIterable {
    case sync
    case async
  }

  /// What decides the runs of `block`.
  func recipe(_ block: String, workload: [Setting] = [], _ conditions: RunConditions) -> RunRecipe {
    var recipe = RunRecipe(block: block, conditions)
    recipe.configuration = configuration
    recipe.settings = settings
    recipe.workload = workload
    recipe.reset = resetStyle
    return recipe
  }

  func block(_ name: String, workload: [Setting] = []) throws(CatalogError) -> any CatalogBlock {
    try Catalog.entry(name).block(configuration: configuration, settings: settings, workload: workload)
  }
}

/// Names of blocks for completion.
let blockCompletion = CompletionKind.list(Catalog.entries.map(\.name))
