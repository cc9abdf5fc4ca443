import XFormer

/// Compares the bytes that an X-Former machine writes with the stores of the golden machine, in whatever order they come.
final class XFormerStores {
  private let results: [XFormerProgram.Place]
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

  init(_ program: XFormerProgram, _ golden: XFormerMachine) {
    results = program.results
    expected = [UInt8?](repeating: nil, count: program.memory.count)
    isThere = [Bool](repeating: false, count: program.memory.count)
    owners = [Int32](repeating: -1, count: program.memory.count)
    cycles = results.map { _ in nil }
    for (index, result) in results.enumerated() {
      for place in result.address..<result.address + result.rows * result.stride { owners[place] = Int32(index) }
    }
    var total = 0
    for store in golden.stores {
      for (place, byte) in store.bytes.enumerated() { expected[store.address + place] = byte }
      total += store.bytes.count
    }
    self.total = total
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
      let (name, place) = owner < 0 ? ("memory", address) : (results[owner].name, address - results[owner].address)
      let again = isThere[address] ? "again " : ""
      difference = "\(name), byte \(place): \(value) was \(again)stored, the golden machine has \(byte); cycle \(cycle)"
      return
    }
    isThere[address] = true
    count += 1
    if owner >= 0 { cycles[owner] = cycle }
  }
}
