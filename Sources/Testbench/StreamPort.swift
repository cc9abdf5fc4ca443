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

/// Up to 64 bits of a pin: what one word of a row is stored to or loaded from, without asking for the width again.
@usableFromInline
struct PinSlot {
  @usableFromInline let storage: UnsafeMutableRawPointer
  /// 1, 2, 4 or 8.
  @usableFromInline let byteCount: Int
  /// The bits that belong to the field.
  @usableFromInline let mask: UInt64

  @inlinable @inline(__always)
  func load() -> UInt64 {
    switch byteCount {
    case 1: UInt64(storage.load(as: UInt8.self))
    case 2: UInt64(storage.load(as: UInt16.self))
    case 4: UInt64(storage.load(as: UInt32.self))
    default: storage.loadUnaligned(as: UInt64.self)
    }
  }

  /// Stores a word whose bits outside ``mask`` are zero.
  @inlinable @inline(__always)
  func store(_ word: UInt64) {
    switch byteCount {
    case 1: storage.storeBytes(of: UInt8(truncatingIfNeeded: word), as: UInt8.self)
    case 2: storage.storeBytes(of: UInt16(truncatingIfNeeded: word), as: UInt16.self)
    case 4: storage.storeBytes(of: UInt32(truncatingIfNeeded: word), as: UInt32.self)
    default: storage.storeBytes(of: word, as: UInt64.self)
    }
  }

  /// The slots of a row, one a word. A pin above 64 bits is an array of 32-bit words and may end in half a slot.
  static func slots(_ shape: RowShape, _ pins: [Pin]) -> [PinSlot] {
    let masks = shape.masks
    return zip(shape.fields, pins).flatMap { field, pin in
      (0..<field.wordCount).map { word in
        let bytes = min(8, Pin.byteCount(width: field.width) - 8 * word)
        return PinSlot(storage: pin.storage + 8 * word, byteCount: bytes, mask: masks[field.firstWord + word])
      }
    }
  }
}
