import HDL
import Netlist
import Testbench

/// The rules of a ready/valid stream: once valid is 1, valid and payload stay until the item is taken.
///
/// What a neighbour must keep to is assumed for the streams that enter a module, and what the module must keep to is
/// asserted for those that leave it. That valid does not follow ready is seen from the structure, without a solver:
/// see ``violations(of:)``.
public enum StreamRules {
  /// A checker for every stream into the module that assumes the rule: `input-is-kept` for a stream called `input`.
  ///
  /// - Throws: `BenchError` for malformed streams.
  public static func assumptions(
    for interface: ModuleInterface, reset: ResetStyle = ResetStyle()
  ) throws -> [CheckerCircuit] {
    try StreamShape.all(in: interface).filter { $0.direction == .input }.map { stream in
      try checker(
        "is-kept", "Neighbours keep what they offer on '\(stream.name)' until it is taken.", of: stream, interface,
        reset)
    }
  }

  /// A checker for every stream out of the module that asserts the rule: `output-keeps-payload` for a stream called
  /// `output`.
  ///
  /// - Throws: `BenchError` for malformed streams.
  public static func properties(
    for interface: ModuleInterface, reset: ResetStyle = ResetStyle()
  ) throws -> [CheckerCircuit] {
    try StreamShape.all(in: interface).filter { $0.direction == .output }.map { stream in
      try checker(
        "keeps-payload",
        "Once '\(stream.validPort)' is 1, it and the payload stay until '\(stream.readyPort)' is 1.", of: stream,
        interface, reset)
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

  private static func checker(
    _ rule: String, _ summary: String, of stream: StreamShape, _ interface: ModuleInterface, _ reset: ResetStyle
  ) throws(DiagnosticList) -> CheckerCircuit {
    try CheckerCircuit(
      stream.name.replacing("_", with: "-") + "-" + rule, summary, of: interface, reset: reset
    ) { ports, m in
      m.domain(ports.domain(of: stream.validPort)) {
        let (valid, ready) = (ports.bit(stream.validPort), ports.bit(stream.readyPort))
        let payload = stream.payload.fields.map { ports.bits($0.port) }
        if stream.direction == .input {
          m.assumeKept(valid: valid, taken: ready, payload: payload, stream.name)
        } else {
          m.assertKept(valid: valid, taken: ready, payload: payload, stream.name)
        }
      }
    }
  }
}
