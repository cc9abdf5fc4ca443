import Netlist

/// How Verilog is written.
public struct VerilogOptions: Hashable, Sendable {
  /// Writes the Swift file and line of each declaration as a comment.
  public var places: Bool
  /// The licence as an SPDX expression, such as `Apache-2.0`, in the first line of each file; nil for none.
  public var license: String?

  /// Without places and licence unless asked for.
  public init(places: Bool = false, license: String? = nil) {
    self.places = places
    self.license = license
  }
}

/// One module as Verilog-2001.
public struct VerilogFile: Hashable, Sendable {
  /// Module name; the file is `<module>.v`, which is where Verilator and others look for it.
  public var module: String
  /// The text, UTF-8, ending in a line break.
  public var text: String

  /// `<module>.v`.
  public var name: String { module + ".v" }

  /// Whether a file of this name is Verilog or SystemVerilog.
  public static func isVerilog(_ name: String) -> Bool { name.lowercased().hasSuffix(".v") || isSystemVerilog(name) }

  /// Whether a file of this name is SystemVerilog.
  public static func isSystemVerilog(_ name: String) -> Bool { name.lowercased().hasSuffix(".sv") }
}

extension Circuit {
  /// The design as Verilog-2001, one file a module, those that others use first.
  ///
  /// The text depends on the circuit and the options alone. Linear in the size of the definitions.
  public func verilog(_ options: VerilogOptions = VerilogOptions()) -> [VerilogFile] {
    definitions.lazy.filter { $0.foreign == nil && $0.grid == nil }.map { definition in
      var lowering = Lowering(definition, in: definitions, options: options)
      return VerilogFile(module: definition.name, text: lowering.run())
    }
  }
}
