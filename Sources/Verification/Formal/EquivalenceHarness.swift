import Netlist

extension ProofHarness {
  /// A harness whose output says which variants of a probe differ.
  func probeText(width: Int) -> String {
    let probe = ".\(DifferenceProbe.port)(\(DifferenceProbe.port))"
    let now = "wire [\(width - 1):0] \(DifferenceProbe.port);"
    return """
      \(head(inputs + ["output [\(width - 1):0] \(Self.differences)"]))
      \((nets() + [now]).joined(separator: "\n"))
      \(instance(of: interface.name, Self.design, more: [probe]))
      \(checksInstance)
      assign \(Self.differences) = \(Self.inReset) ? \(width)'d0 : \(DifferenceProbe.port);
      endmodule

      """
  }

  /// A harness around a design without state that shows one of its outputs.
  func functionText(_ port: String, width: Int) -> String {
    """
    \(head(inputs + ["output [\(width - 1):0] \(Self.differences)"]))
    \(nets().joined(separator: "\n"))
    \(instance(of: interface.name, Self.design))
    assign \(Self.differences) = \(port);
    endmodule

    """
  }

  /// The instance of another module with the ports of the design.
  static func copy(_ number: Int) -> String { "systole_copy_\(number)" }

  /// A harness whose output says which of several modules shows other outputs than the design.
  ///
  /// - Parameter payloads: For an output that counts only while another port is 1, the name of that one.
  func miterText(_ modules: [String], payloads: [String: String]) -> String {
    let outputs = interface.ports.filter { $0.direction == .output }.map(\.name)
    var lines = nets() + [instance(of: interface.name, Self.design), checksInstance]
    for (number, module) in modules.enumerated() {
      let prefix = Self.copy(number) + "_"
      let terms = outputs.map { name in
        "\(payloads[name].map { "\($0) & " } ?? "")(\(name) != \(prefix)\(name))"
      }
      lines += nets(prefix) + [instance(of: module, Self.copy(number), prefix)]
      let any = terms.map { "(\($0))" }.joined(separator: " | ")
      lines.append("assign \(Self.differences)[\(number)] = !\(Self.inReset) & (\(any));")
    }
    return """
      \(head(inputs + ["output [\(modules.count - 1):0] \(Self.differences)"]))
      \(lines.joined(separator: "\n"))
      endmodule

      """
  }
}
