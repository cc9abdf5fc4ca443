import HDL
import Netlist
import Testing

/// A cell that hands two values on.
private struct Hop: Generator {
  struct Ports {
    let data, other: Input<UInt>
    let dataOut: Output<UInt>
    let wideOut: Output<UInt>
  }
  var ports: Ports { Ports(data: .init(8), other: .init(8), dataOut: .init(8), wideOut: .init(9)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    io.dataOut <== m.register("data", io.data)
    io.wideOut <== io.other + 1
  }
}

extension DiagnosticTests {
  static let gridMistakes: [Mistake] = [
    Mistake(
      .inputNotDriven, "hole",
      { io, m in
        let hop = m.grid(Hop(), "hop", rows: 2, columns: 3)
        hop.data <== .chain(hop.dataOut, from: .firstRow, entering: 0)
        io.y <== hop.dataOut[1, 2]
      },
      text: """
        @3: error: 'other' of grid 'hop' is not connected [SYS0009]
          in module #
          fix: connect the input of the cells: to one value, to .rows, .columns or .cells, or as a .chain
        1 error
        """),
    Mistake(
      .badGrid, "rowValues",
      { io, m in
        let hop = m.grid(Hop(), "hop", rows: 2, columns: 3)
        hop.data <== .rows([io.a, io.a, io.a])
        hop.other <== .chain(hop.dataOut, from: .firstRow, entering: [io.a, io.a])
        io.y <== hop.dataOut[1, 2]
      },
      text: """
        @4: error: 3 values for 'data' of grid 'hop', which has 2 rows [SYS0046]
          in module #
          fix: give one value for each row
        @5: error: 2 values for 'other' of grid 'hop', which has 3 columns [SYS0046]
          in module #
          fix: give one value for each column
        2 errors
        """),
    Mistake(
      .badGrid, "cellValues",
      { io, m in
        let hop = m.grid(Hop(), "hop", rows: 2, columns: 3)
        hop.data <== .cells([[io.a, io.a, io.a], [io.a, io.a]])
        hop.other <== .cells([[io.a, io.a, io.a]])
        io.y <== hop.dataOut[0, 0]
      },
      text: """
        @4: error: 2 values in row 1 for grid 'hop' of 2 rows and 3 columns [SYS0046]
          in module #
          fix: give one value for each cell, row by row
        @5: error: 1 rows for grid 'hop' of 2 rows and 3 columns [SYS0046]
          in module #
          fix: give one value for each cell, row by row
        2 errors
        """),
    Mistake(
      .badGrid, "gridSize",
      { io, m in
        let hop = m.grid(Hop(), "hop", rows: 0, columns: 3)
        hop.data <== .rows([])
        io.y <== hop.dataOut[5, 5]
      },
      text: """
        @3: error: grid 'hop' has 0 rows and 3 columns [SYS0046]
          in module #
          fix: use 1 to 65536 of each
        1 error
        """),
    Mistake(
      .badGrid, "gridBits",
      { io, m in
        let hop = m.grid(Hop(), "hop", rows: 2048, columns: 2048)
        io.y <== hop.dataOut[5, 5]
      },
      text: """
        @3: error: grid 'hop' of 2048 rows and 2048 columns has 37748736 bits at 'wideOut' [SYS0046]
          in module #
          fix: use at most 16777216 bits, or several grids
        1 error
        """),
    Mistake(
      .severalDrivers, "twiceConnected",
      { io, m in
        let hop = m.grid(Hop(), "hop", rows: 2, columns: 3)
        hop.data <== io.a
        hop.other <== 0
        hop.data <== .columns([io.a, io.a, io.a])
        io.y <== hop.dataOut[0, 0]
      },
      text: """
        @6: error: 'data' of grid 'hop' is connected twice [SYS0008]
          in module #
          note: @4: the first connection is here
          fix: connect each input of a grid once
        1 error
        """),
    Mistake(
      .badIndex, "cellOutside",
      { io, m in
        let hop = m.grid(Hop(), "hop", rows: 2, columns: 3)
        hop.data <== io.a
        hop.other <== io.a
        io.y <== hop.dataOut[2, 0]
        _ = hop.dataOut[0, -1]
      },
      text: """
        @6: error: row 2 of grid 'hop' of 2 rows and 3 columns [SYS0005]
          in module #
          fix: use 0..<2
        @7: error: column -1 of grid 'hop' of 2 rows and 3 columns [SYS0005]
          in module #
          fix: use 0..<3
        2 errors
        """),
    Mistake(
      .badGrid, "otherChain",
      { io, m in
        let hop = m.grid(Hop(), "hop", rows: 2, columns: 3)
        let jump = m.grid(Hop(), "jump", rows: 2, columns: 3)
        hop.data <== .chain(jump.dataOut, from: .firstRow, entering: 0)
        hop.other <== 0
        jump.data <== 0
        jump.other <== 0
        io.y <== hop.dataOut[1, 2]
      },
      text: """
        @5: error: 'data' of grid 'hop' continues an output of grid 'jump' [SYS0046]
          in module #
          fix: continue an output of the same grid
        1 error
        """),
    Mistake(
      .widthMismatch, "gridWidths",
      { io, m in
        let hop = m.grid(Hop(), "hop", rows: 2, columns: 3)
        hop.data <== .chain(hop.wideOut, from: .firstRow, entering: 0)
        hop.other <== .rows([io.a, io.a + 1])
        io.y <== hop.dataOut[1, 2]
      },
      text: """
        @4: error: 'data' of grid 'hop' has 8 bits and continues 'wideOut' of 9 bits [SYS0001]
          in module #
          fix: give both ports one width
        @5: error: 'other' of grid 'hop' has 8 bits and is driven by 9 bits [SYS0001]
          in module #
          fix: use truncated(to: 8) or saturated(to: 8)
        2 errors
        """),
    Mistake(
      .badGrid, "conditionalGrid",
      { io, m in
        let hop = m.grid(Hop(), "hop", rows: 2, columns: 3)
        hop.other <== 0
        m.when(io.c) { hop.data <== io.a }
        io.y <== hop.dataOut[1, 2]
      },
      text: """
        @5: error: 'data' of grid 'hop' is connected under a condition [SYS0046]
          in module #
          fix: connect it outside, to a wire that is driven under the condition
        1 error
        """),
    Mistake(
      .badWidth, "longDelay",
      { io, m in
        let wide = io.a.extended(to: 1024)
        io.y <== m.delayed("late", wide, by: 20000).truncated(to: 8)
      },
      text: """
        @4: error: delay line 'late_delay' of 20000 cycles has 20480000 bits [SYS0004]
          in module #
          fix: use at most 16777216 bits, or a memory
        1 error
        """),
  ]
}
