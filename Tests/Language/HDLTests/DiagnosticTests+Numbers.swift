import HDL
import NumberFormats

private let narrow = try! FixedPointFormat(integerBits: 4, fractionBits: 4, isSigned: true)
private let fine = try! FixedPointFormat(integerBits: 2, fractionBits: 6, isSigned: true)

private struct Weighted: SignalBundle {
  let weight: FixedPoint
  let isLast: Bit
}

extension DiagnosticTests {
  static let numberMistakes: [Mistake] = [
    Mistake(
      .bundleMismatch, "chosenFormats",
      { io, m in
        let a = FixedPoint(io.a.asBits, as: narrow)
        let b = FixedPoint(io.s.asBits, as: fine)
        io.y <== mux(io.c, a, b).code.bits.asUnsigned
      },
      text: """
        @5: error: the formats Q(4, 4) and Q(2, 6) meet in the values of a mux [SYS0038]
          in module #
          fix: convert one of them, or give both one format
        1 error
        """),
    Mistake(
      .bundleMismatch, "drivenFormat",
      { io, m in
        let held = m.register("held", of: FixedPoint.shape(narrow))
        held.next <== FixedPoint(io.a.asBits, as: fine)
        io.y <== held.code.bits.asUnsigned
      },
      text: """
        @4: error: 'held' has the format Q(4, 4) and is driven by Q(2, 6) [SYS0038]
          in module #
          note: @3: 'held' is declared here
          fix: convert one of them, or give both one format
        1 error
        """),
    Mistake(
      .bundleMismatch, "drivenField",
      { io, m in
        let held = m.wire("held", of: Weighted(weight: .shape(narrow), isLast: .shape))
        held.driver <== Weighted(weight: FixedPoint(io.a.asBits, as: fine), isLast: io.c)
        io.y <== held.weight.code.bits.asUnsigned
      },
      text: """
        @4: error: field 'weight' of 'held_weight' has the format Q(4, 4) and is driven by Q(2, 6) [SYS0038]
          in module #
          note: @3: 'held_weight' is declared here
          fix: convert one of them, or give both one format
        1 error
        """),
    Mistake(
      .bundleMismatch, "sign",
      { io, m in
        let held = m.register("held", of: Integer.shape(.int8))
        held.next <== .unsigned(io.a)
        io.y <== held.bits.asUnsigned
      },
      text: """
        @4: error: 'held' has the format signed and is driven by unsigned [SYS0038]
          in module #
          note: @3: 'held' is declared here
          note: @ports: 'a' is declared here
          fix: convert one of them, or give both one format
        1 error
        """),
    Mistake(
      .bundleMismatch, "floats",
      { io, m in
        let a = FloatingNumber(io.a.asBits, as: .float8E4M3)
        io.y <== a.isLess(than: FloatingNumber(io.s.asBits, as: .float8E5M2)).asUnsigned.extended(to: 8)
      },
      text: """
        @4: error: numbers of the formats E4M3FN and E5M2 are compared [SYS0038]
          in module #
          note: @ports: 'a' is declared here
          fix: convert one of them, or give both one format
        1 error
        """),
  ]
}
