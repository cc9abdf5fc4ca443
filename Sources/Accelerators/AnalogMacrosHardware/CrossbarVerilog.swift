import AnalogMacros

/// The crossbar in Verilog: one module for every geometry and strength, by parameters.
enum CrossbarVerilog {
  /// File name.
  static let name = "analog_crossbar.v"

  /// Arms of the case statement that chooses a quantile.
  private static var quantiles: String {
    GaussianTable.magnitudes.enumerated().map { index, magnitude in
      let label = index == GaussianTable.magnitudes.count - 1 ? "default" : "9'd\(index)"
      return "        \(label): magnitude = 64'sd\(magnitude);"
    }.joined(separator: "\n")
  }

  /// Black box for synthesis; for simulation, integers that give the codes of the golden model.
  static let text = #"""
    // Crossbar of resistive cells with converters, simulation body: integers only, the same codes as the golden model.
    //
    // A synthesis tool sees a black box. Parameters come from the generator; conductances are in 1/256 of a level step,
    // factors have 16 fraction bits. Latency from `read` to `current` and from `convert` to `codes` is fixed.
    `default_nettype none

    `ifdef SYNTHESIS
    (* blackbox *)
    `endif
    module analog_crossbar #(
      parameter ROWS = 128,
      parameter COLUMNS = 128,
      parameter CELL_BITS = 2,
      parameter CONVERTER_BITS = 9,
      parameter CONVERTERS = 128,
      parameter ROW_BITS = 7,
      parameter STEP_BITS = 1,
      parameter SUM_BITS = 9,
      parameter CONVERT_CYCLES = 1,
      parameter WRITE_CYCLES = 1,
      // 1: nothing is computed but the exact sums.
      parameter IDEAL = 1,
      // Where the random words of each purpose start: bits 63 to 48, 47 to 24 and 23 to 0.
      parameter [31:0] CELL_2 = 0, parameter [31:0] CELL_1 = 0, parameter [31:0] CELL_0 = 0,
      parameter [31:0] READ_2 = 0, parameter [31:0] READ_1 = 0, parameter [31:0] READ_0 = 0,
      parameter [31:0] TELEGRAPH_2 = 0, parameter [31:0] TELEGRAPH_1 = 0, parameter [31:0] TELEGRAPH_0 = 0,
      parameter [31:0] CONVERTER_2 = 0, parameter [31:0] CONVERTER_1 = 0, parameter [31:0] CONVERTER_0 = 0,
      parameter signed [63:0] LOWEST = 0,
      parameter signed [63:0] RELATIVE = 0,
      parameter signed [63:0] ABSOLUTE = 0,
      parameter signed [63:0] STUCK_LOWEST = 0,
      parameter signed [63:0] STUCK_HIGHEST = 0,
      parameter signed [63:0] READ_NOISE = 0,
      parameter signed [63:0] TELEGRAPH_SHARE = 0,
      parameter signed [63:0] TELEGRAPH_STRENGTH = 0,
      parameter signed [63:0] DRIFT_DOWN = 65536,
      parameter signed [63:0] DRIFT_UP = 65536,
      parameter signed [63:0] LOSS_PER_COLUMN = 0,
      parameter signed [63:0] LOSS_PER_ROW = 0,
      parameter signed [63:0] CONVERTER_OFFSET = 0,
      parameter signed [63:0] CONVERTER_GAIN = 0,
      parameter signed [63:0] TEMPERATURE = 0
    ) (
      input  wire                                 clock,
      input  wire                                 read,
      input  wire [ROWS-1:0]                      plane,
      input  wire [31:0]                          read_event,
      input  wire [7:0]                           temperature,
      input  wire                                 convert,
      input  wire [STEP_BITS-1:0]                 step,
      output wire                                 codes_valid,
      output wire [CONVERTERS*CONVERTER_BITS-1:0] codes,
      output wire [CONVERTERS*SUM_BITS-1:0]       ideal_sums,
      input  wire                                 write,
      input  wire [ROW_BITS-1:0]                  write_row,
      input  wire [COLUMNS*CELL_BITS-1:0]         write_levels,
      output wire                                 write_done
    );
    `ifndef SYNTHESIS
      // Random words are of 64 bits, and their uses take a part.
      /* verilator lint_off UNUSEDSIGNAL */
      localparam [63:0] INCREMENT = 64'h9E3779B97F4A7C15;
      localparam [63:0] CELLS = {CELL_2[15:0], CELL_1[23:0], CELL_0[23:0]};
      localparam [63:0] READS = {READ_2[15:0], READ_1[23:0], READ_0[23:0]};
      localparam [63:0] TELEGRAPHS = {TELEGRAPH_2[15:0], TELEGRAPH_1[23:0], TELEGRAPH_0[23:0]};
      localparam [63:0] OF_CONVERTERS = {CONVERTER_2[15:0], CONVERTER_1[23:0], CONVERTER_0[23:0]};
      localparam STEPS = COLUMNS / CONVERTERS;
      localparam WORDS = (ROWS + 31) / 32;
      localparam PADDED = 32 * WORDS;
      localparam signed [63:0] GREATEST = ((64'd1 << CELL_BITS) - 64'd1) << 8;
      localparam signed [63:0] LARGEST_CODE = (64'd1 << CONVERTER_BITS) - 64'd1;

      // The finaliser of splitmix64.
      function [63:0] mix(input [63:0] value);
        reg [63:0] a, b;
        begin
          a = (value ^ (value >> 30)) * 64'hBF58476D1CE4E5B9;
          b = (a ^ (a >> 27)) * 64'h94D049BB133111EB;
          mix = b ^ (b >> 31);
        end
      endfunction

      function [63:0] word(input [63:0] start, input [31:0] first, input [31:0] second);
        word = mix(start + INCREMENT * {first, second});
      endfunction

      // To nearest, ties to even.
      function signed [63:0] rounded(input signed [63:0] value, input integer shift);
        reg signed [63:0] floor;
        reg [63:0] rest, half;
        begin
          floor = value >>> shift;
          rest = value & ((64'd1 << shift) - 64'd1);
          half = 64'd1 << (shift - 1);
          rounded = floor + ((rest > half || rest == half && floor[0]) ? 64'sd1 : 64'sd0);
        end
      endfunction

      // Quantiles of the normal distribution in units of 1/4096: nine bits choose a magnitude, the tenth the sign.
      function signed [63:0] gaussian(input [9:0] index);
        reg signed [63:0] magnitude;
        begin
          case (index[8:0])
    \#(quantiles)
          endcase
          gaussian = index[9] ? -magnitude : magnitude;
        end
      endfunction

      function signed [63:0] conductance(input [31:0] row, input [31:0] column, input [CELL_BITS-1:0] level);
        reg [63:0] random;
        reg signed [63:0] steps, value, loss, stuck;
        begin
          random = word(CELLS, row, column);
          stuck = {48'd0, random[47:32]};
          steps = {{(56 - CELL_BITS) {1'b0}}, level, 8'd0};
          if (stuck < STUCK_LOWEST) begin
            value = LOWEST;
          end else if (stuck < STUCK_LOWEST + STUCK_HIGHEST) begin
            value = LOWEST + GREATEST;
          end else begin
            value = LOWEST + steps
              + rounded(RELATIVE * steps * gaussian(random[9:0]) + ABSOLUTE * GREATEST * gaussian(random[25:16]), 28);
            if (value < 0) value = 0;
          end
          if (DRIFT_DOWN != 65536) begin
            value = rounded(value * (random[63] ? DRIFT_UP : DRIFT_DOWN), 16);
            if (value < LOWEST) value = LOWEST;
            if (value > LOWEST + GREATEST) value = LOWEST + GREATEST;
          end
          loss = rounded($signed({32'd0, column}) * LOSS_PER_COLUMN + $signed({32'd0, row}) * LOSS_PER_ROW, 16);
          conductance = rounded(value * (loss > 65536 ? 64'sd0 : 64'sd65536 - loss), 16);
        end
      endfunction

      // Levels as bit slices: bit k of the cells of column j is word CELL_BITS j + k.
      reg [PADDED-1:0] slices [0:COLUMNS*CELL_BITS-1];
      // Conductances at 300 K, and behind those of a row that of the column of lowest levels.
      reg signed [31:0] conductances [0:ROWS*(COLUMNS+1)-1];
      reg [31:0] event_number;
      reg [7:0] warmth_code;
      reg [PADDED-1:0] driven;
      reg [CONVERTERS*CONVERTER_BITS-1:0] codes_now;
      reg [CONVERTERS*SUM_BITS-1:0] sums_now;
      reg [CONVERT_CYCLES-1:0] converting;
      reg [WRITE_CYCLES-1:0] writing;

      assign codes = codes_now;
      assign ideal_sums = sums_now;
      assign codes_valid = converting[CONVERT_CYCLES-1];
      assign write_done = writing[WRITE_CYCLES-1];

      function [31:0] ones(input [31:0] value);
        reg [31:0] a, b, c;
        begin
          a = value - ((value >> 1) & 32'h55555555);
          b = (a & 32'h33333333) + ((a >> 2) & 32'h33333333);
          c = (b + (b >> 4)) & 32'h0F0F0F0F;
          ones = (c * 32'h01010101) >> 24;
        end
      endfunction

      // The exact sum of the levels of the driven cells of a column.
      function [31:0] exact(input integer column, input [PADDED-1:0] rows);
        integer part, slice;
        reg [PADDED-1:0] cells;
        reg [31:0] count;
        begin
          exact = 32'd0;
          for (slice = 0; slice < CELL_BITS; slice = slice + 1) begin
            cells = slices[column * CELL_BITS + slice] & rows;
            count = 32'd0;
            for (part = 0; part < WORDS; part = part + 1) count = count + ones(cells[32 * part +: 32]);
            exact = exact + (count << slice);
          end
        end
      endfunction

      // The current of a column in 1/256 of a level step, with telegraph states and warmth.
      function signed [63:0] current(input integer column, input [PADDED-1:0] rows);
        integer row;
        reg signed [63:0] value;
        reg [63:0] random;
        begin
          current = 64'sd0;
          for (row = 0; row < ROWS; row = row + 1) begin
            if (rows[row]) begin
              value = {{32 {conductances[row * (COLUMNS + 1) + column][31]}}, conductances[row * (COLUMNS + 1) + column]};
              current = current + value;
              if (TELEGRAPH_SHARE > 0) begin
                random = mix(word(TELEGRAPHS, event_number, row) + INCREMENT * {32'd0, column});
                if ($signed({48'd0, random[15:0]}) < TELEGRAPH_SHARE) begin
                  current = current - rounded(value * TELEGRAPH_STRENGTH, 16);
                end
              end
            end
          end
          current = rounded(current * (64'sd65536 + rounded(TEMPERATURE * $signed({56'd0, warmth_code}), 8)), 16);
        end
      endfunction

      function signed [31:0] low(input signed [63:0] value);
        low = value[31:0];
      endfunction

      function [CONVERTER_BITS-1:0] sum_code(input [31:0] value);
        sum_code = value[CONVERTER_BITS-1:0];
      endfunction

      function [CONVERTER_BITS-1:0] code(input integer column, input integer converter, input signed [63:0] dummy);
        reg [63:0] random;
        reg signed [63:0] value, gain, offset;
        begin
          value = current(column, driven) - dummy;
          if (READ_NOISE > 0) begin
            random = word(READS, event_number, column);
            value = value + rounded(READ_NOISE * gaussian(random[9:0]), 20);
          end
          random = word(OF_CONVERTERS, 32'd0, converter);
          gain = 64'sd65536 + rounded(CONVERTER_GAIN * gaussian(random[9:0]), 12);
          offset = CONVERTER_OFFSET * gaussian(random[25:16]);
          value = rounded(((value * gain) <<< 4) + offset, 28);
          if (value < 0) value = 64'sd0;
          if (value > LARGEST_CODE) value = LARGEST_CODE;
          code = value[CONVERTER_BITS-1:0];
        end
      endfunction

      integer i, j, k;
      reg [31:0] sum;
      reg [PADDED-1:0] row_bit;
      reg signed [63:0] lowest_current;
      initial begin
        for (j = 0; j < COLUMNS * CELL_BITS; j = j + 1) slices[j] = {PADDED {1'b0}};
        if (IDEAL == 0) begin
          for (i = 0; i < ROWS; i = i + 1) begin
            for (j = 0; j <= COLUMNS; j = j + 1) begin
              lowest_current = conductance(i, j, {CELL_BITS {1'b0}});
              conductances[i * (COLUMNS + 1) + j] = lowest_current[31:0];
            end
          end
        end
        driven = {PADDED {1'b0}};
        row_bit = {PADDED {1'b0}};
        event_number = 32'd0;
        warmth_code = 8'd0;
        converting = {CONVERT_CYCLES {1'b0}};
        writing = {WRITE_CYCLES {1'b0}};
        codes_now = {(CONVERTERS * CONVERTER_BITS) {1'b0}};
        sums_now = {(CONVERTERS * SUM_BITS) {1'b0}};
      end

      // Cells are read in this process alone.
      /* verilator lint_off BLKSEQ */
      always @(posedge clock) begin
        converting <= (converting << 1) | {{(CONVERT_CYCLES - 1) {1'b0}}, convert};
        writing <= (writing << 1) | {{(WRITE_CYCLES - 1) {1'b0}}, write};
        // What is converted is what was driven and stored before this edge.
        if (convert) begin
          lowest_current = LOWEST == 64'sd0 ? 64'sd0 : current(COLUMNS, driven);
          for (i = 0; i < CONVERTERS; i = i + 1) begin
            sum = exact(i * STEPS + {{(32 - STEP_BITS) {1'b0}}, step}, driven);
            sums_now[i * SUM_BITS +: SUM_BITS] <= sum[SUM_BITS-1:0];
            codes_now[i * CONVERTER_BITS +: CONVERTER_BITS] <=
              IDEAL == 0 ? code(i * STEPS + {{(32 - STEP_BITS) {1'b0}}, step}, i, lowest_current)
              : {32'd0, sum} > LARGEST_CODE ? LARGEST_CODE[CONVERTER_BITS-1:0] : sum_code(sum);
          end
        end
        if (read) begin
          driven <= {{(PADDED - ROWS) {1'b0}}, plane};
          event_number <= read_event;
          warmth_code <= temperature;
        end
        if (write) begin
          row_bit = {{(PADDED - 1) {1'b0}}, 1'b1} << write_row;
          for (j = 0; j < COLUMNS; j = j + 1) begin
            for (k = 0; k < CELL_BITS; k = k + 1) begin
              slices[j * CELL_BITS + k] = write_levels[j * CELL_BITS + k]
                ? slices[j * CELL_BITS + k] | row_bit : slices[j * CELL_BITS + k] & ~row_bit;
            end
            if (IDEAL == 0) begin
              conductances[{{(32 - ROW_BITS) {1'b0}}, write_row} * (COLUMNS + 1) + j]
                = low(conductance({{(32 - ROW_BITS) {1'b0}}, write_row}, j, write_levels[j * CELL_BITS +: CELL_BITS]));
            end
          end
        end
      end
      /* verilator lint_on BLKSEQ */
      /* verilator lint_on UNUSEDSIGNAL */
    `endif
    endmodule

    `default_nettype wire

    """#
}
