import Engine
import NumberFormats
import TestFiles
import TestSupport
import Testing
import Units
import Verilator

/// The emitted Verilog in Verilator on operands of every class; the other tests run the netlist.
@Suite struct VerilatedUnitTests {
  @Test(.enabled(if: Tier.isFull)) func `The Verilog of a multiply-add computes what the netlist does`() throws {
    let format = Minifloat.bfloat16
    let model = try FloatingFusedMultiplyAdd().verilated()
    let pins = try ["a", "b", "c", "result"].map { try #require(model.pin($0)) }
    func number(_ code: UInt64) -> BFloat16 { BFloat16(bitPattern: UInt16(code)) }
    for pair in pairs(format.samples, format.samples) {
      for addend in format.samples {
        (pins[0].unsigned, pins[1].unsigned, pins[2].unsigned) = (pair[0], pair[1], addend)
        try model.settle()
        let expected = BFloat16.fusedMultiplyAdd(number(pair[0]), number(pair[1]), number(addend)).bitPattern
        guard pins[3].unsigned == UInt64(expected) else {
          Issue.record("\(pair), \(addend): \(pins[3].unsigned) instead of \(expected)")
          return
        }
      }
    }
  }

  @Test(.enabled(if: Tier.isFull)) func `The Verilog of multiplier and adder computes what the netlist does`() throws {
    let format = Minifloat.float8E4M3
    let multiplier = try FloatingMultiplier { $0.format = format }.verilated()
    let adder = try FloatingAdder { $0.format = format }.verilated()
    let factors = try ["a", "b", "product"].map { try #require(multiplier.pin($0)) }
    let terms = try ["a", "b", "sum"].map { try #require(adder.pin($0)) }
    for pair in pairs(format.codes, format.codes) {
      for pins in [factors, terms] { (pins[0].unsigned, pins[1].unsigned) = (pair[0], pair[1]) }
      try multiplier.settle()
      try adder.settle()
      guard factors[2].unsigned == format.multiply(pair[0], pair[1]), terms[2].unsigned == format.add(pair[0], pair[1])
      else {
        Issue.record("\(pair): \(factors[2].unsigned) and \(terms[2].unsigned)")
        return
      }
    }
  }
}
