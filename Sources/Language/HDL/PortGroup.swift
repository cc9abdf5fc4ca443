import Netlist

/// Ports of either direction that belong together: a struct of ``Input``, ``Output``, streams, arrays of them and further
/// groups, written once, from one side.
///
/// The other side is ``Flipped``. One `<==` connects a whole group with its counterpart.
///
/// ```swift
/// struct Link: PortGroup {
///   let request: StreamOutput<UInt>
///   let response: StreamInput<Bits>
///   init(width: Int) {
///     request = .init(width, "Addresses")
///     response = .init(8, "What stands there, in order")
///   }
/// }
/// ```
///
/// `Ports` itself needs no conformance; a group nested in it does.
public protocol PortGroup: PortDeclaration {
  /// How the names of the ports are made. The default is ``PortNaming/separated``.
  static var naming: PortNaming { get }
}

extension PortGroup {
  /// All parts of a name with a line between.
  public static var naming: PortNaming { .separated }

  /// Adds the vectors that this declares.
  public func declare(in walker: PortWalker, name: String, path: String) -> PortEntry {
    var part = InterfacePart(.group, path: path, name: name)
    part.type = "\(Self.self)"
    (part.isFlipped, part.isJoined) = (walker.isFlipped, Self.naming == .joined)
    return walker.nesting(part) { .group(walker.group(self, name: name, path: path)) }
  }
}

/// How the names of the ports of a group are made of the name of the group and those of its parts.
public enum PortNaming: Hashable, Sendable {
  /// `bus_aw_valid`.
  case separated
  /// What stands in the group is written together, as in the names of AXI: `bus_awvalid`.
  case joined
}

/// A group of ports from its other side: inputs are outputs, and outputs are inputs.
public struct Flipped<Group: PortGroup>: PortDeclaration {
  let group: Group

  /// The other side of `group`.
  public init(_ group: Group) { self.group = group }

  /// Adds the vectors that this declares.
  public func declare(in walker: PortWalker, name: String, path: String) -> PortEntry {
    walker.flipping { group.declare(in: walker, name: name, path: path) }
  }
}
