import HDL

/// Mistakes with vectors.
extension DiagnosticTests {
  static let vectorMistakes: [Mistake] = [
    Mistake(
      .badIndex, "vectorElement",
      { io, m in
        let held = m.register("held", of: Vector<UInt>.shape(4, of: 8))
        held.next <== Vector([io.a, io.a, io.a, io.a])
        io.y <== held[4]
      },
      text: """
        @5: error: element 4 of a vector of 4 elements [SYS0005]
          in module #
          fix: use an index from 0..<4
        1 error
        """),
    Mistake(
      .badIndex, "vectorTarget",
      { io, m in
        let held = m.register("held", of: Vector<UInt>.shape(2, of: 8))
        held.next[-1] <== io.a
        io.y <== held[0]
      },
      text: """
        @4: error: element -1 of a target of 2 elements [SYS0005]
          in module #
          fix: use an index from 0..<2
        1 error
        """),
    Mistake(
      .bundleMismatch, "vectorShape",
      { io, m in
        let held = m.register("held", of: Vector<UInt>.shape(2, of: 8))
        held.next <== Vector([io.a[0..<4], io.a[4..<8], io.a[0..<4], io.a[4..<8]].map(\.asUnsigned))
        io.y <== held[0]
      },
      text: """
        @4: error: 'held' has the format 2 × UInt(8) and is driven by 4 × UInt(4) [SYS0038]
          in module #
          note: @3: 'held' is declared here
          fix: convert one of them, or give both one format
        1 error
        """),
    Mistake(
      .widthMismatch, "vectorWidths",
      { io, m in
        let held = Vector([io.a, io.a.truncated(to: 7)])
        io.y <== held[0]
      },
      text: """
        @3: error: the elements of a vector are 8 and 7 bits wide [SYS0001]
          in module #
          fix: use extended(to:), truncated(to:) or saturated(to:)
        1 error
        """),
    Mistake(
      .literalWithoutWidth, "vectorOfLiterals",
      { io, m in
        let table: Vector<UInt> = Vector([1, 2])
        io.y <== table[0]
      },
      text: """
        @3: error: every element of a vector is a literal, so its width is unknown [SYS0003]
          in module #
          fix: write Vector(…, of: width)
        1 error
        """),
    Mistake(
      .emptyList, "vectorOfNothing",
      { io, m in
        let none = Vector([UInt]())
        io.y <== none[0]
      },
      text: """
        @3: error: vector of nothing [SYS0021]
          in module #
          fix: give it at least one
        1 error
        """),
  ]
}
