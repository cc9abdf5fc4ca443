import Netlist

/// What stands beside a compiled model in the cache: how it came to be, and how to tell that it is whole.
public struct BuildRecord: Hashable, Sendable, Codable {
  /// SHA-256 over everything that the model was made from.
  public var key: String
  /// Name of the top module.
  public var module: String
  /// How the model was compiled.
  public var profile: ModelProfile
  /// Waves that the model can write; nil for none.
  public var waves: WaveFormat?
  /// Version of Verilator.
  public var verilator: String
  /// Version line of the C++ compiler.
  public var compiler: String
  /// The command lines, run in the build's own folder.
  public var commands: [String]
  /// Seconds for each step.
  public var seconds: Seconds
  /// Bytes of C++ that Verilator wrote.
  public var generatedBytes: Int
  /// Size of the library.
  public var libraryBytes: Int
  /// SHA-256 of the library.
  public var librarySHA256: String

  /// Wall and processor seconds of a build.
  public struct Seconds: Hashable, Sendable, Codable {
    /// Verilog to C++.
    public var verilate: Double
    /// C++ to object code.
    public var compile: Double
    /// Object code to the library.
    public var link: Double
    /// Processor time of all three.
    public var processor: Double
  }
}
