extension Toolbox {
  /// nextpnr for Lattice ECP5.
  public func nextpnrECP5() throws(ToolMissing) -> Tool { try handoffTool("nextpnr-ecp5", ["--version"]) }

  /// nextpnr for Lattice iCE40.
  public func nextpnrICE40() throws(ToolMissing) -> Tool { try handoffTool("nextpnr-ice40", ["--version"]) }

  /// OpenSTA, the static timing analyser.
  public func openSTA() throws(ToolMissing) -> Tool { try handoffTool("sta", ["-version"]) }

  /// FuseSoC, which runs the targets of a core description.
  public func fuseSoC() throws(ToolMissing) -> Tool { try handoffTool("fusesoc", ["--version"]) }

  private func handoffTool(_ name: String, _ versionArguments: [String]) throws(ToolMissing) -> Tool {
    guard let path = prepared(name) ?? onPath(name).first else {
      throw missing(
        name, searched: [place("bin/" + name), "PATH"],
        remedy: "run 'scripts/setup handoff' in the checkout, or put \(name) on PATH")
    }
    return tool(name, Program(path: path), versionArguments: versionArguments)
  }

  /// A file of the technology data that comes with the newest Yosys, such as `ice40/cells_sim.v`.
  public func yosysData(_ name: String) throws(ToolMissing) -> String {
    guard let path = underTools("yosys/pyosys/share/" + name) else {
      throw missing("Yosys's \(name)", searched: [place("yosys/pyosys/share/" + name)])
    }
    return path
  }
}
