/// Why a network, its routes or a simulation is refused.
public enum NetworkError: Error, Hashable, CustomStringConvertible {
  /// A number is out of its range.
  case range(String, Int, ClosedRange<Int>)
  /// A name has characters that names may not have.
  case badName(String)
  /// Two routers or two nodes have one name.
  case duplicateName(String, String)
  /// Two routers stand in one place.
  case samePosition(String, String, NetworkPosition)
  /// A part names a router by an index that there is not.
  case noSuchRouter(String, Int)
  /// A part names a router that there is not.
  case unknownRouter(String, in: String)
  /// A link from a router to itself.
  case selfLink(String)
  /// Two links between the same routers.
  case duplicateLink(String, String)
  /// There is no such link.
  case noLink(String, String)
  /// Links and nodes of a router are more than its ports.
  case tooManyPorts(String, Int, limit: Int)
  /// Routers that no link leads to.
  case disconnected(from: String, [String])
  /// A line of a file.
  case text(line: Int, String)
  /// The name of a topology that there is not, or what is wrong with it.
  case topology(String, String)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .range(let name, let value, let range):
      "\(name) is \(value): give \(range.lowerBound) to \(range.upperBound)"
    case .badName(let name): "'\(name)' is no name: use letters, digits, '_', '.' and '-'"
    case .duplicateName(let kind, let name): "two \(kind)s are called '\(name)': rename one"
    case .samePosition(let first, let second, let place):
      "routers '\(first)' and '\(second)' both stand at \(place): move one"
    case .noSuchRouter(let part, let index): "\(part) is at router \(index), which does not exist"
    case .unknownRouter(let name, let network): "there is no router '\(name)' in \(network)"
    case .selfLink(let name): "router '\(name)' has a link to itself: remove it"
    case .duplicateLink(let first, let second):
      "there are two links between '\(first)' and '\(second)': remove one"
    case .noLink(let first, let second): "there is no link between '\(first)' and '\(second)'"
    case .tooManyPorts(let name, let count, let limit):
      "router '\(name)' has \(count) ports, and \(limit) at most are allowed: move links or nodes, or raise the limit"
    case .disconnected(let start, let lost):
      "no way leads from '\(start)' to \(lost.map { "'\($0)'" }.joined(separator: ", ")): add links"
    case .text(let line, let message): "line \(line): \(message)"
    case .topology(let name, let reason): "topology '\(name)': \(reason)"
    }
  }
}
