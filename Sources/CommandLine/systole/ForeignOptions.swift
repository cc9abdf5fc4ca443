import ArgumentParser
import Catalog
import HDL
import Netlist
import Verilator

/// What says where foreign Verilog is and how it is read.
struct ForeignOptions: ParsableArguments {
  @Option(
    help: "Foreign Verilog or SystemVerilog in place of the block's own; may be repeated.",
    completion: .file(extensions: ["v", "sv"]))
  var verilog: [String] = []

  @Option(
    name: [.customShort("f"), .long],
    help: "A list of files, +incdir+ and +define+ as Verilog tools take it with -f; may be repeated.",
    completion: .file())
  var fileList: [String] = []

  @Option(name: .customLong("include"), help: "A folder of included files; may be repeated.", completion: .directory)
  var includeFolders: [String] = []

  @Option(
    name: .customLong("define"), help: ArgumentHelp("Define a macro; may be repeated.", valueName: "name[=value]"))
  var macros: [String] = []

  @Option(
    name: .customLong("parameter"),
    help: ArgumentHelp("Set a parameter of the top module; may be repeated.", valueName: "name=value"))
  var parameters: [Setting] = []

  @Option(help: "The top module of the foreign Verilog.")
  var top: String?

  @Option(
    name: .customLong("clock"),
    help: """
      The clock port of the foreign Verilog, when its name does not tell; repeated for several, in the order of the \
      block's own. NAME:falling where registers act on its falling edge.
      """)
  var clocks: [String] = []

  @Option(
    name: .customLong("reset-port"),
    help: "The reset port of the foreign Verilog, when its name does not tell; repeated for several clocks.")
  var resets: [String] = []

  @Flag(help: "The registers of the foreign Verilog act on the falling edge of all clocks named by --clock.")
  var fallingEdge = false

  @Flag(help: "Judge the timing of the foreign Verilog too: it must do everything in the same cycle as the block.")
  var timing = false

  /// Whether there are files.
  var hasFiles: Bool { !verilog.isEmpty || !fileList.isEmpty }

  /// Whether any of these options was given.
  var isGiven: Bool {
    hasFiles || !includeFolders.isEmpty || !macros.isEmpty || !parameters.isEmpty || top != nil || !clocks.isEmpty
      || !resets.isEmpty || fallingEdge || timing
  }

  func validate() throws {
    if !resets.isEmpty, clocks.isEmpty { throw ValidationError("--reset-port goes with --clock") }
    if resets.count > 1, resets.count != clocks.count {
      throw ValidationError("--reset-port stands once, or once for each --clock")
    }
    if fallingEdge, clocks.isEmpty { throw ValidationError("--falling-edge goes with --clock") }
    for clock in clocks where Self.parts(of: clock) == nil {
      throw ValidationError("--clock '\(clock)' is neither NAME nor NAME:falling nor NAME:rising")
    }
    for macro in macros where macro.isEmpty || macro.hasPrefix("=") {
      throw ValidationError("--define '\(macro)' has no name; write NAME or NAME=VALUE")
    }
  }

  /// The name of a clock, and the edge that is said of it; nil when the text is not of that form.
  private static func parts(of clock: String) -> (name: String, edge: ClockEdge?)? {
    let parts = clock.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch (parts.count, parts.last) {
    case (1, _): return (parts[0], nil)
    case (2, "falling"): return (parts[0], .falling)
    case (2, "rising"): return (parts[0], .rising)
    default: return nil
    }
  }

  /// The Verilog; resets of named clocks are like those of the block.
  func verilog(reset style: ResetStyle) throws -> ForeignVerilog {
    let named = clocks.compactMap(Self.parts).enumerated().map { index, clock in
      ClockShape(
        clock: clock.name, reset: resets.count == 1 ? resets[0] : resets.indices.contains(index) ? resets[index] : nil,
        resetKind: style.kind, resetPolarity: style.polarity, edge: clock.edge ?? (fallingEdge ? .falling : .rising))
    }
    var foreign = ForeignVerilog(
      files: verilog, top: top, includeFolders: includeFolders,
      parameters: Dictionary(parameters.map { ($0.name, $0.value) }) { $1 }, clocks: named.isEmpty ? nil : named)
    for list in fileList { try foreign.add(list: list) }
    for macro in macros { foreign.define(macro) }
    return foreign
  }
}
