import Engine
import Simulator
import Synchronization

/// The counters of a machine's run, which makes its model by itself.
final class Counters: Sendable {
  private struct Held: @unchecked Sendable {
    var counter: OccupancyCounter?
  }

  private let held = Mutex(Held())

  /// Counts `model` from here on.
  func watch(_ model: NativeModel) -> WatchedEngine {
    let counter = OccupancyCounter(model)
    let engine = counter.engine
    let box = Held(counter: counter)
    held.withLock { $0 = box }
    return engine
  }

  /// What was counted; nothing before a model was watched.
  var uses: [QueueUse] { held.withLock { $0 }.counter?.uses ?? [] }
}
