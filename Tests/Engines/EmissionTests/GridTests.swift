import HDL
import Netlist
import TestSupport
import Testing
import Verilog

/// Grids and delay lines in the emitted text: what every tool says of it, and what it does.
@Suite struct GridTests {
  @Test(arguments: Weave.all) func `No tool warns of a grid, in either form`(weave: Weave) throws {
    let circuit = try weave.elaborate().simplified()
    try Emission.expectClean(circuit, "grid")
    try Emission.expectClean(circuit.unrolled(), "flat form")
  }

  @Test func `A grid is written as loops`() throws {
    let text = try #require(try Weave(rows: 3, columns: 4).elaborate().simplified().verilog().last?.text)
    let loops = try #require(text.range(of: "  // 3 x 4 cells"))
    #expect(
      text[loops.lowerBound...] == """
          // 3 x 4 cells, chained: across from column 0; along from row 0.
          generate
            for (column = 0; column < 4; column = column + 1) begin : tile_entry
              assign tile_along[column] = tile_along_columns[5 * column +: 5];
            end
            for (row = 0; row < 3; row = row + 1) begin : tile_row
              assign tile_across[5 * row] = tile_across_rows[5 * row +: 5];
              for (column = 0; column < 4; column = column + 1) begin : tile_column
                WeaveCell_width5_isCombinational0 tile (
                  .clock(clock),
                  .reset(reset),
                  .across(tile_across[5 * row + column]),
                  .along(tile_along[4 * row + column]),
                  .mask(mask),
                  .row_value(tile_row_value_rows[5 * row +: 5]),
                  .column_value(tile_column_value_columns[5 * column +: 5]),
                  .own(tile_own_cells[4 * row + column]),
                  .across_out(tile_across[5 * row + column + 1]),
                  .along_out(tile_along[4 * row + column + 4]),
                  .shown(tile_shown[4 * row + column]),
                  .is_odd(tile_is_odd[4 * row + column])
                );
              end
            end
          endgenerate
        endmodule

        `default_nettype wire

        """)
  }

  @Test func `The flat form has an instance for each cell`() throws {
    let text = try Weave(rows: 2, columns: 2).elaborate().simplified().unrolled().verilog()[1].text
    #expect(!text.contains("generate"))
    for name in ["tile_0_0", "tile_0_1", "tile_1_0", "tile_1_1"] { #expect(text.contains(" \(name) (\n")) }
  }
}
