import Foundation
import NumberFormats
import TestFiles
import Testing

@testable import Golden

/// Correctly rounded functions against mpmath, over all inputs.
@Suite struct FunctionTests {
  static let vectors = (try? Checkout.vectors("functions.json", as: [String: String].self)) ?? [:]

  private func digest(_ codes: some Sequence<UInt64>) -> String {
    String(codes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ $1) &* 0x100_0000_01B3 })
  }

  @Test(arguments: UnaryFunction.all)
  func `A function of every bfloat16 number is the one that 300 bits give`(function: UnaryFunction) throws {
    let expected = try #require(Self.vectors["\(function) bfloat16 bfloat16"])
    let codes = (UInt16.min...UInt16.max).lazy.map { UInt64(function(BFloat16(bitPattern: $0)).bitPattern) }
    #expect(digest(codes) == expected)
  }

  @Test(arguments: UnaryFunction.all)
  func `A function into and out of 8-bit formats is the one that 300 bits give`(function: UnaryFunction) throws {
    for (name, format) in [("float8_e4m3fn", Minifloat.float8E4M3), ("float8_e5m2", .float8E5M2)] {
      let codes = (0...255).lazy.map { function.code(for: format.value(of: $0), in: Minifloat.float16) }
      #expect(digest(codes) == Self.vectors["\(function) \(name) float16"], "\(name)")
    }
    guard [.exp, .gelu, .reciprocal].contains(function) else { return }
    let codes = (0...0xFFFF).lazy.map {
      function.code(for: Minifloat.bfloat16.value(of: $0), in: Minifloat.float8E4M3)
    }
    #expect(digest(codes) == Self.vectors["\(function) bfloat16 float8_e4m3fn"])
  }

  /// Arguments over the range of each function, and tiny ones.
  static let arguments: [Double] = [
    0.5, -0.5, 1, 1.0078125, 0.9921875, 3, -3, 0.001, -0.001, 7.25, -7.25, 10, -12.5, 0x1p-30, -0x1p-100,
  ]

  @Test(arguments: UnaryFunction.all.filter(\.isTranscendental))
  func `Double and high precision agree within the bound that is stated`(function: UnaryFunction) throws {
    for argument in Self.arguments {
      guard case .real(let x) = function.value(RealValue(argument)), let y = function.approximation(argument) else {
        continue
      }
      let (low, high) = function.enclosure(x, bits: 256)
      let (wideLow, wideHigh) = function.enclosure(x, bits: 512)
      #expect(low <= wideLow && wideHigh <= high, "\(function)(\(argument))")
      let middle = try #require(Dyadic(exactly: y))
      let error = (middle - wideLow).absolute
      #expect(error.scaled(byPowerOfTwo: 44) < wideLow.absolute, "\(function)(\(argument))")
    }
  }

  @Test func `Rounding into binary64, which Double cannot decide, agrees with the library to the last place`() {
    for argument in [0.5, 1.25, -2.75, 9.5, 0.1, 0.9, 1.1] {
      for function in UnaryFunction.all where function.isTranscendental {
        guard let y = function.approximation(argument), !y.isNaN else { continue }
        let code = function.code(for: RealValue(argument), in: Minifloat.float64)
        let distance = Int64(bitPattern: code) - Int64(bitPattern: y.bitPattern)
        #expect(abs(distance) <= 64, "\(function)(\(argument)): \(distance)")
      }
    }
    #expect(UnaryFunction.exp.code(for: RealValue(1.0), in: Minifloat.float64) == 0x4005_BF0A_8B14_5769)
    #expect(UnaryFunction.log.code(for: RealValue(2.0), in: Minifloat.float64) == 0x3FE6_2E42_FEFA_39EF)
  }

  @Test func `Ties that no precision decides are exact, and values next to one fall on their side`() {
    let integers = IntegerFormat.int8
    #expect(UnaryFunction.sigmoid.code(for: RealValue(0.0), in: integers) == 0)
    #expect(UnaryFunction.sigmoid.code(for: RealValue(0x1p-200), in: integers) == 1)
    #expect(UnaryFunction.sigmoid.code(for: RealValue(-0x1p-200), in: integers) == 0)
    #expect(UnaryFunction.exp2.code(for: RealValue(-1.0), in: integers) == 0)
    #expect(UnaryFunction.reciprocal.code(for: RealValue(0.4), in: integers) == 2)
    #expect(
      UnaryFunction.gelu.code(for: RealValue(23.0), in: Minifloat.float8E4M3) == Minifloat.float8E4M3.code(for: 22))
    #expect(UnaryFunction.exp.code(for: RealValue(1e30), in: Minifloat.bfloat16) == 0x7F80)
    #expect(UnaryFunction.gelu.code(for: RealValue(-1e30), in: Minifloat.bfloat16) == 0x8000)
    #expect(UnaryFunction.reciprocal.code(for: RealValue(0.0), in: Minifloat.float8E4M3) == 0x7F)
  }

  @Test func `Functions with a parameter do as they say`() {
    let six = UnaryFunction.clippedReLU(limit: BFloat16(6))
    let leaky = UnaryFunction.leakyReLU(slope: BFloat16(0.01))
    for x in [-8.0, -1.5, 0, 2.5, 6, 7] {
      #expect(six(BFloat16(x)) == BFloat16(min(max(x, 0), 6)))
      #expect(leaky(BFloat16(x)) == (x < 0 ? BFloat16(x) * BFloat16(0.01) : BFloat16(x)))
    }
    #expect(six(.infinity) == BFloat16(6) && six(-.infinity) == .zero && leaky(-.infinity) == -.infinity)
  }
}
