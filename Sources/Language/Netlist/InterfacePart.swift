/// A part of an interface as its generator declares it: a port, a stream, a group of parts or an array of them.
///
/// What a key does not apply to is nil, and left out in JSON.
public struct InterfacePart: Hashable, Sendable, Codable {
  /// What a part is.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// One value: a vector, or one for each field of a bundle.
    case port
    /// A value with `valid` and `ready`.
    case stream
    /// Parts of either direction that belong together.
    case group
    /// Parts of one kind with numbers.
    case array
  }

  /// What the part is.
  public var kind: Kind
  /// Where it stands in Swift, such as `axi.aw`.
  public var path: String
  /// What the Verilog names of its ports begin with; of a port of one vector its whole name.
  public var name: String
  /// What a port or a stream is for.
  public var sentence: String?
  /// `input` for a port or a stream into the module.
  public var direction: PortDirection?
  /// Verilog names of the vectors of a port, or of the payload of a stream, in order.
  public var ports: [String]?
  /// Verilog name of the valid of a stream.
  public var valid: String?
  /// Verilog name of the ready of a stream.
  public var ready: String?
  /// Verilog name of the clock of a port or a stream, in the interface of a module with several.
  public var clock: String?
  /// The type of a group in Swift.
  public var type: String?
  /// Whether a group is seen from its other side.
  public var isFlipped: Bool?
  /// Whether the names in a group are written together, as in `axi_awvalid`.
  public var isJoined: Bool?
  /// What a group or an array consists of.
  public var parts: [InterfacePart]?

  /// A part of which nothing else is known.
  public init(_ kind: Kind, path: String, name: String) {
    self.kind = kind
    self.path = path
    self.name = name
  }

  /// The Verilog names of all its ports, in the order of the module's ports.
  public var allPorts: [String] {
    (valid.map { [$0] } ?? []) + (ready.map { [$0] } ?? []) + (ports ?? []) + (parts ?? []).flatMap(\.allPorts)
  }

  /// The ports and streams in it, each with the innermost group around it.
  func leaves(in group: InterfacePart?) -> [(part: InterfacePart, group: InterfacePart?)] {
    guard let parts else { return [(self, group)] }
    return parts.flatMap { $0.leaves(in: kind == .group ? self : group) }
  }
}

extension ModuleInterface {
  /// The ports and streams of a module that is not foreign, each with the innermost group around it.
  public var declared: [(part: InterfacePart, group: InterfacePart?)]? {
    parts.map { $0.flatMap { $0.leaves(in: nil) } }
  }
}
