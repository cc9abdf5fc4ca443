import Foundation
import Tools

/// The pair of tools that makes models, with what identifies them in keys.
public struct Toolchain: Hashable, Sendable {
  /// Verilator.
  public var verilator: VerilatorInstallation
  /// The C++ compiler.
  public var compiler: CompilerInstallation
  /// Folders with headers and libraries for waves beyond the machine's own.
  public var includeFolders: [String]
  /// See ``includeFolders``.
  public var libraryFolders: [String]

  /// Takes the preferred tools of this machine.
  ///
  /// - Parameters:
  ///   - toolbox: Where tools are looked for.
  ///   - verilator: Path of a particular Verilator; see `Toolbox.verilator`.
  ///   - compiler: Path of a particular compiler; see `Toolbox.compiler`.
  public init(
    toolbox: Toolbox = Toolbox(), verilator: String? = nil, compiler: String? = nil
  ) throws(VerilatorFailure) {
    do {
      self.init(
        verilator: try toolbox.verilator(verilator), compiler: try toolbox.compiler(compiler),
        includeFolders: toolbox.includeFolders, libraryFolders: toolbox.libraryFolders)
    } catch { throw .toolMissing(error) }
  }

  /// Combines tools that were found before.
  public init(
    verilator: VerilatorInstallation, compiler: CompilerInstallation, includeFolders: [String] = [],
    libraryFolders: [String] = []
  ) {
    self.verilator = verilator
    self.compiler = compiler
    self.includeFolders = includeFolders
    self.libraryFolders = libraryFolders
  }

  /// Where compilers look for headers themselves.
  var systemIncludeFolders = ["/usr/include", "/usr/local/include"]

  /// The format for a profile that leaves the choice open.
  public var bestWaveFormat: WaveFormat { missingWaveHeader == nil ? .fst : .vcd }

  /// A header without which FST cannot be compiled; nil when all are there.
  var missingWaveHeader: String? {
    let folders = includeFolders + systemIncludeFolders
    return verilator.waveLibraries.map(\.header).first { header in
      !folders.contains { FileSystem.exists($0 + "/" + header) }
    }
  }

  func plan(for profile: ModelProfile) throws(VerilatorFailure) -> BuildPlan {
    let waves: WaveFormat? =
      switch profile.waves {
      case .none: nil
      case .vcd: .vcd
      case .fst: .fst
      case .best: bestWaveFormat
      }
    if waves == .fst, let header = missingWaveHeader {
      throw .waves(
        "Verilator \(verilator.version) needs \(header) for FST waves; run 'make setup', or ask for VCD waves")
    }
    return BuildPlan(
      verilator: verilator, compiler: compiler, optimization: profile.optimization, waves: waves,
      countsCoverage: profile.countsCoverage,
      includeFolders: includeFolders, libraryFolders: libraryFolders)
  }

  /// What tells this processor from others, for machine code made for it alone.
  static func processorName() -> String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n").prefix { !$0.hasPrefix("processor\t: 1") }
    return lines.filter { $0.hasPrefix("model name") || $0.hasPrefix("flags") }.joined(separator: "\n")
  }

  /// Machine and system that code is made for.
  static var target: String {
    #if arch(x86_64)
      let machine = "x86_64"
    #elseif arch(arm64)
      let machine = "arm64"
    #else
      let machine = "other"
    #endif
    #if os(Linux)
      return machine + "-linux"
    #else
      return machine + "-darwin"
    #endif
  }
}
