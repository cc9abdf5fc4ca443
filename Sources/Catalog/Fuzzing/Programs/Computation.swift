/// An expression of the language over earlier values.
package enum Computation: Hashable, Sendable {
  case add, subtract, multiply, wrappingAdd, wrappingSubtract, wrappingMultiply, negate
  case and, or, xor, not
  case equal, notEqual, less, greater, lessOrEqual, greaterOrEqual
  case shiftLeft(Int), shiftRight(Int), shiftLeftBySignal, shiftRightBySignal
  case bit(Int), bitBySignal, slice(low: Int, width: Int)
  case truncate(Int), extend(Int), saturate(Int)
  case all, any, parity, isNegative
  case asUnsigned, asSigned, asBits
  case mux, select, concatenate, sum

  /// The greatest width of a value in a random program.
  package static let widest = 200

  /// The type of the result for operands of these types; nil where the language has no such expression, or where the
  /// result would be wider than ``widest``.
  package func result(of operands: [ValueType]) -> ValueType? {
    guard let result = unchecked(operands), (1...Self.widest).contains(result.width) else { return nil }
    return result
  }

  private func unchecked(_ types: [ValueType]) -> ValueType? {
    guard let first = types.first else { return nil }
    switch self {
    case .mux, .select, .concatenate, .sum: return choice(types)
    case .negate, .not, .shiftLeft, .shiftRight, .bit, .slice, .truncate, .extend, .saturate, .all, .any, .parity,
      .isNegative, .asUnsigned, .asSigned, .asBits:
      return types.count == 1 ? unary(first) : nil
    default: return types.count == 2 ? binary(first, types[1]) : nil
    }
  }

  private func choice(_ types: [ValueType]) -> ValueType? {
    switch self {
    case .mux: return types.count == 3 && types[0] == .bit && types[1] == types[2] ? types[1] : nil
    case .select:
      guard types.count >= 2, types[0].kind == .unsigned else { return nil }
      return types.dropFirst().allSatisfy { $0 == types[1] } ? types[1] : nil
    case .concatenate: return ValueType(.bits, types.reduce(0) { $0 + $1.width })
    default:
      let (kind, first) = (types[0].kind, types[0])
      guard kind == .unsigned || kind == .signed, types.allSatisfy({ $0 == first }) else { return nil }
      var levels = 0
      while 1 << levels < types.count { levels += 1 }
      return ValueType(kind, first.width + levels)
    }
  }

  private func unary(_ type: ValueType) -> ValueType? {
    let isNumber = type.kind == .unsigned || type.kind == .signed
    let isVector = type.kind != .bit
    switch self {
    case .not: return type
    case .negate: return type.kind == .signed ? ValueType(.signed, type.width + 1) : nil
    case .isNegative: return type.kind == .signed ? .bit : nil
    case .shiftLeft(let count): return isNumber && count >= 0 ? ValueType(type.kind, type.width + count) : nil
    case .shiftRight(let count): return isNumber && count >= 0 ? type : nil
    case .bit(let index): return isVector && (0..<type.width).contains(index) ? .bit : nil
    case .slice(let low, let width):
      return isVector && low >= 0 && width >= 1 && low + width <= type.width ? ValueType(.bits, width) : nil
    case .truncate(let width): return isVector && (1...type.width).contains(width) ? ValueType(type.kind, width) : nil
    case .extend(let width): return isVector && width >= type.width ? ValueType(type.kind, width) : nil
    case .saturate(let width): return isNumber && (1...type.width).contains(width) ? ValueType(type.kind, width) : nil
    case .all, .any, .parity: return isVector ? .bit : nil
    case .asUnsigned: return ValueType(.unsigned, type.width)
    case .asSigned: return isVector ? ValueType(.signed, type.width) : nil
    case .asBits: return ValueType(.bits, type.width)
    default: return nil
    }
  }

  private func binary(_ a: ValueType, _ b: ValueType) -> ValueType? {
    let areNumbers = a.kind == b.kind && (a.kind == .unsigned || a.kind == .signed)
    switch self {
    case .add, .subtract: return areNumbers ? ValueType(a.kind, max(a.width, b.width) + 1) : nil
    case .multiply: return areNumbers ? ValueType(a.kind, a.width + b.width) : nil
    case .wrappingAdd, .wrappingSubtract, .wrappingMultiply:
      return areNumbers ? ValueType(a.kind, max(a.width, b.width)) : nil
    case .and, .or, .xor: return a == b ? a : nil
    case .equal, .notEqual: return areNumbers || a == b ? .bit : nil
    case .less, .greater, .lessOrEqual, .greaterOrEqual: return areNumbers ? .bit : nil
    case .shiftLeftBySignal, .shiftRightBySignal:
      return (a.kind == .unsigned || a.kind == .signed) && b.kind == .unsigned ? a : nil
    case .bitBySignal: return a.kind != .bit && b.kind == .unsigned ? .bit : nil
    default: return nil
    }
  }
}
