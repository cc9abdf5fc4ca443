import Netlist
import Testing

@Suite struct CircuitTests {
  /// An 8-bit accumulator: the base that each case breaks.
  static func accumulator() -> Definition {
    var definition = Definition(name: "accumulator", summary: "test")
    definition.clocks = [ClockShape(clock: "clock", reset: "reset")]
    definition.signals = [
      NetlistSignal(name: "step", width: 8, isSigned: false, kind: .input(port: 0), place: -1),
      NetlistSignal(name: "total", width: 8, isSigned: false, kind: .register(0), place: -1),
    ]
    let step = definition.table.intern(Node(.signal, width: 8, isSigned: false, a: 0))
    let total = definition.table.intern(Node(.signal, width: 8, isSigned: false, a: 1))
    let sum = definition.table.intern(Node(.add, width: 8, isSigned: false, a: step.index, b: total.index))
    definition.ports = [
      Port(shape: PortShape(name: "step", direction: .input, width: 8), path: "step", driver: nil, place: -1),
      Port(shape: PortShape(name: "sum", direction: .output, width: 8), path: "sum", driver: total, place: -1),
    ]
    definition.registers = [
      NetlistRegister(signal: 1, next: sum, enable: nil, resetValue: .zeros(8), initialValue: nil, clock: 0)
    ]
    return definition
  }

  @Test func `A sound definition is a circuit`() throws {
    let circuit = try Circuit(definitions: [Self.accumulator()])
    #expect(circuit.statistics.registerBits == 8)
    #expect(circuit.statistics.nodes == 1)
    #expect(circuit.simplified().top.table.nodes.count == 3)
  }

  struct Damage: CustomTestStringConvertible {
    var testDescription: String
    var message: String
    var apply: @Sendable (inout Definition) -> Void
  }

  static let damages: [Damage] = [
    Damage(testDescription: "width", message: "operand types differ") { definition in
      _ = definition.table.intern(Node(.and, width: 7, isSigned: false, a: 0, b: 1))
    },
    Damage(testDescription: "order", message: "an operand does not stand before it") { definition in
      _ = definition.table.intern(Node(.not, width: 8, isSigned: false, a: 99))
    },
    Damage(testDescription: "slice", message: "bits outside the operand") { definition in
      _ = definition.table.intern(Node(.slice, width: 4, isSigned: false, a: 0, b: 6))
    },
    Damage(testDescription: "signal", message: "no signal 9") { definition in
      _ = definition.table.intern(Node(.signal, width: 8, isSigned: false, a: 9))
    },
    Damage(testDescription: "output", message: "output 'sum' has no driver") { $0.ports[1].driver = nil },
    Damage(testDescription: "input", message: "input 'step' has a driver inside") { $0.ports[0].driver = NodeID(0) },
    Damage(testDescription: "driver", message: "output 'sum' has no driver") { $0.ports[1].driver = NodeID(77) },
    Damage(testDescription: "clock", message: "register 'total' has no clock") { $0.registers[0].clock = 3 },
    Damage(testDescription: "reset", message: "register 'total' has a reset value, its clock no reset") {
      $0.clocks[0].reset = nil
    },
    Damage(testDescription: "reset width", message: "a fixed value of register 'total' has another width") {
      $0.registers[0].resetValue = .zeros(3)
    },
    Damage(testDescription: "name", message: "the name 'clock' is used twice") { $0.signals[1].name = "clock" },
    Damage(testDescription: "keyword", message: "'wire' is a keyword of Verilog") { $0.signals[1].name = "wire" },
    Damage(testDescription: "instance", message: "instance 'u' uses no earlier module") {
      $0.instances = [Instance(name: "u", definition: 0, inputs: 0..<0, outputs: 0..<0, place: -1)]
    },
    Damage(testDescription: "connections", message: "there are connections of no instance") {
      $0.connections = [NodeID(0)]
    },
    Damage(testDescription: "memory", message: "memory 'ram' has no words") {
      $0.memories = [
        NetlistMemory(
          name: "ram", depth: 0, width: 8, isSigned: false, writePorts: [], readPorts: [], place: -1)
      ]
    },
  ]

  @Test(arguments: damages)
  func `The door refuses a damaged table`(damage: Damage) {
    var definition = Self.accumulator()
    damage.apply(&definition)
    do {
      _ = try Circuit(definitions: [definition])
      Issue.record("the damage was not found")
    } catch {
      #expect(error.diagnostics.contains { $0.code == .invalidNetlist && $0.message.contains(damage.message) })
    }
  }

  @Test func `Two modules of one name are refused`() {
    #expect(throws: DiagnosticList.self) {
      _ = try Circuit(definitions: [Self.accumulator(), Self.accumulator()])
    }
  }

  @Test func `Nothing is no circuit`() {
    #expect(throws: DiagnosticList.self) { _ = try Circuit(definitions: []) }
  }
}
