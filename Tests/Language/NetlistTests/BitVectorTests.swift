import Netlist
import Testing

@Suite struct BitVectorTests {
  /// Random numbers of up to 120 bits and what 128-bit arithmetic says of them.
  private static func pairs(_ width: Int, _ count: Int) -> [(Int128, Int128)] {
    var random = SystemRandomNumberGenerator()
    let corners: [Int128] = [0, 1, -1, (1 << (Int128(width) - 1)) - 1, -(1 << (Int128(width) - 1))]
    return (0..<count).map { index in
      func number(_ choice: Int) -> Int128 {
        let raw =
          choice < corners.count
          ? corners[choice] : Int128(truncatingIfNeeded: UInt128.random(in: 0 ... .max, using: &random))
        let unused = 128 - Int128(width)
        return (raw << unused) >> unused
      }
      return (number(index % 9), number(index / 9 % 9))
    }
  }

  private static func vector(_ value: Int128, _ width: Int) -> BitVector {
    BitVector(
      words: [UInt64(truncatingIfNeeded: value), UInt64(truncatingIfNeeded: value >> 64)], width: width)
  }

  @Test(arguments: [1, 2, 7, 8, 31, 32, 33, 60, 63, 64, 65, 100, 120])
  func `Operations agree with 128-bit arithmetic`(width: Int) {
    for (a, b) in Self.pairs(width, 200) {
      let (x, y) = (Self.vector(a, width), Self.vector(b, width))
      func signed(_ value: Int128) -> BitVector { Self.vector(value, width) }
      let mask = UInt128.max >> UInt128(128 - width)
      let (p, q) = (UInt128(truncatingIfNeeded: a) & mask, UInt128(truncatingIfNeeded: b) & mask)
      #expect(x.isLess(than: y, signed: true) == (a < b))
      #expect(x.isLess(than: y, signed: false) == (p < q))
      #expect(x.isNegative == (a < 0))
      #expect(x.extended(to: 127, signed: true) == Self.vector(a, 127))
      #expect(x.extended(to: 127, signed: false) == Self.vector(Int128(truncatingIfNeeded: p), 127))
      if width <= 60 {
        #expect(x.multiplied(by: y, width: 2 * width, signed: true) == Self.vector(a * b, 2 * width))
        let product = Int128(truncatingIfNeeded: p * q)
        #expect(x.multiplied(by: y, width: 2 * width, signed: false) == Self.vector(product, 2 * width))
      }
      let count = Int(q % UInt128(width + 2))
      #expect(x.shiftedLeft(by: count) == (count < width ? signed(a << Int128(count)) : .zeros(width)))
      let shifted = count < width ? a >> Int128(count) : (a < 0 ? -1 : 0)
      #expect(x.shiftedRight(by: count, fill: x.isNegative) == signed(shifted))
      let low = width / 3
      #expect(x.slice(low: low, width: width - low) == Self.vector(a >> Int128(low), width - low))
      #expect(
        .concatenation([x.slice(low: low, width: width - low)] + (low > 0 ? [x.slice(low: 0, width: low)] : [])) == x)
    }
  }

  @Test func `Numbers print as Verilog writes them`() {
    #expect(BitVector(255, width: 12).description == "12'h0ff")
    #expect(BitVector(signed: -1, width: 65).description == "65'h1ffffffffffffffff")
  }

  @Test(arguments: [(0, 1), (1, 2), (-1, 1), (127, 8), (128, 9), (-128, 8), (-129, 9), (Int.max, 64), (Int.min, 64)])
  func `The width of a signed literal is the least one`(value: Int, bits: Int) {
    #expect(BitVector.bitsNeeded(signed: value) == bits)
  }

  @Test func `A power of two is told`() {
    #expect(BitVector(64, width: 100).powerOfTwo == 6)
    #expect(BitVector(words: [0, 4], width: 100).powerOfTwo == 66)
    #expect(BitVector(65, width: 100).powerOfTwo == nil)
    #expect(BitVector.zeros(9).powerOfTwo == nil)
  }
}
