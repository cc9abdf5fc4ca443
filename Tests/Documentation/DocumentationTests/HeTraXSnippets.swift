import AnalogMacros
import HDL
import HeTraX
import HeTraXHardware
import Machines
import Network
import Testing
import Verilator
import XFormer

/// The code of HeTraX's page.
@Suite struct HeTraXSnippets {
  @Test func `Heat, as the page says`() throws {
    let stack = ThermalStack(
      width: 0.01, height: 0.01, tiers: [ThermalStack.Tier("memory"), ThermalStack.Tier("logic")]
    ).bonded(conductivity: 1.5)
    let power = PowerMap(grids: [[[4]], [[12, 3], [3, 12]]], width: 0.01, height: 0.01)
    let grid = try ThermalGrid(stack, columns: 8, rows: 8)
    let field = try grid.steady(power)
    let drawing = HeatDrawing("Two tiers", field, on: stack, power).svg()
    var state = ThermalTransient(grid)
    let balance = try state.advance(power, seconds: 0.01)
    #expect(abs(field.sinkHeat - 34) < 1e-9 && drawing.hasPrefix("<svg"))
    #expect(balance.relativeError < 1e-6)
  }

  @Test func `The loop, as the page says`() throws {
    let machine = HeTraXMachine.tiny
    let powers = machine.cores.map { CorePower(dynamic: $0 == .streaming ? 1 : 0.3, leakage: 0.05) }
    var loop = try ThermalLoop(machine, powers: powers, columns: 6)
    try loop.settle(activity: [0.5, 0.5, 1, 0.2, 1])
    let step = try loop.step(activity: [1, 1, 1, 0.2, 1])
    let warmth = CrossbarWarmth()
    let effects = warmth.effects(Nonidealities(), machine.resistive.geometry, kelvins: step.kelvins[0])
    let crossbar = Crossbar(machine.resistive.geometry, effects)
    let codes = crossbar.codes(plane: [Bool](repeating: true, count: 32), temperature: step.codes[0])
    #expect(codes.count == 32 && step.codes[0] > 36)
  }

  @Test func `Costs and a search, as the page says`() throws {
    let machine = HeTraXMachine.reference
    let workload = HeTraXWorkload.bertBase
    let graph = try HeTraXKernelGraph(workload, tokens: 128)
    let plan = try ResistivePlan(workload, on: machine)
    let estimate = try HeTraXEstimate(workload, tokens: 128, on: machine, network: machine.mesh(), sequences: 16)
    let problem = try PlacementProblem(
      machine, traffic: HeTraXTraffic(graph, plan, on: machine).total, watts: estimate.watts)
    var search = PlacementSearch(problem, method: .annealing, seed: 1, evaluations: 100)
    search.run(problem)
    let network = try problem.topology(search.front[0].placement)
    #expect(network.nodes.count == 43)
  }

  @Test func `A program, as the page says`() throws {
    let layers = XFormerLayer.random(layers: 2, features: 16, heads: 2, inner: 32)
    let codes = XFormerLayer.randomInput(tokens: 5, features: 16)
    let program = try HeTraXCompiler(.micro).program(layers, input: codes)
    let golden = try HeTraXExecution(program, temperatures: [40, 44])
    let clocks = try HeTraXCycleModel(latency: 8).estimate(program).inference.cycles
    #expect(golden.stores.count > 100 && clocks > 1000)
  }

  @Test func `A decoder, as the page says`() throws {
    let decoder = XFormerLayer.random(layers: 2, features: 16, heads: 2, inner: 32, normalizesInputs: true)
    let prompt = XFormerLayer.randomInput(tokens: 5, features: 16)
    let causal = try HeTraXCompiler(.micro, isCausal: true).program(decoder, input: prompt)
    let stores = try HeTraXExecution(causal).stores
    let products = causal.attentionProducts
    let whole = try HeTraXCompiler(.micro).program(decoder, input: prompt)
    #expect(!stores.isEmpty && products == 1088 && whole.attentionProducts == 1600)
  }

  /// What the page of the hardware shows; the tests of `Machines` run it.
  private func closedLoop() throws {
    var sizes = HeTraXSizes.micro
    sizes.resistive.crossbar.effects.temperatureCoefficient = 1e-3
    let layers = XFormerLayer.random(layers: 1, features: 16, heads: 2, inner: 32)
    let program = try HeTraXCompiler(sizes).program(layers, input: XFormerLayer.randomInput(tokens: 5, features: 16))
    let loop = try HeTraXThermalRun(HeTraXRun(program))
    let result = try loop.settle(on: .verilator(ModelBuilder()))
    print(result.outcome.isExact, result.codes, result.outcome.wear)
  }
}
