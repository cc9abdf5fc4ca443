import Foundation

extension Toolbox {
  /// The C++ compiler for models: the clang of the Swift toolchain, else another clang, else the g++ under the tools folder,
  /// else another g++.
  ///
  /// `explicit`, else `SYSTOLE_CXX`, overrides. Swift's own clang compiles models three times as fast as g++ 12 does, and
  /// the models of regular data paths run four to five times as fast.
  public func compiler(_ explicit: String? = nil) throws(ToolMissing) -> CompilerInstallation {
    if let chosen = explicit ?? ProcessEnvironment.choice("SYSTOLE_CXX", in: environment) {
      let path = chosen.contains("/") ? URL(fileURLWithPath: chosen).path : onPath(chosen).first ?? chosen
      if let installation = compiler(at: path) { return installation }
      throw missing(
        "C++ compiler that answers to --version", searched: [path],
        remedy: "SYSTOLE_CXX (or the path given) must name clang++ or g++")
    }
    if let first = candidates.lazy.compactMap({ compiler(at: $0) }).first { return first }
    throw missing(
      "C++ compiler", searched: ["beside swift", "clang++ on PATH", place("bin/g++"), "g++ on PATH"],
      remedy: "put a Swift toolchain, clang++ or g++ on PATH")
  }

  /// Every C++ compiler of this machine, the preferred one first.
  public func compilers() -> [CompilerInstallation] { candidates.compactMap { compiler(at: $0) } }

  /// Where a compiler is, the preferred one first; a compiler is only run when it is its turn.
  private var candidates: [String] {
    let besideSwift = onPath("swift").map { path in
      URL(fileURLWithPath: resolved(path)).deletingLastPathComponent().path + "/clang++"
    }
    var seen: Set<String> = []
    let fetched = [underTools("bin/g++")].compactMap { $0 }
    return (besideSwift + onPath("clang++") + fetched + onPath("g++")).filter { path in
      // The name is kept, because clang behaves by the name it is called by; only the comparison follows links.
      isProgram(path) && seen.insert(resolved(path)).inserted
    }
  }

  private func compiler(at path: String) -> CompilerInstallation? {
    guard isProgram(path) else { return nil }
    let program = Program(path: path)
    let text = versionText(of: program, ["--version"])
    guard let first = text.split(separator: "\n").first.map(String.init) else { return nil }
    let family: CompilerInstallation.Family = text.contains("clang") ? .clang : .gcc
    return CompilerInstallation(program: program, family: family, version: first)
  }
}
