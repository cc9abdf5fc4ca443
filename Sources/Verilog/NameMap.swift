import Netlist

/// What each name in the Verilog is called in Swift, and where it was written.
public struct NameMap: Hashable, Sendable, Codable {
  /// One name of a module.
  public struct Name: Hashable, Sendable, Codable {
    /// `port`, `register`, `net`, `memory` or `instance`.
    public var kind: String
    /// The name in the Verilog.
    public var verilog: String
    /// The path in Swift: of a port below `Ports`, else the name given to the call.
    public var swift: String
    /// File and line of the declaration; nil when unknown.
    public var place: String?
  }

  /// Form of the map; rises when a key changes its meaning.
  public var version = 1
  /// Names by module.
  public var modules: [String: [Name]]
}

extension Circuit {
  /// The names of every module of the design.
  public var nameMap: NameMap {
    NameMap(modules: Dictionary(uniqueKeysWithValues: definitions.map { ($0.name, $0.nameMap) }))
  }
}

extension Definition {
  fileprivate var nameMap: [NameMap.Name] {
    var names: [NameMap.Name] = []
    func add(_ kind: String, _ verilog: String, _ swift: String, _ place: Int32) {
      names.append(NameMap.Name(kind: kind, verilog: verilog, swift: swift, place: self.place(place)?.description))
    }
    for port in ports { add("port", port.shape.name, port.path, port.place) }
    for signal in signals {
      switch signal.kind {
      case .register: add("register", signal.name, signal.name, signal.place)
      case .net: add("net", signal.name, signal.name, signal.place)
      case .memoryRead: add("register", signal.name, signal.name, signal.place)
      case .input, .instanceOutput, .foreign: break
      }
    }
    for memory in memories { add("memory", memory.name, memory.name, memory.place) }
    for instance in instances { add("instance", instance.name, instance.name, instance.place) }
    return names
  }
}
