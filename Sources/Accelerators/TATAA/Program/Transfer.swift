/// The bytes that one instruction moves: rows of equal length, equally far apart.
struct Transfer: Hashable {
  var address: Int
  var rows: Int
  var rowBytes: Int
  /// From the first byte of a row to that of the next one.
  var stride: Int

  /// Nil where one of the bytes is outside a memory of this size.
  func isInside(_ size: Int) -> Bool {
    let last = address + (rows - 1) * stride
    return min(address, last) >= 0 && max(address, last) + rowBytes <= size
  }

  func rowAddress(_ row: Int) -> Int { address + row * stride }
}

extension Instruction {
  /// The bytes that an instruction reads or writes, given what the stride registers and cursors hold; nil for what touches no
  /// memory.
  func transfer(strides: [Int], cursors: [Int]) -> Transfer? {
    let rows: Int
    let rowBytes: Int
    switch opcode {
    case .loadX: (rows, rowBytes) = (self[.depth], self[.rows])
    case .loadY: (rows, rowBytes) = (self[.depth], self[.columns])
    case .loadTable: (rows, rowBytes) = (1, 4 * (self[.broadcast] == 1 ? 1 : self[.count]))
    case .loadVector: (rows, rowBytes) = (self[.count], 2 * (self[.broadcast] == 1 ? 1 : self[.lanes]))
    case .storeVector:
      (rows, rowBytes) = (self[.count], (self[.kind] == Opcode.StoredVector.bfloat16.rawValue ? 2 : 1) * self[.lanes])
    case .loadAccumulators, .storeAccumulators:
      let isTransposed = self[.transposed] == 1
      let size = opcode == .loadAccumulators ? 4 : [1, 2, 4][self[.kind]]
      rows = isTransposed ? self[.columns] : self[.rows]
      rowBytes = size * (isTransposed ? self[.rows] : self[.columns])
    default: return nil
    }
    let chosen = self[.stride]
    let stride = chosen == 0 ? rowBytes : strides[chosen]
    let cursor = self[.cursor]
    // Far outside any memory, a cursor's distance need not be exact.
    let distance = cursor == 0 ? 0 : max(-1 << 50, min(cursors[cursor] * stride, 1 << 50))
    let start = self[.address] + distance
    return Transfer(address: start, rows: rows, rowBytes: rowBytes, stride: stride)
  }

  /// What the addresses of a transfer have to be multiples of.
  var elementBytes: Int {
    switch opcode {
    case .loadTable, .loadAccumulators: 4
    case .loadVector: 2
    case .storeVector: self[.kind] == Opcode.StoredVector.bfloat16.rawValue ? 2 : 1
    case .storeAccumulators: [1, 2, 4][self[.kind]]
    default: 1
    }
  }
}
