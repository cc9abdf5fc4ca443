/// Files of the MNIST kind.
enum IDXFile {
  /// The sizes of each dimension.
  static func sizes(_ bytes: [UInt8], dimensions: Int, _ name: String) throws -> [Int] {
    let header = 4 + 4 * dimensions
    guard bytes.count >= header, bytes.starts(with: [0, 0, 8, UInt8(dimensions)]) else {
      throw MachineError.model("'\(name)' is no IDX file of bytes in \(dimensions) dimensions")
    }
    let sizes = (0..<dimensions).map { dimension in
      bytes[4 + 4 * dimension..<8 + 4 * dimension].reduce(0) { $0 << 8 | Int($1) }
    }
    var count = 1
    for size in sizes {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size > 0, !overflow else { throw MachineError.model("'\(name)' says sizes that cannot be: \(sizes)") }
      count = product
    }
    guard bytes.count - header == count else {
      throw MachineError.model("'\(name)' has \(bytes.count - header) bytes for the sizes \(sizes): fetch it again")
    }
    return sizes
  }
}
