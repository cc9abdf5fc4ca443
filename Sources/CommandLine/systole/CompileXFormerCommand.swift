import ArgumentParser
import Tools
import Verilog
import XFormer
import XFormerHardware

struct CompileXFormerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "xformer", abstract: "Emit an X-Former machine as Verilog, its crossbars as black boxes.",
    discussion: """
      Writes the Verilog with its manifest (rtl), the sizes (machine.json) and the control registers (registers.md). The crossbar
      (analog_crossbar.v) is a black box for synthesis, and for simulation a body of integers with the chosen errors.

        systole compile xformer --config tiny --output xformer-tiny --lint
        systole compile xformer --config micro --set block=4 --encoding flipped-offset --output xformer-micro
      """)

  @OptionGroup var machine: XFormerOptions

  @Flag(help: "Read the Verilog with every linter and synthesiser of this machine.")
  var lint = false

  @Option(name: .shortAndLong, help: "The folder to write to, made when it is not there.", completion: .directory)
  var output: String

  /// The machine, for scripts.
  private struct Description: Encodable {
    var engines, crossbars, cells, weights: Int
    var encoding: String
    var sizes: [String: Int]
  }

  func run() throws {
    try reportingErrors {
      let sizes = try machine.sizes()
      Ending.takeOver()
      let accelerator = XFormerAccelerator(sizes: sizes)
      let design = try withProgress("elaborating") { EmittedDesign(try accelerator.elaborate().simplified()) }
      Console.endProgress()
      let c = sizes.crossbar
      let units = sizes.projectionEngines * sizes.unitsPerEngine
      let description = Description(
        engines: sizes.engines, crossbars: units * c.encoding.crossbars,
        cells: units * c.encoding.crossbars * c.geometry.rows * c.geometry.columns,
        weights: units * c.geometry.rows * c.outputs, encoding: c.encoding.rawValue,
        sizes: Dictionary(
          uniqueKeysWithValues: XFormerSizes.settings.map { ($0.name, sizes[keyPath: $0.path]) }))
      let folder = try MachineFolder(output, design, description, registers: accelerator.registers)
      print(
        "\(output): \(sizes.projectionEngines) projection engine(s) of \(sizes.unitsPerEngine) units, "
          + "\(sizes.attentionTiles) attention tile(s), \(description.crossbars) crossbars, \(description.weights) weights; "
          + "\(design.manifest.files.count) modules")
      if lint { try folder.lint() }
    }
  }
}
