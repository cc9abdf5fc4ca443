import Netlist

/// What each name in the Verilog is called in Swift, and where it was written.
public struct NameMap: Hashable, Sendable, Codable {
  /// One name of a module.
  public struct Name: Hashable, Sendable, Codable {
    /// `port`, `register`, `net`, `memory`, `instance` or `grid`: there the cell of row 3 and column 5 of the grid `mac` is
    /// `mac_row[3].mac_column[5].mac`.
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
    NameMap(
      modules: Dictionary(
        uniqueKeysWithValues: definitions.filter { $0.grid == nil }.map { definition in
          (definition.name, definition.nameMap { definitions[Int($0)].grid != nil })
        }))
  }
}

extension Definition {
  /// The names of the module; `isGrid` says whether a definition is an array of cells.
  fileprivate func nameMap(_ isGrid: (Int32) -> Bool) -> [NameMap.Name] {
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
    for instance in instances {
      add(isGrid(instance.definition) ? "grid" : "instance", instance.name, instance.name, instance.place)
    }
    return names
  }
}
