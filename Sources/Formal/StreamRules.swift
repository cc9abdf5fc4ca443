import Netlist
import Testbench

/// The rules of a ready/valid stream: once valid is 1, valid and payload stay until the item is taken.
///
/// What a neighbour must keep to is assumed for the streams that enter a module, and what the module must keep to is
/// asserted for those that leave it. That valid does not follow ready is seen from the structure, without a solver:
/// see ``violations(of:)``.
public enum StreamRules {
  /// Assumptions for every stream into the module.
  public static func assumptions(for interface: ModuleInterface) throws(BenchError) -> String {
    try StreamShape.all(in: interface).filter { $0.direction == .input }.map { text($0, "assume", interface) }.joined()
  }

  /// A property for every stream out of the module: `output-keeps-payload` for a stream called `output`.
  public static func properties(for interface: ModuleInterface) throws(BenchError) -> [Property] {
    try StreamShape.all(in: interface).filter { $0.direction == .output }.map { stream in
      Property(
        stream.name.replacing("_", with: "-") + "-keeps-payload",
        "Once '\(stream.validPort)' is 1, it and the payload stay until '\(stream.readyPort)' is 1.",
        verilog: text(stream, "assert", interface))
    }
  }

  /// For every stream out of the module of which valid follows its own ready without a clock edge between, or that of
  /// another channel of its bus, a sentence.
  public static func violations(of circuit: Circuit) throws(BenchError) -> [String] {
    let streams = try StreamShape.all(in: circuit.top.interface).filter { $0.direction == .output }
    return streams.flatMap { stream in
      let followed = circuit.inputsFollowed(by: stream.validPort)
      let forbidden = streams.filter { $0.name == stream.name || stream.bus != nil && $0.bus == stream.bus }
      return forbidden.filter { followed.contains($0.readyPort) }.map {
        "'\(stream.validPort)' follows '\($0.readyPort)' without a clock edge between"
      }
    }
  }

  /// Verilog: whether the port called `ready` is 1 at an edge of its clock.
  static func taken(_ ready: String, in interface: ModuleInterface) -> String {
    guard let clock = interface.ports.first(where: { $0.name == ready })?.clock else { return ready }
    return "(\(ready) & \(SingleClock.tick(clock)))"
  }

  private static func text(_ stream: StreamShape, _ verb: String, _ interface: ModuleInterface) -> String {
    let taken = taken(stream.readyPort, in: interface)
    let fields = stream.payload.fields
    let payload = fields.isEmpty ? "1'b0" : "{\(fields.map(\.port).joined(separator: ", "))}"
    let width = max(1, fields.reduce(0) { $0 + $1.width })
    let prefix = "systole_\(verb)_\(stream.name)"
    return """
      reg \(prefix)_waits = 0;
      reg [\(width - 1):0] \(prefix)_payload;
      always @(posedge clock) begin
        \(prefix)_waits <= !\(ProofHarness.inReset) & \(stream.validPort) & !\(taken);
        \(prefix)_payload <= \(payload);
      end
      always @* if (\(prefix)_waits) \(verb) (\(stream.validPort) & (\(prefix)_payload == \(payload)));

      """
  }
}
