import ArgumentParser
import Catalog
import Entries
import Foundation
import HDL
import Packaging
import Testbench
import Tools

struct PackageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "package", abstract: "Write a block as a folder that a synthesis flow takes without Swift.",
    discussion: """
      Verilog, file list, FuseSoC core, Bender manifest, SDC and XDC, scripts for Yosys, nextpnr, Vivado, Design
      Compiler, Genus, OpenROAD-flow-scripts and LibreLane, IP-XACT, a list of the memories, registers as SystemRDL and
      C header, the stand-alone bench with vectors, a lint report, a README, and a manifest with hashes.

        systole package stream-fifo --output fifo
        fusesoc --cores-root fifo run --target=sim systole:generated:StreamFIFO
        systole package tataa --config tiny --output tataa

      The bench of a machine plays the traffic of host and memory while a small random model ran, every store of which is
      that of the golden machine.
      """)

  @Argument(help: "The block, or the machine tataa.", completion: MachineBlockOptions.completion)
  var block: String

  @OptionGroup var machine: MachineBlockOptions

  @OptionGroup var options: BlockOptions

  @Option(
    name: .customLong("work"),
    help: ArgumentHelp("Set a parameter of the bench; may be repeated.", valueName: "name=value"))
  var workload: [Setting] = []

  @Option(
    name: .shortAndLong, help: "The folder. Default: the name of the block, with _package.", completion: .directory)
  var output: String?

  @Option(help: ArgumentHelp("What stands before the name of every module: acme_.", valueName: "text"))
  var prefix: String?

  @Option(help: ArgumentHelp("The licence in the first line of each file, as SPDX writes it.", valueName: "expression"))
  var license = Catalog.license

  @Option(help: ArgumentHelp("Period of every clock in the constraints.", valueName: "nanoseconds"))
  var period = 10.0

  @Option(help: "Decides the vectors of the bench.")
  var seed: Seed = 1

  @Flag(help: "Write into a folder that holds other files.")
  var force = false

  func validate() throws {
    if license.isEmpty { throw ValidationError("--license names a licence, such as Apache-2.0") }
    try machine.check(block, options, workload: workload)
    if !(period > 0 && period < 1_000_000) { throw ValidationError("--period is a number of nanoseconds above 0") }
  }

  func run() throws {
    try reportingErrors {
      let configured = try machine.block(block, options, workload: workload)
      var package = HandoffPackage.Options(license: license, reset: options.resetStyle)
      package.prefix = prefix ?? ""
      package.seed = seed
      package.period = period
      let isKept = options.settings.isEmpty && options.resetStyle == ResetStyle()
      let built = try withProgress("packaging") {
        try HandoffPackage(configured, package) { design in
          var evidence = try PackageEvidence.measured(
            of: configured, design, tools: Toolbox(), records: ProjectRecords.folder,
            configuration: isKept ? options.configuration ?? "default" : nil)
          if let machine = configured as? TATAABlock { evidence.statements = [machine.statement] }
          return evidence
        }
      }
      let folder = output ?? block + "_package"
      try built.write(to: folder, force: force)
      print("\(folder): \(built.files.count) files, top module \(built.top)")
      for file in built.files where !file.name.hasPrefix("rtl/") && !file.name.hasPrefix("bench/") {
        print("  \(file.name)")
      }
      for part in ["rtl", "bench"] {
        print("  \(part)/  \(built.files.count { $0.name.hasPrefix(part + "/") }) files")
      }
    }
  }
}
