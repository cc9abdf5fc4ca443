/// Why a machine, a stack or a placement is refused.
public enum HeTraXError: Error, Hashable, CustomStringConvertible {
  /// A value is out of its range.
  case range(String, Int, ClosedRange<Int>)
  /// A value has to be above zero, and finite.
  case notPositive(String, Double)
  /// The parts of a request do not fit each other.
  case request(String)
  /// A system of equations was not solved as exactly as it was asked.
  case notSolved(iterations: Int, residual: Double)
  /// Leakage grows faster with temperature than heat leaves.
  case runaway(kelvins: Double)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .range(let name, let value, let range):
      "\(name) is \(value): give \(range.lowerBound) to \(range.upperBound)"
    case .notPositive(let name, let value): "\(name) is \(value): give a finite number above 0"
    case .request(let reason): reason
    case .notSolved(let iterations, let residual):
      "the temperatures were not found: a relative residual of \(residual) after \(iterations) iterations"
    case .runaway(let kelvins):
      "leakage and temperature rise without end, above \(kelvins) K: lower the power, the leakage or the resistance"
    }
  }
}
