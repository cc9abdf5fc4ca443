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
      parameter CODE_FRACTION_BITS = 0,
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
      parameter signed [63:0] TOLERANCE = 0,
      parameter signed [63:0] PULSES = 1,
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
      output wire                                 write_done,
      output wire                                 write_failed,
      output wire [3:0]                           write_pulses
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
      localparam WORDS = (ROWS + 63) / 64;
      localparam PADDED = 64 * WORDS;
      localparam signed [63:0] GREATEST = ((64'd1 << CELL_BITS) - 64'd1) << 8;
      localparam signed [63:0] LARGEST_CODE = (64'd1 << CONVERTER_BITS) - 64'd1;

    \#(CounterNoiseVerilog.functions)

      // Quantiles of the normal distribution in units of 1/4096: nine bits choose a magnitude, the tenth the sign.
      function automatic signed [63:0] gaussian(input [9:0] index);
        /* verilator no_inline_task */
        reg signed [63:0] magnitude;
        begin
          case (index[8:0])
    \#(quantiles)
          endcase
          gaussian = index[9] ? -magnitude : magnitude;
        end
      endfunction

      // The random word of a pulse into a cell.
      function automatic [63:0] pulse_word(input [31:0] row, input [31:0] column, input [31:0] pulse);
        pulse_word = pulse == 32'd0 ? word(CELLS, row, column) : mix(word(CELLS, row, column) + INCREMENT * {32'd0, pulse});
      endfunction

      // What a pulse misses a level by.
      function automatic signed [63:0] programming_error(input [63:0] random, input signed [63:0] steps);
        /* verilator no_inline_task */
        programming_error =
          rounded(RELATIVE * steps * gaussian(random[9:0]) + ABSOLUTE * GREATEST * gaussian(random[25:16]), 28);
      endfunction

      function automatic is_near(input signed [63:0] error);
        is_near = error <= TOLERANCE && -error <= TOLERANCE;
      endfunction

      // Pulses until a cell is near enough to its level; one more than it gets where it never is.
      function automatic [31:0] pulses_for(input [31:0] row, input [31:0] column, input [CELL_BITS-1:0] level);
        reg [63:0] random;
        reg signed [63:0] steps, stuck;
        integer pulse;
        begin
          pulses_for = 32'd1;
          if (TOLERANCE > 0) begin
            random = word(CELLS, row, column);
            stuck = {48'd0, random[47:32]};
            steps = {{(56 - CELL_BITS) {1'b0}}, level, 8'd0};
            pulses_for = PULSES[31:0] + 32'd1;
            if (stuck < STUCK_LOWEST) begin
              if (is_near(-steps)) pulses_for = 32'd1;
            end else if (stuck < STUCK_LOWEST + STUCK_HIGHEST) begin
              if (is_near(GREATEST - steps)) pulses_for = 32'd1;
            end else begin
              for (pulse = PULSES[31:0] - 1; pulse >= 0; pulse = pulse - 1) begin
                if (is_near(programming_error(pulse_word(row, column, pulse), steps))) pulses_for = pulse + 32'd1;
              end
            end
          end
        end
      endfunction

      function automatic signed [63:0] conductance(
        input [31:0] row, input [31:0] column, input [CELL_BITS-1:0] level, input [31:0] pulses
      );
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
            value = LOWEST + steps + programming_error(pulse_word(row, column, pulses - 32'd1), steps);
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

      // Levels as bit slices: rows 64 p to 64 p + 63 of bit k of the cells of column j are word (CELL_BITS j + k) WORDS + p.
      reg [63:0] slices [0:COLUMNS*CELL_BITS*WORDS-1];
      // Conductances at 300 K, and behind those of a row that of the column of lowest levels.
      reg signed [31:0] conductances [0:ROWS*(COLUMNS+1)-1];
      // Currents of all columns for the driven rows, in 1/256 of a level step, and whether they are those of now.
      reg signed [31:0] currents [0:COLUMNS];
      reg are_current;
      reg [31:0] event_number;
      reg [7:0] warmth_code;
      reg [PADDED-1:0] driven;
      reg [CONVERTERS*CONVERTER_BITS-1:0] codes_now, new_codes;
      reg [CONVERTERS*SUM_BITS-1:0] sums_now, new_sums;
      reg [CONVERT_CYCLES-1:0] converting;
      reg [WRITE_CYCLES-1:0] writing;
      reg failed_now;
      reg [3:0] pulses_now;

      assign codes = codes_now;
      assign ideal_sums = sums_now;
      assign codes_valid = converting[CONVERT_CYCLES-1];
      assign write_done = writing[WRITE_CYCLES-1];
      assign write_failed = failed_now;
      assign write_pulses = pulses_now;

      function automatic [31:0] ones(input [63:0] value);
        reg [63:0] a, b, c;
        begin
          a = value - ((value >> 1) & 64'h5555555555555555);
          b = (a & 64'h3333333333333333) + ((a >> 2) & 64'h3333333333333333);
          c = (b + (b >> 4)) & 64'h0F0F0F0F0F0F0F0F;
          c = (c * 64'h0101010101010101) >> 56;
          ones = c[31:0];
        end
      endfunction

      function automatic [CONVERTER_BITS-1:0] clamped(input signed [63:0] value);
        clamped = value < 0 ? {CONVERTER_BITS {1'b0}}
          : value > LARGEST_CODE ? LARGEST_CODE[CONVERTER_BITS-1:0] : value[CONVERTER_BITS-1:0];
      endfunction

      // The code of a current behind noise, gain and offset.
      function automatic [CONVERTER_BITS-1:0] code(
        input signed [63:0] current, input [31:0] number, input [31:0] column, input [31:0] converter
      );
        reg [63:0] random;
        reg signed [63:0] value, gain, offset;
        begin
          value = current;
          if (READ_NOISE > 0) begin
            random = word(READS, number, column);
            value = value + rounded(READ_NOISE * gaussian(random[9:0]), 20);
          end
          if (CONVERTER_GAIN == 0 && CONVERTER_OFFSET == 0) begin
            code = clamped(rounded(value, 8 - CODE_FRACTION_BITS));
          end else begin
            random = word(OF_CONVERTERS, 32'd0, converter);
            gain = 64'sd65536 + rounded(CONVERTER_GAIN * gaussian(random[9:0]), 12);
            offset = CONVERTER_OFFSET * gaussian(random[25:16]);
            code = clamped(rounded(((value * gain) <<< 4) + offset, 28 - CODE_FRACTION_BITS));
          end
        end
      endfunction

      // Loops run to variables and not to parameters: no simulator unrolls them into code for every cell.
      integer rows, columns, converters, words, cell_bits;
      integer row, column, converter, part, slice, base;
      reg [31:0] sum, count, pulses, most_pulses;
      reg [63:0] left, row_bit, random_word;
      reg signed [63:0] conducted, warmth, dummy;
      initial begin
        rows = ROWS;
        columns = COLUMNS;
        converters = CONVERTERS;
        words = WORDS;
        cell_bits = CELL_BITS;
        for (base = 0; base < columns * cell_bits * words; base = base + 1) slices[base] = 64'd0;
        if (IDEAL == 0) begin
          for (row = 0; row < rows; row = row + 1) begin
            for (column = 0; column <= columns; column = column + 1) begin
              conducted = conductance(row, column, {CELL_BITS {1'b0}}, 32'd1);
              conductances[row * (COLUMNS + 1) + column] = conducted[31:0];
            end
          end
        end
        are_current = 1'b0;
        driven = {PADDED {1'b0}};
        event_number = 32'd0;
        warmth_code = 8'd0;
        converting = {CONVERT_CYCLES {1'b0}};
        writing = {WRITE_CYCLES {1'b0}};
        codes_now = {(CONVERTERS * CONVERTER_BITS) {1'b0}};
        sums_now = {(CONVERTERS * SUM_BITS) {1'b0}};
        failed_now = 1'b0;
        pulses_now = 4'd0;
      end

      // Cells are read in this process alone.
      /* verilator lint_off BLKSEQ */
      always @(posedge clock) begin
        converting <= (converting << 1) | {{(CONVERT_CYCLES - 1) {1'b0}}, convert};
        writing <= (writing << 1) | {{(WRITE_CYCLES - 1) {1'b0}}, write};
        // What is converted is what was driven and stored before this edge.
        if (convert) begin
          if (IDEAL == 0 && !are_current) begin
            are_current = 1'b1;
            for (column = 0; column <= columns; column = column + 1) currents[column] = 32'sd0;
            for (part = 0; part < words; part = part + 1) begin
              left = driven[64 * part +: 64];
              row = 64 * part;
              while (left != 64'd0) begin
                if (left[0]) begin
                  base = row * (COLUMNS + 1);
                  for (column = 0; column <= columns; column = column + 1) begin
                    currents[column] = currents[column] + conductances[base + column];
                  end
                  if (TELEGRAPH_SHARE > 0) begin
                    for (column = 0; column <= columns; column = column + 1) begin
                      random_word = mix(word(TELEGRAPHS, event_number, row) + INCREMENT * {32'd0, column});
                      if ($signed({48'd0, random_word[15:0]}) < TELEGRAPH_SHARE) begin
                        conducted = rounded($signed({{32 {conductances[base + column][31]}}, conductances[base + column]})
                          * TELEGRAPH_STRENGTH, 16);
                        currents[column] = currents[column] - conducted[31:0];
                      end
                    end
                  end
                end
                left = left >> 1;
                row = row + 1;
              end
            end
          end
          warmth = 64'sd65536 + rounded(TEMPERATURE * $signed({56'd0, warmth_code}), 8);
          dummy = IDEAL != 0 || LOWEST == 64'sd0 ? 64'sd0
            : rounded($signed({{32 {currents[COLUMNS][31]}}, currents[COLUMNS]}) * warmth, 16);
          for (converter = 0; converter < converters; converter = converter + 1) begin
            column = converter * STEPS + {{(32 - STEP_BITS) {1'b0}}, step};
            sum = 32'd0;
            for (slice = 0; slice < cell_bits; slice = slice + 1) begin
              base = (column * CELL_BITS + slice) * WORDS;
              count = 32'd0;
              for (part = 0; part < words; part = part + 1) begin
                count = count + ones(slices[base + part] & driven[64 * part +: 64]);
              end
              sum = sum + (count << slice);
            end
            new_sums[converter * SUM_BITS +: SUM_BITS] = sum[SUM_BITS-1:0];
            if (IDEAL != 0) begin
              new_codes[converter * CONVERTER_BITS +: CONVERTER_BITS] =
                clamped($signed({32'd0, sum} << CODE_FRACTION_BITS));
            end else begin
              conducted = $signed({{32 {currents[column][31]}}, currents[column]});
              if (TEMPERATURE != 0) conducted = rounded(conducted * warmth, 16);
              conducted = conducted - dummy;
              new_codes[converter * CONVERTER_BITS +: CONVERTER_BITS] =
                code(conducted, event_number, column, converter);
            end
          end
          sums_now <= new_sums;
          codes_now <= new_codes;
        end
        if (read) begin
          are_current = 1'b0;
          driven <= {{(PADDED - ROWS) {1'b0}}, plane};
          event_number <= read_event;
          warmth_code <= temperature;
        end
        if (write) begin
          are_current = 1'b0;
          row = {{(32 - ROW_BITS) {1'b0}}, write_row};
          row_bit = 64'd1 << (row & 32'd63);
          most_pulses = 32'd1;
          for (column = 0; column < columns; column = column + 1) begin
            for (slice = 0; slice < cell_bits; slice = slice + 1) begin
              base = (column * CELL_BITS + slice) * WORDS + (row >> 6);
              slices[base] = write_levels[column * CELL_BITS + slice] ? slices[base] | row_bit : slices[base] & ~row_bit;
            end
            if (IDEAL == 0) begin
              pulses = pulses_for(row, column, write_levels[column * CELL_BITS +: CELL_BITS]);
              if (pulses > most_pulses) most_pulses = pulses;
              if (pulses > PULSES[31:0]) pulses = PULSES[31:0];
              conducted = conductance(row, column, write_levels[column * CELL_BITS +: CELL_BITS], pulses);
              conductances[row * (COLUMNS + 1) + column] = conducted[31:0];
            end
          end
          failed_now <= most_pulses > PULSES[31:0];
          pulses_now <= most_pulses > PULSES[31:0] ? PULSES[3:0] : most_pulses[3:0];
        end
      end
      /* verilator lint_on BLKSEQ */
      /* verilator lint_on UNUSEDSIGNAL */
    `endif
    endmodule

    `default_nettype wire

    """#
}
