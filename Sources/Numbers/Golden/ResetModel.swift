/// A reset that begins with its request and ends a number of clock edges after it.
public struct ResetModel: Hashable, Sendable {
  /// Clock edges from the end of the request to the end of the reset.
  public let edges: Int
  /// Edges since the end of the request; none at power-up.
  private var passed = 0

  /// A reset that is active until `edges` edges have come.
  public init(edges: Int) { self.edges = edges }

  /// Whether the reset is active while `request` stands as it does.
  public func isActive(request: Bool) -> Bool { request || passed < edges }

  /// One clock edge.
  public mutating func clock(request: Bool) { passed = request ? 0 : min(passed + 1, edges) }
}
