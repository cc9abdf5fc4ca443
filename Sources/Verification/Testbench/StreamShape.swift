import Netlist

/// A ready/valid stream of a module, as its generator declares it.
///
/// Of a module of which only the names of the ports are known, such as foreign Verilog, a stream is `<name>_valid`,
/// `<name>_ready` and as payload every other port that begins with `<name>_`. A channel of an AXI bus is a stream there too,
/// called after the bus and the channel: `axi_aw` is `axi_awvalid`, `axi_awready` and every other port that begins with
/// `axi_aw`. The channels are `aw`, `w`, `b`, `ar`, `r` and, of AXI4-Stream, `t`. Where names nest (`a` and `a_b`), a port
/// belongs to the longest name.
///
/// A transaction passes at the rising edge at which valid and ready are both high. Valid, once high, stays high with
/// the same payload until then.
public struct StreamShape: Hashable, Sendable, Codable {
  /// The name of the stream.
  public let name: String
  /// `input` where the module takes transactions, `output` where it gives them.
  public let direction: PortDirection
  /// The payload in the order of the ports; may be empty.
  public let payload: RowShape
  /// What the names of the ports begin with.
  public let prefix: String

  /// Name of the valid port.
  public var validPort: String { prefix + "valid" }
  /// Name of the ready port.
  public var readyPort: String { prefix + "ready" }

  /// The name of the AXI bus of which the stream is a channel, which may be empty; nil for any other stream.
  public let bus: String?

  private static let channels: Set<Substring> = ["aw", "w", "b", "ar", "r", "t"]

  /// Whether a name is that of a channel of an AXI bus.
  private static func isChannel(_ name: some StringProtocol) -> Bool {
    channels.contains(Substring(name.split(separator: "_", omittingEmptySubsequences: false).last ?? ""))
  }

  /// The stream called `name` of `module`.
  ///
  /// Throws when a handshake port is missing, wider than a bit or points the wrong way, or a payload port points
  /// against the stream.
  public init(_ module: ModuleInterface, _ name: String) throws(BenchError) {
    if let declared = Self.declared(in: module) {
      guard let stream = declared.first(where: { $0.name == name }) else {
        throw .unknownStream(name, module: module.name, streams: declared.map(\.name))
      }
      self = stream
      return
    }
    try self.init(guessing: name, in: module)
  }

  /// A stream of which the generator says what belongs to it.
  private init(_ part: InterfacePart, valid: String, in group: InterfacePart?, _ ports: [String: PortShape]) {
    name = part.name
    direction = part.direction ?? .input
    prefix = String(valid.dropLast("valid".count))
    bus = group.flatMap { $0.isJoined == true ? $0.name : nil }
    payload = RowShape((part.ports ?? []).compactMap { ports[$0] }, prefix: prefix)
  }

  /// The streams that the generator of the module declares; nil where that is not known.
  private static func declared(in module: ModuleInterface) -> [StreamShape]? {
    let ports = Dictionary(module.ports.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return module.declared?.compactMap { part, group in
      part.valid.map { StreamShape(part, valid: $0, in: group, ports) }
    }
  }

  private init(guessing name: String, in module: ModuleInterface) throws(BenchError) {
    let isBus = Self.isChannel(name) && module.ports.contains { $0.name == name + "valid" }
    let prefix = isBus ? name : name + "_"
    func handshake(_ suffix: String) throws(BenchError) -> PortShape? {
      guard let port = module.ports.first(where: { $0.name == prefix + suffix }) else { return nil }
      guard port.width == 1 else { throw .wrongWidth(port: port.name, width: port.width, needed: 1) }
      return port
    }
    let (valid, ready) = (try handshake("valid"), try handshake("ready"))
    guard let valid, let ready else {
      guard valid != nil || ready != nil else {
        throw .unknownStream(name, module: module.name, streams: Self.names(in: module))
      }
      throw .missingHandshake(
        stream: name, port: prefix + (valid == nil ? "valid" : "ready"), module: module.name)
    }
    guard valid.direction != ready.direction else {
      throw .wrongDirection(
        port: ready.name, is: ready.direction.rawValue, needed: valid.direction == .input ? "output" : "input",
        reason: "'\(valid.name)' is an \(valid.direction.rawValue) too, and ready answers valid")
    }
    let inner = Self.names(in: module).filter { $0.hasPrefix(name + "_") }
    let payload = module.ports.filter { port in
      port.name.hasPrefix(prefix) && port.name != valid.name && port.name != ready.name
        && !inner.contains { port.name.hasPrefix($0 + "_") }
    }
    for port in payload where port.direction != valid.direction {
      throw .wrongDirection(
        port: port.name, is: port.direction.rawValue, needed: valid.direction.rawValue,
        reason: "it is payload of stream '\(name)' and goes the way of '\(valid.name)'; "
          + "rename it if it is no part of the stream")
    }
    self.name = name
    self.prefix = prefix
    bus =
      prefix.hasSuffix("_")
      ? nil : name.split(separator: "_", omittingEmptySubsequences: false).dropLast().joined(separator: "_")
    direction = valid.direction
    self.payload = RowShape(payload, prefix: prefix)
  }

  /// All streams of `module` in the order of their ports. A lone `_valid` or `_ready` makes no stream.
  public static func all(in module: ModuleInterface) throws(BenchError) -> [StreamShape] {
    if let declared = declared(in: module) { return declared }
    var streams: [StreamShape] = []
    for name in names(in: module) { streams.append(try StreamShape(module, name)) }
    return streams
  }

  private static func names(in module: ModuleInterface) -> [String] {
    let ports = Set(module.ports.map(\.name))
    return module.ports.compactMap { port in
      guard port.name.hasSuffix("valid") else { return nil }
      let prefix = port.name.dropLast("valid".count)
      guard ports.contains(prefix + "ready") else { return nil }
      if prefix.hasSuffix("_") { return String(prefix.dropLast()) }
      return isChannel(prefix) ? String(prefix) : nil
    }
  }
}
