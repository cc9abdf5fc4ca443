/// A stack and its power as one JSON file.
///
///     {"width": 0.01, "height": 0.01,
///      "tiers": [{"name": "logic", "grid": [[10, 20], [20, 10]]},
///                {"name": "memory", "blocks": [{"name": "bank", "x": 0, "y": 0, "width": 0.005, "height": 0.01, "watts": 3}],
///                 "bond": {"thickness": 20e-6, "material": {"conductivity": 0.25, "capacity": 2e6}}}]}
///
/// Lengths are metres and powers watts; the first tier is nearest to the sink. `silicon`, `bond` and `package` are optional;
/// a key that is none of these is refused.
public struct ThermalRequest: Sendable, Decodable {
  /// The stack.
  public let stack: ThermalStack
  /// The power.
  public let power: PowerMap

  /// A request.
  public init(_ stack: ThermalStack, _ power: PowerMap) { (self.stack, self.power) = (stack, power) }

  private struct Tier: Decodable {
    var name: String
    var silicon, bond: ThermalLayer?
    var grid: [[Double]]?
    var blocks: [PowerBlock]?
  }

  private enum CodingKeys: String, CodingKey { case width, height, tiers, package }

  /// Reads a request.
  public init(from decoder: any Decoder) throws {
    try RequestKeys(from: decoder).check()
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let (width, height) = (
      try values.decode(Double.self, forKey: .width), try values.decode(Double.self, forKey: .height)
    )
    let tiers = try values.decode([Tier].self, forKey: .tiers)
    let package = try values.decodeIfPresent(ThermalPackage.self, forKey: .package)
    var (layers, power) = ([ThermalStack.Tier](), [[PowerBlock]]())
    for tier in tiers {
      var layer = ThermalStack.Tier(tier.name)
      if let silicon = tier.silicon { layer.silicon = silicon }
      if let bond = tier.bond { layer.bond = bond }
      layers.append(layer)
      if let grid = tier.grid {
        guard tier.blocks == nil else {
          throw HeTraXError.request("tier '\(tier.name)' has a grid and blocks: give one of them")
        }
        guard let count = grid.first?.count, count > 0, grid.allSatisfy({ $0.count == count }) else {
          throw HeTraXError.request("the grid of tier '\(tier.name)' has rows of unequal length, or none")
        }
        power += PowerMap(grids: [grid], width: width, height: height).tiers
      } else {
        power.append(tier.blocks ?? [])
      }
    }
    stack = ThermalStack(width: width, height: height, tiers: layers, package: package ?? ThermalPackage())
    self.power = PowerMap(tiers: power)
    try stack.validate()
    try self.power.validate(on: stack)
  }
}
