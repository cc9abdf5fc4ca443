import ArgumentParser
import TRON
import TRONHardware
import Tools
import Verilog

struct CompileTRONCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tron", abstract: "Emit a TRON machine as Verilog, its banks of rings as black boxes.",
    discussion: """
      Writes the Verilog with its manifest (rtl), the sizes (machine.json) and the control registers (registers.md). The bank of rings
      (photonic_ring_bank.v) is a black box for synthesis, and for simulation a body of integers with the chosen effects.

        systole compile tron --config tiny --output tron-tiny --lint
        systole compile tron --config micro --set banks=4 --lock --output tron-micro
      """)

  @OptionGroup var machine: TRONOptions

  @Flag(help: "Read the Verilog with every linter and synthesiser of this machine.")
  var lint = false

  @Option(name: .shortAndLong, help: "The folder to write to, made when it is not there.", completion: .directory)
  var output: String

  /// The machine, for scripts.
  private struct Description: Encodable {
    var engines, banks, rings: Int
    var tuning, crosstalk: String
    var predistorts, locks: Bool
    var sizes: [String: Int]
  }

  func run() throws {
    try reportingErrors {
      let sizes = try machine.sizes()
      try sizes.validateHardware()
      Ending.takeOver()
      let accelerator = TRONAccelerator(sizes: sizes)
      let design = try withProgress("elaborating") { EmittedDesign(try accelerator.elaborate().simplified()) }
      Console.endProgress()
      let rings = sizes.allBanks * 2 * sizes.bank.rows * sizes.bank.wavelengths
      let description = Description(
        engines: sizes.engines, banks: sizes.allBanks, rings: rings, tuning: sizes.effects.tuning.rawValue,
        crosstalk: sizes.effects.crosstalk.rawValue, predistorts: sizes.predistorts, locks: sizes.locks,
        sizes: Dictionary(uniqueKeysWithValues: TRONSizes.settings.map { ($0.name, sizes[keyPath: $0.path]) }))
      let folder = try MachineFolder(output, design, description, registers: accelerator.registers)
      print(
        "\(output): \(sizes.heads) photonic unit(s) of \(sizes.banks) bank(s) of \(sizes.bank.rows) x "
          + "\(sizes.bank.wavelengths) rings, \(rings) rings; \(design.manifest.files.count) modules")
      if lint { try folder.lint() }
    }
  }
}
