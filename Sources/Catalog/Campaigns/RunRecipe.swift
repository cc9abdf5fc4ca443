import Catalog
import Entries

/// A block of the catalog by name, its parameters, and the conditions of its runs: all that decides them, in words that a
/// file or a command line can hold.
@dynamicMemberLookup
public struct RunRecipe: Hashable, Sendable {
  /// Name of the catalog entry.
  public var block: String
  /// The configuration to start from; nil for the default one.
  public var configuration: String?
  /// Changes to the parameters of the hardware.
  public var settings: [Setting] = []
  /// Changes to the parameters of the bench.
  public var workload: [Setting] = []
  /// Engine, reset, seed, stalls, and whose Verilog it is.
  public var conditions: RunConditions

  /// The default configuration of `block`.
  public init(block: String, _ conditions: RunConditions) {
    self.block = block
    self.conditions = conditions
  }

  /// The conditions, one by one.
  public subscript<Value>(dynamicMember path: WritableKeyPath<RunConditions, Value>) -> Value {
    get { conditions[keyPath: path] }
    set { conditions[keyPath: path] = newValue }
  }

  /// The block.
  public func catalogBlock() throws(CatalogError) -> any CatalogBlock {
    try Catalog.entry(block).block(configuration: configuration, settings: settings, workload: workload)
  }
}
