import Foundation

/// The external programs of this machine: those on `PATH`, and those that `make setup` has put under `.tools/`.
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
  ///     `directory`.
  ///   - environment: The environment to go by.
  ///   - directory: Where the search for `.tools` starts.
  public init(
    folder: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment,
    directory: String = FileManager.default.currentDirectoryPath
  ) {
    self.environment = environment
    self.folder = folder ?? environment["SYSTOLE_TOOLS"] ?? Toolbox.nearestToolsFolder(above: directory)
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

  // MARK: - Places

  /// Programs called `name` on `PATH`, in its order.
  func onPath(_ name: String) -> [String] {
    (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map { $0 + "/" + name }.filter(isProgram)
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

  /// `site-packages` of the Python environment that `make setup` has made.
  var sitePackages: String? {
    guard let libraries = underTools("venv/lib") else { return nil }
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: libraries)) ?? []
    return versions.sorted().filter { $0.hasPrefix("python3") }.map { libraries + "/" + $0 + "/site-packages" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }

  /// A program from the unpacked Debian packages, with the libraries that came with it.
  func debianProgram(_ name: String) -> Program? {
    underTools("debian/usr/bin/" + name).map { path in
      let libraries = debianLibraryFolders.joined(separator: ":")
      return Program(path: path, environment: libraries.isEmpty ? [:] : ["LD_LIBRARY_PATH": libraries])
    }
  }

  private var debianLibraryFolders: [String] {
    guard let base = underTools("debian/usr/lib") else { return [] }
    let subfolders = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
    return subfolders.sorted().filter { $0.hasSuffix("-linux-gnu") }.map { base + "/" + $0 } + [base]
  }

  func missing(_ tool: String, searched: [String], remedy: String? = nil) -> ToolMissing {
    ToolMissing(
      tool: tool, searched: searched.isEmpty ? ["PATH"] : searched,
      remedy: remedy ?? "run 'make setup' in the checkout, or set SYSTOLE_TOOLS to a folder made by it")
  }
}
