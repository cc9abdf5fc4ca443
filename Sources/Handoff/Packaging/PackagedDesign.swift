import Netlist
import Synthesis
import Verilog

/// What every file of a package is written from.
struct PackagedDesign {
  /// The modules, with their prefix.
  let circuit: Circuit
  /// Their text, in `rtl/`.
  let emitted: EmittedDesign
  /// The stand-alone bench, in `bench/`.
  let bench: [(name: String, text: String)]
  /// The period of every clock unless told otherwise, in nanoseconds.
  let period: Double
  /// Version of the package.
  let version = "1.0.0"

  var top: String { emitted.manifest.top }
  var interface: ModuleInterface { circuit.top.interface }
  var clocks: [ClockShape] { circuit.top.clocks }
  var shell: SynthesisShell { SynthesisShell(interface) }
  /// Verilog of the design, seen from the package's folder, what others use first.
  var sources: [String] { emitted.manifest.files.map { "rtl/" + $0 } }
  /// What `$readmemh` reads.
  var data: [String] { emitted.manifest.data.map { "rtl/" + $0 } }
  /// Verilog of the bench: the bench itself first.
  var benchSources: [String] {
    bench.map(\.name).filter { $0.hasSuffix(".v") }.sorted { a, b in
      (a.contains("/") ? 1 : 0, a) < (b.contains("/") ? 1 : 0, b)
    }
  }
  /// Module of the bench.
  var benchTop: String { String((benchSources.first ?? "").dropLast(2)) }
  /// What the bench reads when it runs.
  var benchData: [String] { bench.map(\.name).filter { $0.hasPrefix("vectors/") } }
  /// Whether checkers run in the bench.
  var isChecked: Bool { benchSources.count > 1 }

  /// Name and period variable of each clock; a virtual one for a design without.
  var timed: [(clock: ClockShape?, name: String)] {
    clocks.isEmpty ? [(nil, "virtual_clock")] : clocks.map { ($0, $0.clock) }
  }

  /// The ports that belong to clock `index`; those of no clock go with the first.
  func ports(ofClock index: Int, _ direction: PortDirection) -> [PortShape] {
    zip(circuit.top.ports, interface.ports).filter { port, shape in
      shape.direction == direction && port.clock != Port.anyTime && (port.clock < 0 ? 0 : Int(port.clock)) == index
    }.map(\.1)
  }

  /// Inputs and outputs that may change at any time.
  func timelessPorts(_ direction: PortDirection) -> [String] {
    circuit.top.ports.filter { $0.clock == Port.anyTime && $0.shape.direction == direction }.map(\.shape.name)
  }

  /// A register that takes what belongs to another clock.
  struct Crossing: Hashable {
    var module: String
    var register: String
    /// Clock of the module with which it is taken.
    var clock: String
    /// Whether it is a stage of a synchronizer; else its source is kept still.
    var isSynchronizer: Bool
  }

  /// All crossings, by module.
  var crossings: [Crossing] {
    circuit.definitions.flatMap { definition -> [Crossing] in
      let asserted = definition.assertionCone
      return definition.registers.enumerated().compactMap { index, register -> Crossing? in
        guard register.crossing != .none, !asserted.contains(register: index) else { return nil }
        return Crossing(
          module: definition.name, register: definition.signals[Int(register.signal)].name,
          clock: definition.clocks[Int(register.clock)].clock, isSynchronizer: register.crossing == .synchronizer)
      }
    }
  }

  var periodText: String {
    let text = String(period)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
