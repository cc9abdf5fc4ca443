/// Valid and ready of all streams of a module, clock by clock, while a bench runs.
///
/// The simulation only stores a byte for each stream and clock here; what follows from them is found later, outside of
/// its loop.
@usableFromInline
final class HandshakeLog {
  /// Valid was high.
  static let valid: UInt8 = 1
  /// Ready was high.
  static let ready: UInt8 = 2
  /// The clock of the stream ticked.
  static let ticked: UInt8 = 4

  private let valids: [UnsafeMutablePointer<UInt8>]
  private let readies: [UnsafeMutablePointer<UInt8>]
  private let clocks: [UInt64]
  private(set) var bytes: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var used = 0

  /// - Parameter streams: The pins of each stream and the bit of its clock.
  init(_ streams: [(valid: UnsafeMutablePointer<UInt8>, ready: UnsafeMutablePointer<UInt8>, clock: UInt64)]) {
    valids = streams.map(\.valid)
    readies = streams.map(\.ready)
    clocks = streams.map(\.clock)
    capacity = max(1, streams.count) << 12
    bytes = .allocate(capacity: capacity)
  }

  deinit { bytes.deallocate() }

  /// Clocks in the log.
  var count: Int { used / max(1, valids.count) }

  /// Notes the pins as they are before an edge of the clocks in `edge`.
  @usableFromInline
  func record(_ edge: UInt64) {
    if used + valids.count > capacity { grow() }
    for index in valids.indices {
      bytes[used] =
        (valids[index].pointee & 1) | (readies[index].pointee & 1) << 1 | (clocks[index] & edge != 0 ? Self.ticked : 0)
      used += 1
    }
  }

  func removeAll() { used = 0 }

  private func grow() {
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * capacity)
    larger.update(from: bytes, count: used)
    bytes.deallocate()
    (bytes, capacity) = (larger, 2 * capacity)
  }
}
