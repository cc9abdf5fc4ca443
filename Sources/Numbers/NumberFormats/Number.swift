/// What a comparison of numbers gives: `Bool` in software, a bit in hardware.
public protocol LogicValue {
  /// True where both are.
  func and(_ other: Self) -> Self
  /// True where one of them is.
  func or(_ other: Self) -> Self
  /// True where this is not.
  var inverted: Self { get }
}

extension Bool: LogicValue {
  /// True where both are.
  public func and(_ other: Bool) -> Bool { self && other }
  /// True where one of them is.
  public func or(_ other: Bool) -> Bool { self || other }
  /// True where this is not.
  public var inverted: Bool { !self }
}

/// Numbers with an order, in software or in hardware: what is written over this protocol runs as both.
///
/// Signals of a circuit conform, and so do ``RealValue`` and ``BFloat16``. A comparison gives no decision that `if` could
/// take, but a ``Condition``, which ``choose(_:_:_:)`` reads.
public protocol OrderedNumber {
  /// What a comparison gives.
  associatedtype Condition: LogicValue

  /// Whether both are the same number; false where one is NaN.
  func isEqual(to other: Self) -> Condition
  /// Whether this is the smaller number; false where one is NaN.
  func isLess(than other: Self) -> Condition
  /// `yes` where the condition holds, else `no`.
  static func choose(_ condition: Condition, _ yes: Self, _ no: Self) -> Self
}

extension OrderedNumber {
  /// Both in order, the smaller one first; of equal ones `a`. NaN counts as equal to every number.
  public static func sorted(_ a: Self, _ b: Self) -> (low: Self, high: Self) {
    let swaps = b.isLess(than: a)
    return (choose(swaps, b, a), choose(swaps, a, b))
  }
}

/// Numbers that are added and multiplied, in software or in hardware.
///
/// Integers and fixed point are exact: results have as many bits as they need. Floating point rounds every result once.
public protocol Number: OrderedNumber {
  /// The sum.
  static func + (a: Self, b: Self) -> Self
  /// The difference.
  static func - (a: Self, b: Self) -> Self
  /// The product.
  static func * (a: Self, b: Self) -> Self
  /// The number with the other sign.
  static prefix func - (a: Self) -> Self
}

extension Collection where Element: Number {
  /// The sum of the numbers: a balanced tree, of which `stage` may put each level into registers. Nil for no number.
  ///
  /// - Parameters:
  ///   - alone: What becomes of a number without a partner, such as one bit more.
  ///   - stage: What stands behind a level, counted from 1.
  public func treeSum(
    alone: (Element) -> Element = { $0 }, stage: (_ level: Int, [Element]) -> [Element] = { $1 }
  ) -> Element? {
    var terms = Array(self)
    var level = 1
    while terms.count > 1 {
      terms = stride(from: 0, to: terms.count, by: 2).map { index in
        index + 1 < terms.count ? terms[index] + terms[index + 1] : alone(terms[index])
      }
      terms = stage(level, terms)
      level += 1
    }
    return terms.first
  }
}

/// Numbers in fixed point: exact arithmetic, and one rounding where a format is asked for.
public protocol FixedPointNumber: Number {
  /// The number of `format` that this becomes: rounded to its last place, then saturated or wrapped into its range.
  ///
  /// - Parameters:
  ///   - format: Width, binary point and sign of the result.
  ///   - rounding: What decides between two neighbours.
  ///   - overflow: ``OverflowRule/standard`` saturates.
  func converted(to format: FixedPointFormat, rounding: RoundingRule, overflow: OverflowRule) -> Self
}

extension FixedPointNumber {
  /// The nearest number of `format`, ties to even, saturated.
  public func converted(to format: FixedPointFormat) -> Self {
    converted(to: format, rounding: .nearestEven, overflow: .standard)
  }
}

extension RealValue: FixedPointNumber {
  /// Whether both are the same number; −0 equals +0.
  public func isEqual(to other: RealValue) -> Bool { compared(to: other) == .equal }

  /// Whether this is the smaller number.
  public func isLess(than other: RealValue) -> Bool { compared(to: other) == .less }

  /// `yes` where the condition holds, else `no`.
  public static func choose(_ condition: Bool, _ yes: RealValue, _ no: RealValue) -> RealValue { condition ? yes : no }

  /// What the code of `format` for this value stands for.
  public func converted(to format: FixedPointFormat, rounding: RoundingRule, overflow: OverflowRule) -> RealValue {
    format.value(of: format.code(for: self, rounding: rounding, overflow: overflow))
  }
}

extension BFloat16: Number {
  /// Whether both are the same number; −0 equals +0.
  public func isEqual(to other: BFloat16) -> Bool { compared(to: other) == .equal }

  /// Whether this is the smaller number.
  public func isLess(than other: BFloat16) -> Bool { compared(to: other) == .less }

  /// `yes` where the condition holds, else `no`.
  public static func choose(_ condition: Bool, _ yes: BFloat16, _ no: BFloat16) -> BFloat16 { condition ? yes : no }
}
