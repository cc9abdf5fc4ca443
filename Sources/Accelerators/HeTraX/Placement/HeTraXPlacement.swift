/// Where the cores stand and which routers have links: what a search of placements changes.
///
/// A site is a place for a core; sites are numbered as the cores of the machine, tier by tier. A site keeps its number when
/// tiers change their order.
public struct HeTraXPlacement: Hashable, Sendable, Codable {
  /// Tier i from the sink is tier `order[i]` of the machine.
  public var order: [Int]
  /// The core at each site.
  public var cores: [Int]
  /// Pairs of sites, the smaller one first, in rising order.
  public var links: [[Int]]

  /// A placement.
  public init(order: [Int], cores: [Int], links: [[Int]]) {
    (self.order, self.cores) = (order, cores)
    self.links = links.map { $0.sorted() }.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
  }
}

/// A placement and its objectives, all of which are to be small.
public struct PlacedPoint: Hashable, Sendable, Codable {
  /// The placement.
  public var placement: HeTraXPlacement
  /// A value for each objective of the problem.
  public var objectives: [Double]

  /// A point.
  public init(_ placement: HeTraXPlacement, _ objectives: [Double]) {
    (self.placement, self.objectives) = (placement, objectives)
  }

  /// Whether it is nowhere worse than another point and somewhere better.
  public func dominates(_ other: PlacedPoint) -> Bool { Self.dominates(objectives, other.objectives) }

  static func dominates(_ a: [Double], _ b: [Double]) -> Bool {
    var isBetter = false
    for index in a.indices {
      if a[index] > b[index] { return false }
      if a[index] < b[index] { isBetter = true }
    }
    return isBetter
  }
}
