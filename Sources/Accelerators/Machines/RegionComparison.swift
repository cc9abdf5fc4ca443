import AccelTran

/// Compares the bytes that an AccelTran machine writes with what its program has to store, in whatever order they come.
final class RegionComparison {
  /// A byte that is not what it should be.
  struct Difference: Sendable, CustomStringConvertible {
    let region: String
    let address: Int
    let expected: UInt8?
    let found: UInt8

    var description: String {
      if let expected {
        return "\(region): \(found) was stored at address \(address), the golden machine has \(expected)"
      }
      return "\(found) was stored at address \(address), where nothing belongs"
    }
  }

  private let regions: [EngineProgram.Region]
  /// The region of each number of the memory, −1 for none; the number; and how many of its bytes have come.
  private var owners: [Int32]
  private var expected: [Int32]
  private var come: [UInt8]
  private(set) var difference: Difference?
  /// Numbers of which every byte was right.
  private(set) var count = 0
  private(set) var bytes = 0
  let total: Int
  /// The cycle of the first and of the last byte of each region.
  private(set) var cycles: [ClosedRange<Int>?]

  init(_ program: EngineProgram) {
    regions = program.regions
    let words = program.memory.count
    owners = [Int32](repeating: -1, count: words)
    expected = [Int32](repeating: 0, count: words)
    come = [UInt8](repeating: 0, count: words)
    cycles = regions.map { _ in nil }
    var total = 0
    for (index, region) in regions.enumerated() {
      let matrix = region.matrix
      for row in 0..<matrix.rows {
        let start = (matrix.address + row * matrix.stride) / 4
        for column in 0..<matrix.columns {
          owners[start + column] = Int32(index)
          expected[start + column] = region.codes[row * matrix.columns + column]
        }
      }
      total += region.codes.count
    }
    self.total = total
  }

  var isComplete: Bool { difference == nil && count == total }
  var fraction: Double { total == 0 ? 1 : Double(count) / Double(total) }

  func take(_ address: Int, _ value: UInt8, _ cycle: Int) {
    guard difference == nil else { return }
    let number = address / 4
    guard number < owners.count, owners[number] >= 0 else {
      difference = Difference(region: "", address: address, expected: nil, found: value)
      return
    }
    let owner = Int(owners[number])
    let right = UInt8(truncatingIfNeeded: expected[number] >> Int32(8 * (address % 4)))
    // A byte that comes twice is as wrong as one that is another.
    let bit = UInt8(1) << UInt8(address % 4)
    guard value == right, come[number] & bit == 0 else {
      difference = Difference(region: regions[owner].name, address: address, expected: right, found: value)
      return
    }
    come[number] |= bit
    bytes += 1
    if come[number] == 15 { count += 1 }
    cycles[owner] = (cycles[owner]?.lowerBound ?? cycle)...cycle
  }
}
