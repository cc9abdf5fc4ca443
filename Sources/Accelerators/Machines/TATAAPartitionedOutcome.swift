import Models
import NumberFormats
import TATAA
import TATAAHardware
import Transformer

/// What a run of one model on several cores of TATAA gave.
public struct TATAAPartitionedOutcome: Sendable {
  /// A step on the hardware.
  public struct Step: Sendable, Encodable {
    /// The node of the graph.
    public var node: String
    /// The cycles of each core, from the start to its last acknowledged store.
    public var cycles: [Int]
    /// The cycles of the step: those of the core that ended last.
    public var longest: Int { cycles.max() ?? 0 }
  }

  /// What the hardware did.
  struct Hardware: Sendable {
    var steps: [Step] = []
    var storesCompared = 0
    var bytesCompared = 0
    var failure: String?
    var simulatedCycles = 0
    var seconds = 0.0
    var hidden: Tensor<Float>?
    /// The steps of products of each core.
    var productSteps: [Int]

    init(cores: Int) { productSteps = [Int](repeating: 0, count: cores) }

    mutating func add(
      _ node: String, _ reports: [CoreReport], _ comparisons: [StoreComparison], simulatedCycles cycles: Int
    ) {
      simulatedCycles = cycles
      steps.append(Step(node: node, cycles: reports.map { $0.counters[.cycles] ?? 0 }))
      for (core, comparison) in comparisons.enumerated() {
        storesCompared += comparison.count
        bytesCompared += comparison.bytes
        guard failure == nil else { continue }
        let place = "step \(steps.count - 1), \(node), core \(core)"
        if let difference = comparison.difference {
          failure = "\(place): \(difference)"
        } else if reports.indices.contains(core), reports[core].status != .none {
          failure = "\(place): \(reports[core].status) at instruction \(reports[core].stoppedAt)"
        } else if reports.indices.contains(core), !comparison.isComplete {
          failure = "\(place): \(comparison.count) of \(comparison.total) stores came"
        }
      }
      for (core, report) in reports.enumerated() { productSteps[core] += report.counters[.busyMatrix] ?? 0 }
    }
  }

  /// The cores.
  public let cores: Int
  /// The steps of the programs, each of which ends with a barrier.
  public let barriers: Int
  /// The steps that the hardware ran; empty where the golden machines ran alone.
  public let steps: [Step]
  /// Whether the golden machines compute what the quantised model means, in every bit.
  public let goldenIsExact: Bool
  /// Stores of which every byte was right, and those of the golden machines.
  public let storesCompared, stores: Int
  /// Bytes of these that were right.
  public let bytesCompared: Int
  /// The first thing that was wrong on the hardware; nil where nothing was.
  public let failure: String?
  /// Whether the output of the hardware is that of the quantised model, in every bit; nil without hardware.
  public let hiddenIsExact: Bool?
  /// Cycles of all steps, one behind the other, each as long as its longest core; nil without hardware and where something was
  /// wrong. What the host does between two steps is not among them.
  public let cycles: Int?
  /// Cycles that were simulated, those of the host's registers among them.
  public let simulatedCycles: Int
  /// How long the simulation took; nil without hardware.
  public let seconds: Double?
  /// The same sum in the cycle model, and the cycles of the whole model on one core.
  public let modelCycles, oneCoreModelCycles: Int
  /// The share of `cycles` in which each core runs a program, before the longest one ends.
  public let running: [Double]
  /// The steps of products of each core; empty without hardware.
  public let productSteps: [Int]
  /// The output against the model in binary32.
  public let error: ApproximationError
  private let macs, macsPerCycle: Int
  private let hasStalls: Bool

  /// Whether every step of the chain agrees in every bit.
  public var isExact: Bool { goldenIsExact && failure == nil && hiddenIsExact ?? true }

  /// The share of the multiply-accumulates of all cores that the model needed, over ``cycles``.
  public var utilisation: Double? {
    cycles.map { Double(macs) / (Double($0) * Double(macsPerCycle * cores)) }
  }

  /// How many times fewer cycles than on one core, both in the cycle model.
  public var modelSpeedUp: Double { Double(oneCoreModelCycles) / Double(max(1, modelCycles)) }

  /// How far the cycles of the model are from those of the hardware, in percent of these; nil where they cannot be compared.
  public var modelErrorPercent: Double? {
    guard let cycles, cycles > 0, !hasStalls else { return nil }
    return 100 * abs(Double(modelCycles - cycles)) / Double(cycles)
  }

  init(_ prepared: TATAAPartitionedRun.Prepared, hardware: Hardware?, latency: Int, hasStalls: Bool) {
    let partitioned = prepared.partitioned
    let configuration = partitioned.configuration
    let model = CycleModel(configuration: configuration.with(cores: 1), latency: latency)
    self.hasStalls = hasStalls
    cores = configuration.cores
    barriers = partitioned.steps.count
    goldenIsExact = prepared.agrees
    stores = prepared.golden.stores.reduce(0) { $0 + $1.map(\.count).reduce(0, +) }
    (storesCompared, bytesCompared) = (hardware?.storesCompared ?? 0, hardware?.bytesCompared ?? 0)
    failure = hardware?.failure
    let expected = prepared.quantized.elements.map(\.bitPattern)
    hiddenIsExact = hardware.map { $0.hidden?.elements.map(\.bitPattern) == expected }
    steps = hardware?.steps ?? []
    let total = steps.reduce(0) { $0 + $1.longest }
    let isRight = hardware != nil && hardware?.failure == nil && steps.count == partitioned.steps.count
    cycles = isRight ? total : nil
    simulatedCycles = hardware?.simulatedCycles ?? 0
    seconds = hardware?.seconds
    modelCycles = partitioned.steps.reduce(0) { sum, step in
      sum + (step.programs.map { model.estimate($0).cycles }.max() ?? 0)
    }
    oneCoreModelCycles = model.estimate(partitioned.whole.program).cycles
    running =
      isRight
      ? (0..<configuration.cores).map { core in
        Double(hardware?.steps.reduce(0) { $0 + $1.cycles[core] } ?? 0) / Double(max(1, total))
      } : []
    productSteps = hardware?.productSteps ?? []
    error = ApproximationError(
      of: (hardware?.hidden ?? prepared.hidden).elements, reference: prepared.reference.elements)
    macs = partitioned.whole.multiplications.reduce(0, +)
    macsPerCycle = configuration.tileRows * configuration.tileColumns
  }
}
