/// Why a machine, a model or a run is refused.
public enum AccelTranError: Error, Hashable, CustomStringConvertible {
  /// A size is outside its limits.
  case range(String, Int, ClosedRange<Int>)
  /// A size is no power of two.
  case powerOfTwo(String, Int)
  /// A size in MB or MHz is not positive or out of reason.
  case size(String, Double)
  /// A text does not name the four loops.
  case loopOrder(String)
  /// A head of a model dictionary has another form.
  case head(String)
  /// A model dictionary does not say as much for each layer.
  case layers(String, expected: Int, found: Int)
  /// A document is no model dictionary.
  case dictionary(String)
  /// The published constants have no entry.
  case constant(String, available: [String])
  /// Data is larger than the whole buffer.
  case buffer(String, data: String, bits: Double, capacity: Double)
  /// The published simulator stops here with a failed assertion.
  case assertion(cycle: Int, String)
  /// Nothing can go on any more.
  case deadlock(cycle: Int, waiting: [String])
  /// A run takes longer than it may.
  case cycles(limit: Int)
  /// A node of a graph is not among what the machine computes.
  case node(String, String)
  /// A table of thresholds is not one.
  case curve(String)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .range(let name, let value, let range):
      "\(name) is \(value): give \(range.lowerBound) to \(range.upperBound)"
    case .powerOfTwo(let name, let value): "\(name) is \(value): give a power of two"
    case .size(let name, let value): "\(name) is \(value): give a positive size"
    case .loopOrder(let text): "\"\(text)\" is no loop order: name b, i, j and k once each, such as bijk"
    case .head(let text):
      "\"\(text)\" is no attention operation: give sa_sdp_N, sa_wma_N, c_K_N, l_dft_N or l_dct_N, with sizes from 1 on"
    case .layers(let name, let expected, let found):
      "\"\(name)\" has \(found) layers for \(expected): give one entry for each layer"
    case .dictionary(let reason): "no model dictionary: \(reason)"
    case .constant(let name, let available):
      "there is no constant for \(name): choose \(available.joined(separator: ", "))"
    case .buffer(let buffer, let data, let bits, let capacity):
      "\(data) takes \(bits) bits, the \(buffer) buffer holds \(capacity): enlarge the buffer"
    case .assertion(let cycle, let reason):
      "the published simulator stops in cycle \(cycle): \(reason)"
    case .deadlock(let cycle, let waiting):
      "nothing goes on after cycle \(cycle); waiting for \(waiting.joined(separator: ", ")): "
        + "enlarge the buffers, issue fewer operations at once, or mend the scheduler"
    case .cycles(let limit): "the run takes more than \(limit) cycles: raise the limit"
    case .node(let name, let reason): "node \"\(name)\": \(reason)"
    case .curve(let reason): "no curve of thresholds: \(reason)"
    }
  }
}
