/// Chooses for a product the loop order that moves the fewest tiles between buffers and lanes, partial sums included.
public struct DataflowChooser: Hashable, Sendable {
  /// The lanes that share a product.
  public var lanes: Int
  /// Whether a lane may be given a whole tile of the result at a time.
  public var allowsResults: Bool

  /// Describes the choice.
  public init(lanes: Int, allowsResults: Bool = true) {
    self.lanes = lanes
    self.allowsResults = allowsResults
  }

  /// All ways, the best first: of equal ones that by tile products, then the first in the alphabet.
  public func ranked(_ counts: TileCounts) -> [DataflowReuse] {
    var ways = LoopOrder.all.map { DataflowReuse(counts, order: $0, lanes: lanes) }
    if allowsResults {
      // Where k stands makes no difference then.
      let orders = LoopOrder.all.filter { $0.loops.last == .inner }
      ways += orders.map { DataflowReuse(counts, order: $0, lanes: lanes, assignment: .result) }
    }
    return ways.enumerated().sorted { ($0.element.travels, $0.offset) < ($1.element.travels, $1.offset) }.map(\.element)
  }

  /// The best way.
  public func best(_ counts: TileCounts) -> DataflowReuse { ranked(counts)[0] }
}
