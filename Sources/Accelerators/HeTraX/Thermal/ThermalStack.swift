/// What a layer conducts and stores.
public struct ThermalMaterial: Hashable, Sendable, Codable {
  /// W/(m·K), above 0.
  public var conductivity: Double
  /// J/(m³·K), above 0.
  public var capacity: Double

  /// A material of W/(m·K) and J/(m³·K).
  public init(conductivity: Double, capacity: Double) {
    (self.conductivity, self.capacity) = (conductivity, capacity)
  }

  /// Silicon of HotSpot's default configuration.
  public static let silicon = ThermalMaterial(conductivity: 100, capacity: 1.75e6)
  /// Thermal interface material of HotSpot's default configuration.
  public static let interface = ThermalMaterial(conductivity: 4, capacity: 4e6)
  /// Spreader and sink of HotSpot's default configuration.
  public static let copper = ThermalMaterial(conductivity: 400, capacity: 3.55e6)
  /// What bonds two tiers where nothing else is said: an adhesive without the metal of vias. A default, not published for a
  /// machine; see ``ThermalStack``.
  public static let adhesive = ThermalMaterial(conductivity: 0.25, capacity: 2e6)
}

/// A layer: thickness and material.
public struct ThermalLayer: Hashable, Sendable, Codable {
  /// Metres, above 0.
  public var thickness: Double
  /// Material.
  public var material: ThermalMaterial

  /// A layer of so many metres.
  public init(thickness: Double, material: ThermalMaterial) {
    (self.thickness, self.material) = (thickness, material)
  }

  /// K/W through an area of so many m².
  public func resistance(area: Double) -> Double { thickness / (material.conductivity * area) }
}

/// Tiers of silicon bonded over each other, below interface material, spreader, sink and moving air.
///
/// Tier 0 is nearest to the sink. Heat leaves by the sink alone; the side of the board is taken as a perfect insulator. The bond
/// layer decides most temperatures of a stack: 20 µm at 0.25 W/(m·K) are 0.8 K/W for a square centimetre, fifty times
/// as much as 150 µm of silicon. It is therefore a parameter of every tier, and a conclusion about the order of tiers
/// holds for a bond layer and no further.
public struct ThermalStack: Hashable, Sendable {
  /// A tier.
  public struct Tier: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The silicon in which power turns to heat.
    public var silicon: ThermalLayer
    /// What bonds it to the tier that is nearer to the sink; without use for tier 0.
    public var bond: ThermalLayer

    /// A tier; HotSpot's 150 µm of silicon, and 20 µm of adhesive.
    public init(
      _ name: String, silicon: ThermalLayer = ThermalLayer(thickness: 150e-6, material: .silicon),
      bond: ThermalLayer = ThermalLayer(thickness: 20e-6, material: .adhesive)
    ) {
      (self.name, self.silicon, self.bond) = (name, silicon, bond)
    }
  }

  /// Metres of the die, for all tiers.
  public var width, height: Double
  /// The tiers, that nearest to the sink first.
  public var tiers: [Tier]
  /// What cools them.
  public var package: ThermalPackage

  /// A stack on a die of so many metres.
  public init(width: Double, height: Double, tiers: [Tier], package: ThermalPackage = ThermalPackage()) {
    (self.width, self.height, self.tiers, self.package) = (width, height, tiers, package)
  }

  /// m² of the die.
  public var area: Double { width * height }

  /// The same with bond layers of another thickness in metres and conductivity in W/(m·K).
  public func bonded(thickness: Double? = nil, conductivity: Double? = nil) -> ThermalStack {
    var result = self
    for tier in result.tiers.indices {
      if let thickness { result.tiers[tier].bond.thickness = thickness }
      if let conductivity { result.tiers[tier].bond.material.conductivity = conductivity }
    }
    return result
  }

  /// Refuses stacks that cannot be.
  ///
  /// - Throws: ``HeTraXError``.
  public func validate() throws(HeTraXError) {
    guard (1...32).contains(tiers.count) else { throw .range("tiers", tiers.count, 1...32) }
    func positive(_ name: String, _ value: Double) throws(HeTraXError) {
      guard value > 0, value < 1e12 else { throw .notPositive(name, value) }
    }
    try positive("width", width)
    try positive("height", height)
    for tier in tiers {
      for (name, layer) in [("silicon", tier.silicon), ("bond", tier.bond)] {
        try positive("\(tier.name): thickness of \(name)", layer.thickness)
        try positive("\(tier.name): conductivity of \(name)", layer.material.conductivity)
        try positive("\(tier.name): capacity of \(name)", layer.material.capacity)
      }
    }
    for (name, layer) in [
      ("interface", package.interface), ("spreader", package.spreader), ("sink", package.sink),
    ] {
      try positive("thickness of \(name)", layer.thickness)
      try positive("conductivity of \(name)", layer.material.conductivity)
      try positive("capacity of \(name)", layer.material.capacity)
    }
    try positive("convection resistance", package.convectionResistance)
    try positive("ambient", package.ambient)
    guard package.convectionCapacity >= 0, package.convectionCapacity < 1e12 else {
      throw .notPositive("convection capacity", package.convectionCapacity)
    }
    guard max(width, height) <= package.spreaderSide, package.spreaderSide <= package.sinkSide else {
      throw .request("the die must fit the spreader, and the spreader the sink")
    }
  }
}

/// Interface material, spreader, sink and air, of HotSpot's default configuration where nothing else is said.
public struct ThermalPackage: Hashable, Sendable, Codable {
  /// Between the die and the spreader, as large as the die.
  public var interface = ThermalLayer(thickness: 20e-6, material: .interface)
  /// The spreader.
  public var spreader = ThermalLayer(thickness: 1e-3, material: .copper)
  /// Metres of a side of the spreader.
  public var spreaderSide = 3e-2
  /// The sink.
  public var sink = ThermalLayer(thickness: 6.9e-3, material: .copper)
  /// Metres of a side of the sink.
  public var sinkSide = 6e-2
  /// K/W from the whole sink to the air.
  public var convectionResistance = 0.1
  /// J/K of the fins, in addition to the sink's own.
  public var convectionCapacity = 140.4
  /// Kelvins of the air.
  public var ambient = 318.15

  /// Kelvins at which HotSpot's dynamic thermal management starts.
  public static let threshold = 354.95

  /// HotSpot's default configuration.
  public init() {}

  /// A package of which only some values are given.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func take<V: Decodable>(_ key: CodingKeys, _ path: WritableKeyPath<ThermalPackage, V>) throws {
      if let value = try values.decodeIfPresent(V.self, forKey: key) { self[keyPath: path] = value }
    }
    try take(.interface, \.interface)
    try take(.spreader, \.spreader)
    try take(.spreaderSide, \.spreaderSide)
    try take(.sink, \.sink)
    try take(.sinkSide, \.sinkSide)
    try take(.convectionResistance, \.convectionResistance)
    try take(.convectionCapacity, \.convectionCapacity)
    try take(.ambient, \.ambient)
  }
}
