import Engine
import Netlist
import Simulator

/// Counts in each cycle how many words are in each FIFO of a running model.
final class OccupancyCounter {
  private struct Gauge {
    let path: String
    let depth: Int
    let entered: RegisterProbe
    let left: RegisterProbe?
    var maximum = 0
    var sum = 0
    var fullCycles = 0
  }

  private let model: NativeModel
  private let resets: [(pin: Pin, active: UInt64)]
  private var gauges: [Gauge] = []
  private var cycles = 0
  /// What registers hold before the first reset means nothing.
  private var wasReset: Bool

  /// Follows `model`, which is in its initial state.
  ///
  /// - Parameter design: The instance of the design in the model, where checkers stand beside it; nil for the model's top.
  init(_ model: NativeModel, design: String? = nil) {
    self.model = model
    let levels = design == nil ? 1 : 2
    resets = model.interface.clocks.enumerated().compactMap { index, clock in
      model.resetPin(ofClock: index).map { ($0, clock.resetPolarity == .activeHigh ? 1 : 0) }
    }
    wasReset = resets.isEmpty
    for kind in QueueKind.allCases {
      let entered = model.registers(kind.registers.entered) { QueueKind($0) == kind }
      let left = kind.registers.left.map { name in model.registers(name) { QueueKind($0) == kind } }
      for (index, probe) in entered.enumerated() {
        guard let depth = kind.depth(of: probe.module) else { continue }
        let names = probe.instance.split(separator: ".")
        if let design, names.count < 2 || names[1] != design { continue }
        let path = names.dropFirst(levels).joined(separator: ".")
        gauges.append(Gauge(path: path, depth: depth, entered: probe, left: left?[index]))
      }
    }
  }

  /// The model, counted in every step.
  var engine: WatchedEngine { WatchedEngine(model) { [self] _, _ in sample() } }

  /// Takes the cycle as it stands before its clock edge.
  private func sample() {
    for reset in resets where reset.pin.unsigned == reset.active {
      wasReset = true
      return
    }
    guard wasReset else { return }
    cycles += 1
    for index in gauges.indices {
      var count = model.value(of: gauges[index].entered)
      if let left = gauges[index].left {
        count = (count &- model.value(of: left)) & (1 << UInt64(left.width) &- 1)
      }
      let words = Int(count)
      gauges[index].maximum = max(gauges[index].maximum, words)
      gauges[index].sum += words
      if words >= gauges[index].depth { gauges[index].fullCycles += 1 }
    }
  }

  /// What was counted, by the order of the modules and instances.
  var uses: [QueueUse] {
    gauges.map {
      QueueUse(
        queue: $0.path, depth: $0.depth, maximum: $0.maximum, mean: Double($0.sum) / Double(max(1, cycles)),
        fullCycles: $0.fullCycles, cycles: cycles)
    }
  }
}
