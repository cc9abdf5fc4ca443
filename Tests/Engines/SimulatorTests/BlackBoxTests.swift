import Engine
import HDL
import Netlist
import RandomCircuits
import TestSupport
import Testing
import Verilator
import Verilog

@testable import Simulator

@Suite struct BlackBoxTests {
  @Test(arguments: [ResetStyle(), ResetStyle(.synchronous, .activeLow)])
  func `The software model runs as Verilator runs the Verilog`(reset: ResetStyle) throws {
    let circuit = try BlackBoxChain().elaborate(reset: reset)
    let native = try NativeModel(circuit)
    let model = try ModelBuilder(cache: ModelCache(folder: ".systole/test-cache")).model(
      of: ModelDesign(circuit.simplified()), profile: .debug, initialState: .zero)
    try native.reset()
    try model.reset()
    var random = SplitMix(state: 6)
    for cycle in 0..<300 {
      for index in 0..<2 {
        let value = BitVector(random.next(), width: circuit.top.ports[index].shape.width)
        native.pin(at: index).store(value)
        model.pin(at: index).store(value)
      }
      let isReset = random.below(20) == 0
      for engine in [native as any Engine, model] {
        engine.resetPin(ofClock: 0)!.unsigned = isReset == (reset.polarity == .activeHigh) ? 1 : 0
        try engine.settle()
      }
      for index in 2..<5 {
        #expect(native.pin(at: index).load() == model.pin(at: index).load(), "cycle \(cycle), sum \(index - 2)")
      }
      try native.step()
      try model.step()
    }
  }

  @Test func `A wave shows the ports of black boxes, and their state stays`() throws {
    let model = try NativeModel(try BlackBoxChain().elaborate())
    model.pin("item")!.signed = 3
    model.pin("enable")!.unsigned = 1
    try model.run(cycles: 4)
    model.settle()
    let before = model.pin("sums_0")!.signed
    model.observe(true)
    model.settle()
    #expect(model.pin("sums_0")!.signed == before)
  }

  @Test func `A black box without a software model is refused`() throws {
    let circuit = try BlackBoxChain(hasModel: false).elaborate()
    #expect(throws: EngineFailure.noSoftwareModel(module: "vendor_accumulator")) { try NativeModel(circuit) }
    #expect(
      EngineFailure.noSoftwareModel(module: "vendor_accumulator").description
        == "the black box 'vendor_accumulator' has no software model; return one from makeModel(), or run the design"
        + " in Verilator")
  }

  struct Incomplete: BlackBox {
    struct Model: SoftwareModel {
      func outputs(for inputs: PortValues) -> PortValues { ["summ": inputs["item"]] }
    }

    struct Ports { let item: Input<UInt>, sum: Output<UInt> }
    var ports: Ports { Ports(item: .init(8), sum: .init(8)) }
    var moduleName: String { "vendor_sum" }
    func makeModel() -> (any SoftwareModel)? { Model() }
  }

  struct Around: Generator {
    struct Ports { let item: Input<UInt>, sum: Output<UInt> }
    var ports: Ports { Ports(item: .init(8), sum: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let box = m.instance(Incomplete(), "box")
      box.item <== io.item
      io.sum <== box.sum
    }
  }

  @Test func `A software model that leaves an output out is refused before anything runs`() throws {
    let circuit = try Around().elaborate()
    let error = try #require(throws: EngineFailure.self) { try NativeModel(circuit) }
    #expect(
      error.description
        == "the software model of the black box 'vendor_sum' gives no value for 'sum'; it gives summ")
  }
}
