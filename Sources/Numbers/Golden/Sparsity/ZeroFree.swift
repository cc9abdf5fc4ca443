/// A row without its pruned elements: a mask of one bit an element, and the kept elements in order.
///
/// The mask alone says what is kept: a kept element may be zero.
public struct ZeroFree<Element> {
  /// Whether each element of the row is kept.
  public let mask: [Bool]
  /// The kept elements.
  public let packed: [Element]

  /// Packs the elements that the mask keeps.
  ///
  /// - Throws: ``ZeroFreeError/mask(count:row:)`` when mask and row differ in length.
  public init(_ row: [Element], mask: [Bool]) throws(ZeroFreeError) {
    guard mask.count == row.count else { throw .mask(count: mask.count, row: row.count) }
    self.mask = mask
    packed = zip(row, mask).filter(\.1).map(\.0)
  }

  /// Takes a mask and packed elements as they come from a memory.
  ///
  /// - Throws: ``ZeroFreeError/packed(count:kept:)`` when there are not as many elements as the mask keeps.
  public init(mask: [Bool], packed: [Element]) throws(ZeroFreeError) {
    let kept = mask.count { $0 }
    guard packed.count == kept else { throw .packed(count: packed.count, kept: kept) }
    self.mask = mask
    self.packed = packed
  }

  /// The row, with `zero` for what is not kept.
  public func row(zero: Element) -> [Element] {
    var next = packed.makeIterator()
    return mask.map { $0 ? next.next() ?? zero : zero }
  }

  /// The pairs of elements that both rows keep, in order: all that a product of the two needs.
  ///
  /// - Throws: ``ZeroFreeError/mask(count:row:)`` when the rows differ in length.
  public func effectualPairs<Other>(with other: ZeroFree<Other>) throws(ZeroFreeError) -> [(Element, Other)] {
    guard mask.count == other.mask.count else { throw .mask(count: other.mask.count, row: mask.count) }
    var (left, right) = (packed.makeIterator(), other.packed.makeIterator())
    var pairs: [(Element, Other)] = []
    for (isLeft, isRight) in zip(mask, other.mask) {
      let (a, b) = (isLeft ? left.next() : nil, isRight ? right.next() : nil)
      if let a, let b { pairs.append((a, b)) }
    }
    return pairs
  }
}

extension ZeroFree: Equatable where Element: Equatable {}
extension ZeroFree: Hashable where Element: Hashable {}
extension ZeroFree: Sendable where Element: Sendable {}

/// Why a zero-free row cannot be made.
public enum ZeroFreeError: Error, Hashable, CustomStringConvertible {
  /// A mask and a row differ in length.
  case mask(count: Int, row: Int)
  /// The packed elements are not as many as the mask keeps.
  case packed(count: Int, kept: Int)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .mask(let count, let row): "a mask of \(count) bits does not fit a row of \(row)"
    case .packed(let count, let kept): "\(count) packed elements for a mask that keeps \(kept): give as many"
    }
  }
}
