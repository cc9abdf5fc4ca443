import HeTraX

/// Compares the bytes that a HeTraX machine writes with the stores of the golden machine, in whatever order they come; bytes of one
/// place in their order.
final class HeTraXStores {
  private let results: [HeTraXProgram.Result]
  /// The bytes that belong to each address of each memory, that of the controller first, and how many of them have come.
  private var expected: [[[UInt8]]]
  private var come: [[UInt16]]
  private var owners: [[Int32]]
  /// The first byte that is wrong.
  private(set) var difference: String?
  /// Bytes that were right, and bytes that the golden machine stores.
  private(set) var count = 0
  let total: Int
  /// The cycle of the last byte of each result.
  private(set) var cycles: [Int?]

  init(_ program: HeTraXProgram, _ golden: HeTraXExecution) {
    let sizes = program.sizes
    results = program.results
    let lengths = [program.memory.count] + [Int](repeating: sizes.sharedBytes, count: sizes.streamingCores)
    expected = lengths.map { [[UInt8]](repeating: [], count: $0) }
    come = lengths.map { [UInt16](repeating: 0, count: $0) }
    owners = lengths.map { [Int32](repeating: -1, count: $0) }
    cycles = results.map { _ in nil }
    for (index, result) in results.enumerated() {
      let place = result.place
      let start = result.core == nil ? place.address : place.address - HeTraXSizes.sharedBase
      for address in start..<start + place.rows * place.stride {
        owners[result.core.map { 1 + $0 } ?? 0][address] = Int32(index)
      }
    }
    var total = 0
    for store in golden.stores {
      let memory = store.core.map { 1 + $0 } ?? 0
      for (place, byte) in store.bytes.enumerated() { expected[memory][store.address + place].append(byte) }
      total += store.bytes.count
    }
    self.total = total
  }

  var fraction: Double { total == 0 ? 1 : Double(count) / Double(total) }

  /// - Parameter core: the multiprocessor in whose shared memory it is; nil for the memory of the controller.
  func take(core: Int?, _ address: Int, _ value: UInt8, _ cycle: Int) {
    guard difference == nil else { return }
    let memory = core.map { 1 + $0 } ?? 0
    let place = core.map { "shared memory \($0)" } ?? "memory"
    guard address < expected[memory].count, Int(come[memory][address]) < expected[memory][address].count else {
      difference =
        "\(value) was stored at address \(address) of the \(place), where nothing more belongs, in cycle \(cycle)"
      return
    }
    let byte = expected[memory][address][Int(come[memory][address])]
    let owner = Int(owners[memory][address])
    guard byte == value else {
      let name = owner < 0 ? "" : " (\(results[owner].place.name))"
      difference =
        "\(value) was stored at address \(address) of the \(place)\(name), the golden machine has \(byte); cycle \(cycle)"
      return
    }
    come[memory][address] += 1
    count += 1
    if owner >= 0 { cycles[owner] = cycle }
  }
}
