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
    try foreign.checkFiles()
    let text = try preprocessed(foreign)
    let modules = Self.modules(in: text)
    var isOld = false
    let elaboration: (top: String, ports: [PortShape])
    do {
      elaboration = try elaborated(foreign, modules: modules)
    } catch {
      // Verilog of 2005 may use words that became keywords later.
      guard case .verilog = error, foreign.isPlainVerilog,
        let old = try? elaborated(foreign, modules: modules, language: Self.oldVerilog)
      else { throw error }
      elaboration = old
      isOld = true
    }
    let clocks = foreign.clocks ?? ClockNames.clocks(among: elaboration.ports, in: text)
    let controls = Set(clocks.flatMap { [$0.clock] + [$0.reset].compactMap { $0 } })
    let inputs = elaboration.ports.filter { $0.direction == .input && $0.width == 1 }.map(\.name)
    for control in controls.sorted() where !inputs.contains(control) {
      throw .ports(
        module: elaboration.top,
        mismatch: "'\(control)' is not an input of one bit; clock and reset (--clock, --reset-port) are one of "
          + (inputs.isEmpty ? "none, as there is no such input" : inputs.joined(separator: ", ")))
    }
    let name = foreign.files.first ?? elaboration.top
    return ModelDesign(
      sources: [VerilogSource(name: name, text: isOld ? Self.withOldKeywords(text, name) : text)],
      interface: ModuleInterface(
        name: elaboration.top, ports: elaboration.ports.filter { !controls.contains($0.name) }, clocks: clocks),
      parameters: foreign.parameters)
  }

  /// The language of Verilog before SystemVerilog, as Verilator calls it.
  private static let oldVerilog = "1364-2005"

  /// A text in which later keywords are names.
  private static func withOldKeywords(_ text: String, _ name: String) -> String {
    let line = VerilatorMessages.marked(VerilogSource(name: name, text: ""))
    return "`begin_keywords \"\(oldVerilog)\"\n\(line)\(text)\n`end_keywords\n"
  }

  /// What Verilator warns of in foreign Verilog and is likely to be a fault: several drivers, undriven nets, latches, cut
  /// numbers, and the like. A line each; empty where it warns of nothing, or refuses the text.
  public func warnings(of foreign: ForeignVerilog) throws(VerilatorFailure) -> [String] {
    let options = ["--lint-only", "-Wall", "-Wno-fatal", "-Wno-DECLFILENAME", "--no-timing"]
    let target = (foreign.top.map { ["--top-module", $0] } ?? []) + ModelDesign.arguments(for: foreign.parameters)
    var result = try runVerilator(options + target + commonArguments(foreign))
    if !result.termination.isSuccess, foreign.isPlainVerilog {
      result = try runVerilator(options + target + ["--language", Self.oldVerilog] + commonArguments(foreign))
    }
    return result.termination.isSuccess ? VerilatorMessages.serious(in: result.errors + result.output) : []
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
    _ foreign: ForeignVerilog, modules: [String], language: String? = nil
  ) throws(VerilatorFailure) -> (top: String, ports: [PortShape]) {
    if let top = foreign.top, !modules.contains(top) { throw .unknownTop(name: top, available: modules) }
    let folder = try BuildFolder(in: cache)
    // Each version has but one of the two: XML was dropped when JSON had come.
    let usesJSON = toolchain.verilator.release >= .init(5, 30)
    var arguments = [usesJSON ? "--json-only" : "--xml-only", "--prefix", ModelShim.className, "--Mdir", folder.path]
    arguments += ["-Wno-fatal", "-Wno-lint", "-Wno-style", "--no-timing"]
    arguments += foreign.top.map { ["--top-module", $0] } ?? []
    arguments += language.map { ["--language", $0] } ?? []
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

extension ForeignVerilog {
  /// Whether every file is Verilog by its name, and so may be older than SystemVerilog.
  var isPlainVerilog: Bool {
    !files.isEmpty && files.allSatisfy { ["v", "vh"].contains(URL(fileURLWithPath: $0).pathExtension.lowercased()) }
  }

  /// Throws for a file that is not there, is a folder, or is in another language.
  func checkFiles() throws(VerilatorFailure) {
    for path in files {
      guard FileSystem.exists(path) else { throw .unreadable(path: path, reason: "there is no such file or folder") }
      if FileSystem.isFolder(path) {
        throw .unreadable(path: path, reason: "it is a folder; name the files in it, or give it with --include")
      }
      let isVHDL = ["vhd", "vhdl", "vho"].contains(URL(fileURLWithPath: path).pathExtension.lowercased())
      if isVHDL {
        throw .unreadable(
          path: path,
          reason: "it is VHDL, and Verilator reads Verilog and SystemVerilog; translate it, for instance with"
            + " 'ghdl synth --out=verilog'")
      }
    }
    for path in includeFolders {
      guard FileSystem.exists(path) else { throw .unreadable(path: path, reason: "there is no such file or folder") }
      guard FileSystem.isFolder(path) else {
        throw .unreadable(path: path, reason: "it is a file; a folder in which included files are looked for is needed")
      }
    }
  }
}
