/// Why a machine could not be run, or did not come to its end.
public enum MachineError: Error, CustomStringConvertible {
  /// The design has no port of this name.
  case port(String)
  /// The model cannot be run on the machine: what it is and what to give instead.
  case model(String)
  /// A program ended with a status.
  case stopped(core: Int, status: String, instruction: Int)
  /// Nothing moved on any bus for so many cycles.
  case stalled(cycles: Int, at: Int)
  /// What AXI4 does not allow.
  case bus(String)
  /// A file cannot be written.
  case file(path: String, reason: String)
  /// The work was interrupted.
  case cancelled

  /// What happened.
  public var description: String {
    switch self {
    case .port(let name): "the design has no port '\(name)'"
    case .model(let what): what
    case .stopped(let core, let status, let instruction):
      "core \(core) stopped at instruction \(instruction): \(status)"
    case .stalled(let cycles, let cycle):
      "nothing moved on the buses for \(cycles) cycles before cycle \(cycle): the machine hangs"
    case .bus(let what): what
    case .file(let path, let reason):
      "cannot write '\(path)': \(reason); choose another folder with --output, or make room"
    case .cancelled: "interrupted"
    }
  }
}
