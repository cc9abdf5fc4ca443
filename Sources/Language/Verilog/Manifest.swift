import Netlist

/// What the files of a design are, for scripts and integrators.
public struct Manifest: Hashable, Sendable, Codable {
  /// Form of the manifest; rises when a key changes its meaning.
  public var version = 1
  /// Name of the top module.
  public var top: String
  /// The generator value as it would be written in Swift.
  public var generator: String
  /// Parameters of the generator by name.
  public var parameters: [String: String]
  /// What may be set of the generator, with the values of this design and a sentence each.
  public var declared: [DeclaredParameter]
  /// Files in the order in which a compiler should read them: a module stands before its users.
  public var files: [String]
  /// Files that `$readmemh` reads when a simulation starts: from the working directory, or from the folder that the
  /// macro `SYSTOLE_DATA` names as a string. Also those that Verilog of black boxes includes or loads.
  public var data: [String]
  /// Files that show the cases of enumerations in a viewer of waves; nil where there are none.
  public var waveFilters: [String]?
  /// Modules that are written elsewhere.
  public var external: [External]
  /// Data ports of the top module, in order.
  public var ports: [PortShape]
  /// What the ports are to the generator: streams, groups and arrays, each port with its sentence.
  public var interface: [InterfacePart]
  /// Clocks and resets of the top module.
  public var clocks: [ClockShape]
  /// Clock edges from an input to the output that it decides; nil behind a ready/valid stream.
  public var latency: Int?
  /// What the design is made of.
  public var statistics: Statistics
}

extension Circuit {
  /// The manifest of the files that ``verilog(_:)`` gives.
  public var manifest: Manifest {
    Manifest(
      top: top.name, generator: top.summary, parameters: top.parameters.values, declared: top.parameters.declared,
      files: foreignFiles.read.map(\.name)
        + definitions.filter { $0.foreign == nil && $0.grid == nil }.map { $0.name + ".v" },
      data: foreignFiles.beside.map(\.name) + dataFiles.map(\.name),
      waveFilters: waveFilters.isEmpty ? nil : waveFilters.map(\.name), external: externalModules,
      ports: top.interface.ports, interface: top.interface.parts ?? [], clocks: top.clocks,
      latency: top.latency,
      statistics: statistics)
  }
}
