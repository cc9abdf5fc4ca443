import Foundation
import Netlist

/// Every memory of a design, for whoever replaces it by a macro.
struct MemoryManifest: Codable, Hashable {
  /// A port of the physical memory.
  struct Port: Codable, Hashable {
    var isWritten: Bool
    var isRead: Bool
    /// Clock of the module; nil for a read without one.
    var clock: String?
    /// Parts of a word that are written each with an enable of its own.
    var lanes: Int?
    /// Clock edges from an address to its word; 0 without a clock.
    var readLatency: Int?
    /// Whether reads can hold their word.
    var hasReadEnable: Bool?
    /// Whether a read sees what is written at the same edge.
    var isForwarded: Bool?
  }
  struct Memory: Codable, Hashable {
    /// Module in which the memory stands.
    var module: String
    /// Name of the array in it.
    var name: String
    var depth: Int
    var width: Int
    var bits: Int
    /// How often it is in the design.
    var instances: Int
    var isROM: Bool
    /// The file with its first contents.
    var contents: String?
    /// What synthesis is asked to make of it.
    var style: String
    var ports: [Port]
  }

  var version = 1
  var top: String
  var totalBits: Int
  var memories: [Memory]

  init(_ circuit: Circuit) {
    top = circuit.top.name
    memories = zip(circuit.definitions, circuit.occurrences).flatMap { definition, count in
      definition.memories.map { Self.memory($0, of: definition, count) }
    }
    totalBits = memories.reduce(0) { $0 + $1.bits * $1.instances }
  }

  private static func memory(_ memory: NetlistMemory, of definition: Definition, _ count: Int) -> Memory {
    struct Key: Hashable, Comparable {
      var clock, group: Int32
      static func < (a: Key, b: Key) -> Bool { (a.clock, a.group) < (b.clock, b.group) }
    }
    var ports: [Key: Port] = [:]
    for write in memory.writePorts {
      let key = Key(clock: write.clock, group: write.group)
      var port = ports[key] ?? Port(isWritten: false, isRead: false, clock: nil)
      port.isWritten = true
      port.clock = definition.clocks[Int(write.clock)].clock
      port.lanes = write.lanes.count
      ports[key] = port
    }
    for (number, read) in memory.readPorts.enumerated() {
      let key = Key(clock: read.clock ?? Int32.max, group: read.clock == nil ? Int32(number) : read.group)
      var port = ports[key] ?? Port(isWritten: false, isRead: false, clock: nil)
      port.isRead = true
      port.clock = read.clock.map { definition.clocks[Int($0)].clock }
      port.readLatency = read.clock == nil ? 0 : 1
      port.hasReadEnable = read.enable != nil
      port.isForwarded = !read.bypasses.isEmpty
      ports[key] = port
    }
    return Memory(
      module: definition.name, name: memory.name, depth: memory.depth, width: memory.width,
      bits: memory.depth * memory.width, instances: count, isROM: memory.writePorts.isEmpty,
      contents: memory.isLoadedFromFile ? "rtl/" + definition.dataFile(of: memory) : nil,
      style: memory.style.rawValue, ports: ports.sorted { $0.key < $1.key }.map(\.value))
  }

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { preconditionFailure("strings and numbers can be encoded") }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
