import Netlist

/// Arithmetic between literals: exact where neither has a width, and that of signals where both have one. A constant is
/// folded with the meaning that the operation has in a netlist.
extension Literal {
  static func evaluated(_ operation: Operation, width: Int, signed: Bool, _ operands: BitVector..., b: Int32 = 0)
    -> BitVector
  {
    var table = NodeTable()
    let ids = operands.map { table.constant($0, isSigned: signed).index }
    let node = Node(
      operation, width: Int32(width), isSigned: signed, a: ids[0], b: ids.count > 1 ? ids[1] : b)
    return table.evaluate(node) { table.constantValue($0)! }
  }

  /// Sum, difference, product or bitwise operation of two literals, both with a width or both without.
  ///
  /// - Parameters:
  ///   - width: Width of the result for operands that have one.
  ///   - extends: Whether operands are brought to the width of the result first.
  func combined(
    _ operation: Operation, _ other: Literal, signed: Bool, extends: Bool, width: (Int, Int) -> Int
  ) -> Literal {
    let (a, b) = (exact, other.exact)
    let isExact = ownWidth == nil
    let result: Int
    switch operation {
    case _ where !isExact: result = width(a.width, b.width)
    case .multiply: result = a.width + b.width
    case .add, .subtract: result = max(a.width, b.width) + 1
    default: result = max(a.width, b.width)
    }
    guard result <= Module.mostBits else { return Literal(form: .refused(Refusal(.tooWide(result), width: 1))) }
    let isSigned = isExact || signed
    let value =
      isExact || extends
      ? Literal.evaluated(
        operation, width: result, signed: isSigned,
        a.extended(to: operation == .multiply ? a.width : result, signed: isSigned),
        b.extended(to: operation == .multiply ? b.width : result, signed: isSigned))
      : Literal.evaluated(operation, width: result, signed: isSigned, a, b)
    return isExact ? Literal(exact: value) : Literal(sized: value)
  }

  /// Whether two literals, both with a width or both without, are equal or in order.
  func compares(_ operation: Operation, _ other: Literal, signed: Bool) -> Bool {
    let (a, b) = (exact, other.exact)
    let width = max(a.width, b.width)
    let isSigned = ownWidth == nil || signed
    return !Literal.evaluated(
      operation, width: 1, signed: isSigned, a.extended(to: width, signed: isSigned),
      b.extended(to: width, signed: isSigned)
    ).isZero
  }

  /// The number times a power of two; `count` bits wider where it has a width.
  func shiftedLeft(by count: Int) -> Literal {
    guard count > 0 else { return self }
    let bits = BitVector.concatenation([exact, .zeros(count)])
    return ownWidth == nil ? Literal(exact: bits) : Literal(sized: bits)
  }

  /// The number divided by a power of two, rounded down.
  func shiftedRight(by count: Int, signed: Bool) -> Literal {
    let bits = exact
    let isSigned = ownWidth == nil || signed
    let shifted = bits.shiftedRight(by: min(count, bits.width), fill: isSigned && bits.isNegative)
    return ownWidth == nil ? Literal(exact: shifted) : Literal(sized: shifted)
  }
}
