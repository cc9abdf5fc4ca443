import Netlist

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

  /// Describes a design of several files.
  public init(sources: [VerilogSource], interface: ModuleInterface) {
    self.sources = sources
    self.interface = interface
  }

  /// Describes a design of one piece of text. Messages call it by the module's name.
  public init(verilog: String, interface: ModuleInterface) {
    self.init(sources: [VerilogSource(name: interface.name + ".v", text: verilog)], interface: interface)
  }
}
