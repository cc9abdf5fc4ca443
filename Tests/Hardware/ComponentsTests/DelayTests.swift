import Components
import Engine
import HDL
import TestSupport
import Testing
import Verilator

/// A value and its flag some clock edges later.
private struct DelayLine: DefaultConfigurable {
  var cycles = 4

  struct Ports {
    let value: Input<SInt>
    let flag: Input<Bit>
    let valueOut: Output<SInt>
    let flagOut: Output<Bit>
  }
  var ports: Ports { Ports(value: .init(9), flag: .init(), valueOut: .init(9), flagOut: .init()) }

  func build(_ io: Interior<Ports>, in m: Module) {
    io.valueOut <== m.delayed("value", io.value, by: cycles)
    io.flagOut <== m.delayed("flag", io.flag, by: cycles, reset: 1)
  }
}

@Suite struct DelayTests {
  @Test(arguments: [0, 1, 2, 17]) func `Values come back after the stated number of clock edges`(cycles: Int) throws {
    let model = try DelayLine(cycles: cycles).verilated()
    let pins = try ["value", "flag", "value_out", "flag_out"].map { try #require(model.pin($0)) }
    if cycles > 0 { try model.reset() }
    for cycle in 0..<60 {
      pins[0].signed = Int64((cycle * 37) % 512 - 256)
      pins[1].unsigned = UInt64(cycle * 5 / 3 % 2)
      try model.settle()
      let entered = cycle - cycles
      #expect(pins[3].unsigned == (entered < 0 ? 1 : UInt64(entered * 5 / 3 % 2)))
      if entered >= 0 { #expect(pins[2].signed == Int64((entered * 37) % 512 - 256)) }
      try model.step()
    }
  }
}
