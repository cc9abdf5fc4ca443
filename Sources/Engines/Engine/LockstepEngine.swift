import Netlist

/// Two engines that run one module side by side and must show the same on every output, every time they settle.
///
/// The pins are those of the first engine; the second one gets what is stored there. What the design does not define is
/// not compared where a third engine, of the kind of the first, tells it: one in which all that is undefined is the
/// opposite of what it is in the first. A bit in which these two differ follows from something undefined. Without a third
/// engine undefined state must start alike in both, or the first difference will be that.
public final class LockstepEngine<First: Engine, Second: Engine>: Engine {
  /// The engine of which the pins are shown.
  public let first: First
  /// The engine that is compared with it.
  public let second: Second

  private let opposite: First?
  private let inputs: [(first: Pin, second: Pin, opposite: Pin?)]
  private let outputs: [(name: String, first: Pin, second: Pin, opposite: Pin?)]

  /// Runs `first` and `second` side by side; all engines must have the same ports and clocks.
  ///
  /// - Parameter opposite: An engine like `first` in which everything undefined is the opposite; nil to compare all.
  public init(_ first: First, _ second: Second, opposite: First? = nil) {
    precondition(
      first.interface == second.interface && opposite?.interface ?? first.interface == first.interface,
      "engines of one module run side by side")
    self.first = first
    self.second = second
    self.opposite = opposite
    let interface = first.interface
    var inputs: [(first: Pin, second: Pin, opposite: Pin?)] = []
    var outputs: [(name: String, first: Pin, second: Pin, opposite: Pin?)] = []
    for (index, port) in interface.ports.enumerated() {
      let (own, other, third) = (first.pin(at: index), second.pin(at: index), opposite?.pin(at: index))
      switch port.direction {
      case .input: inputs.append((own, other, third))
      case .output: outputs.append((port.name, own, other, third))
      }
    }
    for index in interface.clocks.indices {
      if let own = first.resetPin(ofClock: index), let other = second.resetPin(ofClock: index) {
        inputs.append((own, other, opposite?.resetPin(ofClock: index)))
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
    for (own, other, third) in inputs {
      let count = Pin.byteCount(width: own.width)
      other.storage.copyMemory(from: own.storage, byteCount: count)
      third?.storage.copyMemory(from: own.storage, byteCount: count)
    }
    try first.settle()
    try second.settle()
    try opposite?.settle()
    for (name, own, other, third) in outputs {
      for word in 0..<own.wordCount where own[word: word] != other[word: word] {
        if let third, (own[word: word] ^ other[word: word]) & ~(own[word: word] ^ third[word: word]) == 0 { continue }
        throw .enginesDiffer(port: name, cycle: cycle, first: own.hexadecimal, second: other.hexadecimal)
      }
    }
  }

  /// One edge of every clock of which the bit is set, in both.
  public func step(clocks: UInt64) throws(EngineFailure) {
    try first.step(clocks: clocks)
    try second.step(clocks: clocks)
    try opposite?.step(clocks: clocks)
  }

  /// Starts a wave of the second engine.
  public func startTrace(path: String) throws(EngineFailure) { try second.startTrace(path: path) }

  /// Ends the wave.
  public func stopTrace() throws(EngineFailure) { try second.stopTrace() }
}

extension Pin {
  /// All bits as hexadecimal digits.
  fileprivate var hexadecimal: String {
    var words = [UInt64](repeating: 0, count: (width + 63) / 64)
    for word in 0..<wordCount { words[word / 2] |= UInt64(self[word: word]) << UInt64(word % 2 * 32) }
    return BitVector(words: words, width: width).hexadecimal
  }
}
