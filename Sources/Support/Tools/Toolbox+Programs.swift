import Foundation

extension Toolbox {
  /// Icarus Verilog's compiler.
  public func icarus() throws(ToolMissing) -> Tool { try preparedTool("iverilog", versionArguments: ["-V"]) }

  /// Icarus Verilog's run time, which executes what ``icarus()`` has compiled.
  public func icarusRuntime() throws(ToolMissing) -> Tool { try preparedTool("vvp", versionArguments: ["-V"]) }

  /// Yosys.
  public func yosys() throws(ToolMissing) -> Tool { try preparedTool("yosys", versionArguments: ["-V"]) }

  /// The newest Yosys that `make setup` has fetched, next to the one of the system's packages.
  public func newestYosys() throws(ToolMissing) -> Tool { try preparedTool("yosys_070", versionArguments: ["-V"]) }

  /// GTKWave's converter from its compressed waves to value change dumps.
  public func waveConverter() throws(ToolMissing) -> Tool { try preparedTool("fst2vcd", versionArguments: ["--help"]) }

  /// Python 3.
  public func python() throws(ToolMissing) -> Tool {
    try installedTool("python3", versionArguments: ["--version"], remedy: "install Python 3.10 or newer")
  }

  /// GTKWave, the wave viewer.
  public func waveViewer() throws(ToolMissing) -> Tool {
    try installedTool(
      "gtkwave", versionArguments: ["--version"],
      remedy: "install gtkwave, or open the wave file with any other viewer")
  }

  /// Swift's driver.
  public func swift() throws(ToolMissing) -> Tool {
    try installedTool(
      "swift", versionArguments: ["--version"], remedy: "install a Swift toolchain and put it on PATH")
  }

  /// The program that tells the source line behind an address; it comes with the Swift toolchain.
  public func symbolizer() throws(ToolMissing) -> Tool {
    let name = "llvm-symbolizer"
    var candidates = onPath("swift").map { URL(fileURLWithPath: resolved($0)).deletingLastPathComponent().path }
    candidates = candidates.map { $0 + "/" + name } + onPath(name)
    guard let path = candidates.first(where: isProgram) else {
      throw missing(name, searched: ["PATH", "the folder of swift"], remedy: "install a complete Swift toolchain")
    }
    return tool(name, Program(path: path), versionArguments: ["--version"])
  }

  // MARK: - Helpers

  func place(_ tail: String) -> String { (folder ?? ".tools") + "/" + tail }

  /// A tool that `make setup` has fetched, else the one on `PATH`.
  private func preparedTool(_ name: String, versionArguments: [String]) throws(ToolMissing) -> Tool {
    guard let path = prepared(name) ?? onPath(name).first else {
      throw missing(name, searched: [place("bin/" + name), "PATH"])
    }
    return tool(name, Program(path: path), versionArguments: versionArguments)
  }

  /// A tool that only the machine can bring.
  private func installedTool(
    _ name: String, versionArguments: [String], remedy: String
  ) throws(ToolMissing) -> Tool {
    guard let path = onPath(name).first else { throw missing(name, searched: ["PATH"], remedy: remedy) }
    return tool(name, Program(path: path), versionArguments: versionArguments)
  }

  func tool(_ name: String, _ program: Program, versionArguments: [String]) -> Tool {
    Tool(name: name, program: program, version: firstNumber(in: versionText(of: program, versionArguments)))
  }

  /// What the program says about its version; empty when it cannot be run.
  func versionText(of program: Program, _ arguments: [String]) -> String {
    guard let result = try? program.run(arguments, timeout: .seconds(30), outputLimit: 1 << 16) else { return "" }
    return result.output.isEmpty ? result.errors : result.output
  }

  /// The first dotted number in `text`; "unknown" when there is none.
  private func firstNumber(in text: String) -> String {
    text.firstMatch(of: /[0-9]+(?:\.[0-9]+)+/).map { String($0.output) } ?? "unknown"
  }
}
