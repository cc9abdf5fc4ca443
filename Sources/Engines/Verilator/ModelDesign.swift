public import Netlist
import Verilog

/// A file of Verilog: its text, and the name that messages show.
public struct VerilogSource: Hashable, Sendable {
  /// File name as messages show it.
  public var name: String
  /// Contents.
  public var text: String

  /// Wraps the contents of a file called `name`.
  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}

/// Verilog and the interface of its top module: everything that a model is made from.
public struct ModelDesign: Hashable, Sendable {
  /// The files, in the order in which they are read.
  public var sources: [VerilogSource]
  /// Name, ports and clocks of the top module.
  public var interface: ModuleInterface
  /// Values for parameters of the top module, as Verilog expressions. Widths in ``interface`` are those they lead to.
  public var parameters: [String: String]
  /// Macros that the text may ask for, with their values.
  public var macros: [String: String]
  /// Files that `$readmemh` loads from the folder that the macro `SYSTOLE_DATA` names.
  public var data: [VerilogSource]
  /// Files that Verilog includes or loads by their names alone.
  public var beside: [VerilogSource] = []

  /// Describes a design of several files.
  public init(
    sources: [VerilogSource], interface: ModuleInterface, parameters: [String: String] = [:],
    macros: [String: String] = [:], data: [VerilogSource] = []
  ) {
    self.sources = sources
    self.interface = interface
    self.parameters = parameters
    self.macros = macros
    self.data = data
  }

  /// The design as the emitted text of `circuit`.
  public init(_ circuit: Circuit) {
    let foreign = circuit.foreignFiles
    self.init(
      sources: foreign.read.map { VerilogSource(name: $0.name, text: $0.text) }
        + circuit.verilog().map { VerilogSource(name: $0.name, text: $0.text) }, interface: circuit.top.interface,
      data: circuit.dataFiles.map { VerilogSource(name: $0.name, text: $0.text) })
    beside = foreign.beside.map { VerilogSource(name: $0.name, text: $0.text) }
  }

  /// Describes a design of one piece of text. Messages call it by the module's name.
  public init(verilog: String, interface: ModuleInterface) {
    self.init(sources: [VerilogSource(name: interface.name + ".v", text: verilog)], interface: interface)
  }

  /// `text` with `folder` before the names of the files beside it: models run in any folder.
  func located(_ text: String, in folder: String?) -> String {
    guard let folder else { return text }
    return beside.reduce(text) { $0.replacing("\"\($1.name)\"", with: "\"\(folder)/\($1.name)\"") }
  }

  /// Verilator's options that set parameters of the top module.
  static func arguments(for parameters: [String: String]) -> [String] {
    parameters.sorted { $0.key < $1.key }.map { "-G\($0.key)=\($0.value)" }
  }

  /// Verilator's options for parameters and macros; files of data are found in `cache`.
  func arguments(in cache: ModelCache) -> [String] {
    var macros = macros
    if let folder = cache.dataFolder(of: self) { macros["SYSTOLE_DATA"] = "\"\(folder)\"" }
    return Self.arguments(for: parameters)
      + macros.sorted { $0.key < $1.key }.map { $0.value.isEmpty ? "-D\($0.key)" : "-D\($0.key)=\($0.value)" }
  }
}
