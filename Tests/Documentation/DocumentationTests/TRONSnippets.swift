import HDL
import TRON
import TRONHardware
import Testing
import Verilog
import XFormer

/// The code of the pages of TRON.
@Suite struct TRONSnippets {
  @Test func `Codes of a bank, as the page says`() {
    let geometry = RingBankGeometry(rows: 2, wavelengths: 4)
    var effects = RingEffects()
    (effects.crosstalk, effects.fractionBits) = (.matrix, 5)
    effects = effects.calibrated(geometry, predistorts: true)
    let calibration = RingCalibration(geometry, effects, predistorts: true)
    var bank = RingBank(geometry, effects)
    for (row, weights) in [[100, -50, 3, 0], [-127, 127, 64, 1]].enumerated() {
      let codes = calibration.codes(weights: weights, wavelengths: 4)
      bank.write(row: row, positive: codes.positive, negative: codes.negative)
    }
    let codes = bank.codes(activations: [10, 20, 30, 127].map { $0 << 5 })
    for (code, sum) in zip(codes, [90, 3317]) { #expect(abs(code - sum) <= 3, "\(codes)") }
  }

  @Test func `A layer on the golden machine, as the page says`() throws {
    let input = XFormerLayer.randomInput(tokens: 3, features: 16)
    let layer = try TRONLayer.random(features: 16, heads: 2, inner: 32, input: input)
    let program = try TRONCompiler(.micro).program([layer], input: input)
    let machine = try TRONMachine.executed(program)
    let output = machine.numbers(program.results.last!)
    let isEqual = output == layer(input, path: .direct).steps["output"]
    #expect(isEqual)
  }

  @Test func `A decoder's layer on the golden machine, as the page says`() throws {
    let prompt = XFormerLayer.randomInput(tokens: 5, features: 16)
    let decoder = try TRONLayer.random(features: 16, heads: 2, inner: 32, input: prompt)
    let causal = try TRONCompiler(.micro, isCausal: true).program([decoder], input: prompt)
    let stream = try TRONMachine.executed(causal).numbers(causal.results.last { $0.name.hasSuffix("output.wide") }!)
    let isSame = stream == decoder(prompt, path: .direct, isCausal: true).wide.flatMap(\.self)
    #expect(isSame)
  }

  @Test func `Heaters without their neighbours' heat, as the page says`() {
    let warm = RingBankGeometry(rows: 1, wavelengths: 5)
    var coupled = RingEffects()
    (coupled.tuning, coupled.heating) = (.lorentzian, 0.3)
    let heaters = HeaterPredistortion(warm, coupled).codes([0, 0, 100, 0, 0])
    #expect(heaters == [0, -33, 120, -33, 0])
  }

  @Test func `The clocks of a program, as the page says`() throws {
    let clockInput = XFormerLayer.randomInput(tokens: 3, features: 16)
    let clockLayer = try TRONLayer.random(features: 16, heads: 2, inner: 32, input: clockInput)
    let clockProgram = try TRONCompiler(.micro).program([clockLayer], input: clockInput)
    let clockMachine = try TRONMachine.executed(clockProgram)
    let clocks = try TRONCycleModel(latency: 8).estimate(clockProgram, clockMachine).cycles
    #expect(clocks > 1000)
  }

  @Test func `The machine in Verilog, as the page says`() throws {
    let accelerator = TRONAccelerator(sizes: .micro)
    let rtl = try accelerator.elaborate().simplified().verilog()
    let names = accelerator.registers.registers.map(\.name)
    #expect(rtl.last?.text.contains("module TRONAccelerator") == true)
    #expect(
      names.prefix(7).map { $0 } == ["control", "running", "event", "program", "commands", "temperature", "lock"])
  }

  @Test func `The shell, as the page says`() throws {
    let geometry = RingBankGeometry(rows: 10, wavelengths: 15)
    var effects = RingEffects()
    (effects.crosstalk, effects.fractionBits) = (.matrix, 5)
    let raw = RingBankUnit(geometry, effects: effects)
    let calibrated = RingBankUnit(
      geometry, effects: effects.calibrated(geometry, predistorts: true), predistorts: true)
    let verilog = try calibrated.elaborate().simplified().verilog()
    #expect(verilog.last?.text.contains("photonic_ring_bank #(") == true)
    #expect(throws: (any Error).self) { try raw.elaborate() }
  }
}
