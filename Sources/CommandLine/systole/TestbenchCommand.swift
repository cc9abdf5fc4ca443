import ArgumentParser
import Campaigns
import Catalog
import Entries
import Foundation
import PortableBench
import Testbench
import Tools
import Verilog

struct TestbenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "testbench", abstract: "Write a block's bench for people without Swift: plain Verilog, and cocotb.",
    discussion: """
      The folder holds the stimuli and expected outputs of one run of the block's bench, a self-checking bench in plain
      Verilog, one in Python for cocotb (1.8 or newer), and a Makefile that runs them in Icarus and Verilator.

        systole testbench stream-fifo --output fifo
        make -C fifo icarus
        make -C fifo verilator ARGS=+stalls=80
      """)

  @Argument(help: "The block.", completion: blockCompletion)
  var block: String?

  @OptionGroup var options: BlockOptions

  @Option(
    name: .customLong("work"),
    help: ArgumentHelp("Set a parameter of the bench; may be repeated.", valueName: "name=value"))
  var workload: [Setting] = []

  @Option(help: "Decides the stimuli.")
  var seed: Seed = 1

  @Option(help: "The folder. Default: the name of the block, with _bench.", completion: .directory)
  var output: String?

  @Flag(help: "Every block of the catalog, each in a folder of its own under --output, beside the Verilog in --rtl.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "With --all: the folder that 'systole generate --all' wrote, seen from each bench. Default: ../../Generated.",
      valueName: "folder"))
  var rtl: String?

  func validate() throws {
    if all == (block != nil) { throw ValidationError("name a block, or say --all") }
    if all, output == nil { throw ValidationError("--all needs --output") }
    if !all, rtl != nil { throw ValidationError("--rtl goes with --all") }
  }

  func run() throws {
    try reportingErrors {
      guard let block else { return try writeAll(to: output!) }
      let folder = output ?? block + "_bench"
      let configured = try options.block(block, workload: workload)
      let design = EmittedDesign(
        try configured.elaborate(reset: options.resetStyle), VerilogOptions(license: Catalog.license))
      let bench = try self.bench(of: configured, design, sources: "rtl")
      try design.write(to: folder + "/rtl")
      try write(bench, to: folder)
      print(
        "\(folder): \(bench.contents.count) files; run make -C \(shellQuoted(folder)) icarus, or verilator, or cocotb")
    }
  }

  private func writeAll(to output: String) throws {
    for entry in Catalog.entries {
      let block = try entry.block(configuration: nil, settings: [], workload: brief(entry))
      let design = EmittedDesign(
        try block.elaborate(reset: options.resetStyle), VerilogOptions(license: Catalog.license))
      try write(
        try bench(of: block, design, sources: "\(rtl ?? "../../Generated")/\(entry.name)"),
        to: "\(output)/\(entry.name)")
    }
    print("\(Catalog.entries.count) benches in \(output)")
  }

  /// A few hundred transactions: enough to show a fault, few enough to keep under version control.
  private func brief(_ entry: any CatalogEntry) -> [Setting] {
    entry.workloadParameters.compactMap { parameter in
      guard parameter.name == "count", let usual = Int(parameter.value) else { return nil }
      return Setting("count=\(min(300, max(5, usual / 10)))")
    }
  }

  private func bench(
    of block: any CatalogBlock, _ design: EmittedDesign, sources: String
  ) throws -> PortableBench {
    let checked = try CheckedBlock(block, reset: options.resetStyle)
    let interface = checked.design.top.interface
    let recording = try block.recording(for: interface, seed: seed)
    if recording.comparesNothing { throw RequestError.nothingCompared(by: "the bench of '\(block.name)'") }
    return PortableBench(
      recording, summary: "Bench of \(block.summary), seed \(seed).", sources: sources,
      files: design.files.map(\.name).filter { $0.hasSuffix(".v") },
      checks: checked.checks.map {
        PortableChecks(
          interface: checked.circuit.top.interface, design: interface, checks: $0,
          files: checked.files(VerilogOptions(license: Catalog.license)))
      })
  }

  private func write(_ bench: PortableBench, to folder: String) throws {
    try WrittenFiles.write(bench.contents, to: folder, removing: PortableBench.files(in: folder))
  }
}
