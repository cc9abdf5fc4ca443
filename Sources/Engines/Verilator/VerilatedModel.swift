import CModel
public import Engine
import Foundation
public import Netlist

/// A model made by Verilator that runs inside this process.
///
/// Pins point into the model's own storage; ``settle()`` and ``step(clocks:)`` are one C call each and allocate nothing.
/// Outputs sampled between them are what synchronous logic outside sees at the edge. After an error the model is dead;
/// others, of the same library too, go on.
///
/// A wave has two units of time a cycle, 1 ns each: the settled state before the edge with the clocks low, and the state
/// after the edge with the clocks high.
public final class VerilatedModel: Engine {
  /// The compiled model that this one runs.
  public let library: ModelLibrary
  /// Rising edges of clock 0 since the model was made.
  @inlinable public var cycle: UInt64 { cycles.pointee }

  /// Where the model counts. A stored property would cost a check for exclusive access in every cycle.
  @usableFromInline let cycles: UnsafePointer<UInt64>
  @usableFromInline let instance: UnsafeMutableRawPointer
  @usableFromInline let settleFunction: @convention(c) (UnsafeMutableRawPointer?) -> Int32
  @usableFromInline let stepFunction: @convention(c) (UnsafeMutableRawPointer?, UInt64) -> Int32
  let functions: systole_model
  private let dataPins: [Pin]
  private let resetPins: [Pin?]
  /// The wave that is being written.
  private var tracePath: String?

  init(library: ModelLibrary, functions: systole_model, initialState: InitialState) throws(VerilatorFailure) {
    let (seed, randomises): (UInt64, Int32) =
      switch initialState {
      case .zero: (0, 0)
      case .random(let seed): (seed, 1)
      }
    guard let settle = functions.settle, let step = functions.step, let instance = functions.create(seed, randomises),
      let cycles = functions.cycles(instance)
    else { throw .unloadable(path: library.path, reason: "it does not create instances") }
    let interface = library.interface
    self.library = library
    self.functions = functions
    self.instance = instance
    self.cycles = cycles
    settleFunction = settle
    stepFunction = step
    dataPins = interface.ports.enumerated().compactMap { index, port in
      functions.pin(instance, UInt32(index)).map { Pin(storage: $0, width: port.width, isSigned: port.isSigned) }
    }
    resetPins = interface.clocks.indices.map { clock in
      functions.pin(instance, UInt32(interface.ports.count + clock))
        .map { Pin(storage: $0, width: 1, isSigned: false) }
    }
  }

  deinit {
    try? stopTrace()
    functions.destroy(instance)
  }

  /// Name, ports and clocks of the module.
  public var interface: ModuleInterface { library.interface }

  /// The storage of data port `index`.
  public func pin(at index: Int) -> Pin { dataPins[index] }

  /// The storage of the reset of clock `index`; nil when the clock has none.
  public func resetPin(ofClock index: Int) -> Pin? { resetPins[index] }

  /// Propagates inputs and state through the combinational logic, all clocks low.
  @inlinable
  public func settle() throws(EngineFailure) {
    let status = settleFunction(instance)
    if status != 0 { throw failure(status) }
  }

  /// One rising edge of every clock of which the bit is set in `clocks`, after ``settle()``.
  @inlinable
  public func step(clocks: UInt64) throws(EngineFailure) {
    let status = stepFunction(instance, clocks)
    if status != 0 { throw failure(status) }
  }

  /// One rising edge of every clock.
  @inlinable
  public func step() throws(EngineFailure) { try step(clocks: .max) }

  /// Settles and steps all clocks `cycles` times with the inputs as they stand, in one call.
  public func run(cycles: Int) throws(EngineFailure) {
    let status = functions.run(instance, UInt64(max(0, cycles)))
    if status != 0 { throw failure(status) }
  }

  // MARK: - Waves

  /// The format that this model can write; nil when its profile has no waves.
  public var waveFormat: WaveFormat? { library.record.waves }

  /// Starts to write a wave to `path`, which must end in the name of ``waveFormat``.
  public func startTrace(path: String) throws(EngineFailure) {
    guard let start = functions.start_trace, let waveFormat else {
      throw .trace(path: path, reason: "the model was compiled without waves; build it with the profile 'trace'")
    }
    let ending = URL(fileURLWithPath: path).pathExtension
    guard ending == waveFormat.rawValue else {
      throw .trace(
        path: path,
        reason: "the model was compiled for .\(waveFormat.rawValue) waves; end the name so, or build it with"
          + " 'waves: .\(WaveFormat(rawValue: ending)?.rawValue ?? waveFormat.rawValue)'")
    }
    try stopTrace()
    // The runtime does not say why a file cannot be opened.
    do {
      try FileSystem.write("", to: path)
    } catch {
      if case .cache(_, let reason) = error { throw .trace(path: path, reason: reason) }
    }
    start(instance, path)
    tracePath = path
  }

  /// Ends the wave and completes its file. Throws when not all of it could be written.
  public func stopTrace() throws(EngineFailure) {
    guard let path = tracePath else { return }
    tracePath = nil
    functions.stop_trace?(instance)
    let said = functions.trace_failure(instance).map { String(cString: $0) } ?? ""
    // The writers of FST look at no result of a write.
    if let reason = !said.isEmpty ? said : waveFormat == .fst ? FastSignalTrace.problem(of: path) : nil {
      throw .trace(path: path, reason: reason)
    }
  }

  // MARK: - Failures

  @usableFromInline
  func failure(_ status: Int32) -> EngineFailure {
    let file = functions.failure_file(instance).map { String(cString: $0) } ?? ""
    let line = Int(functions.failure_line(instance))
    let message = functions.failure_message(instance).map { String(cString: $0) } ?? ""
    return switch Int(status) {
    case systole_finished: .finished(file: file, line: line)
    case systole_stopped:
      Self.statement(message, file: file, line: line, cycle: cycle + 1)
        ?? .stopped(file: file, line: line, message: message)
    case systole_not_converging: .notConverging(message)
    default: .dead
    }
  }

  /// The failure of an assertion or an assumption of the emitted text, as its message tells; nil for any other message.
  private static func statement(_ message: String, file: String, line: Int, cycle: UInt64) -> EngineFailure? {
    let kinds = [("assertion ", "assert"), ("assumption ", "assume")]
    guard let (word, kind) = kinds.first(where: { message.hasPrefix($0.0) }) else { return nil }
    let parts = message.dropFirst(word.count).split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, parts[1] == "of", parts[3].hasPrefix("failed") else { return nil }
    let note = parts[3].dropFirst("failed".count)
    return .assertion(
      kind: kind, label: String(parts[0]), instance: String(parts[2].trimmingPrefix("TOP.")), cycle: cycle,
      place: "\(file):\(line)", message: String(note.trimmingPrefix(": ")))
  }
}
