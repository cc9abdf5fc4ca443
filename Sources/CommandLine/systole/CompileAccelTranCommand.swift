import AccelTran
import AccelTranHardware
import ArgumentParser
import Catalog
import Foundation
import Machines
import Tools
import Verilator
import Verilog

struct CompileAccelTranCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "acceltran", abstract: "Emit a named AccelTran machine, or one of chosen sizes, as Verilog.",
    discussion: """
      Writes the Verilog with its manifest (rtl), the sizes (machine.json) and the control registers (registers.md). Edge,
      Edge-LP, Server, Server-LP and Nano are the published machines with their processing elements divided into cores, each
      with its share of the buffers and of the main memory's bandwidth; a core takes one sequence of a batch.

        systole compile acceltran --config Edge --output edge --lint
        systole compile acceltran --config edge-slice --cores 2 --set lanes=8 --output slice
      """)

  @Option(
    help: "Edge, Edge-LP, Server, Server-LP, Nano, tiny or edge-slice.",
    completion: .list(["Edge", "Edge-LP", "Server", "Server-LP", "Nano", "tiny", "edge-slice"]))
  var config = "Edge"

  @Option(help: "Cores, 1 to 32; those of the configuration where it is left out.")
  var cores: Int?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Set a size of each core, such as lanes=8; may be repeated.", valueName: "name=value"))
  var settings: [Setting] = []

  @Flag(help: "Read the Verilog with Verilator -Wall.")
  var lint = false

  @Option(name: .shortAndLong, help: "The folder to write to, made when it is not there.", completion: .directory)
  var output: String

  /// The machine, for scripts.
  private struct Description: Encodable {
    var name: String
    var cores, coresAtOnce, lanes, multipliers: Int
    var sizes: [String: Int]
  }

  func run() throws {
    try reportingErrors {
      let hardware = try self.hardware()
      guard (1...32).contains(hardware.cores) else {
        throw RequestError("--cores \(hardware.cores): give 1 to 32")
      }
      Ending.takeOver()
      let design = try withProgress("elaborating") {
        EmittedDesign(try AccelTranAccelerator(sizes: hardware.sizes, cores: hardware.cores).elaborate().simplified())
      }
      Console.endProgress()
      let sizes = EngineSizes.settings.map { ($0.name, hardware.sizes[keyPath: $0.path]) }
      let description = Description(
        name: hardware.name, cores: hardware.cores, coresAtOnce: hardware.coresAtOnce, lanes: hardware.lanes,
        multipliers: hardware.multipliers, sizes: Dictionary(uniqueKeysWithValues: sizes))
      let folder = try MachineFolder(
        output, design, description, registers: AccelTranAccelerator.registers(cores: hardware.cores))
      print(
        "\(output): \(hardware.name), \(hardware.cores) core(s) of \(hardware.sizes.elements) element(s) of "
          + "\(hardware.sizes.lanes) lanes of \(hardware.sizes.multipliers) multipliers, \(hardware.multipliers) in all; "
          + "\(design.files.count) modules")
      if lint { try check(folder, top: design.manifest.top) }
    }
  }

  private func check(_ folder: MachineFolder, top: String) throws {
    let start = ContinuousClock.now
    let result = try withProgress("linting") {
      try Toolbox().verilator().program.run(
        ["--lint-only", "-Wall", "--top-module", top] + folder.files, timeout: .seconds(3600))
    }
    Console.endProgress()
    let seconds = String(format: "%.0f", (ContinuousClock.now - start) / .seconds(1))
    guard result.termination.isSuccess, result.errors.isEmpty else {
      print("lint: COMPLAINS, \(seconds) s\n\(result.errors.prefix(4000))")
      throw ExitCode.differs
    }
    print("lint: clean, \(seconds) s")
  }

  private func hardware() throws -> NamedHardware {
    var hardware: NamedHardware
    if let named = try NamedHardware.all().first(where: { $0.name == config }) {
      hardware = named
    } else if let sizes = EngineSizes.named.first(where: { $0.name == config })?.sizes {
      hardware = NamedHardware(config, cores: 1, sizes: sizes)
    } else {
      let names = AccelTranConfiguration.named.map(\.name) + EngineSizes.named.map(\.name)
      throw RequestError("no configuration is called '\(config)'; there are \(names.joined(separator: ", "))")
    }
    if let cores { (hardware.cores, hardware.coresAtOnce) = (cores, cores) }
    hardware.sizes = try settings.applied(to: hardware.sizes)
    return hardware
  }
}
