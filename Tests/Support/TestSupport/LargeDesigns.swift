import HDL
import Netlist

/// Designs of any size, in the forms that grow without notice: for tests of tools and engines.
public enum LargeDesigns: String, CaseIterable, Sendable {
  case cases, sparseCases, chain, whens, nested, muxes, sums, bits, growing, table, contents

  /// The design with so many branches, steps, bits or words; a power of two.
  public func design(_ size: Int) -> Large {
    let width = max(1, size.trailingZeroBitCount)
    switch self {
    case .cases:
      return Large(rawValue, size: size, inputs: [width, 8], outputs: [8, 8, 1]) { io, m in
        let held = m.register("held", UInt.self, width: 8, reset: 3)
        m.switch(io.a[0]) { s in
          for value in 0..<size {
            s.case(value) {
              held.next <== io.a[1] ^ m.constant(value & 255, width: 8, as: UInt.self)
              io.y[1] <== m.constant(value * 7 & 255, width: 8, as: UInt.self)
              io.y[2] <== m.constant(value.nonzeroBitCount & 1, width: 1, as: UInt.self)
            }
          }
        }
        io.y[0] <== held
      }
    case .sparseCases:
      return Large(rawValue, size: size, inputs: [width + 1, 8], outputs: [8]) { io, m in
        let held = (0..<size).map { m.register("held_\($0)", UInt.self, width: 8, reset: 0) }
        m.switch(io.a[0]) { s in
          for value in 0..<size - 1 { s.case(value, value + size) { held[value].next <== held[value] &+ io.a[1] } }
          s.default { held[size - 1].next <== io.a[1] }
        }
        io.y[0] <== balanced(held, ^)
      }
    case .chain:
      return Large(rawValue, size: size, inputs: [size, 8, 8], outputs: [8, 8]) { io, m in
        let held = m.register("held", UInt.self, width: 8, reset: 0)
        var chain = m.when(io.a[0][0]) {
          held.next <== io.a[1]
          io.y[1] <== io.a[2]
        }
        for index in 1..<size {
          chain = chain.otherwise(when: io.a[0][index]) {
            held.next <== io.a[1] ^ m.constant(index & 255, width: 8, as: UInt.self)
            io.y[1] <== io.a[2] &+ m.constant(index & 255, width: 8, as: UInt.self)
          }
        }
        chain.otherwise { io.y[1] <== 0 }
        io.y[0] <== held
      }
    case .whens:
      return Large(rawValue, size: size, inputs: [size, 8, 8], outputs: [8, 8, 1]) { io, m in
        let held = m.register("held", UInt.self, width: 8, reset: 0)
        io.y[1] <== io.a[2]
        io.y[2] <== 0
        for index in 0..<size {
          m.when(io.a[0][index]) {
            held.next <== io.a[1] ^ m.constant(index & 255, width: 8, as: UInt.self)
            io.y[1] <== io.a[2] &- m.constant(index & 255, width: 8, as: UInt.self)
            io.y[2] <== m.constant(index & 1, width: 1, as: UInt.self)
          }
        }
        io.y[0] <== held
      }
    case .nested:
      return Large(rawValue, size: size, inputs: [size, 8], outputs: [8, 8, 8]) { io, m in
        let each = m.register("each", UInt.self, width: 8, reset: 0)
        let last = m.register("last", UInt.self, width: 8, reset: 0)
        io.y[2] <== io.a[1]
        func nest(_ index: Int) {
          // Random conditions would hardly let anything pass.
          m.when(io.a[0][index] | io.a[0][(index + 1) % size]) {
            each.next <== io.a[1] ^ m.constant(index & 255, width: 8, as: UInt.self)
            io.y[2] <== io.a[1] &+ m.constant(index & 255, width: 8, as: UInt.self)
            if index + 1 < size { nest(index + 1) } else { last.next <== io.a[1] }
          }
        }
        nest(0)
        io.y[0] <== each
        io.y[1] <== last
      }
    case .muxes:
      return Large(rawValue, size: size, inputs: [64, 8], outputs: [8, 8]) { io, m in
        var (first, second) = (io.a[1], io.a[1])
        for index in 0..<size {
          let other = io.a[1] ^ m.constant(index & 255, width: 8, as: UInt.self)
          first = mux(io.a[0][index % 64], first, other)
          second = mux(io.a[0][index * 7 % 64], other, mux(second.parity, second &+ 3, io.a[1]))
        }
        io.y[0] <== first
        io.y[1] <== second
      }
    case .sums:
      return Large(rawValue, size: size, inputs: [8, 8], outputs: [8, 8]) { io, m in
        var (first, second) = (io.a[1], io.a[0].asSigned)
        for index in 0..<size {
          let other = io.a[0] ^ m.constant(index & 255, width: 8, as: UInt.self)
          first = (first &+ other) ^ ~(first >> 1)
          second = (second - other.asSigned).truncated(to: 8)
        }
        io.y[0] <== first
        io.y[1] <== second.asUnsigned
      }
    case .bits:
      return Large(rawValue, size: size, inputs: [size, 1], outputs: [size, size, 1]) { io, m in
        let held = m.register("held", UInt.self, width: size, reset: 0)
        for index in 0..<size {
          io.y[0][index] <== io.a[0][size - 1 - index] ^ held[index]
          m.when(io.a[1][0]) { held.next[index] <== io.a[0][index] ^ io.a[0][(index + 1) % size] }
        }
        io.y[1] <== held
        let first = io.a[0]
        io.y[2] <== concatenate(balanced(stride(from: 0, to: size, by: 2).map { first[$0] }, ^)).asUnsigned
      }
    case .growing:
      return Large(rawValue, size: size, inputs: [64], outputs: [size, 1]) { io, m in
        var value = io.a[0][0..<1]
        for index in 1..<size { value = concatenate(value, io.a[0][index * 7 % 64]) }
        io.y[0] <== value.asUnsigned
        io.y[1] <== concatenate(value[size - 1] ^ value[17]).asUnsigned
      }
    case .table:
      return Large(rawValue, size: size, inputs: [width], outputs: [8]) { io, m in
        io.y[0] <== select(io.a[0], (0..<size).map { m.constant($0 * 31 & 255, width: 8, as: UInt.self) })
      }
    case .contents:
      return Large(rawValue, size: size, inputs: [width, 8, 1], outputs: [8]) { io, m in
        let memory = m.memory(
          "words", UInt.self, width: 8, depth: size, contents: .words((0..<size).map { $0 * 37 & 255 }))
        memory.write(io.a[1], at: io.a[0], when: io.a[2][0])
        io.y[0] <== memory.read(at: io.a[0])
      }
    }
  }
}
