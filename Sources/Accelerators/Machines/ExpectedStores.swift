import TRON
import XFormer

/// Compares the bytes that a machine writes with the stores of the golden machine, in whatever order they come.
final class ExpectedStores {
  private let results: [(name: String, bytes: Range<Int>)]
  /// The byte that belongs to each address; nil where nothing is stored.
  private var expected: [UInt8?]
  private var isThere: [Bool]
  /// The first byte that is wrong.
  private(set) var difference: String?
  /// Bytes that were right.
  private(set) var count = 0
  /// Bytes that the golden machine stores.
  let total: Int
  /// The cycle of the last byte of each result.
  private(set) var cycles: [Int?]
  private var owners: [Int32]

  /// Stores into a memory of `size` bytes, and where results stand in it.
  init(
    _ results: [(name: String, bytes: Range<Int>)], stores: some Sequence<(address: Int, bytes: [UInt8])>, size: Int
  ) {
    self.results = results
    expected = [UInt8?](repeating: nil, count: size)
    isThere = [Bool](repeating: false, count: size)
    owners = [Int32](repeating: -1, count: size)
    cycles = results.map { _ in nil }
    for (index, result) in results.enumerated() {
      for place in result.bytes { owners[place] = Int32(index) }
    }
    var total = 0
    for store in stores {
      for (place, byte) in store.bytes.enumerated() { expected[store.address + place] = byte }
      total += store.bytes.count
    }
    self.total = total
  }

  convenience init(_ program: XFormerProgram, _ golden: XFormerMachine) {
    self.init(
      program.results.map { ($0.name, $0.address..<$0.address + $0.rows * $0.stride) },
      stores: golden.stores.lazy.map { ($0.address, $0.bytes) }, size: program.memory.count)
  }

  convenience init(_ program: TRONProgram, _ golden: TRONMachine) {
    self.init(
      program.results.map { ($0.name, $0.address..<$0.address + $0.rows * $0.stride) },
      stores: golden.stores.lazy.map { ($0.address, $0.bytes) }, size: program.memory.count)
  }

  var fraction: Double { total == 0 ? 1 : Double(count) / Double(total) }

  func take(_ address: Int, _ value: UInt8, _ cycle: Int) {
    guard difference == nil else { return }
    guard address < expected.count, let byte = expected[address] else {
      difference = "\(value) was stored at address \(address), where nothing belongs, in cycle \(cycle)"
      return
    }
    let owner = Int(owners[address])
    // A byte that comes twice is as wrong as one that is another.
    guard byte == value, !isThere[address] else {
      let (name, place) =
        owner < 0 ? ("memory", address) : (results[owner].name, address - results[owner].bytes.lowerBound)
      let again = isThere[address] ? "again " : ""
      difference = "\(name), byte \(place): \(value) was \(again)stored, the golden machine has \(byte); cycle \(cycle)"
      return
    }
    isThere[address] = true
    count += 1
    if owner >= 0 { cycles[owner] = cycle }
  }
}
