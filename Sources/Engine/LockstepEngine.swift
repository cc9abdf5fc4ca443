import Netlist

/// Two engines that run one module side by side and must show the same on every output, every time they settle.
///
/// The pins are those of the first engine; the second one gets what is stored there. State that the design does not define
/// must start alike in both, or the first difference will be that.
public final class LockstepEngine<First: Engine, Second: Engine>: Engine {
  /// The engine of which the pins are shown.
  public let first: First
  /// The engine that is compared with it.
  public let second: Second

  private let inputs: [(first: Pin, second: Pin)]
  private let outputs: [(name: String, first: Pin, second: Pin)]

  /// Runs `first` and `second` side by side; both must have the same ports and clocks.
  public init(_ first: First, _ second: Second) {
    precondition(first.interface == second.interface, "engines of one module run side by side")
    self.first = first
    self.second = second
    let interface = first.interface
    var inputs: [(first: Pin, second: Pin)] = []
    var outputs: [(name: String, first: Pin, second: Pin)] = []
    for (index, port) in interface.ports.enumerated() {
      switch port.direction {
      case .input: inputs.append((first.pin(at: index), second.pin(at: index)))
      case .output: outputs.append((port.name, first.pin(at: index), second.pin(at: index)))
      }
    }
    for index in interface.clocks.indices {
      if let own = first.resetPin(ofClock: index), let other = second.resetPin(ofClock: index) {
        inputs.append((own, other))
      }
    }
    self.inputs = inputs
    self.outputs = outputs
  }

  /// Name, ports and clocks of the module.
  public var interface: ModuleInterface { first.interface }
  /// Edges of clock 0 since the engines were put together.
  public var cycle: UInt64 { first.cycle }

  /// The storage of a data port of the first engine.
  public func pin(at index: Int) -> Pin { first.pin(at: index) }

  /// The storage of a reset of the first engine.
  public func resetPin(ofClock index: Int) -> Pin? { first.resetPin(ofClock: index) }

  /// Settles both.
  ///
  /// - Throws: ``EngineFailure/enginesDiffer(port:cycle:first:second:)`` when an output is not the same.
  public func settle() throws(EngineFailure) {
    for (own, other) in inputs {
      other.storage.copyMemory(from: own.storage, byteCount: Pin.byteCount(width: own.width))
    }
    try first.settle()
    try second.settle()
    for (name, own, other) in outputs {
      for word in 0..<own.wordCount where own[word: word] != other[word: word] {
        throw .enginesDiffer(port: name, cycle: cycle, first: own.hexadecimal, second: other.hexadecimal)
      }
    }
  }

  /// One edge of every clock of which the bit is set, in both.
  public func step(clocks: UInt64) throws(EngineFailure) {
    try first.step(clocks: clocks)
    try second.step(clocks: clocks)
  }

  /// Starts a wave of the second engine.
  public func startTrace(path: String) throws(EngineFailure) { try second.startTrace(path: path) }

  /// Ends the wave.
  public func stopTrace() { second.stopTrace() }
}

extension Pin {
  /// All bits as hexadecimal digits.
  fileprivate var hexadecimal: String {
    var words = [UInt64](repeating: 0, count: (width + 63) / 64)
    for word in 0..<wordCount { words[word / 2] |= UInt64(self[word: word]) << UInt64(word % 2 * 32) }
    return BitVector(words: words, width: width).hexadecimal
  }
}
