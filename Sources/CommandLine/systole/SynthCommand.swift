import ArgumentParser
import Catalog
import Foundation
import HDL
import Synthesis
import Tools

extension SynthesisTarget: ExpressibleByArgument {}

struct SynthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synth",
    abstract: "Synthesise a block with open tools: gates, lookup tables, frequency, longest path.",
    discussion: """
      Yosys maps the block; nextpnr places it for ECP5 or iCE40 in a shell with registers at every port, once for each
      seed. With a liberty file, area in square micrometres and in thousands of NAND gates, and delay by OpenSTA. Steps
      are kept in the cache, so that the same request is answered at once.

        systole synth stream-fifo --target ecp5 --seeds 5
        systole synth floating-adder --target generic --liberty cells.lib
        systole synth requantizer --target ice40 --verify
        systole synth tataa --config tiny --target ecp5 --seeds 1
      """)

  @Argument(help: "The block, or the machine tataa.", completion: MachineBlockOptions.completion)
  var block: String

  @OptionGroup var machine: MachineBlockOptions

  @OptionGroup var options: BlockOptions

  @Option(help: "What for: generic gates, ice40 (HX8K), ecp5 (85F), or cells of UltraScale+.")
  var target: SynthesisTarget = .generic

  @Option(help: "The cells to map to, with --target generic.", completion: .file(extensions: ["lib"]))
  var liberty: String?

  @Option(help: "How often to place and route, each time from another seed.")
  var seeds = 3

  @Flag(name: .customLong("no-dsp"), help: "Make multipliers of lookup tables.")
  var noDSP = false

  @Flag(help: "Run the block's stand-alone bench on the netlist, and compare both with Yosys.")
  var verify = false

  @Option(help: "Write the figures as JSON.", completion: .file())
  var json: String?

  @Option(help: "Write a page.", completion: .file())
  var html: String?

  func validate() throws {
    try machine.check(block, options)
    if liberty != nil, target != .generic { throw ValidationError("--liberty goes with --target generic") }
    if !(0...64).contains(seeds) { throw ValidationError("--seeds is a number from 0 to 64") }
  }

  func run() throws {
    Ending.takeOver()
    try reportingErrors {
      for path in [json, html].compactMap({ $0 }) { try OutputFile.check(path) }
      let configured = try machine.block(block, options)
      let circuit = try configured.elaborate(reset: options.resetStyle)
      var flow = SynthesisFlow(
        circuit, SynthesisOptions(target, liberty: liberty, seeds: seeds, usesDSP: !noDSP))
      flow.progress = { step in
        if Console.errorsAreShown { Console.progress(step + " …") } else { Console.note(step) }
      }
      defer { Console.endProgress() }
      let result = try flow.run()
      Console.endProgress()
      print(SynthesisReport(result, generator: configured.summary).text, terminator: "")
      if let json { try OutputFile.write(result.json, to: json) }
      if let html { try OutputFile.write(SynthesisReport(result, generator: configured.summary).html, to: html) }
      if verify {
        let proof = try NetlistCheck(flow, block: configured).run()
        print(proof.text, terminator: "")
        if proof.isRefuted { throw ExitCode.differs }
      }
    }
  }
}
