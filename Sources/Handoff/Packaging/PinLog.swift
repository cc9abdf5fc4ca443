import Engine
import Netlist
import Simulator
import Synchronization

/// What stood on all data ports in every cycle behind the reset, 64-bit words, in the order of the ports.
final class PinLog {
  private(set) var rows: [[[UInt64]]] = []
  private let pins: [Pin]
  private let resets: [(pin: Pin, active: UInt64)]

  /// Follows `model`, which is not reset yet.
  init(_ model: NativeModel) {
    pins = model.interface.ports.indices.map(model.pin(at:))
    resets = model.interface.clocks.enumerated().compactMap { index, clock in
      model.resetPin(ofClock: index).map { ($0, clock.resetPolarity == .activeHigh ? 1 : 0) }
    }
  }

  /// Takes the cycle as it stands before its clock edge.
  func sample() {
    guard !resets.contains(where: { $0.pin.unsigned == $0.active }) else { return rows.removeAll() }
    rows.append(pins.map { $0.load().words })
  }
}

/// The log of a run that makes its model by itself.
final class HeldLog: Sendable {
  private struct Box: @unchecked Sendable {
    var log: PinLog
    // Pins live as long as their model.
    var model: NativeModel
  }

  private let box = Mutex<Box?>(nil)

  /// Logs `model` from here on.
  func watch(_ model: NativeModel) -> WatchedEngine {
    let held = Box(log: PinLog(model), model: model)
    box.withLock { $0 = held }
    return WatchedEngine(model) { [log = held.log] _, _ in log.sample() }
  }

  /// The rows of the run; empty before a model was watched.
  var rows: [[[UInt64]]] { box.withLock { $0 }?.log.rows ?? [] }
}
