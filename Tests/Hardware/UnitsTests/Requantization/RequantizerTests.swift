import Engine
import Golden
import NumberFormats
import TestSupport
import Testbench
import Testing
import Units
import Verilator

@Suite struct RequantizerTests {
  static let units = [
    Requantizer(),
    Requantizer { $0.stages = 1 },
    Requantizer { $0.stages = 2 },
    Requantizer { $0.stages = 3 },
    Requantizer { ($0.accumulatorWidth, $0.biasWidth, $0.stages) = (20, 16, 2) },
    Requantizer { ($0.least, $0.greatest, $0.zeroPoint) = (0, 255, 7) },
    Requantizer { ($0.least, $0.greatest, $0.stages) = (-8, 7, 1) },
    Requantizer {
      ($0.least, $0.greatest, $0.zeroPoint) = (-0x8000, 0x7FFF, -300)
      $0.stages = 2
    },
    Requantizer { ($0.least, $0.greatest, $0.zeroPoint) = (0, 0xFFFF, 0xFFFF) },
    Requantizer {
      ($0.maximumShift, $0.least, $0.greatest) = (15, -100, 27)
      $0.zeroPoint = 5
    },
  ]

  /// Accumulators of every size, so that every shift has results inside the range, at its ends, and ties.
  @Test(arguments: units) func `Codes equal the definition`(unit: Requantizer) throws {
    let model = try unit.verilated()
    let accumulator = try #require(model.pin("accumulator"))
    let bias = try #require(model.pin("bias"))
    let (multiplier, shift) = (try #require(model.pin("multiplier")), try #require(model.pin("shift")))
    let code = try #require(model.pin("code"))
    var random = Seed(5).generator("operands")
    var pending: [Int32] = []
    var seen: Set<Int32> = []
    for step in 0..<60_000 {
      let count = step % (unit.maximumShift + 1)
      let significand: UInt16 = step % 5 == 0 ? 0x8000 : UInt16(random.unsigned(bits: 15)) | 0x8000
      var sum = random.signed(bits: 1 + random.integer(below: unit.accumulatorWidth))
      var offset = random.signed(bits: 1 + random.integer(below: unit.biasWidth))
      if step % 11 == 0 { (sum, offset) = (-1 << (unit.accumulatorWidth - 1), -1 << (unit.biasWidth - 1)) }
      if step % 11 == 1 {
        (sum, offset) = ((1 << (unit.accumulatorWidth - 1)) - 1, (1 << (unit.biasWidth - 1)) - 1)
      }
      if step % 3 == 0 {
        // About the size that makes a code within the range, a bias of small size, and with 2^15 often a tie.
        sum = random.signed(bits: min(unit.accumulatorWidth, max(2, count - 15 + unit.codeFormat.width)))
        offset = random.signed(bits: 3)
      }
      accumulator.signed = Int64(sum)
      bias.signed = Int64(offset)
      multiplier.unsigned = UInt64(significand)
      shift.unsigned = UInt64(count)
      let golden = try Requantization(
        scales: [RequantizationScale(multiplier: significand, shift: count)], bias: [Int32(offset)],
        range: Int32(unit.least)...Int32(unit.greatest), zeroPoint: Int32(unit.zeroPoint))
      let expected = golden.code(Int32(sum), column: 0)
      pending.append(expected)
      seen.insert(expected)
      try model.settle()
      if step >= unit.stages {
        let wanted = pending[step - unit.stages]
        let found = unit.codeFormat.isSigned ? Int32(code.signed) : Int32(code.unsigned)
        if found != wanted {
          Issue.record("step \(step): \(found) instead of \(wanted)")
          return
        }
      }
      try model.step()
    }
    let codes = unit.greatest - unit.least + 1
    #expect(seen.count > min(codes * 9 / 10, 2000), "\(seen.count) of \(codes) codes")
  }

  /// Every product of a small unit, against the definition.
  @Test func `Every input of a small unit`() throws {
    let unit = Requantizer {
      ($0.accumulatorWidth, $0.biasWidth, $0.multiplierWidth) = (8, 0, 4)
      ($0.maximumShift, $0.least, $0.greatest) = (9, -7, 7)
    }
    let model = try unit.verilated()
    let pins = try ["accumulator", "multiplier", "shift", "code"].map { try #require(model.pin($0)) }
    for sum in -128..<128 {
      for multiplier in 0..<16 {
        for shift in 0...9 {
          pins[0].signed = Int64(sum)
          pins[1].unsigned = UInt64(multiplier)
          pins[2].unsigned = UInt64(shift)
          try model.settle()
          let expected = min(max((sum * multiplier).roundedShiftRight(by: shift), -7), 7)
          #expect(pins[3].signed == Int64(expected), "\(sum) x \(multiplier) / 2^\(shift)")
        }
      }
    }
  }

  @Test func `Constants are built in`() throws {
    let unit = Requantizer { ($0.constants, $0.stages) = (.init(bias: -1234, multiplier: 40_000, shift: 24), 1) }
    let model = try unit.verilated()
    let golden = try Requantization(scales: [RequantizationScale(multiplier: 40_000, shift: 24)], bias: [-1234])
    let (accumulator, code) = (try #require(model.pin("accumulator")), try #require(model.pin("code")))
    #expect(model.interface.ports.count == 2)
    for sum in stride(from: Int32(-80_000), through: 80_000, by: 7) {
      accumulator.signed = Int64(sum)
      try model.settle()
      try model.step()
      try model.settle()
      #expect(code.signed == Int64(golden.code(sum, column: 0)))
    }
    #expect(try unit.toolComplaints() == "")
  }

  @Test(arguments: units) func `Tools take the Verilog without a word`(unit: Requantizer) throws {
    #expect(try unit.toolComplaints() == "")
  }
}
