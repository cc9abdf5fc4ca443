import Foundation
public import Netlist

/// A module that is written elsewhere, used like any other generator.
///
/// ```swift
/// struct Divider: BlackBox {
///   var width = 16
///   struct Ports { let dividend, divisor: Input<UInt>, quotient: Output<UInt> }
///   var ports: Ports { Ports(dividend: .init(width), divisor: .init(width), quotient: .init(width)) }
///   var moduleName: String { "vendor_divider" }
///   var verilogParameters: [ForeignModule.Parameter] { [.init("WIDTH", .integer(width))] }
///   var clocking: BlackBoxClocking? { BlackBoxClocking(clock: "clk", reset: "rst_n", .activeLow) }
///   var sources: [BlackBoxSource] { [.file("vendor/divider.v")] }
/// }
/// ```
///
/// The Verilator engine runs the Verilog, the native simulator the software model. Ports of the module have the names of
/// the properties in snake case unless ``portNames`` says otherwise.
public protocol BlackBox: Generator {
  /// Name of the module in the Verilog.
  var moduleName: String { get }
  /// Parameters of the module, in the order in which they are written. The default is none.
  var verilogParameters: [ForeignModule.Parameter] { get }
  /// Names in the Verilog of ports that are called otherwise there, by their names here. The default is none.
  var portNames: [String: String] { get }
  /// Clock and reset; nil, the default, for a module without.
  var clocking: BlackBoxClocking? { get }
  /// Whether an output may follow an input without a clock edge between. The default is yes, which is always safe.
  var followsInputs: Bool { get }
  /// Verilog that comes with the emitted design. The default is none: the flow brings the module.
  var sources: [BlackBoxSource] { get }
  /// The software model of one instance; nil, the default, when there is none.
  func makeModel() -> (any SoftwareModel)?
}

extension BlackBox {
  /// None.
  public var verilogParameters: [ForeignModule.Parameter] { [] }
  /// None.
  public var portNames: [String: String] { [:] }
  /// Neither clock nor reset.
  public var clocking: BlackBoxClocking? { nil }
  /// Assumes a path from every input to every output.
  public var followsInputs: Bool { true }
  /// None.
  public var sources: [BlackBoxSource] { [] }
  /// None.
  public func makeModel() -> (any SoftwareModel)? { nil }
  /// The hardware is elsewhere.
  public func build(_ io: Interior<Ports>, in m: Module) {}
}

/// Ports of a black box that take the clock and the reset of the module around it.
public struct BlackBoxClocking: Hashable, Sendable {
  /// Port that takes the clock.
  public var clock: String
  /// Port that takes the reset; nil for none.
  public var reset: String?
  /// Level at which the reset port is active; the reset is inverted where the design has the other one.
  public var resetPolarity: ResetPolarity

  /// A clock, and a reset when the module has one.
  public init(clock: String, reset: String? = nil, _ resetPolarity: ResetPolarity = .activeHigh) {
    self.clock = clock
    self.reset = reset
    self.resetPolarity = resetPolarity
  }
}

/// Verilog of a black box, or a file that such Verilog includes or loads by its name alone.
///
/// What is called `.v` or `.sv`, or has a module in it, is read by every tool by itself, unless another source includes it.
public enum BlackBoxSource: Hashable, Sendable {
  /// A file, read when the design is elaborated.
  case file(String)
  /// Text under a file name.
  case text(name: String, String)
}

extension Module {
  /// Makes the module a stand-in for `box`.
  func becomeForeign<B: BlackBox>(_ box: B) {
    var foreign = ForeignModule(module: box.moduleName, followsInputs: box.followsInputs)
    foreign.parameters = box.verilogParameters
    foreign.portNames = box.portNames
    if let clocking = box.clocking {
      foreign.clockPort = clocking.clock
      foreign.resetPort = clocking.reset
      foreign.resetPolarity = clocking.resetPolarity
      domains[0].usesClock = true
      domains[0].usesReset = clocking.reset != nil
    }
    if domains.count > 1 {
      report(
        .badBlackBox, "black box '\(foreign.module)' has ports of several domains",
        fix: "leave its ports in the domain of its clock")
    }
    checkNames(of: foreign)
    foreign.sources = box.sources.compactMap { read($0, of: box.moduleName) }
    if box.makeModel() != nil {
      foreign.model = ForeignModule.ModelFactory(identity: definition.summary) { box.makeModel()! }
    }
    for index in definition.signals.indices {
      if case .input = definition.signals[index].kind { foreign.inputs.append(signalNode(Int32(index))) }
    }
    for index in targets.indices {
      guard case .output(let port) = targets[index].kind else { continue }
      let target = targets[index]
      let signal = addSignal(
        target.name, width: target.width, isSigned: target.isSigned, .foreign(port: port), at: target.place)
      targets[index].first = Assignment(
        low: 0, width: target.width, value: signalNode(signal), scope: .root, statement: statements)
      targets[index].others = []
    }
    definition.foreign = foreign
  }

  private func checkNames(of foreign: ForeignModule) {
    let ports = definition.ports.map { foreign.portNames[$0.shape.name] ?? $0.shape.name }
    let names = ports + [foreign.clockPort, foreign.resetPort].compactMap { $0 }
    for name in [foreign.module] + foreign.parameters.map(\.name) + names where !Identifier.isWellFormed(name) {
      report(
        .badBlackBox, "black box '\(foreign.module)': '\(name)' is no identifier",
        fix: "use the name that the Verilog has")
    }
    for name in [foreign.module] + foreign.parameters.map(\.name) + names {
      guard let language = Identifier.verilogLanguage(reserving: name) else { continue }
      report(
        .badBlackBox, "black box '\(foreign.module)': '\(name)' is a keyword of \(language)",
        fix: "put a Verilog module with other names around it")
    }
    if Identifier.isVerilatorTop(foreign.module) {
      report(
        .badBlackBox, "black box '\(foreign.module)' has the name that Verilator gives the top of every design",
        fix: "put a Verilog module with another name around it")
    }
    for group in [names, foreign.parameters.map(\.name)] {
      var seen: Set<String> = []
      for name in group where !seen.insert(name).inserted {
        report(
          .badBlackBox, "black box '\(foreign.module)' has '\(name)' twice", fix: "name each port and parameter once")
      }
    }
    for name in foreign.portNames.keys.sorted() where !definition.ports.contains(where: { $0.shape.name == name }) {
      report(
        .badBlackBox, "black box '\(foreign.module)' has a name for port '\(name)', which it does not have",
        fix: "use the names of the ports in snake case")
    }
  }

  private func read(_ source: BlackBoxSource, of name: String) -> ForeignModule.Source? {
    switch source {
    case .text(let name, let text): return ForeignModule.Source(name: name, text: text)
    case .file(let path):
      guard let data = FileManager.default.contents(atPath: path) else {
        report(
          .badBlackBox, "black box '\(name)' comes with the file '\(path)', which cannot be read",
          fix: "give a path that exists, from the folder in which the program runs")
        return nil
      }
      return ForeignModule.Source(
        name: String(path.split(separator: "/").last ?? Substring(path)), text: String(decoding: data, as: UTF8.self))
    }
  }
}
