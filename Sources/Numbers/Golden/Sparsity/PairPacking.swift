/// What pre-compute sparsity leaves of the products of rows with a column: the pairs of which both numbers are kept, in steps of as
/// many pairs as there are multipliers.
///
/// The pairs of a group come in the order of its chunks, and within a chunk in that of the positions. A step is full before the next
/// one begins; what is left over in the last one are pairs of zeros of the row of the last chunk. A step that is full is not held
/// back: where the last chunk has no pair and none waits, a step of zeros ends the group, as it does one without any pair. Masks alone
/// say what is kept: a kept number may be zero, and then counts.
public struct PairPacking: Hashable, Sendable {
  /// A number of a row and one of a column at the same position, and whether each is kept.
  public struct Position: Hashable, Sendable {
    /// The numbers.
    public let left, right: Int
    /// What the masks say of them.
    public let keepsLeft, keepsRight: Bool

    /// A position.
    public init(left: Int, right: Int, keepsLeft: Bool, keepsRight: Bool) {
      (self.left, self.right, self.keepsLeft, self.keepsRight) = (left, right, keepsLeft, keepsRight)
    }
  }

  /// Positions of one row.
  public struct Chunk: Hashable, Sendable {
    /// The positions, in order.
    public let positions: [Position]
    /// The number of the row.
    public let row: Int

    /// A chunk of a row.
    public init(_ positions: [Position], row: Int) { (self.positions, self.row) = (positions, row) }
  }

  /// Two factors and the row that their product belongs to.
  public struct Pair: Hashable, Sendable {
    /// The factors, and the number of the row.
    public let left, right, row: Int

    /// A pair.
    public init(left: Int, right: Int, row: Int) { (self.left, self.right, self.row) = (left, right, row) }
  }

  /// Pairs of a step.
  public let multipliers: Int

  /// Makes the function for at least one multiplier.
  public init(multipliers: Int) {
    precondition(multipliers > 0, "a step has at least one pair")
    self.multipliers = multipliers
  }

  /// The steps of a group; none for a group without chunks.
  public func steps(_ group: [Chunk]) -> [[Pair]] {
    guard let last = group.last else { return [] }
    var pairs = group.flatMap { self.pairs($0) }
    let zero = Pair(left: 0, right: 0, row: last.row)
    if self.pairs(last).isEmpty, pairs.count % multipliers == 0 { pairs.append(zero) }
    while pairs.count % multipliers != 0 { pairs.append(zero) }
    return stride(from: 0, to: pairs.count, by: multipliers).map { Array(pairs[$0..<$0 + multipliers]) }
  }

  /// The pairs of a chunk of which both numbers are kept.
  private func pairs(_ chunk: Chunk) -> [Pair] {
    chunk.positions.filter { $0.keepsLeft && $0.keepsRight }
      .map { Pair(left: $0.left, right: $0.right, row: chunk.row) }
  }
}
