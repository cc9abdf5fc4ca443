import Foundation

extension Toolbox {
  /// The oldest Verilator that models are built and tested with.
  public static let oldestVerilator = VerilatorInstallation.Release(5, 6)

  /// The Verilator to use.
  ///
  /// `explicit`, else `SYSTOLE_VERILATOR`, else the newest one under the tools folder, else the one on `PATH` if it is new
  /// enough.
  ///
  /// - Parameter explicit: Path of `verilator`, of `verilator_bin` or of a folder that holds `bin/verilator_bin`.
  public func verilator(_ explicit: String? = nil) throws(ToolMissing) -> VerilatorInstallation {
    if let chosen = explicit ?? ProcessEnvironment.choice("SYSTOLE_VERILATOR", in: environment) {
      if let installation = verilator(at: chosen) { return installation }
      throw missing(
        "verilator", searched: [chosen],
        remedy: "SYSTOLE_VERILATOR (or the path given) must name verilator 5.006 or newer: a file, or a folder that"
          + " holds bin/verilator_bin")
    }
    for candidate in candidates {
      if let installation = verilator(at: candidate) { return installation }
    }
    throw missing("verilator", searched: [place("verilator"), "PATH (5.006 or newer)"])
  }

  /// Every usable Verilator under the tools folder, the preferred one first; where there is none, those on `PATH`.
  public func verilators() -> [VerilatorInstallation] {
    let prepared = installations(at: prepared)
    return prepared.isEmpty ? installations(at: candidates) : prepared
  }

  private func installations(at candidates: [String]) -> [VerilatorInstallation] {
    var found: [VerilatorInstallation] = []
    for candidate in candidates {
      guard let installation = verilator(at: candidate) else { continue }
      let isKnown = found.contains { resolved($0.program.path) == resolved(installation.program.path) }
      if !isKnown { found.append(installation) }
    }
    return found
  }

  /// Where a Verilator may be, the preferred place first.
  private var candidates: [String] { prepared + onPath("verilator_bin") + onPath("verilator") }

  /// The folders of those that `make setup` fetched, the newest first.
  private var prepared: [String] {
    guard let folder = underTools("verilator") else { return [] }
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return versions.sorted(by: >).map { folder + "/" + $0 }
  }

  /// The installation that `path` belongs to; nil when it is none or too old.
  private func verilator(at path: String) -> VerilatorInstallation? {
    guard let binary = verilatorBinary(at: path) else { return nil }
    var program = Program(path: binary)
    guard let root = verilatorRoot(of: program) else { return nil }
    program.environment["VERILATOR_ROOT"] = root
    guard let (release, text) = verilatorRelease(of: program, root: root), release >= Toolbox.oldestVerilator else {
      return nil
    }
    return VerilatorInstallation(program: program, root: root, version: text, release: release)
  }

  private func verilatorBinary(at path: String) -> String? {
    let real = resolved(path)
    let folder = URL(fileURLWithPath: real).deletingLastPathComponent().path
    return [real + "/bin/verilator_bin", real + "/verilator_bin", folder + "/verilator_bin", real]
      .first { isProgram($0) && $0.hasSuffix("verilator_bin") }
  }

  /// The folder with the runtime's sources: beside the binary, as packages lay it out, or compiled into the binary.
  private func verilatorRoot(of program: Program) -> String? {
    let prefix = URL(fileURLWithPath: program.path).deletingLastPathComponent().deletingLastPathComponent().path
    var candidates = [prefix, prefix + "/share/verilator"]
    let compiledIn = versionText(of: program, ["--getenv", "VERILATOR_ROOT"])
    candidates.append(compiledIn.trimmingCharacters(in: .whitespacesAndNewlines))
    return candidates.first { FileManager.default.fileExists(atPath: $0 + "/include/verilated.h") }
  }

  /// The version that the binary states, else, for the Python package whose binary states none, the number in the name
  /// of its folder.
  private func verilatorRelease(
    of program: Program, root: String
  ) -> (release: VerilatorInstallation.Release, text: String)? {
    let stated = versionText(of: program, ["--version"])
    if let match = stated.firstMatch(of: /Verilator ([0-9]+)\.([0-9]+)/), let major = Int(match.output.1),
      let minor = Int(match.output.2)
    {
      return (.init(major, minor), match.output.1 + "." + match.output.2)
    }
    let folder = URL(fileURLWithPath: root).lastPathComponent
    if let match = folder.wholeMatch(of: /([0-9]+)\.([0-9]+)/), let major = Int(match.output.1),
      let minor = Int(match.output.2)
    {
      return (.init(major, minor), folder + " (wheel)")
    }
    return nil
  }
}
