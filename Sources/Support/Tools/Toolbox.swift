import Foundation

/// The external programs of this machine: those that `make setup` has put under `.tools/`, and those on `PATH`.
///
/// A tool that was fetched goes before one on `PATH`: it is of the version that the tests have run with, and a result does
/// not depend on what else a machine has. `SYSTOLE_VERILATOR` and `SYSTOLE_CXX` choose others.
///
/// Under the tools folder, `bin/` holds programs by their usual names, `verilator/<version>/` one Verilator each, and
/// `include/` and `lib/` the compression libraries that waves need.
///
/// Nothing is looked up before it is asked for. A `Toolbox` only reads its parameters, so two of them with different
/// parameters can stand side by side.
public struct Toolbox: Hashable, Sendable {
  /// The folder made by `make setup`; nil when there is none.
  public let folder: String?
  /// The environment that decides: `PATH`, `SYSTOLE_TOOLS`, `SYSTOLE_VERILATOR`, `SYSTOLE_CXX`.
  public let environment: [String: String]

  /// Looks at a machine.
  ///
  /// - Parameters:
  ///   - folder: The folder made by `make setup`. By default `SYSTOLE_TOOLS`, else the nearest `.tools` at or above
  ///     `directory`, else that of the checkout from which this library was built, so that a package which depends on
  ///     a checkout by path finds its tools.
  ///   - environment: The environment to go by.
  ///   - directory: Where the search for `.tools` starts.
  public init(
    folder: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment,
    directory: String = FileManager.default.currentDirectoryPath
  ) {
    self.environment = environment
    self.folder =
      folder ?? ProcessEnvironment.path("SYSTOLE_TOOLS", in: environment) ?? Toolbox.nearestToolsFolder(
        above: directory)
      ?? Toolbox.ownToolsFolder()
  }

  /// The tools of the checkout that holds this file.
  private static func ownToolsFolder(file: String = #filePath) -> String? {
    nearestToolsFolder(above: URL(fileURLWithPath: file).deletingLastPathComponent().path)
  }

  private static func nearestToolsFolder(above directory: String) -> String? {
    var place = URL(fileURLWithPath: directory).standardizedFileURL
    while true {
      let candidate = place.appendingPathComponent(".tools").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), isFolder.boolValue {
        return candidate
      }
      let parent = place.deletingLastPathComponent()
      if parent.path == place.path { return nil }
      place = parent
    }
  }

  /// Folders with headers that complete those of the machine.
  public var includeFolders: [String] { [underTools("include")].compactMap { $0 } }

  /// Folders with libraries that complete those of the machine.
  public var libraryFolders: [String] { [underTools("lib")].compactMap { $0 } }

  // MARK: - Places

  /// Programs called `name` on `PATH`, in its order.
  func onPath(_ name: String) -> [String] {
    (environment["PATH"] ?? ProcessEnvironment.standardPath).split(separator: ":")
      .map { URL(fileURLWithPath: String($0)).path + "/" + name }.filter(isProgram)
  }

  /// The path of `tail` under the tools folder when such a file exists.
  func underTools(_ tail: String) -> String? {
    folder.map { $0 + "/" + tail }.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
  }

  func isProgram(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
      && FileManager.default.isExecutableFile(atPath: path)
  }

  /// The file behind `path` after all symbolic links.
  func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

  /// The program `name` that `make setup` has made, which sets up its own surroundings.
  func prepared(_ name: String) -> String? { underTools("bin/" + name).flatMap { isProgram($0) ? $0 : nil } }

  func missing(_ tool: String, searched: [String], remedy: String? = nil) -> ToolMissing {
    ToolMissing(
      tool: tool, searched: searched.isEmpty ? ["PATH"] : searched,
      remedy: remedy ?? "run 'make setup' in the checkout, or set SYSTOLE_TOOLS to a folder made by it")
  }
}
