import Foundation

/// Parameters whose text or order is not the same in every run, or that equal not even themselves.
///
/// A generator value is the identity of its module, and everything that is emitted follows from it. So nothing of it may
/// depend on where an object lies in memory or on the seed of a hash. A type with a mirror of its own answers for what the
/// mirror does not show.
struct UnstableParameters {
  private(set) var mistakes: [(message: String, fix: String)] = []
  private var verdicts: [ObjectIdentifier: Verdict] = [:]
  private var seen: Set<ObjectIdentifier> = []

  private enum Verdict { case leaf, inspect, unordered, place }

  /// Looks at everything that is stored in `generator`.
  init(of generator: Any) {
    // An explicit stack: parameters may be nested deeply.
    var open: [(path: String, value: Any)] = [("", generator)]
    while let (path, value) = open.popLast() {
      let type = type(of: value)
      switch verdict(of: type, value) {
      case .leaf: continue
      case .unordered:
        // The names of the ports of a black box are looked up, never listed.
        if let names = value as? [String: String], names == (generator as? any BlackBox)?.portNames { continue }
        mistakes.append(
          (
            "parameter '\(path)' is a \(type), whose order differs from run to run",
            "use an array, sorted where the order means nothing"
          ))
        continue
      case .place:
        mistakes.append(
          (
            "parameter '\(path)' is a \(type), which differs from run to run with its place in memory",
            "use a struct or an enum of what it stands for"
          ))
        continue
      case .inspect: break
      }
      if let number = value as? any FloatingPoint, number.isNaN {
        mistakes.append(("parameter '\(path)' is not a number", "use a number; NaN does not even equal itself"))
        continue
      }
      if Self.isPlainList(value) { continue }
      var mirror: Mirror? = Mirror(reflecting: value)
      if mirror?.displayStyle == .class, !seen.insert(ObjectIdentifier(value as AnyObject)).inserted { continue }
      var children: [(path: String, value: Any)] = []
      while let level = mirror {
        for (index, child) in level.children.enumerated() {
          children.append((Self.path(path, child.label, index, in: level), child.value))
        }
        mirror = level.superclassMirror
      }
      open += children.reversed()
    }
  }

  private static func path(_ path: String, _ label: String?, _ index: Int, in mirror: Mirror) -> String {
    switch mirror.displayStyle {
    case .optional: return path
    case .collection: return "\(path)[\(index)]"
    default:
      // The elements of a tuple are called `.0`, `.1` and so on.
      let name = label.map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 } ?? "\(index)"
      return path.isEmpty ? name : "\(path).\(name)"
    }
  }

  private mutating func verdict(of type: Any.Type, _ value: Any) -> Verdict {
    if let known = verdicts[ObjectIdentifier(type)] { return known }
    // What is no class may be bridged to one.
    let name = String(reflecting: type)
    let verdict: Verdict
    if name.hasPrefix("Swift.Set<") || name.hasPrefix("Swift.Dictionary<") {
      verdict = .unordered
    } else if (type is AnyClass && value is NSObject) || value is ObjectIdentifier || value is any _Pointer
      || value is OpaquePointer || value is AnyKeyPath
    {
      verdict = .place
    } else if value is any FixedWidthInteger || value is any StringProtocol || value is Bool {
      verdict = .leaf
    } else {
      verdict = .inspect
    }
    verdicts[ObjectIdentifier(type)] = verdict
    return verdict
  }

  /// A list of numbers or texts, which may be long.
  private static func isPlainList(_ value: Any) -> Bool {
    value is [Int] || value is [UInt8] || value is [Int8] || value is [UInt64] || value is [Bool] || value is [String]
  }
}
