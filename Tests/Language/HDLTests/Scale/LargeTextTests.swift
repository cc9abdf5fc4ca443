import HDL
import Netlist
import TestSupport
import Testing
import Verilog

/// Expressions of any depth become lines that tools take, on any thread.
@Suite struct LargeTextTests {
  /// One value made of thousands of steps.
  enum Chain: String, CaseIterable, Sendable {
    case muxFirst, muxLast, muxCondition, muxBoth, add, grow, subtract, xor, and, not, joined, shift, compare, selected
    case extend, product, reduction, mixed

    func step(_ value: UInt, _ index: Int, _ io: Interior<Large.Ports>, _ m: Module) -> UInt {
      let bit = io.a[0][index % 64]
      let other = io.a[1] ^ m.constant(index & 255, width: 8, as: UInt.self)
      switch self {
      case .muxFirst: return mux(bit, value, other)
      case .muxLast: return mux(bit, other, value)
      case .muxCondition: return mux(value.parity ^ bit, other, io.a[1])
      case .muxBoth: return mux(bit, mux(io.a[0][(index + 7) % 64], value, other), io.a[1])
      case .add: return value &+ other
      case .grow: return (value + other).truncated(to: 8)
      case .subtract: return other &- value
      case .xor: return value ^ other
      case .and: return ~(value & other)
      case .not: return ~value ^ other
      case .joined: return concatenate(value[0..<4], bit, value[4..<7]).asUnsigned
      case .shift: return (value &<< io.a[1][0..<2].asUnsigned) ^ other
      case .compare: return mux(value .< other, other, io.a[1])
      case .selected: return select(io.a[0][0..<2].asUnsigned, [value, other, io.a[1]])
      case .extend:
        let wide = value.asSigned.extended(to: 9) ^ m.constant(index & 255, width: 9, as: SInt.self)
        return wide.asUnsigned.truncated(to: 8)
      case .product: return value &* other
      case .reduction: return concatenate(value.any, other[0..<7]).asUnsigned
      case .mixed: return mux(bit, (value &+ 1) ^ other, ~other)
      }
    }
  }

  @Test(arguments: Chain.allCases)
  func `A value of three thousand steps`(chain: Chain) throws {
    let size = 3000
    let design = Large(chain.rawValue, size: size, inputs: [64, 8], outputs: [8]) { io, m in
      var value = io.a[1]
      for index in 0..<size { value = chain.step(value, index, io, m) }
      io.y[0] <== value
    }
    let (circuit, text) = try design.made()
    #expect(circuit.top.table.nodes.count < 12 * size)
    #expect(text.utf8.count < 1000 * size)
  }

  @Test func `A vector that grows bit by bit`() throws {
    let size = 5000
    let design = Large("Growing", size: size, inputs: [64], outputs: [size, 1]) { io, m in
      var value = io.a[0][0..<1]
      for index in 1..<size { value = concatenate(value, io.a[0][index * 7 % 64]) }
      io.y[0] <== value.asUnsigned
      io.y[1] <== concatenate(value[size - 1], value[17])[0..<1].asUnsigned
    }
    let (circuit, text) = try design.made()
    #expect(circuit.top.table.lists.count < 300 * size)
    #expect(text.utf8.count < 200 * size)
  }
}
