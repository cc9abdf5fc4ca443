/// All products of a quantised model on banks of rings: what `QuantizedModel.run` takes as its products.
///
/// What a product gives is bit for bit what ``RingProduct`` gives for the same machine and events. Trained matrices are set once.
public final class RingKernel {
  /// The machine.
  public let sizes: TRONSizes
  /// Steps of 0.05 K from where the banks were calibrated.
  public let temperature: Int8
  /// What products cost so far.
  public private(set) var counts = RingProduct.Counts()
  private let detunings: [Int64]?
  private var trained: [String: RingProduct] = [:]
  private var event = 0

  /// A kernel of a machine.
  ///
  /// - Parameters:
  ///   - isLocked: whether the heaters were set by ``RingLock`` at this temperature, all banks.
  /// - Throws: ``TRONError`` for sizes that are none.
  public init(_ sizes: TRONSizes, temperature: Int8 = 0, isLocked: Bool = false) throws(TRONError) {
    try sizes.validate()
    (self.sizes, self.temperature) = (sizes, temperature)
    guard isLocked else {
      detunings = nil
      return
    }
    var geometry = sizes.bank
    (geometry.detection, geometry.converterBits, geometry.converterShift) = (.separate, 24, 0)
    detunings = (0..<sizes.allBanks).flatMap { number -> [Int64] in
      var bank = RingBank(geometry, sizes.effects, number: UInt32(number))
      RingLock.lock(&bank, temperature: temperature)
      return (0..<2).flatMap { arm in
        (0..<geometry.rows).flatMap { row in
          bank.detunings(row: row, arm: arm, temperature: temperature).map { Int64($0) }
        }
      }
    }
  }

  /// Rows of codes times a matrix, inner × columns. Codes of 8 bits without a sign are two passes, one of the upper seven bits and one
  /// of the lowest.
  public func callAsFunction(
    _ node: String, _ rows: [Int32], _ matrix: [Int8], _ inner: Int, _ columns: Int
  ) -> [Int32] {
    // Matrices of attention have the number of their head behind the name.
    let isTrained = !(node.last?.isNumber ?? true)
    let product: RingProduct
    if isTrained, let known = trained[node] {
      product = known
    } else {
      product = RingProduct(
        matrix, inputs: inner, outputs: columns, outputStride: 1, inputStride: columns, sizes: sizes,
        temperature: temperature, detunings: detunings)
      if isTrained { trained[node] = product }
    }
    let vectors = rows.count / inner
    let first = UInt32(truncatingIfNeeded: event)
    event += product.events(vectors: vectors)
    var sums: [Int32] = []
    sums.reserveCapacity(vectors * columns)
    for vector in 0..<vectors {
      let codes = Array(rows[vector * inner..<(vector + 1) * inner])
      let isWide = codes.contains { $0 > 127 }
      let upper = product.times(
        isWide ? codes.map { $0 >> 1 } : codes, event: first, vector: vector, of: vectors, counts: &counts)
      guard isWide else {
        sums += upper.map { Int32(clamping: $0) }
        continue
      }
      // Codes without a sign have no negative pass: its place in the numbers is that of the lowest bit.
      let lower = product.times(
        codes.map { $0 & 1 }, event: first &+ 1, vector: vector, of: vectors, counts: &counts)
      sums += zip(upper, lower).map { Int32(clamping: 2 * $0 + $1) }
    }
    return sums
  }
}
