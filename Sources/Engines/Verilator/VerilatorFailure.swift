import Tools

/// Why there is no model.
public enum VerilatorFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Verilator or a C++ compiler is not on this machine.
  case toolMissing(ToolMissing)
  /// A tool was found but did not run, or was ended by a signal.
  case toolFailed(tool: String, reason: String)
  /// Verilator refuses the Verilog of `module`; `messages` are its own, with the names of the source files.
  case verilog(module: String, messages: String)
  /// The ports of the Verilog are not those of the interface.
  case ports(module: String, mismatch: String)
  /// The C++ compiler refuses what Verilator wrote.
  case compilation(command: String, messages: String)
  /// The cache cannot be written or read.
  case cache(path: String, reason: String)
  /// A compiled model cannot be loaded, even after it was built again.
  case unloadable(path: String, reason: String)
  /// The waves that the profile asks for cannot be compiled here.
  case waves(String)
  /// No module of that name is in the sources.
  case unknownTop(name: String, available: [String])
  /// Several modules could be the top, and none was named.
  case severalTops([String])
  /// A port that no engine can drive.
  case unsupportedPort(module: String, port: String, reason: String)
  /// Several of them, each with its reason.
  case unsupportedPorts(module: String, ports: [String: String])
  /// A source file cannot be read.
  case unreadable(path: String, reason: String)
  /// The model counts no coverage, or what it wrote cannot be read.
  case coverage(String)

  /// What happened, and what to do about it.
  public var description: String {
    switch self {
    case .toolMissing(let missing): missing.description
    case .toolFailed(let tool, let reason): "\(tool) did not do its work: \(reason)"
    case .verilog(let module, let messages):
      "the Verilog of module '\(module)' does not compile:\n\(messages)"
    case .ports(let module, let mismatch):
      "the ports of module '\(module)' are not those of its interface: \(mismatch)"
    case .compilation(let command, let messages):
      "the C++ of the model does not compile:\n\(messages)\nthe command was: \(command)"
    case .cache(let path, let reason):
      "the model cache at '\(path)' cannot be used: \(reason); free some space or mend the folder, or set"
        + " SYSTOLE_CACHE to a folder that can be written"
    case .unloadable(let path, let reason): "the compiled model '\(path)' cannot be loaded: \(reason)"
    case .waves(let reason): reason
    case .unknownTop(let name, let available):
      available.isEmpty
        ? "there is no module '\(name)' in the sources"
        : "there is no module '\(name)' (--top) in the sources; they have \(available.joined(separator: ", "))"
    case .severalTops(let names):
      "several modules are not instantiated by another one: \(names.joined(separator: ", ")); name the one to simulate,"
        + " on the command line by --top"
    case .unsupportedPort(let module, let port, let reason):
      "port '\(port)' of module '\(module)' cannot be driven: \(reason)"
    case .unsupportedPorts(let module, let ports):
      "ports of module '\(module)' cannot be driven:\n"
        + ports.sorted { $0.key < $1.key }.map { "  '\($0.key)': \($0.value)" }.joined(separator: "\n")
    case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
    case .coverage(let reason): "coverage of the Verilog: \(reason)"
    }
  }
}
