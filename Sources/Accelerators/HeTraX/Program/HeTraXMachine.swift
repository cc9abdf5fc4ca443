public import AnalogMacros
public import Network

/// What a core is.
public enum HeTraXCore: String, Hashable, Sendable, Codable, CaseIterable {
  /// Streaming multiprocessor: attention, normalisation.
  case streaming = "sm"
  /// Memory controller with a slice of the second-level cache.
  case memory = "mc"
  /// Tiles of crossbars: the feed-forward part.
  case resistive = "reram"
}

/// A tier: a grid of cores that fill the die.
public struct HeTraXTier: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Cores in x and y.
  public var columns, rows: Int
  /// The cores, row by row from the lower edge.
  public var cores: [HeTraXCore]

  /// A tier of `columns` × `rows` cores.
  public init(_ name: String, columns: Int, rows: Int, cores: [HeTraXCore]) {
    (self.name, self.columns, self.rows, self.cores) = (name, columns, rows, cores)
  }

  /// Whether its cores are crossbars.
  public var isResistive: Bool { cores.contains(.resistive) }
}

/// A core made of tiles of crossbars.
public struct ResistiveCore: Hashable, Sendable {
  /// Tiles of the core, and crossbars of a tile.
  public var tiles, crossbars: Int
  /// Cells and converters of a crossbar.
  public var geometry: CrossbarGeometry
  /// Bits of a weight, and planes of an input.
  public var weightBits, inputBits: Int
  /// Seconds of a plane: drive, converters, shift and add.
  public var planeSeconds: Double
  /// Seconds to write a whole crossbar; the crossbars of a tile are written one after the other.
  public var writeSeconds: Double

  /// Sixteen tiles of 96 crossbars; times of PUMA-class components.
  public init(
    tiles: Int = 16, crossbars: Int = 96,
    geometry: CrossbarGeometry = CrossbarGeometry(converterBits: 8), weightBits: Int = 8, inputBits: Int = 8,
    planeSeconds: Double = 100e-9, writeSeconds: Double = 10.97e-6
  ) {
    (self.tiles, self.crossbars, self.geometry) = (tiles, crossbars, geometry)
    (self.weightBits, self.inputBits) = (weightBits, inputBits)
    (self.planeSeconds, self.writeSeconds) = (planeSeconds, writeSeconds)
  }

  /// Weights of a crossbar.
  public var crossbarWeights: Int { geometry.rows * geometry.columns * geometry.cellBits / weightBits }
  /// Seconds in which a copy of a matrix takes a token.
  public var tokenSeconds: Double { Double(inputBits) * planeSeconds }
}

/// How fast streaming multiprocessors are. One model a report: figures of the two are never put together.
public enum StreamingModel: Hashable, Sendable {
  /// Timing alone, of a multiprocessor of the Volta class: not hardware of this project.
  case volta(VoltaTiming)
  /// The small core of this project: so many multiply-accumulates of 8 bits each cycle, at a clock in hertz, full whenever it works.
  case lite(macsPerCycle: Int, clock: Double)

  /// Operations of a core each second: two for a multiply-accumulate.
  public var operationsPerSecond: Double {
    switch self {
    case .volta(let timing): timing.operationsPerSecond
    case .lite(let macs, let clock): 2 * Double(macs) * clock
    }
  }

  /// What reports call it.
  public var name: String {
    switch self {
    case .volta: "timing of a Volta-class multiprocessor"
    case .lite: "SM-lite"
    }
  }
}

/// A multiprocessor of the Volta class as two numbers of a data sheet: 125 TFLOPS of tensor cores and 300 W for 80 of them.
public struct VoltaTiming: Hashable, Sendable {
  /// Operations a second.
  public var operationsPerSecond = 125e12 / 80
  /// Watts while it works.
  public var watts = 300.0 / 80

  /// The data sheet's.
  public init() {}

  /// Joules of an operation at the greatest speed.
  public var joulesPerOperation: Double { watts / operationsPerSecond }
}

/// Tiers of cores over each other, and what they are made of.
///
/// The counts of ``reference`` are defaults, not published: no figure that follows from them is a claim about a paper.
public struct HeTraXMachine: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// The tiers, that nearest to the sink first.
  public var tiers: [HeTraXTier]
  /// The multiprocessors.
  public var streaming: StreamingModel
  /// The cores of crossbars.
  public var resistive: ResistiveCore
  /// Bits of a flit.
  public var flitBits: Int
  /// Hertz of the network.
  public var networkClock: Double
  /// Bytes each second of all memory controllers together.
  public var memoryBandwidth: Double
  /// Metres of a side of the die.
  public var dieSide: Double
  /// What bonds two tiers.
  public var bond: ThermalLayer

  /// A machine.
  public init(
    _ name: String, tiers: [HeTraXTier], streaming: StreamingModel, resistive: ResistiveCore, flitBits: Int = 64,
    networkClock: Double = 1e9, memoryBandwidth: Double = 900e9, dieSide: Double = 1e-2,
    bond: ThermalLayer = ThermalLayer(thickness: 20e-6, material: .adhesive)
  ) {
    (self.name, self.tiers, self.streaming) = (name, tiers, streaming)
    (self.resistive, self.flitBits, self.networkClock) = (resistive, flitBits, networkClock)
    (self.memoryBandwidth, self.dieSide, self.bond) = (memoryBandwidth, dieSide, bond)
  }

  /// Four tiers: 21 multiprocessors and six memory controllers on three, sixteen cores of crossbars on the one farthest from
  /// the sink.
  public static let reference = HeTraXMachine(
    "hetrax.ref",
    // Counts, order and grids: default, not published. Tiles and crossbars: default, not published.
    tiers: (0..<3).map { HeTraXTier("sm-mc \($0)", columns: 3, rows: 3, cores: attentionCores) } + [
      HeTraXTier("reram", columns: 4, rows: 4, cores: [HeTraXCore](repeating: .resistive, count: 16))
    ], streaming: .volta(VoltaTiming()), resistive: ResistiveCore())

  // Where the controllers stand: default, not published.
  private static let attentionCores: [HeTraXCore] = (0..<9).map { [2, 6].contains($0) ? .memory : .streaming }

  /// Two tiers: two small multiprocessors and a memory controller over two cores of crossbars.
  public static let tiny = HeTraXMachine(
    "hetrax.tiny",
    tiers: [
      HeTraXTier("reram", columns: 2, rows: 1, cores: [.resistive, .resistive]),
      HeTraXTier("sm-mc", columns: 3, rows: 1, cores: [.streaming, .memory, .streaming]),
    ], streaming: .lite(macsPerCycle: 64, clock: 1e9),
    resistive: ResistiveCore(
      tiles: 2, crossbars: 4, geometry: CrossbarGeometry(rows: 32, columns: 32, converterBits: 7)),
    memoryBandwidth: 16e9, dieSide: 2e-3)

  /// The named machines.
  public static let named: [(name: String, machine: HeTraXMachine)] = [("ref", reference), ("tiny", tiny)]

  /// All cores, tier by tier.
  public var cores: [HeTraXCore] { tiers.flatMap(\.cores) }
  /// Cores of a kind.
  public func count(_ core: HeTraXCore) -> Int { cores.count { $0 == core } }

  /// Crossbars of all cores.
  public var crossbars: Int { count(.resistive) * resistive.tiles * resistive.crossbars }
  /// Bytes that all cells hold.
  public var crossbarBytes: Int {
    crossbars * resistive.geometry.rows * resistive.geometry.columns * resistive.geometry.cellBits / 8
  }

  /// The same with tiers in another order: tier i of the result is tier `order[i]`.
  public func reordered(_ order: [Int]) -> HeTraXMachine {
    var result = self
    result.tiers = order.map { tiers[$0] }
    return result
  }

  /// The same with the tier of crossbars at a place, 0 at the sink; the others keep their order.
  public func withResistiveTier(at place: Int) -> HeTraXMachine {
    guard let old = tiers.firstIndex(where: \.isResistive), tiers.indices.contains(place) else { return self }
    var order = Array(tiers.indices)
    order.insert(order.remove(at: old), at: place)
    return reordered(order)
  }

  /// The tiers as layers of heat.
  public var stack: ThermalStack {
    ThermalStack(
      width: dieSide, height: dieSide, tiers: tiers.map { ThermalStack.Tier($0.name, bond: bond) })
  }

  /// Watts of every core as blocks.
  ///
  /// - Parameter watts: of each core, tier by tier.
  public func powerMap(_ watts: [Double]) -> PowerMap {
    precondition(watts.count == cores.count, "\(watts.count) powers for \(cores.count) cores")
    var next = 0
    return PowerMap(
      tiers: tiers.map { tier in
        let (w, h) = (dieSide / Double(tier.columns), dieSide / Double(tier.rows))
        return tier.cores.enumerated().map { place, core in
          defer { next += 1 }
          return PowerBlock(
            "\(core.rawValue)\(next)", x: Double(place % tier.columns) * w, y: Double(place / tier.columns) * h,
            width: w, height: h, watts: watts[next])
        }
      })
  }

  /// A mesh in every tier, and a link between the routers of neighbouring tiers that stand at the same column and row. Routers
  /// are numbered as cores.
  ///
  /// - Throws: `NetworkError`.
  public func mesh() throws(NetworkError) -> NetworkTopology {
    var (routers, links, starts) = ([NetworkRouter](), [NetworkLink](), [Int]())
    for (z, tier) in tiers.enumerated() {
      starts.append(routers.count)
      for place in tier.cores.indices {
        let (x, y) = (place % tier.columns, place / tier.columns)
        let here = routers.count
        routers.append(NetworkRouter("r\(here)", at: NetworkPosition(x, y, z)))
        if x > 0 { links.append(NetworkLink(here - 1, here)) }
        if y > 0 { links.append(NetworkLink(here - tier.columns, here)) }
        if z > 0, x < tiers[z - 1].columns, y < tiers[z - 1].rows {
          links.append(NetworkLink(starts[z - 1] + y * tiers[z - 1].columns + x, here))
        }
      }
    }
    return try NetworkTopology(
      name: "\(name) mesh", routers: routers, links: links, nodes: Self.nodes(cores))
  }

  /// The same cores in one plane: a mesh, row by row, as square as it goes.
  ///
  /// - Throws: `NetworkError`.
  public func planarMesh() throws(NetworkError) -> NetworkTopology {
    let count = cores.count
    var side = 1
    while side * side < count { side += 1 }
    var links: [NetworkLink] = []
    let routers = (0..<count).map { here in
      if here % side > 0 { links.append(NetworkLink(here - 1, here)) }
      if here >= side { links.append(NetworkLink(here - side, here)) }
      return NetworkRouter("r\(here)", at: NetworkPosition(here % side, here / side))
    }
    return try NetworkTopology(
      name: "\(name) plane", routers: routers, links: links, nodes: Self.nodes(cores))
  }

  /// A node for each core at the router of its number.
  static func nodes(_ cores: [HeTraXCore]) -> [NetworkNode] {
    cores.enumerated().map { NetworkNode("\($1.rawValue)\($0)", router: $0) }
  }
}
