import Foundation
import NumberFormats
import Testing

@testable import Golden

/// Gated activations against the same in binary64, by formulas of the test's own.
@Suite struct GatedLinearUnitTests {
  private static let activations: [(UnaryFunction, @Sendable (Double) -> Double)] = [
    (.silu, { $0 / (1 + exp(-$0)) }), (.gelu, { $0 / 2 * erfc(-$0 / 2.0.squareRoot()) }),
    (.geluTanh, { $0 / 2 * (1 + tanh(0.7978845608028654 * ($0 + 0.044715 * $0 * $0 * $0))) }),
    (.relu, { max($0, 0) }), (.sigmoid, { 1 / (1 + exp(-$0)) }), (.tanh, { (exp(2 * $0) - 1) / (exp(2 * $0) + 1) }),
  ]

  @Test(arguments: activations.indices) func `Two roundings and no more`(index: Int) {
    let (function, real) = Self.activations[index]
    // Where the formulas of binary64 cancel, as 1 + tanh(u) does, they are no reference.
    let arguments = stride(from: -2.75, through: 20, by: 0.03125).map { BFloat16($0) }.filter {
      abs($0.doubleValue) > 0.01
    }
    let gates = [1, -1, 0.3, 117, -2.71875, 1.9921875].map { BFloat16($0) }
    let unit = GatedLinearUnit(function)
    var greatest = 0.0
    for gate in gates {
      let found = unit(arguments, gates: arguments.map { _ in gate })
      for (x, y) in zip(arguments, found) {
        let expected = real(x.doubleValue) * gate.doubleValue
        if expected == 0 {
          #expect(y.isZero)
        } else {
          greatest = max(greatest, abs(y.doubleValue / expected - 1))
        }
        let code = unit(UInt64(x.bitPattern), gate: UInt64(gate.bitPattern), in: .bfloat16)
        #expect(code == UInt64(y.bitPattern))
      }
    }
    // ReLU is exact, so that only the product is rounded.
    #expect(greatest <= (function == .relu ? 0x1p-8 : 0x1p-7 + 0x1p-16))
    #expect(greatest > (function == .relu ? 0x1p-9 : 0x1p-8))
  }

  @Test func `Special numbers are those of the function and of the product`() {
    let unit = GatedLinearUnit(.silu)
    func result(_ a: BFloat16, _ b: BFloat16) -> BFloat16 { unit([a], gates: [b])[0] }
    #expect(result(.infinity, .zero).isNaN && result(-.infinity, .infinity).isNaN)
    #expect(result(.notANumber, .one).isNaN && result(.one, .notANumber).isNaN)
    #expect(result(.infinity, -.one) == -.infinity)
    #expect(result(-.infinity, .one).bitPattern == 0x8000)
    #expect(unit(0x3F80, in: .bfloat16) == UInt64(UnaryFunction.silu(BFloat16.one).bitPattern))
  }
}
