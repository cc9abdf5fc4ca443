import Catalog
import Entries
import HDL
import Netlist
import Testbench
import Verilator

/// A run of a block's bench with everything that decides it: a file that repeats it anywhere.
@dynamicMemberLookup
public struct FailingCase: Hashable, Sendable {
  /// The version of the file that this program reads and writes.
  public static let version = 1

  /// The block, its parameters, and the conditions of the run.
  public var recipe: RunRecipe
  /// The mistake that is put into the block, by its number; nil for none.
  public var mutant: Int?
  /// Number of the run.
  public var run = 0
  /// Decides what state holds that the design does not define; nil for zeros.
  public var initialState: UInt64?
  /// What the random generators give; nil where the seed decides it.
  public var tapes: DrawTapes?
  /// Cycles of each run that a reset ends before the one that counts; nil for the bench's own choice.
  public var rehearsals: [Int]?

  /// The run with this number of `recipe`, drawn from its seed.
  public init(_ recipe: RunRecipe, run: Int = 0) {
    self.recipe = recipe
    self.recipe.seed = Seed(recipe.seed.value)
    self.run = run
    initialState = recipe.seed.derived("initial state", index: run).value
  }

  /// The run with this number of the default bench of `block` on the native engine.
  public init(block: String, seed: Seed, run: Int = 0) {
    self.init(RunRecipe(block: block, RunConditions(.native, seed: seed)), run: run)
  }

  /// The recipe, part by part.
  public subscript<Value>(dynamicMember path: WritableKeyPath<RunRecipe, Value>) -> Value {
    get { recipe[keyPath: path] }
    set { recipe[keyPath: path] = newValue }
  }

  /// The block.
  public func catalogBlock() throws(CatalogError) -> any CatalogBlock { try recipe.catalogBlock() }
}
