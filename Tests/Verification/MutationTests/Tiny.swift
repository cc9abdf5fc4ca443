import HDL
import Netlist
import Verilog

@testable import Mutation

/// Designs of one operation each.
struct Tiny: DefaultConfigurable {
  enum Kind: String, Hashable, Sendable, CaseIterable {
    case complement, conjunction, parity, sum, difference, product, signedProduct, shift, signedShift, any
    case equality, order, signedOrder, mux, selection, concatenation, extension_, constant
    case register, delay, states, memory, table, maximum, namedOrder
  }

  var kind = Kind.sum

  init() {}
  init(_ kind: Kind) { self.kind = kind }

  enum Phase: UInt8, HardwareEnum {
    case idle
    case busy
    case done
  }

  struct Ports {
    let a, b: Input<UInt>
    let s, t: Input<SInt>
    let choice: Input<Bit>
    let result: Output<Bits>
  }
  var ports: Ports {
    Ports(a: .init(4), b: .init(4), s: .init(4), t: .init(4), choice: .init(), result: .init(width))
  }

  private var width: Int {
    switch kind {
    case .any, .equality, .order, .signedOrder, .namedOrder, .parity: 1
    case .product, .signedProduct, .concatenation: 8
    case .extension_: 6
    case .states: 2
    default: 4
    }
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let (a, b, s, t) = (io.a, io.b, io.s, io.t)
    switch kind {
    case .complement: io.result <== (~a).asBits
    case .conjunction: io.result <== (a & b).asBits
    case .parity: io.result <== a.asBits.parity.asBits
    case .sum: io.result <== (a &+ b).asBits
    case .difference: io.result <== (a &- b).asBits
    case .product: io.result <== (a * b).asBits
    case .signedProduct: io.result <== (s * t).asBits
    case .shift: io.result <== (a >> b).asBits
    case .signedShift: io.result <== (s >> b).asBits
    case .any: io.result <== a.asBits.any.asBits
    case .equality: io.result <== (a .== b).asBits
    case .order: io.result <== (a .< b).asBits
    case .signedOrder: io.result <== (s .< t).asBits
    case .mux: io.result <== mux(io.choice, a, b).asBits
    case .selection: io.result <== select(a, [a, b, s.asUnsigned]).asBits
    case .concatenation: io.result <== concatenate(a, b)
    case .extension_: io.result <== s.extended(to: 6).asBits
    case .constant: io.result <== (a & 6).asBits
    case .namedOrder: io.result <== (s .< t).named("is_less").asBits
    case .maximum: io.result <== mux(a .< b, b, a).asBits
    case .register: io.result <== m.register("held", a, when: io.choice, reset: 9).asBits
    case .delay: io.result <== m.register("late", a).asBits
    case .states:
      let phase = m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
        phase.when(.idle) { m.when(io.choice) { phase.go(.busy) } }
        phase.when(.busy) { phase.go(.done) }
        phase.when(.done) { phase.go(.idle) }
      }
      io.result <== phase.state.asBits
    case .memory:
      let words = m.memory("words", UInt.self, width: 4, depth: 16)
      words.write(a, at: b, when: io.choice)
      io.result <== words.read(at: s.asUnsigned, when: io.choice).asBits
    case .table:
      let squares = m.rom("squares", UInt.self, width: 4, contents: [0, 1, 4, 9])
      io.result <== squares.readAsync(at: a[0..<2].asUnsigned).asBits
    }
  }
}

extension Circuit {
  /// The mutants of a kind: what each one is, and the lines of Verilog that are new with it.
  func changes(_ operation: MutationOperator) throws -> [String] {
    let lines = Set(verilogLines)
    return try mutants.filter { $0.operation == operation }.map { mutant in
      let new = try applying(mutant).verilogLines.filter { !lines.contains($0) }
      return ([mutant.change] + new).joined(separator: "\n")
    }
  }

  private var verilogLines: [String] {
    verilog().flatMap {
      $0.text.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }.filter { $0 != "end" }.map(String.init)
    }
  }
}
