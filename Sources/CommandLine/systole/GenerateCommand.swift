import ArgumentParser
import Catalog
import Entries
import Foundation
import HDL
import Netlist
import Verilog

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Write the Verilog of a block, with a manifest and a map of names.",
    discussion: """
      One file a module, Verilog-2001. manifest.json lists files, ports, clocks and parameters; names.json leads from
      each Verilog name to the Swift file and line.

        systole generate matmul --set rows=32 --set columns=32 --output rtl
        systole generate --all --output Generated
      """)

  @Argument(help: "The block.", completion: blockCompletion)
  var block: String?

  @OptionGroup var options: BlockOptions

  @Option(
    name: .shortAndLong, help: "The folder to write to, made when it is not there. Default: the name of the block.",
    completion: .directory)
  var output: String?

  @Flag(help: "Write every configuration of the catalog, each into a folder of its own.")
  var all = false

  @Flag(help: "Print the Verilog instead of writing files.")
  var stdout = false

  @Flag(help: "Write the Swift file and line of each declaration as a comment.")
  var places = false

  @Flag(help: "Write an instance for each cell of a grid, for tools that do not take 'generate for'.")
  var flat = false

  @Option(
    help: ArgumentHelp(
      "What stands before the name of every module, so that two designs of one chip share none: acme_.",
      valueName: "text"))
  var prefix: String?

  @Option(help: ArgumentHelp("The licence in the first line of each file, as SPDX writes it.", valueName: "expression"))
  var license = Catalog.license

  @Flag(help: "Print what was written as JSON for a script.")
  var json = false

  func validate() throws {
    if all == (block != nil) { throw ValidationError("name one block, or use --all") }
    if all, !options.settings.isEmpty || options.configuration != nil || stdout || flat || prefix != nil {
      throw ValidationError("--all writes the catalog as it is; it goes with --output, --places and --license only")
    }
    if license.isEmpty { throw ValidationError("--license names a licence, such as Apache-2.0") }
    if stdout, output != nil { throw ValidationError("--output goes without --stdout") }
  }

  func run() throws {
    try reportingErrors {
      if all {
        try writeAll()
      } else {
        try writeOne(options.block(block!))
      }
    }
  }

  private func writeOne(_ block: any CatalogBlock) throws {
    let built = try block.elaborate(reset: options.resetStyle).prefixed(prefix ?? "")
    let circuit = flat ? built.unrolled() : built
    let design = EmittedDesign(circuit, verilogOptions)
    if stdout {
      for file in design.files where file.name.hasSuffix(".v") { Swift.print(file.text, terminator: "") }
      return
    }
    let folder = output ?? block.name
    try design.write(to: folder)
    if json {
      try printJSON(design.manifest)
    } else {
      printSummary(block, design, folder: folder)
    }
  }

  private var verilogOptions: VerilogOptions { VerilogOptions(places: places, license: license) }

  private func printSummary(_ block: any CatalogBlock, _ design: EmittedDesign, folder: String) {
    let statistics = design.manifest.statistics
    let multipliers = statistics.multipliers.map {
      "\($0.count) of \($0.leftWidth)×\($0.rightWidth)\($0.isSigned ? " signed" : "")"
    }
    print("\(block.summary)")
    print("  \(design.files.count) files in \(folder), top module \(design.manifest.top)")
    print(
      "  \(counted(statistics.modules, "module")), \(counted(statistics.instances, "instance")),"
        + " \(counted(statistics.registerBits, "register bit")),")
    print(
      "  \(statistics.memoryBits) memory bits, multipliers: \(multipliers.isEmpty ? "none" : multipliers.joined(separator: ", "))"
    )
  }

  /// Everything that `Generated/` holds. What was written for a block that the catalog no longer knows goes.
  private func writeAll() throws {
    let root = output ?? "Generated"
    var manifests: [Manifest] = []
    var folders: Set<String> = []
    for entry in Catalog.entries {
      for configuration in entry.configurations {
        let block = try entry.block(configuration: configuration, settings: [], workload: [])
        let design = EmittedDesign(try block.elaborate(reset: options.resetStyle), verilogOptions)
        let folder = "\(root)/\(entry.name)" + (configuration == "default" ? "" : "-\(configuration)")
        try design.write(to: folder)
        manifests.append(design.manifest)
        folders.insert(URL(fileURLWithPath: folder).lastPathComponent)
        if !json { print("\(folder): \(counted(design.manifest.files.count, "module")), top \(design.manifest.top)") }
      }
    }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? [] where !folders.contains(name) {
      try EmittedDesign.remove(from: root + "/" + name)
    }
    if json { try printJSON(manifests) }
  }

  private func counted(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }
}
