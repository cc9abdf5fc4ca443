import Models
import NumberFormats
import TATAA
import TATAAHardware
import Transformer

/// What a run on TATAA gave.
public struct TATAAOutcome: Sendable {
  /// What the hardware did.
  public struct Hardware: Sendable {
    /// How the core ended.
    public var status: MachineStatus
    /// The instruction that the status is about.
    public var stoppedAt: Int
    /// The counters of the hardware.
    public var counters: [TATAAAccelerator.Counter: Int]
    /// Stores of which every byte was right, and those that the golden machine made.
    public var storesCompared, stores: Int
    /// Bytes of these that were right.
    public var bytesCompared: Int
    /// The first byte that was wrong; nil where none was.
    public var difference: String?
    /// Cycles that were simulated, those of the host's registers among them.
    public var simulatedCycles: Int
    /// How long that took.
    public var seconds: Double
    /// The cycle in which each store was complete, in the order of the golden machine's stores.
    let storeCycles: [Int]

    /// Whether the program ended with END, and all stores were those of the golden machine.
    public var isExact: Bool { status == .none && difference == nil && storesCompared == stores }
    /// Cycles from the start of the core to its last acknowledgement.
    public var cycles: Int { counters[.cycles] ?? 0 }
  }

  /// A node of the graph: its instructions, and in the hardware the cycles from the last store of the node before it to its own
  /// last store.
  public struct Layer: Sendable, Encodable {
    /// The node.
    public var name: String
    /// Its instructions and stores.
    public var instructions, stores: Int
    /// Its cycles; nil without hardware, and for a node that stores nothing.
    public var cycles: Int?
    /// Its cycles in the cycle model; nil for a node that stores nothing.
    public var modelCycles: Int?
    /// The multiply-accumulates that the model needs in it.
    public var multiplications: Int
    /// In the cycle model, the cycles from the issue of the last instruction before it to that of its own last one.
    public var issueCycles: Int
    /// What these waited for, by cause.
    public var stalls: [String: Int]
  }

  /// The last layer's output, tokens × features: of the hardware, or of the golden machine where no hardware ran.
  public let hidden: Tensor<Float>
  /// What the hardware did; nil where the golden machine ran alone.
  public let hardware: Hardware?
  /// Whether the golden machine computes what the quantised model means, in every bit.
  public let goldenIsExact: Bool
  /// Whether the output of the hardware is that of the quantised model, in every bit.
  public let hiddenIsExact: Bool
  /// The output against the model in binary32.
  public let error: ApproximationError
  /// The same of the mean over the tokens, where the model is an encoder: what sentence embeddings are made of.
  public let pooledError: ApproximationError
  /// The events of the golden machine by name.
  public let events: [String: Int]
  /// The nodes in their order.
  public let layers: [Layer]
  /// What the cycle model says of the program, with a memory that does not stall.
  public let estimate: CycleEstimate
  /// Whether the memory of the hardware stalled, as that of the model never does.
  public let hasStalls: Bool
  /// Multiply-accumulates that the machine can make in a cycle.
  public let macsPerCycle: Int
  private let macs: Int

  /// Whether every step of the chain agrees in every bit.
  public var isExact: Bool { goldenIsExact && hiddenIsExact && hardware?.isExact ?? true }
  /// The share of the machine's multiply-accumulates that the model needed, from start to end, without those of rows and
  /// columns that a tile has beyond its matrices; nil without hardware, and where a store was wrong.
  public var utilisation: Double? {
    hardware.flatMap { $0.isExact && $0.cycles > 0 ? Double(macs) / (Double($0.cycles) * Double(macsPerCycle)) : nil }
  }

  /// How far the cycles of the model are from those of the hardware, in percent of these; nil without hardware, where a store
  /// was wrong, and where the memory stalled at random.
  public var modelErrorPercent: Double? {
    guard let hardware, hardware.isExact, hardware.cycles > 0, !hasStalls else { return nil }
    return 100 * abs(Double(estimate.cycles - hardware.cycles)) / Double(hardware.cycles)
  }

  init(_ prepared: TATAARun.Prepared, hidden: Tensor<Float>, hardware: Hardware?, latency: Int, hasStalls: Bool) {
    let configuration = prepared.compiled.configuration
    let estimates = CycleModel(configuration: configuration, latency: latency)
      .estimate(prepared.compiled.program, parts: prepared.compiled.parts.map(\.instructions))
    estimate = estimates.program
    self.hasStalls = hasStalls
    self.hidden = hidden
    self.hardware = hardware
    goldenIsExact = prepared.agrees
    hiddenIsExact = hidden.elements.map(\.bitPattern) == prepared.quantized.elements.map(\.bitPattern)
    error = ApproximationError(of: hidden.elements, reference: prepared.reference.elements)
    pooledError = ApproximationError(
      of: Self.mean(hidden, prepared.sequence), reference: Self.mean(prepared.reference, prepared.sequence))
    events = prepared.golden.counters.byName
    macs = prepared.compiled.multiplications.reduce(0, +)
    macsPerCycle = configuration.tileRows * configuration.tileColumns
    layers = Self.layers(prepared, hardware, estimate, estimates.parts)
  }

  private static func mean(_ rows: Tensor<Float>, _ sequence: TokenSequence) -> [Float] {
    let features = rows.shape[1]
    var sum = [Float](repeating: 0, count: features)
    for (row, isSeen) in sequence.attentionMask.enumerated() where isSeen {
      for feature in 0..<features { sum[feature] += rows.elements[row * features + feature] }
    }
    return sum
  }

  private static func layers(
    _ prepared: TATAARun.Prepared, _ hardware: Hardware?, _ estimate: CycleEstimate, _ parts: [CycleEstimate]
  ) -> [Layer] {
    var position = 0
    var (before, modelBefore) = (0, 0)
    let stores = prepared.golden.stores
    return prepared.compiled.parts.enumerated().map { index, part in
      let first = position
      while position < stores.count, stores[position].instruction < part.instructions.upperBound { position += 1 }
      var cycles: Int?
      if position > first, let hardware, hardware.storeCycles.indices.contains(position - 1) {
        cycles = hardware.storeCycles[position - 1] - before
        before = hardware.storeCycles[position - 1]
      }
      var modelCycles: Int?
      if position > first, estimate.storeCycles.indices.contains(position - 1) {
        modelCycles = estimate.storeCycles[position - 1] - modelBefore
        modelBefore = estimate.storeCycles[position - 1]
      }
      return Layer(
        name: part.node, instructions: part.instructions.count, stores: position - first, cycles: cycles,
        modelCycles: modelCycles, multiplications: prepared.compiled.multiplications[index],
        issueCycles: parts[index].cycles,
        stalls: Dictionary(uniqueKeysWithValues: parts[index].stalls.map { ($0.key.rawValue, $0.value) }))
    }
  }
}

extension TATAAOutcome.Hardware {
  init(_ report: CoreReport, _ comparison: StoreComparison, simulatedCycles: Int, seconds: Double) {
    self.init(
      status: report.status, stoppedAt: report.stoppedAt, counters: report.counters, storesCompared: comparison.count,
      stores: comparison.total, bytesCompared: comparison.bytes, difference: comparison.difference?.description,
      simulatedCycles: simulatedCycles, seconds: seconds, storeCycles: comparison.cycles)
  }
}
