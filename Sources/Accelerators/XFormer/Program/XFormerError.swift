/// Why a machine, a program or a model is refused.
public enum XFormerError: Error, Hashable, CustomStringConvertible {
  /// A value is out of its range.
  case range(String, Int, ClosedRange<Int>)
  /// A size has to divide another one.
  case multiple(String, Int, of: String, Int)
  /// The crossbars are refused.
  case crossbar(String)
  /// A part of a model cannot be run.
  case node(String, String)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .range(let name, let value, let range):
      "\(name) is \(value): give \(range.lowerBound) to \(range.upperBound)"
    case .multiple(let name, let value, let other, let size):
      "\(name) is \(value), no multiple of \(other), which is \(size)"
    case .crossbar(let fault): "crossbar: \(fault)"
    case .node(let name, let reason): "'\(name)': \(reason)"
    }
  }
}
