import Netlist
import Tools

/// Writes tables of a netlist into a digest, a line for each entry.
struct FingerprintWriter {
  /// The number of each definition of the circuit among those that are written.
  private let numbers: [Int32: Int32]
  private var hash = SHA256()
  private var text = ""

  init(numbers: [Int32: Int32]) { self.numbers = numbers }

  /// Ports and clocks of a module whose inside does not count.
  mutating func add(interfaceOf definition: Definition) {
    line("child", definition.latency)
    for port in definition.ports {
      line("port", port.shape.direction, port.shape.width, port.shape.isSigned, port.clock)
    }
    addClocks(of: definition)
  }

  private mutating func addClocks(of definition: Definition) {
    for clock in definition.clocks {
      line("clock", clock.reset != nil, clock.resetKind, clock.resetPolarity, clock.edge)
    }
  }

  /// All that decides what a module does.
  mutating func add(_ definition: Definition) {
    line("module", definition.latency)
    for port in definition.ports {
      line("port", port.shape.direction, port.shape.width, port.shape.isSigned, port.driver?.index, port.clock)
    }
    addClocks(of: definition)
    for node in definition.table.nodes {
      line(node.operation, node.isSigned, node.width, node.a, node.b, node.c)
    }
    line("lists", definition.table.lists)
    for constant in definition.table.constants { line("constant", constant.width, constant.hexadecimal) }
    for signal in definition.signals { line("signal", signal.width, signal.isSigned, signal.kind) }
    for register in definition.registers { add(register) }
    for memory in definition.memories { add(memory) }
    for assertion in definition.assertions {
      line(assertion.kind, assertion.condition.index, assertion.enable?.index, assertion.clock)
    }
    for instance in definition.instances {
      line("instance", numbers[instance.definition], instance.inputs, instance.outputs, instance.clockMap)
    }
    line("connections", definition.connections.map(\.index))
    for map in definition.clockMaps { line("clocks", map.clocks, map.resets.map { $0?.index }, map.others) }
    if let foreign = definition.foreign { add(foreign) }
    if let grid = definition.grid {
      line("grid", numbers[grid.cell], grid.rows, grid.columns)
      for input in grid.inputs { line("input", input.source, input.chain?.port, input.chain?.side) }
    }
  }

  private mutating func add(_ register: NetlistRegister) {
    line(
      "register", register.signal, register.next.index, register.enable?.index, register.resetValue?.hexadecimal,
      register.initialValue?.hexadecimal, register.clock, register.crossing)
  }

  private mutating func add(_ memory: NetlistMemory) {
    line("memory", memory.depth, memory.width, memory.isSigned, memory.isShared)
    for word in memory.contents ?? [] { line(word.hexadecimal) }
    func lanes(_ lanes: [NetlistMemory.Lane]) -> [Int32] { lanes.flatMap { [$0.data.index, $0.enable.index] } }
    for port in memory.writePorts {
      line("write", port.address.index, lanes(port.lanes), port.clock, port.group)
    }
    for port in memory.readPorts {
      line(
        "read", port.address.index, port.enable?.index, port.signal, port.bypasses.map(lanes), port.clock, port.group)
    }
  }

  private mutating func add(_ foreign: ForeignModule) {
    line(
      "foreign", foreign.module, foreign.parameters, foreign.followsInputs, foreign.inputs.map(\.index),
      foreign.model?.identity)
    for source in foreign.sources { line(source.text) }
  }

  private mutating func line(_ parts: Any?...) {
    for part in parts {
      text += part.map { "\($0) " } ?? "- "
    }
    text += "\n"
    guard text.utf8.count > 1 << 16 else { return }
    hash.update(text)
    text = ""
  }

  mutating func end() -> String {
    hash.update(text)
    text = ""
    return hash.hexDigest()
  }
}
