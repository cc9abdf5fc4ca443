import Components
import Netlist

/// A generator of FIFOs whose occupancy can be read from its registers.
enum QueueKind: CaseIterable {
  case streamFIFO, asynchronousFIFO

  /// The kind of a module; nil for one that is no such FIFO.
  init?(_ module: Definition) {
    let generator = module.summary.prefix { $0 != "(" }
    guard let kind = Self.allCases.first(where: { $0.generator == generator }) else { return nil }
    self = kind
  }

  private var generator: String {
    switch self {
    case .streamFIFO: "\(StreamFIFO.self)"
    case .asynchronousFIFO: "\(AsynchronousFIFO.self)"
    }
  }

  /// The register that counts what enters, or what is inside, and the one that counts what leaves.
  var registers: (entered: String, left: String?) {
    switch self {
    case .streamFIFO: ("count", nil)
    case .asynchronousFIFO: ("write_count", "read_count")
    }
  }

  /// Words of the storage of a FIFO of this kind.
  func depth(of module: Definition) -> Int? { module.parameters.values["depth"].flatMap { Int($0) } }
}

/// A FIFO in a design.
struct QueueInstance: Hashable {
  /// The instances below the top, joined by points; empty for the top itself.
  var path: String
  /// Words of its storage.
  var depth: Int

  /// All FIFOs of a design whose occupancy can be read, in the order of the instances.
  static func all(in circuit: Circuit) -> [QueueInstance] {
    let definitions = circuit.unrolled().definitions
    let top = definitions.count - 1
    var (found, open): ([QueueInstance], [(index: Int, path: String)]) = ([], [(top, "")])
    while let (index, path) = open.popLast() {
      let definition = definitions[index]
      if let depth = QueueKind(definition)?.depth(of: definition) {
        found.append(QueueInstance(path: path, depth: depth))
      }
      for instance in definition.instances.reversed() {
        open.append((Int(instance.definition), path.isEmpty ? instance.name : path + "." + instance.name))
      }
    }
    return found
  }
}
