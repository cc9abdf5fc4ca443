import HDL
import Netlist

extension DiagnosticTests {
  /// Mistakes with memories.
  static let memoryMistakes: [Mistake] = [
    Mistake(
      .badMemory, "words",
      { io, m in
        let memory = m.memory("ram", UInt.self, width: 8, depth: 0, contents: [])
        io.y <== memory.read(at: 0)
      },
      text: """
        @3: error: memory 'ram' of 0 words of 8 bits [SYS0018]
          in module #
          fix: use at least one word of one bit
        1 error
        """),
    Mistake(
      .badMemory, "unwritten",
      { io, m in
        let memory = m.memory("ram", UInt.self, width: 8, depth: 4)
        io.y <== memory.read(at: io.a.truncated(to: 2))
      },
      text: """
        @3: error: memory 'ram' is never written and has no contents [SYS0018]
          in module #
          fix: write it, or give it contents
        1 error
        """),
    Mistake(
      .badMemory, "unread",
      { io, m in
        let memory = m.memory("ram", UInt.self, width: 8, depth: 4)
        memory.write(io.a, at: 0)
        io.y <== 0
      },
      text: """
        @3: error: memory 'ram' is never read [SYS0018]
          in module #
          fix: read it, or remove it
        1 error
        """),
    Mistake(
      .badMemory, "port",
      { io, m in
        let memory = m.dualPortMemory(
          "ram", UInt.self, width: 8, depth: 256, duringOwnWrite: .oldData, duringOtherWrite: .newData)
        io.y <== memory.a.access(at: io.a, writing: io.a, when: io.c)
      },
      text: """
        @3: error: port 'b' of memory 'ram' is not used once [SYS0018]
          in module #
          fix: call access(at:writing:when:) once on each port
        1 error
        """),
    Mistake(
      .badMemory, "keeps",
      { io, m in
        let memory = m.dualPortMemory(
          "ram", UInt.self, width: 8, depth: 256, duringOwnWrite: .oldData, duringOtherWrite: .noChange)
        io.y <== memory.a.access(at: io.a, writing: io.a, when: io.c)
        _ = memory.b.access(at: 3, writing: io.a, when: io.c)
      },
      text: """
        @3: error: a port of memory 'ram' would keep its word while the other port writes [SYS0018]
          in module #
          fix: use .oldData or .newData for duringOtherWrite
        1 error
        """),
    Mistake(
      .badMemory, "clocks",
      { io, m in
        let memory = m.dualPortMemory(
          "ram", UInt.self, width: 8, depth: 256, duringOwnWrite: .oldData, clocks: (a: .main, b: .main))
        io.y <== memory.a.access(at: io.a, writing: io.a, when: io.c)
        _ = memory.b.access(at: 3, writing: io.a, when: io.c)
      },
      text: """
        @3: error: both ports of memory 'ram' belong to the domain 'main' [SYS0018]
          in module #
          fix: state what a port gives of what the other one writes: duringOtherWrite in place of clocks
        1 error
        """),
    Mistake(
      .badIndex, "address",
      { io, m in
        let memory = m.memory("ram", UInt.self, width: 8, depth: 16, contents: [1])
        io.y <== memory.read(at: io.a)
      },
      text: """
        @4: error: memory 'ram' has addresses of 4 bits and gets one of 8 [SYS0005]
          in module #
          fix: use extended(to: 4) or truncated(to: 4)
        1 error
        """),
    Mistake(
      .widthMismatch, "word",
      { io, m in
        let memory = m.memory("ram", UInt.self, width: 8, depth: 256, contents: [1])
        memory.write(io.a + 1, at: io.a)
        io.y <== memory.read(at: io.a)
      },
      text: """
        @4: error: memory 'ram' has words of 8 bits and is written 9 [SYS0001]
          in module #
          fix: use extended(to:), truncated(to:) or saturated(to:)
        1 error
        """),
    Mistake(
      .badLanes, "division",
      { io, m in
        let memory = m.memory("ram", UInt.self, width: 8, depth: 256, lanes: 3, contents: [1])
        io.y <== memory.read(at: io.a)
      },
      text: """
        @3: error: memory 'ram' has words of 8 bits in 3 lanes [SYS0030]
          in module #
          fix: use a number of lanes that divides the width
        1 error
        """),
    Mistake(
      .badLanes, "mask",
      { io, m in
        let memory = m.memory("ram", UInt.self, width: 8, depth: 256, lanes: 4, contents: [1])
        memory.write(io.a, at: io.a, lanes: io.a[0..<2])
        io.y <== memory.read(at: io.a)
      },
      text: """
        @4: error: memory 'ram' has 4 lanes and is written with 2 [SYS0030]
          in module #
          fix: use a mask of 4 bits, or declare the memory with lanes: 2
        1 error
        """),
    Mistake(
      .badContents, "count",
      { io, m in
        let memory = m.memory("ram", UInt.self, width: 8, depth: 2, contents: [1, 2, 3])
        io.y <== memory.read(at: 0)
      },
      text: """
        @3: error: memory 'ram' has 2 words and contents of 3 [SYS0031]
          in module #
          fix: use a depth of at least 3
        1 error
        """),
    Mistake(
      .badContents, "range",
      { io, m in
        let entries = m.rom("squares", UInt.self, width: 8, contents: [1, 256])
        io.y <== entries.read(at: 0)
      },
      text: """
        @3: error: word 1 of memory 'squares' is 256, which does not fit into 8 unsigned bits [SYS0031]
          in module #
          fix: use words of at least 9 bits
        1 error
        """),
    Mistake(
      .badContents, "sign",
      { io, m in
        let entries = m.rom("squares", UInt.self, width: 8, contents: [-1, 2])
        io.y <== entries.read(at: 0)
      },
      text: """
        @3: error: word 0 of memory 'squares' is -1, which does not fit into 8 unsigned bits [SYS0031]
          in module #
          fix: use SInt for negative numbers
        1 error
        """),
    Mistake(
      .badContents, "width",
      { io, m in
        let entries = m.rom("squares", UInt.self, width: 8, contents: .words([.ones(8), .ones(7)]))
        io.y <== entries.read(at: 0)
      },
      text: """
        @3: error: word 1 of memory 'squares' has 7 bits, the memory words of 8 [SYS0031]
          in module #
          fix: use words of one width
        1 error
        """),
    Mistake(
      .unreadableContents, "path",
      { io, m in
        let entries = m.rom("squares", UInt.self, width: 8, contents: .file("nowhere/squares.hex"))
        io.y <== entries.read(at: 0)
      },
      text: """
        @3: error: memory 'squares' starts with the file 'nowhere/squares.hex', which cannot be read [SYS0032]
          in module #
          fix: give a path that exists, from the folder in which the program runs
        1 error
        """),
    Mistake(
      .badMemory, "size",
      { io, m in
        let memory = m.memory("ram", UInt.self, width: 64, depth: 1 << 40, contents: [1])
        io.y <== memory.read(at: 0).truncated(to: 8)
      },
      text: """
        @3: error: memory 'ram' of 1099511627776 words of 64 bits [SYS0018]
          in module #
          fix: use a memory of at most 2^36 bits; a larger one is a black box
        1 error
        """),
  ]
}
