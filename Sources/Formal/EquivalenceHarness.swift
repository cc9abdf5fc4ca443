import Netlist

extension ProofHarness {
  /// A harness whose output says which variants of a probe differ.
  func probeText(width: Int) -> String {
    let differs = "wire [\(width - 1):0] differs_now;"
    return """
      \(head(inputs + ["output [\(width - 1):0] differs"]))
      \((nets() + [differs]).joined(separator: "\n"))
      \(instance(of: interface.name, "design", more: [".\(DifferenceProbe.port)(differs_now)"]))
      \(assumptions)
      assign differs = in_reset ? \(width)'d0 : differs_now;
      endmodule

      """
  }

  /// A harness whose output says which of several modules shows other outputs than the design.
  ///
  /// - Parameter payloads: For an output that counts only while another port is 1, the name of that one.
  func miterText(_ modules: [String], payloads: [String: String]) -> String {
    let outputs = interface.ports.filter { $0.direction == .output }.map(\.name)
    var lines = nets() + [instance(of: interface.name, "design"), assumptions]
    for (number, module) in modules.enumerated() {
      let prefix = "copy_\(number)_"
      let terms = outputs.map { name in
        "\(payloads[name].map { "\($0) & " } ?? "")(\(name) != \(prefix)\(name))"
      }
      lines += nets(prefix) + [instance(of: module, "copy_\(number)", prefix)]
      lines.append("assign differs[\(number)] = !in_reset & (\(terms.map { "(\($0))" }.joined(separator: " | ")));")
    }
    return """
      \(head(inputs + ["output [\(modules.count - 1):0] differs"]))
      \(lines.joined(separator: "\n"))
      endmodule

      """
  }
}
