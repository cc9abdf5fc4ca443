import HDL
import Netlist
import Testing

/// Operations on literals give the exact value, or the mistake when the value depends on a width that there is not.
@Suite struct LiteralTests {
  @Test func `Arithmetic is exact at every size`() {
    #expect(value(101) { _, _ in UInt(1) << 100 } == "101'h10000000000000000000000000")
    #expect(value(65) { _, _ in UInt(1) << 64 } == "65'h10000000000000000")
    #expect(value(66) { _, _ in UInt(1 << 62) * 4 + 1 } == "66'h10000000000000001")
    #expect(value(65) { _, _ in UInt(Int.max) + UInt(Int.max) &+ 2 } == "65'h10000000000000000")
    #expect(value(65) { _, _ in SInt(Int.min) + SInt(Int.min) } == "65'h10000000000000000")
    #expect(value(65) { _, _ in -SInt(Int.min) } == "65'h08000000000000000")
    #expect(value(65) { _, _ in SInt(Int.min) - 1 } == "65'h17fffffffffffffff")
    #expect(value(65) { _, _ in SInt(Int.min) &- 1 } == "65'h17fffffffffffffff")
    #expect(value(128) { _, _ in SInt(Int.min) * SInt(Int.min) } == "128'h40000000000000000000000000000000")
    #expect(value(128) { _, _ in SInt(Int.min) &* SInt(Int.min) } == "128'h40000000000000000000000000000000")
    #expect(value(8) { _, _ in (UInt(1) << 100) >> 97 } == "8'h08")
    #expect(value(8) { _, _ in SInt(-5) >> 1 } == "8'hfd")
    #expect(value(8) { _, _ in SInt(-5) >> 200 } == "8'hff")
    #expect(value(8) { _, _ in SInt(-5) << 2 } == "8'hec")
    #expect(value(8) { _, _ in UInt(3) &<< UInt(4) } == "8'h30")
    #expect(value(8) { _, _ in UInt(200) >> UInt(3) } == "8'h19")
    #expect(value(8) { _, _ in UInt(12) & 10 | 1 ^ 2 } == "8'h0b")
    #expect(value(8) { _, _ in Bits(12) & 10 | 1 } == "8'h09")
    #expect(value(8) { _, _ in SInt(-4) & 12 | -8 } == "8'hfc")
    #expect(value(8) { _, _ in ~SInt(5) } == "8'hfa")
    #expect(value(8) { _, _ in sum([UInt(100), 50, 7]) } == "8'h9d")
    #expect(value(8) { _, _ in 5 - UInt(7) } == "SYS0002")
  }

  @Test func `Numbers larger than an Int are written as they are`() {
    #expect(value(64) { _, _ in 0xFFFF_FFFF_FFFF_FFFF as UInt } == "64'hffffffffffffffff")
    #expect(value(80) { _, _ in UInt(0x1_0000_0000_0000_0000_0000) >> 4 } == "80'h10000000000000000000")
    #expect(value(65) { _, _ in -0x1_0000_0000_0000_0000 as SInt } == "65'h10000000000000000")
    #expect(value(64) { _, _ in -0x1_0000_0000_0000_0000 as SInt } == "SYS0002")
    #expect(value(64) { _, _ in 0xAAAA_AAAA_AAAA_AAAA as Bits } == "64'haaaaaaaaaaaaaaaa")
    #expect(bit { io, _ in io.a .== 0x1_0000_0000_0000_0000 } == "SYS0002")
    #expect(value(64) { _, _ in (-1) as UInt } == "SYS0002")
  }

  @Test func `Comparisons are exact`() {
    #expect(bit { _, _ in UInt(1) << 100 .> UInt(Int.max) } == "1'h1")
    #expect(bit { _, _ in UInt(1) << 64 .== 0 } == "1'h0")
    #expect(bit { _, _ in SInt(Int.min) - 1 .< SInt(Int.min) } == "1'h1")
    #expect(bit { _, _ in SInt(-1) .>= 0 } == "1'h0")
    #expect(bit { _, _ in SInt(-3).isNegative } == "1'h1")
    #expect(bit { _, _ in Bits(5) .!= 5 } == "1'h0")
    #expect(bit { _, _ in (true as Bit) .== false } == "1'h0")
  }

  @Test func `All bits as one`() {
    #expect(bit { _, _ in UInt(7).any } == "1'h1")
    #expect(bit { _, _ in UInt(0).any } == "1'h0")
    #expect(bit { _, _ in SInt(-8).any } == "1'h1")
    #expect(bit { _, _ in Bits(7).parity } == "1'h1")
    #expect(bit { _, _ in (UInt(1) << 100).parity } == "1'h1")
    #expect(bit { _, _ in UInt(6).parity } == "1'h0")
    #expect(bit { _, _ in SInt(-1).parity } == "SYS0003")
    #expect(bit { _, _ in UInt(7).all } == "SYS0003")
    #expect(bit { _, _ in UInt(5).all } == "1'h0")
    #expect(bit { _, _ in UInt(0).all } == "1'h0")
    #expect(bit { _, _ in SInt(-1).all } == "1'h1")
    #expect(bit { _, _ in SInt(7).all } == "1'h0")
    #expect(bit { _, _ in UInt(7).truncated(to: 3).all } == "1'h1")
    #expect(bit { _, _ in UInt(7).extended(to: 4).all } == "1'h0")
    #expect(bit { _, _ in UInt(-1).any } == "SYS0002")
    #expect(bit { _, _ in Bits(-1).all } == "SYS0002")
  }

  @Test func `A width that is stated is kept`() {
    #expect(value(8) { _, _ in UInt(300).truncated(to: 8) } == "8'h2c")
    #expect(value(9) { _, _ in UInt(300).truncated(to: 8) } == "SYS0001")
    #expect(value(9) { io, _ in UInt(300).truncated(to: 8) + 1 } == "9'h02d")
    #expect(value(9) { io, _ in UInt(300).truncated(to: 8) + io.n } == "signal")
    #expect(value(4) { _, _ in SInt(-200).truncated(to: 4) } == "4'h8")
    #expect(value(8) { _, _ in UInt(300).saturated(to: 8) } == "8'hff")
    #expect(value(8) { _, _ in SInt(-200).saturated(to: 8) } == "8'h80")
    #expect(value(8) { _, _ in SInt(200).saturated(to: 8) } == "8'h7f")
    #expect(value(8) { _, _ in SInt(-5).saturated(to: 8) } == "8'hfb")
    #expect(value(8) { _, _ in SInt(-5).extended(to: 8) } == "8'hfb")
    #expect(value(8) { _, _ in UInt(300).extended(to: 8) } == "SYS0002")
    #expect(value(8) { _, _ in SInt(-1).extended(to: 4).asUnsigned.extended(to: 8) } == "8'h0f")
    #expect(value(8) { _, _ in SInt(-1).asUnsigned } == "SYS0003")
    #expect(value(8) { _, _ in SInt(-1).asBits } == "SYS0003")
    #expect(value(8) { _, _ in UInt(255).asSigned } == "SYS0002")
    #expect(value(9) { _, _ in UInt(255).asSigned } == "9'h0ff")
    #expect(value(8) { _, _ in UInt(255).truncated(to: 8).asSigned } == "8'hff")
    #expect(value(8) { _, _ in ~UInt(5) } == "SYS0003")
    #expect(value(8) { _, _ in ~UInt(5).extended(to: 8) } == "8'hfa")
    #expect(value(8) { _, _ in ~Bits(0) } == "SYS0003")
    #expect(value(8) { _, _ in UInt(0b1011_0000)[4..<12].asUnsigned } == "8'h0b")
    #expect(value(8) { _, _ in SInt(-2)[1...8].asUnsigned } == "8'hff")
    #expect(bit { _, _ in UInt(5)[2] } == "1'h1")
    #expect(bit { _, _ in UInt(5)[70] } == "1'h0")
    #expect(bit { io, _ in UInt(5)[io.n] } == "SYS0003")
    #expect(bit { io, _ in UInt(5).extended(to: 8)[io.n] } == "signal")
    #expect(bit { io, _ in io.a[UInt(9)] .== io.a[7] } == "1'h1")
    #expect(value(9) { _, _ in UInt(5).extended(to: 8) << 1 } == "9'h00a")
    #expect(value(8) { _, _ in SInt(-2).extended(to: 8) >> 1 } == "8'hff")
    #expect(value(8) { _, _ in UInt(0xF1).extended(to: 8) &<< UInt(4) } == "8'h10")
    #expect(value(8) { io, _ in UInt(1).extended(to: 8) &<< io.n } == "signal")
    #expect(value(8) { io, _ in UInt(1) &<< io.n } == "SYS0003")
    #expect(value(16) { _, _ in UInt(200).extended(to: 8) * UInt(200).extended(to: 8) } == "16'h9c40")
    #expect(value(8) { _, _ in UInt(200).extended(to: 8) &+ 100 } == "8'h2c")
    #expect(value(8) { _, _ in UInt(3).extended(to: 8) & UInt(3).extended(to: 4) } == "SYS0001")
    #expect(value(4) { _, _ in -SInt(3).extended(to: 3) } == "4'hd")
  }

  @Test func `Choices among literals`() {
    #expect(value(8) { _, _ in mux(true, UInt(5), 3) } == "8'h05")
    #expect(value(9) { io, _ in mux(true, 5, io.a) + io.n } == "signal")
    #expect(value(8) { io, _ in mux(true, 300, io.a) } == "SYS0002")
    #expect(value(8) { io, _ in mux(io.c, UInt(5), 3) } == "SYS0003")
    #expect(value(8) { io, _ in mux(io.c, UInt(5).extended(to: 8), 5) } == "8'h05")
    #expect(bit { io, _ in mux(io.c, true, true) } == "1'h1")
    #expect(value(8) { _, _ in select(2, [UInt(1), 2, 3]) } == "8'h03")
    #expect(value(8) { _, _ in select(UInt(1) << 80, [UInt(1), 2, 3]) } == "8'h03")
    #expect(value(8) { _, _ in select(-1, [UInt(1), 2, 3]) } == "SYS0005")
    #expect(value(8) { io, _ in select(1, [io.a, 300]) } == "SYS0002")
    #expect(value(5) { _, _ in concatenate((true as Bit), UInt(5).extended(to: 4)) } == "5'h15")
    #expect(value(5) { _, _ in concatenate((true as Bit), UInt(5)) } == "SYS0003")
    #expect(value(9) { io, _ in concatenate(io.a ^ io.a, (false as Bit)) } == "9'h000")
    #expect(bit { _, _ in 2 as Bit } == "SYS0002")
    #expect(bit { io, _ in io.c & !(-1 as Bit) } == "SYS0002")
    #expect(bit { _, _ in true & !false ^ false } == "1'h1")
  }

  @Test func `A case of many is a literal like any other`() {
    #expect(value(70) { _, _ in Enum(Many(number: 69)).asBits } == "70'h200000000000000000")
    #expect(bit { _, m in m.constant(Many(number: 69)) .== Many(number: 69) } == "1'h1")
    #expect(bit { _, m in m.constant(Many(number: 69)) .== Many(number: 1) } == "1'h0")
  }

  @Test func `Address widths`() {
    #expect([0, 1, 2, 3, 4, 5, 8, 9, 1 << 40, .max, -3].map(clog2) == [0, 0, 1, 2, 2, 3, 3, 4, 40, 63, 0])
    #expect([0, 1, 2, 3, 4, 7, 8, 1 << 40, .max, -3].map(bits(for:)) == [1, 1, 2, 2, 3, 3, 4, 41, 63, 1])
  }

  @Test func `Saturating to a greater width keeps the value`() {
    #expect(value(12) { io, _ in io.a.saturated(to: 12) ^ io.a.extended(to: 12) } == "12'h000")
    #expect(value(12) { io, _ in io.s.saturated(to: 12) ^ io.s.extended(to: 12) } == "12'h000")
    #expect(value(8) { io, _ in io.s.saturated(to: 8) ^ io.s } == "8'h00")
  }
}
