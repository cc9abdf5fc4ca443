/// Which layers' feed-forward weights stay in the crossbars, how often each is there, and what is written for an inference.
public struct ResistivePlan: Hashable, Sendable {
  /// What happens where not all layers fit.
  public enum Policy: String, Hashable, Sendable, CaseIterable, Codable {
    /// All layers pass through all crossbars, one behind the other: every cell wears alike.
    case stream
    /// As many layers as possible stay; the others pass through the crossbars of two.
    case pinned
  }

  /// Crossbars of a layer, and of the machine.
  public let layerCrossbars, crossbars: Int
  /// Layers that fit at once; 0 where not even one does.
  public let capacity: Int
  /// Parts in which a layer passes where it does not fit: all tokens meet each part, and every part is written before.
  public let parts: Int
  /// Layers that stay.
  public let resident: Int
  /// Layers that are written for each inference.
  public let streamed: Int
  /// Copies of a layer, each of which takes a part of the tokens.
  public let copies: Int
  /// Writes of each cell for an inference: of the cells that are written most, and the mean of all.
  public let writes: (most: Double, mean: Double)
  /// Seconds in which a layer is written, its tiles at once and the crossbars of a tile one after the other.
  public let loadSeconds: Double
  /// Crossbars that are written for an inference.
  public let written: Int

  /// Plans a workload.
  ///
  /// - Parameter copies: of each layer; nil for as many as fit where all layers stay, and one where not.
  /// - Throws: ``HeTraXError`` where the copies do not fit.
  public init(
    _ workload: HeTraXWorkload, on machine: HeTraXMachine, policy: Policy = .stream, copies wanted: Int? = nil
  ) throws(HeTraXError) {
    let core = machine.resistive
    let weights = core.crossbarWeights
    // Each of the two matrices in whole crossbars.
    let columns = core.geometry.columns * core.geometry.cellBits / core.weightBits
    func blocks(_ rows: Int, _ outputs: Int) -> Int {
      (rows + core.geometry.rows - 1) / core.geometry.rows * ((outputs + columns - 1) / columns)
    }
    guard weights > 0, columns > 0 else { throw .request("a weight does not fit a row of a crossbar") }
    let one = blocks(workload.features, workload.inner) + blocks(workload.inner, workload.features)
    let all = machine.crossbars
    let tiles = machine.count(.resistive) * core.tiles
    let fit = all / one
    guard all > 0 else { throw .request("\(machine.name) has no crossbars") }
    (layerCrossbars, crossbars, capacity) = (one, all, fit)
    parts = (one + all - 1) / all
    guard fit > 0 else {
      if let wanted, wanted != 1 { throw .range("copies", wanted, 1...1) }
      let wear = Double(workload.layers * one) / Double(all)
      (copies, resident, streamed, written) = (1, 0, workload.layers, workload.layers * one)
      writes = (Double(workload.layers * parts), wear)
      loadSeconds = Double((one + tiles - 1) / tiles) * core.writeSeconds
      return
    }
    let copies = wanted ?? max(1, fit >= workload.layers ? fit / workload.layers : 1)
    guard copies > 0, copies <= fit else { throw .range("copies", copies, 1...fit) }
    self.copies = copies
    let slots = fit / copies
    if slots >= workload.layers {
      (resident, streamed, writes) = (workload.layers, 0, (0, 0))
    } else if policy == .stream || slots < 3 {
      (resident, streamed) = (0, workload.layers)
      let mean = Double(workload.layers * copies * one) / Double(slots * copies * one)
      writes = (mean, mean)
    } else {
      (resident, streamed) = (slots - 2, workload.layers - slots + 2)
      writes = (Double(streamed) / 2, Double(streamed) / Double(slots))
    }
    loadSeconds = Double((one * copies + tiles - 1) / tiles) * core.writeSeconds
    written = streamed * copies * one
  }

  /// Seconds until the cells that are written most have seen so many writes; infinite where none is written.
  public func lifetime(endurance: Double, inferencesPerSecond: Double) -> Double {
    writes.most == 0 ? .infinity : endurance / (writes.most * inferencesPerSecond)
  }

  public static func == (a: ResistivePlan, b: ResistivePlan) -> Bool { a.key == b.key }
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }
  private var key: [Int] { [layerCrossbars, crossbars, capacity, resident, streamed, copies, written] }
}
