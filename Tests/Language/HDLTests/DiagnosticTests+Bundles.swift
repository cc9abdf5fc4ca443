import HDL

private struct Item: SignalBundle {
  let isFirst: Bit
  let code: UInt
  var lanes: [SInt] = []

  static func shape(_ width: Int, lanes: Int = 0) -> Item {
    Item(isFirst: .shape, code: .shape(width), lanes: (0..<lanes).map { _ in .shape(4) })
  }
}

private struct Box: SignalBundle {
  let item: Item
}

extension DiagnosticTests {
  static let bundleMistakes: [Mistake] = [
    Mistake(
      .bundleMismatch, "field",
      { io, m in
        let held = m.register("held", of: Item.shape(8))
        held.next <== Item(isFirst: io.c, code: io.a + 1)
        io.y <== held.code
      },
      text: """
        @4: error: field 'code' is driven by 9 bits, and 'held_code' has 8 [SYS0038]
          in module #
          note: @3: 'held_code' is declared here
          fix: use truncated(to: 8) for 'code', or give both bundles one shape
        1 error
        """),
    Mistake(
      .bundleMismatch, "nested",
      { io, m in
        let narrow = m.register("narrow", io.a.truncated(to: 7))
        let held = m.wire("held", of: Box(item: .shape(8)))
        held.driver <== Box(item: Item(isFirst: io.c, code: narrow))
        io.y <== held.item.code
      },
      text: """
        @5: error: field 'item.code' is driven by 7 bits, and 'held_item_code' has 8 [SYS0038]
          in module #
          note: @4: 'held_item_code' is declared here
          note: @3: 'narrow' is declared here
          fix: use extended(to: 8) for 'item.code', or give both bundles one shape
        1 error
        """),
    Mistake(
      .bundleMismatch, "missing",
      { io, m in
        let held = m.register("held", of: Item.shape(8, lanes: 2))
        held.next <== Item(isFirst: io.c, code: io.a, lanes: [0])
        io.y <== held.code
      },
      text: """
        @4: error: field 'lanes[1]' is missing in the bundle that drives 'held_lanes_1' [SYS0038]
          in module #
          note: @3: 'held_lanes_1' is declared here
          note: @ports: 'c' is declared here
          fix: give both bundles one shape
        1 error
        """),
    Mistake(
      .bundleMismatch, "extra",
      { io, m in
        let held = m.register("held", of: Item.shape(8))
        held.next <== Item(isFirst: io.c, code: io.a, lanes: [io.s[0..<4].asSigned])
        io.y <== held.code
      },
      text: """
        @4: error: field 'lanes[0]' is driven, and the bundle of 'held_is_first' has none [SYS0038]
          in module #
          note: @3: 'held_is_first' is declared here
          fix: give both bundles one shape
        1 error
        """),
    Mistake(
      .bundleMismatch, "mux",
      { io, m in
        let one = Item(isFirst: io.c, code: io.a)
        let other = Item(isFirst: 1, code: io.a + 1)
        io.y <== mux(io.c, one, other).code
      },
      text: """
        @5: error: field 'code' of the values of a mux has 8 and 9 bits [SYS0038]
          in module #
          note: @ports: 'a' is declared here
          fix: use extended(to:), truncated(to:) or saturated(to:) for 'code', or give all of them one shape
        1 error
        """),
    Mistake(
      .bundleMismatch, "literals",
      { io, m in
        let one = Item(isFirst: 0, code: UInt(1).extended(to: 8))
        io.y <== mux(true, one, Item(isFirst: 1, code: 2, lanes: [3])).code
      },
      text: """
        @4: error: the values of a mux do not have the same fields [SYS0038]
          in module #
          fix: give all of them one shape
        1 error
        """),
    Mistake(
      .bundleMismatch, "select",
      { io, m in
        let one = Item(isFirst: io.c, code: io.a)
        let other = Item(isFirst: io.c, code: io.a, lanes: [io.s])
        io.y <== select(io.a, [one, other]).code
      },
      text: """
        @5: error: the values of a select do not both have a field 'lanes[0]' [SYS0038]
          in module #
          note: @ports: 's' is declared here
          fix: give all of them one shape
        1 error
        """),
    Mistake(
      .bundleMismatch, "reset",
      { io, m in
        let next = Item(isFirst: io.c, code: io.a)
        io.y <== m.register("held", next, reset: Item(isFirst: 0, code: 0, lanes: [0])).code
      },
      text: """
        @4: error: register 'held' and its reset value do not both have a field 'lanes[0]' [SYS0038]
          in module #
          fix: give all of them one shape
        1 error
        """),
    Mistake(
      .bundleMismatch, "unpack", { io, m in io.y <== io.a.asBits.unpacked(as: Item.shape(8)).code },
      text: """
        @1: error: 8 bits are unpacked as a bundle of 9, whose last field 'code' has bits 1..<9 [SYS0038]
          in module #
          fix: use 9 bits, or a shape of 8
        1 error
        """),
    Mistake(
      .bundleMismatch, "word",
      { io, m in
        let words = m.memory("words", of: Item.shape(7), depth: 4)
        words.write(Item(isFirst: io.c, code: io.a), at: 0)
        io.y <== words.read(at: 1).code.extended(to: 8)
      },
      text: """
        @4: error: field 'code' of memory 'words' and what is written has 7 and 8 bits [SYS0038]
          in module #
          note: @ports: 'a' is declared here
          fix: use extended(to:), truncated(to:) or saturated(to:) for 'code', or give all of them one shape
        1 error
        """),
    Mistake(
      .shapeAsValue, "shape", { io, m in io.y <== UInt.shape(8) },
      text: """
        @1: error: the shape of 8 bits stands where a value is needed [SYS0039]
          in module #
          fix: write a signal or a constant there; a shape says how wide a port, a register or a wire is
        1 error
        """),
  ]
}
