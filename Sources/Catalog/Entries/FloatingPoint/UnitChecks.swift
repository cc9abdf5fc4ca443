import Catalog
import NumberFormats
import Units

/// What the units compute of all their operands; nothing for formats in which these are too many.
extension FloatingMultiplier {
  var exhaustiveChecks: [ExhaustiveCheck] {
    guard 2 * format.width <= 32 else { return [] }
    let format = format
    return [
      ExhaustiveCheck(
        ["a", "b"], of: [format.width, format.width], held: ["enable": 1], result: "product", latency: latency,
        nanoseconds: format == .bfloat16 ? 20 : 1000
      ) { operands in
        guard format == .bfloat16 else { return format.multiply(operands[0], operands[1]) }
        return UInt64((BFloat16(operand: operands[0]) * BFloat16(operand: operands[1])).bitPattern)
      }
    ]
  }
}

extension FloatingAdder {
  var exhaustiveChecks: [ExhaustiveCheck] {
    guard 2 * format.width <= 32 else { return [] }
    let (format, operation) = (format, operation)
    let isChosen = operation == .either
    return [
      ExhaustiveCheck(
        (isChosen ? ["subtract"] : []) + ["a", "b"], of: (isChosen ? [1] : []) + [format.width, format.width],
        held: ["enable": 1], result: "sum", latency: latency, nanoseconds: format == .bfloat16 ? 20 : 1000
      ) { operands in
        let (a, b) = isChosen ? (operands[1], operands[2]) : (operands[0], operands[1])
        let subtracts = isChosen ? operands[0] == 1 : operation == .subtract
        guard format == .bfloat16 else { return subtracts ? format.subtract(a, b) : format.add(a, b) }
        let (left, right) = (BFloat16(operand: a), BFloat16(operand: b))
        return UInt64((subtracts ? left - right : left + right).bitPattern)
      }
    ]
  }
}

extension FloatingFusedMultiplyAdd {
  var exhaustiveChecks: [ExhaustiveCheck] {
    guard 3 * format.width <= 32 else { return [] }
    let format = format
    return [
      ExhaustiveCheck(
        ["a", "b", "c"], of: [format.width, format.width, format.width], held: ["enable": 1], result: "result",
        latency: latency
      ) { format.fusedMultiplyAdd($0[0], $0[1], $0[2]) }
    ]
  }
}

extension FloatingDotProduct {
  var exhaustiveChecks: [ExhaustiveCheck] {
    guard 2 * count * format.width <= 32, count <= 4 else { return [] }
    let (format, count) = (format, count)
    return [
      ExhaustiveCheck(
        ["a", "b"].flatMap { name in (0..<count).map { "\(name)_\($0)" } },
        of: [Int](repeating: format.width, count: 2 * count), held: ["enable": 1], result: "result", latency: latency
      ) { operands in
        format.dot((0..<count).map { operands[$0] }, (0..<count).map { operands[count + $0] })
      }
    ]
  }
}

extension FloatingComparator {
  var exhaustiveChecks: [ExhaustiveCheck] {
    guard 2 * format.width <= 32 else { return [] }
    let (format, rule) = (format, ignoresNaN ? NaNRule.ignore : .propagate)
    let results: [(String, ExhaustiveCheck.Golden)] = [
      ("is_less", { format.compare($0[0], $0[1]) == .less ? 1 : 0 }),
      ("is_equal", { format.compare($0[0], $0[1]) == .equal ? 1 : 0 }),
      ("is_unordered", { format.compare($0[0], $0[1]) == nil ? 1 : 0 }),
      ("minimum", { format.minimum($0[0], $0[1], nan: rule) }),
      ("maximum", { format.maximum($0[0], $0[1], nan: rule) }),
    ]
    return results.map { result, golden in
      ExhaustiveCheck(
        ["a", "b"], of: [format.width, format.width], result: result, latency: latency, golden: golden)
    }
  }
}

extension FloatingConverter {
  var exhaustiveChecks: [ExhaustiveCheck] {
    let (source, target) = (source, target)
    return [
      ExhaustiveCheck(["value"], of: [source.width], result: "result", latency: latency) {
        target.convert($0[0], from: source)
      }
    ]
  }
}

extension FixedToFloating {
  var exhaustiveChecks: [ExhaustiveCheck] {
    let (source, scale, target) = (source, scale, target)
    guard source.width + (scale?.width ?? 0) <= 32 else { return [] }
    let power = RealValue(Dyadic(1 as Int64, exponent: -fractionBits))
    return [
      ExhaustiveCheck(
        ["code"] + (scale == nil ? [] : ["scale"]), of: [source.width] + (scale.map { [$0.width] } ?? []),
        result: "result", latency: latency
      ) { operands in
        let value = source.value(of: operands[0]) * power
        return target.code(for: scale.map { value * $0.value(of: operands[1]) } ?? value)
      }
    ]
  }
}

extension FloatingToFixed {
  var exhaustiveChecks: [ExhaustiveCheck] {
    let (source, scale, target) = (source, scale, target)
    guard source.width + (scale?.width ?? 0) <= 32 else { return [] }
    let power = RealValue(Dyadic(1 as Int64, exponent: fractionBits))
    let least = isSymmetric && target.isSigned ? -Int64(target.maximum) : target.minimum
    return [
      ExhaustiveCheck(
        ["value"] + (scale == nil ? [] : ["scale"]), of: [source.width] + (scale.map { [$0.width] } ?? []),
        result: "code", latency: latency
      ) { operands in
        let value = source.value(of: operands[0]) * power
        let code = target.code(for: scale.map { value * $0.value(of: operands[1]) } ?? value)
        return UInt64(bitPattern: max(target.integer(of: code), least)) & target.codeMask
      }
    ]
  }
}

extension FunctionUnit {
  var exhaustiveChecks: [ExhaustiveCheck] {
    let (function, format) = (function, format)
    return [
      ExhaustiveCheck(
        ["x"], of: [format.width], held: ["enable": 1], result: "result", latency: latency
      ) { FunctionResults.of(function, format)[Int($0[0])] }
    ]
  }
}

extension BFloat16 {
  fileprivate init(operand: UInt64) { self.init(bitPattern: UInt16(truncatingIfNeeded: operand)) }
}
