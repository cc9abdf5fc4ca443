import HeTraX
import HeTraXHardware
import Machines
import Testing
import Verilator
import XFormer

/// Programs on the whole machine.
@Suite struct HeTraXRunTests {
  private static func program(
    layers: Int = 1, tokens: Int = 5, _ change: (inout HeTraXSizes) -> Void = { _ in }
  ) throws -> (program: HeTraXProgram, layers: [XFormerLayer], input: [[Int32]]) {
    var sizes = HeTraXSizes.micro
    change(&sizes)
    let all = XFormerLayer.random(layers: layers, features: 16, heads: 2, inner: 32)
    let input = XFormerLayer.randomInput(tokens: tokens, features: 16)
    return (try HeTraXCompiler(sizes).program(all, input: input), all, input)
  }

  @Test func `A random layer in the simulator`() throws {
    let (program, _, _) = try Self.program()
    let outcome = try HeTraXRun(program).run(on: .native)
    #expect(outcome.isExact, "\(outcome.difference ?? "\(outcome.bytesCompared) of \(outcome.bytes)")")
    print(outcome.cycles, outcome.deploymentCycles, outcome.counters, outcome.seconds)
  }

  @Test func `The golden machine is the integer transformer`() throws {
    let (program, layers, input) = try Self.program(layers: 2)
    let golden = try HeTraXExecution(program)
    var rows = input
    for layer in layers {
      rows = layer(rows, block: 2, isCausal: false, numbers: SoftmaxNumbers(program.sizes.streaming)).wide
    }
    let place = try #require(program.results.last { $0.place.name == "layer.1.output.wide" }).place
    #expect(golden.wideCodes(place) == rows)
  }
}
