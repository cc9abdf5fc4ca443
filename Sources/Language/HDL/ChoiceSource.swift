import Netlist

/// Random bits for what checkers choose freely: xorshift generators of 64 bits, each with a start of its own.
///
/// A reset does not start them anew, so that what is drawn after a reset differs from what was drawn before.
struct ChoiceSource: Generator {
  /// Bits drawn in every cycle.
  var width: Int

  struct Ports { let drawn: Output<Bits> }
  var ports: Ports { Ports(drawn: .init(width)) }

  var documentation: String { "Random bits for what checkers choose freely, new ones in every cycle." }

  func build(_ io: Interior<Ports>, in m: Module) {
    var words: [Bits] = []
    for word in 0..<(width + 63) / 64 {
      let start = BitVector(0x9E37_79B9_7F4A_7C15 &* UInt64(2 * word + 1), width: 64)
      let state = m.register("state_\(word)", Bits.self, width: 64, initial: m.constant(start, as: Bits.self))
      func zeros(_ width: Int) -> Bits { m.constant(BitVector.zeros(width), as: Bits.self) }
      var next = state
      next = next ^ concatenate(next[0..<51], zeros(13))
      next = next ^ concatenate(zeros(7), next[7..<64])
      next = next ^ concatenate(next[0..<47], zeros(17))
      state.next <== next
      words.append(state)
    }
    io.drawn <== concatenate(words.reversed())[0..<width]
  }
}

extension CheckerSet {
  /// The set of `checkers` for `design`, for simulation: what they choose freely is drawn at random.
  ///
  /// - Throws: A checker that reads a port that the design does not have, or has in another form.
  public init(simulating checkers: [CheckerCircuit], of design: Circuit) throws(DiagnosticList) {
    let bits = checkers.reduce(0) { sum, checker in
      checker.circuit.top.ports.reduce(sum) { $0 + (checker.choices.contains($1.shape.name) ? $1.shape.width : 0) }
    }
    try self.init(
      checkers, of: design,
      choices: bits == 0 ? .inputs : .drawn(try ChoiceSource(width: bits).elaborate().simplified()))
  }
}

extension Circuit {
  /// The design with checkers beside it, for simulation; the design itself without any.
  ///
  /// - Throws: A checker that reads a port that the design does not have, or has in another form.
  public func checked(by checkers: [CheckerCircuit]) throws(DiagnosticList) -> Circuit {
    checkers.isEmpty ? self : try checked(by: CheckerSet(simulating: checkers, of: self))
  }
}
