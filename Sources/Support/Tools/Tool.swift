/// An external tool that was found on this machine.
public struct Tool: Hashable, Sendable {
  /// Name of the tool, for instance "yosys".
  public var name: String
  /// How it is run.
  public var program: Program
  /// Version as the tool or its package states it, for instance "0.23".
  public var version: String
}

/// Verilator: its binary, run without the Perl wrapper, and the folder with the C++ sources of its runtime.
public struct VerilatorInstallation: Hashable, Sendable {
  /// `verilator_bin`, with `VERILATOR_ROOT` set for that process alone.
  public var program: Program
  /// Folder that holds `include/verilated.h`.
  public var root: String
  /// For a person: "5.006" or "5.048 (wheel)".
  public var version: String
  /// Major and minor version, to choose among options that come and go.
  public var release: Release

  /// Folder of the runtime's C++ sources.
  public var includeFolder: String { root + "/include" }

  /// A Verilator version number.
  public struct Release: Hashable, Sendable, Comparable {
    /// The number before the point.
    public var major: Int
    /// The number after the point: 6 for 5.006.
    public var minor: Int

    /// Names version `major`.`minor`.
    public init(_ major: Int, _ minor: Int) {
      self.major = major
      self.minor = minor
    }

    /// Orders by age.
    public static func < (left: Self, right: Self) -> Bool { (left.major, left.minor) < (right.major, right.minor) }
  }
}

/// A C++ compiler for models.
public struct CompilerInstallation: Hashable, Sendable {
  /// The compilers that the build knows how to drive.
  public enum Family: String, Hashable, Sendable, Codable, CaseIterable {
    case clang
    case gcc
  }

  /// How it is run.
  public var program: Program
  /// Which command line it takes.
  public var family: Family
  /// First line of what it says about its version.
  public var version: String
}

/// A tool is not on this machine.
public struct ToolMissing: Error, Hashable, Sendable, CustomStringConvertible {
  /// Name of the tool.
  public var tool: String
  /// Places that were looked at.
  public var searched: [String]
  /// What a person can do.
  public var remedy: String

  /// Names a tool that is not there.
  public init(tool: String, searched: [String], remedy: String) {
    self.tool = tool
    self.searched = searched
    self.remedy = remedy
  }

  /// One sentence for a person.
  public var description: String {
    "\(tool) was not found (looked at: \(searched.joined(separator: ", "))); \(remedy)"
  }
}
