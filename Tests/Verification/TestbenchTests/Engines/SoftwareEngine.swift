import Engine
import Netlist

/// A module written in Swift: subclasses say what the logic does.
class SoftwareEngine: Engine {
  let interface: ModuleInterface
  private(set) var cycle: UInt64 = 0
  /// Paths and first cycles of the waves that were asked for.
  private(set) var traces: [(path: String, cycle: UInt64)] = []
  private(set) var stoppedTraces = 0
  /// Makes every wave fail.
  var cannotTrace = false
  private let storage: UnsafeMutableRawPointer
  private let offsets: [Int]

  init(_ name: String, _ ports: [PortShape], reset: String? = "reset") {
    interface = ModuleInterface(name: name, ports: ports, clocks: [ClockShape(clock: "clock", reset: reset)])
    var next = 8
    offsets = ports.map { port in
      defer { next += (Pin.byteCount(width: port.width) + 7) / 8 * 8 }
      return next
    }
    storage = .allocate(byteCount: next, alignment: 8)
    storage.initializeMemory(as: UInt8.self, repeating: 0, count: next)
  }

  deinit { storage.deallocate() }

  func pin(at index: Int) -> Pin {
    let port = interface.ports[index]
    return Pin(storage: storage + offsets[index], width: port.width, isSigned: port.isSigned)
  }

  func resetPin(ofClock index: Int) -> Pin? {
    interface.clocks[index].reset.map { _ in Pin(storage: storage, width: 1, isSigned: false) }
  }

  /// The reset is active.
  final var isReset: Bool { storage.load(as: UInt8.self) != 0 }

  /// Inputs and state to outputs.
  func combine() throws(EngineFailure) {}

  /// Inputs to the next state.
  func clock() throws(EngineFailure) {}

  final func settle() throws(EngineFailure) { try combine() }

  final func step(clocks: UInt64) throws(EngineFailure) {
    try clock()
    cycle += 1
  }

  func startTrace(path: String) throws(EngineFailure) {
    if cannotTrace { throw .trace(path: path, reason: "no space left on device") }
    traces.append((path, cycle))
  }

  func stopTrace() { stoppedTraces += 1 }
}
