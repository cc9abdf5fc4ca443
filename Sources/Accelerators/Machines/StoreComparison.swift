import TATAA

/// Compares the bytes that a core writes with the stores of the golden machine, in their order.
final class StoreComparison {
  /// The first byte that is not what it should be.
  struct Difference: Sendable, CustomStringConvertible {
    let instruction, address: Int
    let expected: (address: Int, byte: UInt8)
    let found: UInt8

    var description: String {
      let place = expected.address == address ? "" : " instead of one to address \(expected.address)"
      return
        "instruction \(instruction) stored \(found) at address \(address)\(place), the golden machine \(expected.byte)"
    }
  }

  private let stores: [Machine.Store]
  private let base: Int
  private var byte = 0
  /// Stores of which every byte was right.
  private(set) var count = 0
  /// Bytes that were right.
  private(set) var bytes = 0
  private(set) var difference: Difference?
  /// The cycle in which each store was complete.
  private(set) var cycles: [Int] = []

  /// - Parameter base: Where the memory of the program begins.
  init(_ stores: [Machine.Store], base: Int) {
    (self.stores, self.base) = (stores, base)
    cycles.reserveCapacity(stores.count)
  }

  var isComplete: Bool { difference == nil && count == stores.count }
  var total: Int { stores.count }
  var fraction: Double { stores.isEmpty ? 1 : Double(count) / Double(stores.count) }

  func take(_ address: Int, _ value: UInt8, _ cycle: Int) {
    guard difference == nil else { return }
    guard count < stores.count else {
      difference = Difference(
        instruction: stores.last?.instruction ?? 0, address: address - base, expected: (address - base, 0), found: value
      )
      return
    }
    let store = stores[count]
    guard store.address + byte == address - base, store.bytes[byte] == value else {
      difference = Difference(
        instruction: store.instruction, address: address - base,
        expected: (store.address + byte, store.bytes[byte]), found: value)
      return
    }
    bytes += 1
    byte += 1
    guard byte == store.bytes.count else { return }
    byte = 0
    count += 1
    cycles.append(cycle)
  }
}
