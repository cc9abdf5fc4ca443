import HDL
import Netlist
import Testbench

/// A circuit of a batch with its inputs.
package struct BatchCircuit: Sendable {
  /// The circuit as the language made it.
  package let circuit: Circuit
  let stimuli: Stimuli

  /// The circuit of a program with the inputs of `seed` over `cycles` cycles.
  ///
  /// The reset of the design, too, follows from the seed.
  ///
  /// - Throws: What the language says against the program.
  package init(_ program: CircuitProgram, seed: Seed, cycles: Int) throws(DiagnosticList) {
    var random = seed.generator("reset")
    var style = ResetStyle(
      random.chance(3) ? .asynchronous : .synchronous, random.chance(3) ? .activeLow : .activeHigh)
    if program.startsTwice { style.kind = .synchronous }
    // Components assert what senders of streams promise, and random inputs promise nothing.
    var definitions = try ProgramCircuit(program).elaborate(reset: style).definitions
    for index in definitions.indices where !definitions[index].name.hasPrefix("ProgramCircuit") {
      definitions[index].assertions = []
    }
    let bare = try Circuit(definitions: definitions)
    let checker = try program.checker(reset: style)
    circuit = try bare.checked(by: checker.map { [$0] } ?? [])
    stimuli = Stimuli(
      circuit.top.interface, keys: program.orderedInputs.map(\.result.id), seed: seed, cycles: cycles)
  }
}

extension BatchCircuit {
  /// Another circuit of the same ports with the same inputs.
  init(_ circuit: Circuit, like other: BatchCircuit) {
    self.circuit = circuit
    stimuli = other.stimuli
  }
}

/// Many circuits that run at once, so that the price of starting a tool is paid once for all of them.
package struct CircuitBatch: Sendable {
  /// The circuits.
  package let circuits: [BatchCircuit]
  /// Cycles of the run.
  package let cycles: Int
  let schedule: ClockSchedule

  /// A batch over `cycles` cycles.
  package init(_ circuits: [BatchCircuit], cycles: Int) {
    self.circuits = circuits
    self.cycles = cycles
    schedule = ClockSchedule(cycles: cycles)
  }

  /// The clocks of the module around all circuits, in the order of the bits of an event; the third is the second one
  /// for circuits that act on its falling edge.
  static let clocks = [
    ClockShape(clock: "main_clock", reset: "main_reset"),
    ClockShape(clock: "side_clock", reset: "side_reset"),
    ClockShape(clock: "side_falling_clock", reset: "side_falling_reset", edge: .falling),
  ]

  /// The bit of a clock of a circuit in an event.
  static func domain(of clock: ClockShape) -> UInt8 { clock.clock.hasPrefix("side") ? 1 : 0 }

  /// One module that instantiates every circuit: its ports are theirs, each called after its circuit's number.
  ///
  /// - Throws: Mistakes of the netlist, which no batch of valid circuits has.
  func joined() throws(DiagnosticList) -> Circuit {
    var definitions: [Definition] = []
    var top = Definition(name: "Batch", summary: "\(circuits.count) random circuits")
    top.clocks = Self.clocks
    top.crossesFreely = true
    var inputs: [[NodeID]] = []
    for (number, circuit) in circuits.enumerated() {
      inputs.append([])
      for port in circuit.circuit.top.ports where port.driver == nil {
        let shape = port.shape
        let name = "c\(number)_\(shape.name)"
        top.signals.append(
          NetlistSignal(
            name: name, width: shape.width, isSigned: shape.isSigned, kind: .input(port: Int32(top.ports.count)),
            place: -1))
        top.ports.append(
          Port(
            shape: PortShape(name: name, direction: .input, width: shape.width, isSigned: shape.isSigned), path: name,
            driver: nil, place: -1))
        inputs[number].append(
          top.table.intern(
            Node(.signal, width: Int32(shape.width), isSigned: shape.isSigned, a: Int32(top.signals.count - 1))))
      }
    }
    let undriven = top.table.constant(.zeros(1), isSigned: false)
    for (number, circuit) in circuits.enumerated() {
      let first = Int32(definitions.count)
      for var definition in circuit.circuit.definitions {
        definition.name = "C\(number)_\(definition.name)"
        for index in definition.instances.indices { definition.instances[index].definition += first }
        definition.grid?.cell += first
        definitions.append(definition)
      }
      add(circuit.circuit.top, number: number, as: Int32(definitions.count - 1), inputs[number], undriven, to: &top)
    }
    return try Circuit(definitions: definitions + [top])
  }

  private func add(
    _ circuit: Definition, number: Int, as definition: Int32, _ inputs: [NodeID], _ undriven: NodeID,
    to top: inout Definition
  ) {
    let clocks = circuit.clocks.map { Int32(Self.domain(of: $0)) + ($0.edge == .falling ? 1 : 0) }
    top.clockMaps.append(ClockMap(clocks: clocks))
    var outputs: [NetlistSignal] = []
    for (index, port) in circuit.ports.enumerated() where port.driver != nil {
      outputs.append(
        NetlistSignal(
          name: "", width: port.shape.width, isSigned: port.shape.isSigned,
          kind: .instanceOutput(instance: 0, port: Int32(index)), place: -1))
    }
    let (connection, node) = top.addInstance(
      "c\(number)", of: definition, inputs: inputs.count, outputs: outputs, undriven: undriven,
      clockMap: Int32(top.clockMaps.count - 1), at: -1)
    for (index, input) in inputs.enumerated() { top.connections[Int(connection) + index] = input }
    var next = node.index
    for port in circuit.ports where port.driver != nil {
      let shape = PortShape(
        name: "c\(number)_\(port.shape.name)", direction: .output, width: port.shape.width,
        isSigned: port.shape.isSigned)
      top.ports.append(Port(shape: shape, path: shape.name, driver: NodeID(next), place: -1))
      next += 1
    }
  }
}
