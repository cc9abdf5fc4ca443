import Netlist

/// A design of several clocks as one of a single clock, for solvers that know no other.
///
/// For each clock of the design there is an input `systole_tick_<clock>`: registers and memories of that clock move at an edge of
/// the single one while it is 1. So every order of edges, and edges at one time, are some run of these inputs. All resets
/// are one.
struct SingleClock {
  /// Name of the single clock and of its reset.
  static let clock = ClockShape(clock: "systole_clock", reset: "systole_reset")

  /// The input for a clock of the design.
  static func tick(_ clock: String) -> String { "systole_tick_" + clock }

  /// The same behaviour on one clock.
  ///
  /// - Throws: ``ProofFailure/derivedReset(module:)`` when a reset is made inside the design,
  ///   ``ProofFailure/foreignClocks(module:)`` when it has a black box.
  static func circuit(_ circuit: Circuit) throws -> Circuit {
    var definitions: [Definition] = []
    for definition in circuit.definitions {
      if let foreign = definition.foreign { throw ProofFailure.foreignClocks(module: foreign.module) }
      guard definition.clockMaps.allSatisfy({ $0.resets.allSatisfy { $0 == nil } }) else {
        throw ProofFailure.derivedReset(module: definition.name)
      }
      definitions.append(single(definition, in: circuit.definitions))
    }
    return try Circuit(definitions: definitions)
  }

  private static func single(_ source: Definition, in definitions: [Definition]) -> Definition {
    var definition = source
    let ticks = source.clocks.map { clock -> NodeID in
      let name = tick(clock.clock)
      let port = Int32(definition.ports.count)
      definition.ports.append(
        Port(shape: PortShape(name: name, direction: .input, width: 1), path: name, driver: nil, place: -1))
      definition.signals.append(
        NetlistSignal(name: name, width: 1, isSigned: false, kind: .input(port: port), place: -1))
      return definition.table.intern(
        Node(.signal, width: 1, isSigned: false, a: Int32(definition.signals.count - 1)))
    }
    func gated(_ enable: NodeID?, _ clock: Int32, _ table: inout NodeTable) -> NodeID {
      let tick = ticks[Int(clock)]
      return enable.map { table.intern(Node(.and, width: 1, isSigned: false, a: tick.index, b: $0.index)) } ?? tick
    }
    for index in definition.registers.indices {
      let register = definition.registers[index]
      definition.registers[index].enable = gated(register.enable, register.clock, &definition.table)
      definition.registers[index].clock = 0
    }
    for index in definition.memories.indices {
      for port in definition.memories[index].writePorts.indices {
        let write = definition.memories[index].writePorts[port]
        for lane in write.lanes.indices {
          definition.memories[index].writePorts[port].lanes[lane].enable =
            gated(write.lanes[lane].enable, write.clock, &definition.table)
        }
        definition.memories[index].writePorts[port].clock = 0
      }
      for port in definition.memories[index].readPorts.indices {
        let read = definition.memories[index].readPorts[port]
        guard let clock = read.clock else { continue }
        definition.memories[index].readPorts[port].enable = gated(read.enable, clock, &definition.table)
        definition.memories[index].readPorts[port].clock = 0
      }
    }
    for index in definition.assertions.indices {
      let assertion = definition.assertions[index]
      definition.assertions[index].enable = gated(assertion.enable, assertion.clock, &definition.table)
      definition.assertions[index].clock = 0
    }
    for index in definition.ports.indices { definition.ports[index].clock = 0 }
    connect(&definition, source, ticks, definitions)
    if !source.clocks.isEmpty {
      var shape = clock
      if source.clocks.allSatisfy({ $0.reset == nil }) { shape.reset = nil }
      definition.clocks = [shape]
    }
    return definition
  }

  /// Gives each instance the ticks of its clocks.
  private static func connect(
    _ definition: inout Definition, _ source: Definition, _ ticks: [NodeID], _ definitions: [Definition]
  ) {
    definition.clockMaps = []
    definition.connections = []
    for (index, instance) in source.instances.enumerated() {
      let first = Int32(definition.connections.count)
      let drivers = source.connections[Int(instance.inputs.lowerBound)..<Int(instance.inputs.upperBound)]
      definition.connections += drivers
      let map = source.clockMap(of: instance, in: definitions)?.clocks ?? []
      definition.connections += map.map { ticks[Int($0)] }
      definition.instances[index].inputs = first..<Int32(definition.connections.count)
      definition.instances[index].clockMap = -1
    }
  }
}
