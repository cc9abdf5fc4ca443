import Campaigns
import Catalog
import Foundation
import HDL
import Netlist
import PortableBench
import Testbench
import Tools

/// Evidence that a netlist does what the Verilog does: the block's stand-alone bench in Icarus on the netlist with the cell
/// models of Yosys, and Yosys's own comparison.
public struct NetlistCheck: Sendable {
  /// What came of it.
  public struct Outcome: Hashable, Sendable {
    /// What a step has shown.
    public enum Verdict: String, Hashable, Sendable, Codable {
      /// It holds.
      case passed
      /// It does not.
      case failed
      /// The step could not say.
      case open
    }

    /// The bench on the netlist.
    public var simulation: Verdict
    /// What it printed, or why it did not run.
    public var simulationWords: String
    /// Yosys's comparison of the Verilog with the netlist.
    public var equivalence: Verdict
    /// How many of its points are proved, or why it did not end.
    public var equivalenceWords: String

    /// Whether a step has found a difference.
    public var isRefuted: Bool { simulation == .failed }

    /// Lines for a terminal.
    public var text: String {
      "bench           \(simulation.rawValue): \(simulationWords)\n"
        + "equivalence     \(equivalence.rawValue): \(equivalenceWords)\n"
    }
  }

  private let flow: SynthesisFlow
  private let block: any CatalogBlock
  /// Longest time for the comparison.
  public var limit: Duration = .seconds(120)

  /// A check of what `flow` makes of `block`.
  public init(_ flow: SynthesisFlow, block: any CatalogBlock) { (self.flow, self.block) = (flow, block) }

  /// Models of the target's cells, as files of Yosys.
  private var models: [String] {
    switch flow.options.target {
    case .generic: ["simcells.v"]
    case .ice40: ["ice40/cells_sim.v"]
    case .ecp5: ["ecp5/common_sim.vh", "ecp5/ccu2c_sim.vh"]
    case .xcup: ["xilinx/cells_sim.v"]
    }
  }

  /// The same for Yosys itself.
  private var library: String? {
    switch flow.options.target {
    case .generic: nil
    case .ice40: "+/ice40/cells_sim.v"
    case .ecp5: "+/ecp5/cells_sim.v"
    case .xcup: "+/xilinx/cells_sim.v"
    }
  }

  /// The text of the models, without a module of ECP5 that no netlist has before it is packed, and that Icarus does not read.
  private func modelText() throws -> String {
    var text = ""
    for model in models { text += try String(contentsOfFile: flow.tools.yosysData(model), encoding: .utf8) + "\n" }
    guard let start = text.range(of: "module TRELLIS_COMB("),
      let end = text.range(of: "endmodule", range: start.upperBound..<text.endIndex)
    else { return text }
    return text.replacingCharacters(in: start.lowerBound..<end.upperBound, with: "")
  }

  /// Cells that Yosys ships without a body.
  private static let modelless: Set<String> = [
    "DP16KD", "PDPW16KD", "MULT18X18D", "MULT9X9D", "ALU54B", "DSP48E2", "RAMB18E2", "RAMB36E2", "URAM288",
  ]

  /// Runs both.
  ///
  /// - Parameter changing: Changes the text of the netlist before it is simulated, to see that a fault is found.
  public func run(changing: (String) -> String = { $0 }) throws -> Outcome {
    let (netlist, cells) = try flow.netlist()
    let (simulation, words) = try simulate(changing(netlist), cells)
    let (equivalence, said) = try compare()
    return Outcome(
      simulation: simulation, simulationWords: words, equivalence: equivalence, equivalenceWords: said)
  }

  private func simulate(_ netlist: String, _ cells: [String: Int]) throws -> (Outcome.Verdict, String) {
    let missing = cells.keys.filter { Self.modelless.contains($0) }.sorted()
    guard missing.isEmpty else {
      let remedy = "use --no-dsp, or another --target"
      return (.open, "Yosys has no model of \(missing.joined(separator: ", ")) that can be simulated; \(remedy)")
    }
    let folder = NSTemporaryDirectory() + "systole-netlist-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = FileManager.default
    try files.createDirectory(atPath: folder + "/bench/vectors", withIntermediateDirectories: true)
    let recording = try block.recording(for: flow.circuit.top.interface, seed: 1)
    if recording.comparesNothing { return (.open, "the bench compares nothing") }
    let bench = PortableBench(recording, summary: "Bench of a netlist.", sources: ".", files: ["netlist.v"])
    for file in bench.contents {
      try file.text.write(toFile: folder + "/bench/" + file.name, atomically: true, encoding: .utf8)
    }
    for file in flow.design.files where flow.design.manifest.data.contains(file.name) {
      try file.text.write(toFile: folder + "/bench/" + file.name, atomically: true, encoding: .utf8)
    }
    try netlist.write(toFile: folder + "/bench/netlist.v", atomically: true, encoding: .utf8)
    guard let name = bench.contents.first(where: { $0.name.hasSuffix(".v") })?.name else {
      return (.open, "there is no bench")
    }
    flow.progress("Icarus, the bench on the netlist")
    let (compiler, runtime) = (try flow.tools.icarus(), try flow.tools.icarusRuntime())
    try modelText().write(toFile: folder + "/bench/models.v", atomically: true, encoding: .utf8)
    try flow.run(
      compiler,
      [
        "-g2012", "-s", String(name.dropLast(2)), "-o", "bench.vvp", "-DNO_ICE40_DEFAULT_ASSIGNMENTS", "-DNO_INCLUDES",
        name, "netlist.v", "models.v",
      ], in: folder + "/bench", timeout: .seconds(600))
    let result = try flow.run(runtime, ["-n", "bench.vvp"], in: folder + "/bench", timeout: .seconds(1800))
    let lines = result.output.split(whereSeparator: \.isNewline)
    if let passed = lines.first(where: { $0.hasPrefix("PASSED") }) { return (.passed, "Icarus: \(passed)") }
    let failed = lines.first { $0.hasPrefix("FAILED") } ?? "it ended without a verdict"
    return (.failed, "Icarus: \(failed)")
  }

  private func compare() throws -> (Outcome.Verdict, String) {
    let yosys = try flow.tools.newestYosys()
    let library = library.map { " -map " + $0 } ?? ""
    let clocks = flow.circuit.top.clocks.count > 1 ? " -multiclock" : ""
    // Memories are cut into registers on both sides, or the two have no names in common.
    let script =
      flow.reading + [
        "hierarchy -top \(flow.top)", "proc", "flatten", "memory", "opt -full",
        "equiv_opt\(library)\(clocks) \(flow.options.command)", "design -load postopt",
      ]
    let folder = NSTemporaryDirectory() + "systole-equivalence-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try flow.write(to: folder)
    flow.progress("Yosys, equivalence")
    let result = try yosys.program.run(
      ["-p", script.joined(separator: "; ")], in: folder, timeout: limit, outputLimit: 1 << 24)
    if Ending.isRequested { throw CancellationError() }
    if case .timedOut = result.termination { return (.open, "Yosys did not end within \(limit)") }
    let points = result.output.matches(of: /Of those cells (\d+) are proven and (\d+) are unproven/).last
    guard let points, let proved = Int(points.output.1), let unproved = Int(points.output.2) else {
      let words = (result.output + result.errors).split(whereSeparator: \.isNewline).last { $0.contains("ERROR") }
      return (.open, "Yosys: \(words ?? "no result")")
    }
    if unproved == 0 { return (.passed, "Yosys proves all \(proved) points") }
    return (.open, "Yosys proves \(proved) points and leaves \(unproved) open")
  }
}

extension SynthesisFlow {
  /// The netlist and its cells.
  func netlist() throws -> (text: String, cells: [String: Int]) {
    let (folder, cells) = try synthesise(try tools.newestYosys())
    return (try String(contentsOfFile: folder + "/netlist.v", encoding: .utf8), cells)
  }
}
