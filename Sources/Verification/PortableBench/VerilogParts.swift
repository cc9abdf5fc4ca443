import Netlist
import Testbench

/// What the benches for streams and for pins have in common.
struct VerilogParts {
  let interface: ModuleInterface
  let held: [HeldInput]
  let names: BenchNames
  /// The module of the bench.
  let bench: String
  /// Checkers that run beside the module under test.
  var checks: PortableChecks?

  static func range(_ width: Int) -> String { width == 1 ? "" : "[\(width - 1):0] " }

  /// All fields as one vector, the first one in the most significant bits.
  static func joined(_ fields: [RowField]) -> String {
    fields.count == 1 ? fields[0].port : "{\(fields.map(\.port).joined(separator: ", "))}"
  }

  /// Nets for outputs that are not among `known`.
  func otherOutputs(than known: Set<String>) -> String {
    interface.ports.filter { $0.direction == .output && !known.contains($0.name) }
      .map { "  wire \(Self.range($0.width))\($0.name);\n" }.joined()
  }

  /// The edge on which a clock's registers act.
  static func edge(_ clock: ClockShape?) -> String { clock?.edge == .falling ? "negedge" : "posedge" }

  /// The level of a clock before that edge.
  static func rest(_ clock: ClockShape?) -> Int { clock?.edge == .falling ? 1 : 0 }

  /// The value of a reset port while it resets, and after that.
  static func active(_ clock: ClockShape) -> (on: String, off: String) {
    clock.resetPolarity == .activeHigh ? ("1'b1", "1'b0") : ("1'b0", "1'b1")
  }

  /// Inputs that keep their values.
  var heldInputs: String {
    held.map { held in
      let width = held.port.width
      let digits = held.words.reversed().map { word in
        let text = String(word, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
      }.joined()
      let kept = digits.suffix((width + 3) / 4)
      return "  wire \(Self.range(width))\(held.port.name) = \(width)'h\(kept);\n"
    }.joined()
  }

  /// The module under test, every port connected to the net of its name.
  var instance: String {
    let pins = interface.clocks.flatMap { [$0.clock] + [$0.reset].compactMap { $0 } } + interface.ports.map(\.name)
    func list(_ more: [String] = []) -> String {
      (pins.map { "    .\($0)(\($0))" } + more).joined(separator: ",\n")
    }
    let plain = "  \(interface.name) \(names.instance) (\n\(list())\n  );\n"
    guard let checks else { return plain }
    let (extra, more) = clocksOfChecks(checks)
    return """
      `ifdef SYSTOLE_CHECKED
      \(extra)  \(checks.interface.name) \(names.instance) (
      \(list(more))
        );
      `else
      \(plain)`endif

      """
  }

  /// Clocks and resets that the checkers have and the module has not: declarations, and connections.
  private func clocksOfChecks(_ checks: PortableChecks) -> (declarations: String, connections: [String]) {
    var (text, pins) = ("", [String]())
    for clock in checks.interface.clocks {
      let own = interface.clocks.first { $0.clock == clock.clock }
      let source = own?.clock ?? names.clock
      if own == nil { pins.append("    .\(clock.clock)(\(source))") }
      guard let reset = clock.reset, own?.reset == nil else { continue }
      let (net, value) = (names.prefix + reset, Self.active(clock))
      text += "  reg \(net) = \(value.on);\n  always @(\(Self.edge(clock)) \(source)) \(net) <= \(value.off);\n"
      pins.append("    .\(reset)(\(net))")
    }
    return (text, pins)
  }

  /// Waves and seeds asked for on the command line.
  var options: String {
    let (seed, stalls) = (names.prefix + "seed", names.prefix + "stalls")
    return """
        reg [31:0] \(seed);
        integer \(stalls);
        initial begin
          if (!$value$plusargs("seed=%d", \(seed))) \(seed) = 1;
          if (!$value$plusargs("stalls=%d", \(stalls))) \(stalls) = 30;
          if ($test$plusargs("wave")) begin
            $dumpfile("wave.vcd");
            $dumpvars;
          end
        end

      """
  }
}
