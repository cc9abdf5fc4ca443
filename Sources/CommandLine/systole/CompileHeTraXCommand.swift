import ArgumentParser
import HeTraX
import HeTraXHardware
import Tools
import Verilog

struct CompileHeTraXCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hetrax", abstract: "Emit a HeTraX machine as Verilog, its crossbars as black boxes.",
    discussion: """
      Writes the Verilog with its manifest (rtl), the sizes (machine.json) and the control registers (registers.md). The crossbar
      (analog_crossbar.v) is a black box for synthesis, and for simulation a body of integers with the chosen errors. Routes are
      proved free of deadlock, requests and answers together, before anything is written.

        systole compile hetrax --config tiny --output hetrax-tiny --lint
        systole compile hetrax --config micro --set queue-depth=4 --encoding differential --output hetrax-micro
      """)

  @OptionGroup var machine: HeTraXHardwareOptions

  @Flag(help: "Read the Verilog with every linter and synthesiser of this machine.")
  var lint = false

  @Option(name: .shortAndLong, help: "The folder to write to, made when it is not there.", completion: .directory)
  var output: String

  /// The machine, for scripts.
  private struct Description: Encodable {
    var engines, crossbars, multipliers: Int
    /// The cores by the numbers of their routers, and the links.
    var cores, links: [String]
    var encoding: String
    var sizes: [String: Int]
  }

  func run() throws {
    try reportingErrors {
      let sizes = try machine.sizes(warms: true)
      Ending.takeOver()
      let accelerator = HeTraXAccelerator(sizes: sizes)
      let design = try withProgress("elaborating") { EmittedDesign(try accelerator.elaborate().simplified()) }
      Console.endProgress()
      let (streaming, crossbar) = (sizes.streaming, sizes.resistive.crossbar)
      let topology = try sizes.routes().topology
      let description = Description(
        engines: sizes.engines,
        crossbars: sizes.resistiveCores * sizes.resistive.unitsPerEngine * crossbar.encoding.crossbars,
        multipliers: sizes.streamingCores * streaming.unitsPerEngine * (streaming.multiplierRows ?? 0)
          * streaming.crossbar.outputs,
        cores: topology.nodes.map(\.name),
        links: topology.links.map { "\(topology.routers[$0.first].name):\(topology.routers[$0.second].name)" },
        encoding: crossbar.encoding.rawValue,
        sizes: Dictionary(uniqueKeysWithValues: HeTraXSizes.settings.map { ($0.name, sizes[keyPath: $0.path]) }))
      let folder = try MachineFolder(output, design, description, registers: accelerator.registers)
      print(
        "\(output): \(sizes.streamingCores) multiprocessor(s) with \(description.multipliers) multipliers, "
          + "\(sizes.resistiveCores) core(s) with \(description.crossbars) crossbars, \(topology.routers.count) routers; "
          + "\(design.manifest.files.count) modules")
      if lint { try folder.lint() }
    }
  }
}
