import Engine
import Netlist

/// A time in the middle of a run in which nothing is under way and inputs beside the streams change.
///
/// It begins when every transaction that was sent or expected before it has passed, and while it lasts none is offered: so
/// what it changes has one right effect on what comes afterwards, whatever the latency of the module.
public struct QuietTime: Sendable {
  /// Values that inputs keep from here on, and how long nothing else happens.
  public struct Step: Sendable {
    /// New values of inputs that belong to no stream, by the names of their ports.
    public var drives: [String: UInt64]
    /// Clock cycles until the next step, or until traffic goes on.
    public var cycles: Int

    /// A step.
    public init(_ drives: [String: UInt64] = [:], cycles: Int) {
      self.drives = drives
      self.cycles = cycles
    }
  }

  /// What happens, one after the other; nothing where the streams only wait for one another.
  let steps: [Step]
  /// Transactions of each stream before it.
  let counts: [Int]
}

extension StreamBench {
  /// Lets everything that has been sent and expected so far pass before anything that is added later, and changes inputs
  /// beside the streams in between.
  ///
  /// ```swift
  /// try bench.pause([.init(cycles: 32), .init(["event": 1], cycles: 1), .init(["event": 0], cycles: 32)])
  /// ```
  ///
  /// Throws when there is no such input, it belongs to a stream or is wider than 64 bits, or its value does not fit.
  public mutating func pause(_ steps: [QuietTime.Step] = []) throws(BenchError) {
    for step in steps {
      guard step.cycles >= 1 else { throw .parameter(name: "cycles", value: step.cycles, needed: "at least 1") }
      for (port, value) in step.drives {
        var check = InputConstants()
        try check.set(port, to: value, in: interface, except: drivenPorts)
        let width = interface.ports.first { $0.name == port }?.width ?? 0
        guard width <= 64 else { throw .wrongWidth(port: port, width: width, needed: 64) }
      }
    }
    addQuietTime(steps)
  }
}

/// The quiet times of a run: which has come, and what it has done.
struct QuietTimes {
  private let times: [QuietTime]
  private let pins: [String: Pin]
  private var next = 0
  private var step: Int?
  private var stepEnd: UInt64 = 0
  /// Steps that have begun.
  private(set) var stepsBegun = 0

  init(_ bench: StreamBench, on engine: some Engine) throws(BenchError) {
    times = bench.quietTimes
    var pins: [String: Pin] = [:]
    for port in Set(times.flatMap { $0.steps.flatMap(\.drives.keys) }) {
      let width = bench.interface.ports.first { $0.name == port }?.width ?? 1
      pins[port] = try engine.pin(port, .input, width: width)
    }
    self.pins = pins
  }

  /// Whether one is under way.
  var isQuiet: Bool { step != nil }

  /// Transactions of each stream that may pass for now; nil for any number.
  var limits: [Int]? { next < times.count ? times[next].counts : nil }

  /// Goes on in the cycle that begins; true when a quiet time has ended.
  ///
  /// - Parameter passed: Transactions of each stream that have passed.
  mutating func begin(cycle: UInt64, passed: () -> [Int]) -> Bool {
    guard next < times.count else { return false }
    let steps = times[next].steps
    if let step {
      guard cycle >= stepEnd else { return false }
      self.step = step + 1
    } else {
      guard zip(passed(), times[next].counts).allSatisfy(>=) else { return false }
      step = 0
    }
    guard let step, step < steps.count else {
      step = nil
      next += 1
      return true
    }
    for (port, value) in steps[step].drives { pins[port]?.unsigned = value }
    stepEnd = cycle + UInt64(steps[step].cycles)
    stepsBegun += 1
    return false
  }
}

extension StreamSession {
  /// Begins a cycle of a run with quiet times.
  @usableFromInline
  mutating func pace(_ cycle: UInt64) {
    let (drivers, monitors) = (drivers, monitors)
    let inputs = bench.streams.map { $0.direction == .input }
    while quietTimes.begin(
      cycle: cycle,
      passed: {
        var (input, output) = (0, 0)
        return inputs.map { isInput in
          if isInput {
            input += 1
            return drivers[input - 1].queue.head
          }
          output += 1
          return monitors[output - 1].queue.head
        }
      })
    {
      lastMove = cycle
      setLimits()
    }
    if quietTimes.isQuiet { lastMove = cycle }
  }

  /// Lets no more transactions pass than those before the next quiet time.
  func setLimits() {
    let limits = quietTimes.limits
    var (input, output) = (0, 0)
    for (index, stream) in bench.streams.enumerated() {
      switch stream.direction {
      case .input:
        drivers[input].limit = limits?[index] ?? .max
        input += 1
      case .output:
        monitors[output].limit = limits?[index] ?? .max
        output += 1
      }
    }
  }
}
