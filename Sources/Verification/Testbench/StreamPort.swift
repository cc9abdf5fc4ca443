import Engine
import Netlist

/// A stream bound to the pins of a running engine.
///
/// Valid as long as the engine is alive.
public struct StreamPort {
  /// Name, direction and payload.
  public let shape: StreamShape
  /// The valid pin, one bit.
  public let valid: Pin
  /// The ready pin, one bit.
  public let ready: Pin
  /// The payload pins in the order of the fields.
  public let payload: [Pin]
  @usableFromInline let runs: [PinRun]

  /// Binds the stream called `name` by the names of its ports; throws as ``StreamShape/init(_:_:)``.
  public init(_ engine: some Engine, _ name: String) throws(BenchError) {
    try self.init(engine, StreamShape(engine.interface, name))
  }

  /// Binds `shape`, which may stem from another instance of the same module.
  init(_ engine: some Engine, _ shape: StreamShape) throws(BenchError) {
    self.shape = shape
    valid = try engine.pin(shape.validPort, shape.direction, width: 1)
    ready = try engine.pin(shape.readyPort, shape.direction == .input ? .output : .input, width: 1)
    payload = try engine.pins(shape.payload, shape.direction)
    runs = PinRun.runs(shape.payload, payload)
  }

  /// Stores the row that begins at `words[start]` into the payload pins: all of them at once, several times as fast as
  /// one after the other. Bits above the width of a field are left out.
  @inlinable
  public func store(_ words: [UInt64], from start: Int = 0) {
    precondition(start >= 0 && start <= words.count - shape.payload.wordCount, "the row is not in the words")
    words.withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { return }
      runs.withUnsafeBufferPointer { PinRow($0).store(base + start) }
    }
  }

  /// True when the payload pins hold the row that begins at `words[start]`.
  @inlinable
  public func holds(_ words: [UInt64], from start: Int = 0) -> Bool {
    precondition(start >= 0 && start <= words.count - shape.payload.wordCount, "the row is not in the words")
    return words.withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { return true }
      return runs.withUnsafeBufferPointer { PinRow($0).difference(from: base + start) } == 0
    }
  }
}

extension Engine {
  /// The pin of port `name`, which must exist with this direction and width.
  func pin(_ name: String, _ direction: PortDirection, width: Int) throws(BenchError) -> Pin {
    guard let index = interface.ports.firstIndex(where: { $0.name == name }) else {
      throw .engineMismatch(port: name, reason: "is missing in module '\(interface.name)'")
    }
    let port = interface.ports[index]
    guard port.direction == direction, port.width == width else {
      throw .engineMismatch(
        port: name,
        reason: "is an \(port.direction.rawValue) of \(port.width) bits in module '\(interface.name)', "
          + "the bench has an \(direction.rawValue) of \(width) bits")
    }
    return pin(at: index)
  }

  /// The pins of a row's fields.
  func pins(_ shape: RowShape, _ direction: PortDirection) throws(BenchError) -> [Pin] {
    var pins: [Pin] = []
    for field in shape.fields { pins.append(try pin(field.port, direction, width: field.width)) }
    return pins
  }
}
