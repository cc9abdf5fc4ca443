import Catalog
import Golden
import HDL
import NumberFormats
import Simulator
import Units
import Verilog

/// The code of the page of Units.
func useUnits() throws -> UInt64? {
  let unit = FloatingFusedMultiplyAdd { ($0.format, $0.stages) = (.bfloat16, 2) }
  try EmittedDesign(unit.elaborate().simplified()).write(to: "rtl")
  let model = try Simulation(unit)
  for (port, number) in [("a", 3.0), ("b", 0.5), ("c", 2.0)] {
    model.engine.pin(port)?.unsigned = Minifloat.bfloat16.code(for: number)
  }
  try model.step(unit.latency)
  return model.engine.pin("result")?.unsigned  // 3 · 0.5 + 2 = 3.5: 0x4060
}

/// The gate of the page of Units.
func useVectorActivation() throws {
  let gate = VectorActivation { ($0.function, $0.lanes) = (.silu, 8) }
  try EmittedDesign(gate.elaborate().simplified()).write(to: "rtl")
}

/// The softmax without a divider of the page of Units.
func useLogSumExpSoftmax() throws -> Double {
  let unit = FloatingLogSumExpSoftmax { ($0.lanes, $0.maximumBeats) = (4, 16) }
  try EmittedDesign(unit.elaborate().simplified()).write(to: "rtl")
  return try BFloat16LogSumExpSoftmax().sumBound(count: 64)  // 0.0070
}

/// The pair packer of the page of Units.
func usePairPacker() throws {
  let packer = PairPacker { ($0.width, $0.multipliers, $0.chunk) = (8, 4, 16) }
  try EmittedDesign(packer.elaborate().simplified()).write(to: "rtl")
}

/// The code of the comment of a check over all operands.
func useExhaustiveCheck() -> ExhaustiveCheck {
  ExhaustiveCheck(["a", "b"], of: [16, 16], result: "product") { operands in
    UInt64((BFloat16(bitPattern: UInt16(operands[0])) * BFloat16(bitPattern: UInt16(operands[1]))).bitPattern)
  }
}
