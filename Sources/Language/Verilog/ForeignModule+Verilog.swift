import Foundation
public import Netlist

/// A module that the emitted design uses and that is written elsewhere.
public struct External: Hashable, Sendable, Codable {
  /// Name of the module.
  public var module: String
  /// Parameters as written in the Verilog, by name.
  public var parameters: [String: String]
  /// Files of the design that hold it; empty when the flow has to bring it.
  public var files: [String]

  /// A module with its parameters and files.
  public init(module: String, parameters: [String: String], files: [String]) {
    self.module = module
    self.parameters = parameters
    self.files = files
  }
}

extension ForeignModule.Value {
  /// The value as Verilog.
  var verilog: String {
    switch self {
    case .integer(let number): return "\(number)"
    case .text(let text): return ForeignText.verilogString(text)
    }
  }
}

extension ForeignModule {
  /// The name with the parameters, as an instance begins.
  var instantiation: String {
    guard !parameters.isEmpty else { return module }
    let list = parameters.map { ".\($0.name)(\($0.value.verilog))" }
    let short = list.joined(separator: ", ")
    return short.utf8.count <= 70
      ? "\(module) #(\(short))" : "\(module) #(\n    \(list.joined(separator: ",\n    "))\n  )"
  }

  /// What the clock and reset ports of the module are connected to.
  func clockConnections(_ clocks: [ClockShape]) -> [(port: String, value: VerilogExpression)] {
    guard let clock = clocks.first, let clockPort else { return [] }
    var result: [(port: String, value: VerilogExpression)] = [(clockPort, .name(clock.clock))]
    if let resetPort, let reset = clock.reset {
      let isSame = resetPolarity == clock.resetPolarity
      result.append((resetPort, isSame ? .name(reset) : .unary("!", .name(reset))))
    }
    return result
  }
}

extension ForeignModule.Source {
  /// Whether it is Verilog that can be read by itself: by its name, or because a module or the like ends in it.
  public var isVerilog: Bool {
    if VerilogFile.isVerilog(name) { return true }
    return ["endmodule", "endpackage", "endinterface", "endprimitive"].contains { text.contains($0) }
  }

  /// Names of the files that it includes.
  var includedNames: [String] {
    text.components(separatedBy: "`include").dropFirst().compactMap { part in
      let rest = part.drop { $0 == " " || $0 == "\t" }
      guard rest.first == "\"" else { return nil }
      return String(rest.dropFirst().prefix { $0 != "\"" && $0 != "\n" })
    }
  }
}

extension Circuit {
  /// Verilog of black boxes that comes with the design, each file once.
  public var foreignSources: [ForeignModule.Source] {
    var seen: Set<String> = []
    return definitions.flatMap { $0.foreign?.sources ?? [] }.filter { seen.insert($0.name).inserted }
  }

  /// The same as two lists: what tools read by themselves, and what stands beside it to be included or loaded.
  public var foreignFiles: (read: [ForeignModule.Source], beside: [ForeignModule.Source]) {
    let sources = foreignSources
    let included = sources.reduce(into: Set<String>()) { $0.formUnion($1.includedNames) }
    let isRead = { (source: ForeignModule.Source) in !included.contains(source.name) && source.isVerilog }
    return (sources.filter(isRead), sources.filter { !isRead($0) })
  }

  var externalModules: [External] {
    definitions.compactMap(\.foreign).map { foreign in
      External(
        module: foreign.module,
        parameters: Dictionary(foreign.parameters.map { ($0.name, $0.value.verilog) }) { first, _ in first },
        files: foreign.sources.map(\.name))
    }
  }
}
