import NumberFormats
import Testbench

/// The classes of floating point numbers that arithmetic treats apart.
enum FloatingClass: Int, CaseIterable {
  case zero
  case subnormal
  case normal
  case infinity
  case notANumber

  var name: String {
    switch self {
    case .zero: "zero"
    case .subnormal: "subnormal"
    case .normal: "normal"
    case .infinity: "infinity"
    case .notANumber: "NaN"
    }
  }

  /// The class of a code, by its bits alone: a subnormal code is one, whether the format flushes it or not.
  init(_ code: UInt64, _ format: Minifloat) {
    let value = format.value(of: code)
    let magnitude = code & (format.codeMask >> 1)
    switch value {
    case .notANumber: self = .notANumber
    case .infinity: self = .infinity
    default:
      self = magnitude == 0 ? .zero : magnitude >> UInt64(format.fractionBits) == 0 ? .subnormal : .normal
    }
  }

  /// The classes that a format has: as a result, where flushed numbers are not written, or as an operand.
  static func all(of format: Minifloat, isResult: Bool) -> [FloatingClass] {
    allCases.filter { kind in
      switch kind {
      case .zero, .normal: true
      case .subnormal: !isResult || format.subnormals == .kept
      case .infinity: format.specials == .ieee
      case .notANumber: format.canonicalNaN != nil
      }
    }
  }
}

extension CoverageModel {
  /// A point `class of PORT` for each of the ports: the class and the sign of the numbers there. And no goals for bits and
  /// corners that no result has.
  mutating func addClasses(of ports: [(name: String, format: Minifloat)]) throws(CoverageError) {
    for (name, format) in ports {
      let isResult = interface.ports.first { $0.name == name }?.direction == .output
      try point(
        "class of \(name)", over: [try pin(name)],
        FloatingClass.all(of: format, isResult: isResult).map { .value($0.name, $0.rawValue) }
      ) { values in
        FloatingClass(UInt64(truncatingIfNeeded: values[0]) & format.codeMask, format).rawValue
      }
      try point("sign of \(name)", over: [try pin(name)], .bit) { values in
        values[0] >> (format.width - 1) & 1
      }
    }
  }

  /// A point for how far the exponents of `a` and `b` are from each other.
  mutating func addDistance(_ format: Minifloat) throws(CoverageError) {
    let reach = format.fractionBits + 2
    try point(
      "exponent of a less that of b", over: [try pin("a"), try pin("b")],
      [.range("far below", Int.min ... -reach - 1)]
        + (-reach...reach).filter { $0.magnitude < 1 << format.exponentBits - 1 }.map { .value("\($0)", $0) }
        + [.range("far above", reach + 1...Int.max)]
    ) { values in
      format.field(of: UInt64(truncatingIfNeeded: values[0])) - format.field(of: UInt64(truncatingIfNeeded: values[1]))
    }
  }
}
