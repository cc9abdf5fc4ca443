import Foundation
import Netlist
import Tools
import Verilog

/// Synthesis of a design with open tools: Yosys, nextpnr and OpenSTA.
///
/// Every step is kept in the cache by the hash of the Verilog, the script and the versions of the tools.
public struct SynthesisFlow: Sendable {
  /// The design.
  public let circuit: Circuit
  /// How it is synthesised.
  public let options: SynthesisOptions
  /// Where the tools are.
  public let tools: Toolbox
  /// Where steps are kept.
  public let cache: SynthesisCache
  /// Told the name of each step when it begins.
  public var progress: @Sendable (String) -> Void = { _ in }

  let design: EmittedDesign

  /// A synthesis of `circuit`.
  public init(
    _ circuit: Circuit, _ options: SynthesisOptions, tools: Toolbox = Toolbox(),
    cache: SynthesisCache = SynthesisCache()
  ) {
    (self.circuit, self.options, self.tools, self.cache) = (circuit, options, tools, cache)
    design = EmittedDesign(circuit)
  }

  var top: String { circuit.top.name }

  /// Runs all steps.
  ///
  /// - Throws: `ToolMissing`, `SynthesisFailure`, `LibertyFailure`.
  public func run() throws -> SynthesisResult {
    let yosys = try tools.newestYosys()
    let router = try options.target.isRouted && options.seeds > 0 ? nextpnr() : nil
    let (synthesised, cells) = try synthesise(yosys)
    let count = CellCount(cells)
    var result = SynthesisResult(
      top: top, target: options.target, usesDSP: options.usesDSP, tools: ["Yosys \(yosys.version)"],
      cells: count.cells, flipFlops: count.flipFlops(options.target), mapped: [], frequencies: [], criticalPath: [])
    result.lut = count.lut(options.target)
    result.dsp = count.dsp(options.target)
    result.blockMemories = count.blockMemories(options.target)
    if options.target == .generic {
      result.gates = count.gates
      result.depth = try depth(in: synthesised)
    }
    if let liberty = options.liberty { try map(to: liberty, yosys, &result) }
    if let router {
      result.tools.append("\(router.name) \(router.version)")
      try route(synthesised + "/shell.json", router, &result)
    }
    return result
  }

  private func nextpnr() throws -> Tool {
    options.target == .ecp5 ? try tools.nextpnrECP5() : try tools.nextpnrICE40()
  }

  // MARK: Yosys

  /// The design's files in a folder, for tools that run there.
  func write(to folder: String) throws {
    try design.write(to: folder + "/rtl")
    try SynthesisShell(circuit.top.interface).verilog.write(
      toFile: folder + "/shell.v", atomically: true, encoding: .utf8)
  }

  /// What every step depends on.
  var ingredients: [String] {
    design.files.flatMap { $0.name.hasSuffix(".json") ? [] : [$0.name, $0.text] }
  }

  var reading: [String] { design.manifest.files.map { "read_verilog rtl/\($0)" } }

  func synthesise(_ yosys: Tool) throws -> (folder: String, cells: [String: Int]) {
    var script = reading + ["\(options.command) -top \(top)"]
    if options.target == .generic { script += ["abc -g AND,OR,XOR,MUX", "opt_clean", "tee -o depth.txt ltp -noff"] }
    script += ["tee -o stat.json stat -json", "write_verilog -noattr netlist.v"]
    if options.target.isRouted {
      script += ["design -reset"] + reading
      script += ["read_verilog shell.v", "\(options.command) -top \(top)_shell -json shell.json"]
    }
    let shell = options.target.isRouted ? SynthesisShell(circuit.top.interface).verilog : ""
    let folder = try cache.entry(ingredients + [shell] + script + [yosys.version]) { draft in
      progress("Yosys, \(options.target.rawValue)")
      try write(to: draft)
      try run(yosys, ["-p", script.joined(separator: "; ")], in: draft)
    }
    return (folder, try cells(in: folder + "/stat.json"))
  }

  private func cells(in path: String) throws -> [String: Int] {
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
    let design = (object as? [String: Any])?["design"] as? [String: Any]
    let cells = design?["num_cells_by_type"] as? [String: Any] ?? [:]
    return cells.compactMapValues { ($0 as? NSNumber)?.intValue }
  }

  private func depth(in folder: String) throws -> Int {
    let text = try String(contentsOfFile: folder + "/depth.txt", encoding: .utf8)
    return text.firstMatch(of: /Longest topological path in .* \(length=(\d+)\)/).flatMap { Int($0.output.1) } ?? 0
  }

  @discardableResult
  func run(_ tool: Tool, _ arguments: [String], in folder: String, timeout: Duration? = nil) throws -> ProgramResult {
    let result = try tool.program.run(arguments, in: folder, timeout: timeout, outputLimit: 1 << 24)
    if Ending.isRequested { throw CancellationError() }
    guard result.termination.isSuccess else { throw SynthesisFailure(tool, result) }
    return result
  }

  // MARK: Place and route

  private func route(_ netlist: String, _ router: Tool, _ result: inout SynthesisResult) throws {
    let device =
      options.target == .ecp5
      ? ["--85k", "--package", "CABGA756", "--speed", "6"] : ["--hx8k", "--package", "ct256"]
    let text = try String(contentsOfFile: netlist, encoding: .utf8)
    var best: (frequency: Double, report: RouterReport)?
    for seed in 1...options.seeds {
      let arguments =
        device + ["--seed", String(seed), "--timing-allow-fail", "--json", "shell.json", "--report", "report.json"]
      let folder = try cache.entry([text] + arguments + [router.name, router.version]) { draft in
        progress("\(router.name), seed \(seed) of \(options.seeds)")
        try text.write(toFile: draft + "/shell.json", atomically: true, encoding: .utf8)
        try run(router, arguments, in: draft)
        try FileManager.default.removeItem(atPath: draft + "/shell.json")
      }
      let report = try RouterReport(path: folder + "/report.json")
      guard let frequency = report.frequency else { continue }
      result.frequencies.append(frequency)
      if frequency > best?.frequency ?? 0 { best = (frequency, report) }
    }
    guard let best else { return }
    result.criticalPath = NamedPath(circuit, design).steps(of: best.report.longestPath)
  }
}
