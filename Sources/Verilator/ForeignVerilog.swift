import Foundation
import Netlist
import Tools

/// Verilog that was written elsewhere, to be simulated or checked with the same benches.
public struct ForeignVerilog: Hashable, Sendable {
  /// Paths of the source files, in the order in which they are read.
  public var files: [String]
  /// The module to simulate; nil when exactly one is not instantiated by another.
  public var top: String?
  /// Folders in which files that are included are looked for.
  public var includeFolders: [String]
  /// Macros and their values.
  public var macros: [String: String]
  /// Values for parameters of the top module, as Verilog expressions.
  public var parameters: [String: String]
  /// Clocks and resets; nil to take them from the names of the ports.
  public var clocks: [ClockShape]?

  /// Describes a set of files.
  public init(
    files: [String], top: String? = nil, includeFolders: [String] = [], macros: [String: String] = [:],
    parameters: [String: String] = [:], clocks: [ClockShape]? = nil
  ) {
    self.files = files
    self.top = top
    self.includeFolders = includeFolders
    self.macros = macros
    self.parameters = parameters
    self.clocks = clocks
  }
}

extension ModelBuilder {
  /// Reads foreign Verilog and finds the interface of its top module by Verilator's own elaboration.
  ///
  /// Includes and macros are resolved, so that the result does not depend on files any more. Clocks and resets are
  /// recognised by name (`clk`, `clk_i`, `aclk`, …; `rst`, `rst_ni`, `aresetn`, …) unless they are given.
  public func design(of foreign: ForeignVerilog) throws(VerilatorFailure) -> ModelDesign {
    for path in foreign.files + foreign.includeFolders where !FileSystem.exists(path) {
      throw .unreadable(path: path, reason: "there is no such file or folder")
    }
    let text = try preprocessed(foreign)
    let elaboration = try elaborated(foreign, modules: Self.modules(in: text))
    let clocks = foreign.clocks ?? ClockNames.clocks(among: elaboration.ports, in: text)
    let controls = Set(clocks.flatMap { [$0.clock] + [$0.reset].compactMap { $0 } })
    for control in controls.sorted() where !elaboration.ports.contains(where: { $0.name == control && $0.width == 1 }) {
      throw .ports(module: elaboration.top, mismatch: "'\(control)' is not an input of one bit")
    }
    return ModelDesign(
      sources: [VerilogSource(name: foreign.files.first ?? elaboration.top, text: text)],
      interface: ModuleInterface(
        name: elaboration.top, ports: elaboration.ports.filter { !controls.contains($0.name) }, clocks: clocks),
      parameters: foreign.parameters)
  }

  /// Names of the modules that `text` declares.
  private static func modules(in text: String) -> [String] {
    text.matches(of: /(?m)^\s*(?:module|macromodule)\s+([A-Za-z_][A-Za-z0-9_$]*)/).map { String($0.output.1) }
  }

  private func commonArguments(_ foreign: ForeignVerilog) -> [String] {
    foreign.includeFolders.map { "-I" + $0 }
      + foreign.macros.sorted { $0.key < $1.key }.map { $0.value.isEmpty ? "-D\($0.key)" : "-D\($0.key)=\($0.value)" }
      + foreign.files
  }

  /// All files as one text, with `` `line `` directives that keep the places.
  private func preprocessed(_ foreign: ForeignVerilog) throws(VerilatorFailure) -> String {
    let result = try runVerilator(["-E"] + commonArguments(foreign))
    guard result.termination.isSuccess else {
      throw .verilog(
        module: foreign.top ?? foreign.files.first ?? "", messages: VerilatorMessages.relevant(in: result.errors))
    }
    return result.output
  }

  private func elaborated(
    _ foreign: ForeignVerilog, modules: [String]
  ) throws(VerilatorFailure) -> (top: String, ports: [PortShape]) {
    if let top = foreign.top, !modules.contains(top) { throw .unknownTop(name: top, available: modules) }
    let folder = try BuildFolder(in: cache)
    // Each version has but one of the two: XML was dropped when JSON had come.
    let usesJSON = toolchain.verilator.release >= .init(5, 30)
    var arguments = [usesJSON ? "--json-only" : "--xml-only", "--prefix", ModelShim.className, "--Mdir", folder.path]
    arguments += ["-Wno-fatal", "-Wno-lint", "-Wno-style", "--no-timing"]
    arguments += foreign.top.map { ["--top-module", $0] } ?? []
    arguments += ModelDesign.arguments(for: foreign.parameters)
    let result = try runVerilator(arguments + commonArguments(foreign))
    let tops = result.errors.matches(of: /\.\.\. Top module '([^']+)'/).map { String($0.output.1) }
    if foreign.top == nil, tops.count > 1 { throw .severalTops(tops) }
    guard result.termination.isSuccess else {
      throw .verilog(
        module: foreign.top ?? foreign.files.first ?? "", messages: VerilatorMessages.relevant(in: result.errors))
    }
    let file = "\(folder.path)/\(ModelShim.className)" + (usesJSON ? ".tree.json" : ".xml")
    let data = try FileSystem.contents(file)
    let tree = usesJSON ? ElaboratedTree(json: data) : ElaboratedTree(xml: String(decoding: data, as: UTF8.self))
    guard let tree, let top = tree.top else {
      throw .toolFailed(tool: "verilator", reason: "'\(file)' does not name a top module")
    }
    return (top, try tree.portShapes())
  }

  private func runVerilator(_ arguments: [String]) throws(VerilatorFailure) -> ProgramResult {
    do {
      return try toolchain.verilator.program.run(arguments, outputLimit: 256 << 20)
    } catch { throw .toolFailed(tool: "verilator", reason: error.reason) }
  }
}
