import Units
import Golden
import Netlist
import NumberFormats
import Testbench

extension Catalog {
  static let requantizer = Entry<Requantizer, CountWorkload>(
    "requantizer", "Integer accumulators to narrow codes, rounded to nearest even and saturated.",
    benched: [
      "accumulatorWidth": .integer(4...32), "biasWidth": .integer(0...32), "multiplierWidth": .integer(16...16),
      "maximumShift": .integer(0...47),
    ],
    configurations: [("pipelined", Requantizer { $0.stages = 3 })],
    workload: CountWorkload(count: 20_000), workloadParameters: CountWorkload.parameters("Accumulators converted"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    var bench = try request.pipelineBench(latency: unit.stages)
    var random = bench.random("operands")
    for step in 0..<request.workload.count {
      let shift = step % (unit.maximumShift + 1)
      // With a multiplier of 2^15 ties are common; else the significand is random.
      let multiplier: UInt16 = step % 5 == 0 ? 0x8000 : UInt16(random.unsigned(bits: 15)) | 0x8000
      // Every other accumulator has about the size that makes a code within the range.
      let isNear = step % 2 == 0
      let size = isNear ? max(2, min(unit.accumulatorWidth, shift - 6)) : unit.accumulatorWidth
      let sum = random.signed(bits: size)
      let bias = unit.biasWidth == 0 ? 0 : random.signed(bits: isNear ? min(3, unit.biasWidth) : unit.biasWidth)
      let golden = try Requantization(
        scales: [RequantizationScale(multiplier: multiplier, shift: shift)], bias: [Int32(bias)],
        range: Int32(unit.least)...Int32(unit.greatest), zeroPoint: Int32(unit.zeroPoint))
      let inputs = unit.biasWidth == 0 ? [sum, Int(multiplier), shift] : [sum, bias, Int(multiplier), shift]
      try bench.append(inputs, expecting: [golden.code(Int32(sum), column: 0)])
    }
    return bench
  }
  .covering(coverRequantizer)
}
