import Netlist

/// A running model of one module: Verilated machine code, the native simulator, or anything else that keeps this contract.
///
/// A clock cycle is: store inputs through the pins, ``settle()``, load outputs (they are what synchronous logic outside
/// the module would sample at the coming edge), ``step()``. Between ``step()`` and the next ``settle()`` the outputs are
/// unspecified. One engine belongs to one thread at a time.
public protocol Engine: AnyObject {
  /// Ports and clocks of the module that runs.
  var interface: ModuleInterface { get }

  /// Edges of clock 0 since the engine was made.
  var cycle: UInt64 { get }

  /// The storage of data port `index` of ``interface``.
  func pin(at index: Int) -> Pin

  /// The storage of the reset of clock `index`; nil when the clock has none.
  func resetPin(ofClock index: Int) -> Pin?

  /// Propagates inputs and state through the combinational logic, all clocks at rest.
  func settle() throws(EngineFailure)

  /// One edge of every clock of which the bit is set in `clocks`, after ``settle()``: the rising one unless
  /// ``interface`` names the other one.
  ///
  /// The edges come at one time: every register takes what was there before them, whatever its clock.
  func step(clocks: UInt64) throws(EngineFailure)

  /// Settles and steps all clocks `cycles` times with the inputs as they stand.
  ///
  /// A requirement, so that an engine with a loop of its own is asked for it in generic code too.
  func run(cycles: Int) throws(EngineFailure)

  /// Starts to write a wave to `path`; the ending (`.vcd` or `.fst`) chooses the format.
  func startTrace(path: String) throws(EngineFailure)

  /// Ends the wave and completes its file. Throws when not all of it could be written, a full disk for instance.
  func stopTrace() throws(EngineFailure)
}

extension Engine {
  /// One edge of every clock.
  @inlinable
  public func step() throws(EngineFailure) { try step(clocks: .max) }

  /// Settles and steps all clocks `cycles` times with the inputs as they stand.
  @inlinable
  public func run(cycles: Int) throws(EngineFailure) {
    for _ in 0..<cycles {
      try settle()
      try step()
    }
  }

  /// Holds every reset active for `cycles` edges, then releases it. Without a reset this only steps.
  public func reset(cycles: Int = 2) throws(EngineFailure) {
    let clocks = interface.clocks
    for (index, clock) in clocks.enumerated() {
      resetPin(ofClock: index)?.unsigned = clock.resetPolarity == .activeHigh ? 1 : 0
    }
    try run(cycles: cycles)
    for (index, clock) in clocks.enumerated() {
      resetPin(ofClock: index)?.unsigned = clock.resetPolarity == .activeHigh ? 0 : 1
    }
  }

  /// The bit of the clock called `name` for ``step(clocks:)``; nil when the module has no such clock.
  public func clock(_ name: String) -> UInt64? {
    interface.clocks.firstIndex { $0.clock == name }.map { 1 << UInt64($0) }
  }

  /// The pin of the data port called `name`; nil when the module has no such port.
  public func pin(_ name: String) -> Pin? {
    interface.ports.firstIndex { $0.name == name }.map(pin(at:))
  }
}

/// Why an engine cannot go on.
public enum EngineFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The design called `$finish`.
  case finished(file: String, line: Int)
  /// The design called `$stop`, `$fatal` or failed an assertion.
  case stopped(file: String, line: Int, message: String)
  /// The combinational logic does not settle.
  case notConverging(String)
  /// The wave could not be written.
  case trace(path: String, reason: String)
  /// An assertion or assumption of the design failed at the clock edge that ended `cycle` cycles.
  case assertion(kind: String, label: String, instance: String, cycle: UInt64, place: String, message: String)
  /// A black box has no software model, and the engine cannot run its Verilog.
  case noSoftwareModel(module: String)
  /// The software model of a black box gives no value for an output.
  case incompleteSoftwareModel(module: String, output: String, given: [String])
  /// Two engines that run side by side show different values, hexadecimal, on an output.
  case enginesDiffer(port: String, cycle: UInt64, first: String, second: String)
  /// The engine was used after an earlier failure.
  case dead

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .finished(let file, let line): "the design called $finish at \(file):\(line)"
    case .stopped(let file, let line, let message): "the design stopped at \(file):\(line): \(message)"
    case .notConverging(let message): "the combinational logic does not settle: \(message)"
    case .trace(let path, let reason): "cannot write the wave '\(path)': \(reason)"
    case .assertion(let kind, let label, let instance, let cycle, let place, let message):
      "\(place.isEmpty ? "" : place + ": ")\(kind) '\(label)' of \(instance) failed at the end of cycle \(cycle)"
        + (message.isEmpty ? "" : ": " + message)
        + (kind == "assume" ? "; the stimuli break what the design takes for granted, so correct the bench" : "")
    case .noSoftwareModel(let module):
      "the black box '\(module)' has no software model; return one from makeModel(), or run the design in Verilator"
    case .incompleteSoftwareModel(let module, let output, let given):
      "the software model of the black box '\(module)' gives no value for '\(output)'; it gives "
        + (given.isEmpty ? "none" : given.joined(separator: ", "))
    case .enginesDiffer(let port, let cycle, let first, let second):
      "the engines differ in cycle \(cycle): '\(port)' is \(first) in one and \(second) in the other"
    case .dead: "the model has stopped after an earlier failure and cannot be used again"
    }
  }
}
