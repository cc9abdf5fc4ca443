import Netlist
import Runtime

/// Finds the line of the user's source that led here.
enum SourcePlace {
  /// The innermost frame outside this library; nil without debug information.
  static func ofUser(file: String = #filePath) -> Place? {
    let library = file[..<(file.lastIndex(of: "/") ?? file.startIndex)]
    guard let frames = try? Backtrace.capture(algorithm: .auto, limit: 96, top: 8),
      let symbols = frames.symbolicated(options: [.showInlineFrames, .showSourceLocations])
    else { return nil }
    for frame in symbols.frames {
      guard let location = frame.symbol?.sourceLocation, location.path.hasSuffix(".swift"),
        location.path.prefix(while: { _ in true }).dropLast(name(of: location.path).count + 1) != library
      else { continue }
      return Place(file: tail(of: location.path), line: location.line)
    }
    return nil
  }

  private static func name(of path: String) -> Substring { path.split(separator: "/").last ?? "" }

  /// Folder and file, the form of `#fileID` in a package whose targets are folders.
  private static func tail(of path: String) -> String { path.split(separator: "/").suffix(2).joined(separator: "/") }
}
