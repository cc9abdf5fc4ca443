/// A line of a user's source.
public struct Place: Hashable, Sendable, CustomStringConvertible {
  /// Module and file name as in `#fileID`, such as `Units/Requantizer.swift`.
  public var file: String
  /// Line, counted from 1; 0 when only the file is known.
  public var line: Int

  /// A line of `file`.
  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  /// `file:line`.
  public var description: String { line > 0 ? "\(file):\(line)" : file }
}
