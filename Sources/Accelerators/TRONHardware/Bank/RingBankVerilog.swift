import AnalogMacros
import AnalogMacrosHardware

/// The bank of rings in Verilog: one module for every geometry and strength, by parameters.
enum RingBankVerilog {
  /// File name.
  static let name = "photonic_ring_bank.v"

  /// The table of quantiles, word by word.
  private static var quantiles: String {
    GaussianTable.magnitudes.enumerated().map { "    quantiles[\($0)] = 32'd\($1);" }.joined(separator: "\n")
  }

  /// Black box for synthesis; for simulation, integers that give the codes of the golden model.
  static let text = #"""
    // Bank of microrings with detectors and converters, simulation body: integers only, the same codes as the golden model.
    //
    // A synthesis tool sees a black box. Parameters come from the generator; detunings are in 1/1024 of half a linewidth,
    // factors have 16 fraction bits. Latency from `write` to `settled` and from `drive` to `codes_valid` is fixed.
    `default_nettype none

    `ifdef SYNTHESIS
    (* blackbox *)
    `endif
    module photonic_ring_bank #(
      parameter ROWS = 4,
      parameter RINGS = 8,
      parameter ROW_BITS = 2,
      parameter GREATEST = 127,
      parameter CODE_BITS = 7,
      parameter LIGHT_BITS = 7,
      parameter OPERAND_BITS = 8,
      parameter CONVERTER_BITS = 18,
      parameter CONVERTER_SHIFT = 0,
      parameter SEPARATE = 0,
      parameter RESULT_BITS = 18,
      parameter SUM_BITS = 18,
      parameter SETTLE_CYCLES = 20,
      parameter CONVERT_CYCLES = 2,
      parameter FRACTION_BITS = 0,
      parameter LORENTZIAN = 0,
      // Crosstalk of the weights: 0 none, 1 by the matrix, 2 by spectra.
      parameter CROSSTALK = 0,
      parameter IMPRINT = 0,
      parameter signed [63:0] SPACING = 0,
      parameter signed [63:0] LEAST = 0,
      parameter signed [63:0] STEP = 0,
      parameter signed [63:0] UNIT = 0,
      parameter signed [63:0] LOSS = 65536,
      parameter signed [63:0] GAIN = 65536,
      parameter signed [63:0] RELATIVE_NOISE = 0,
      parameter signed [63:0] DETECTOR_NOISE = 0,
      parameter signed [63:0] FABRICATION = 0,
      parameter signed [63:0] HEATER = 0,
      parameter signed [63:0] HEATING = 0,
      parameter signed [63:0] DRIFT = 0,
      // Where the random words of each purpose start: bits 63 to 48, 47 to 24 and 23 to 0.
      parameter [31:0] CELL_2 = 0, parameter [31:0] CELL_1 = 0, parameter [31:0] CELL_0 = 0,
      parameter [31:0] READ_2 = 0, parameter [31:0] READ_1 = 0, parameter [31:0] READ_0 = 0
    ) (
      input  wire                          clock,
      input  wire                          write,
      input  wire [ROW_BITS-1:0]           write_row,
      input  wire [RINGS*CODE_BITS-1:0]    write_positive,
      input  wire [RINGS*CODE_BITS-1:0]    write_negative,
      input  wire [RINGS*OPERAND_BITS-1:0] write_weights,
      output wire                          settled,
      input  wire                          heat,
      input  wire [ROW_BITS-1:0]           heat_row,
      input  wire [RINGS*12-1:0]           heat_positive,
      input  wire [RINGS*12-1:0]           heat_negative,
      input  wire                          drive,
      input  wire                          continues,
      input  wire [RINGS*LIGHT_BITS-1:0]   light,
      input  wire [RINGS*(OPERAND_BITS-1)-1:0] magnitudes,
      input  wire [31:0]                   drive_event,
      input  wire [7:0]                    temperature,
      output wire                          codes_valid,
      output wire [ROWS*RESULT_BITS-1:0]   codes,
      output wire [ROWS*SUM_BITS-1:0]      ideal_sums
    );
    `ifndef SYNTHESIS
      // One model for all banks that are alike.
      /* verilator no_inline_module */
      // Random words are of 64 bits, and their uses take a part.
      /* verilator lint_off UNUSEDSIGNAL */
      localparam [63:0] INCREMENT = 64'h9E3779B97F4A7C15;
      localparam [63:0] CELLS = {CELL_2[15:0], CELL_1[23:0], CELL_0[23:0]};
      localparam [63:0] READS = {READ_2[15:0], READ_1[23:0], READ_0[23:0]};
      localparam signed [63:0] TOP = (64'sd1 <<< (CONVERTER_BITS - (SEPARATE == 0 ? 1 : 0))) - 64'sd1;
      localparam signed [63:0] BOTTOM = SEPARATE == 0 ? -TOP - 64'sd1 : 64'sd0;
      localparam signed [63:0] FULL = {32'd0, GREATEST};
      localparam LINES = 2 * ROWS;

    \#(CounterNoiseVerilog.functions)

      // Of what is not negative; halves up.
      function signed [63:0] quotient(input signed [63:0] numerator, input signed [63:0] denominator);
        quotient = (2 * numerator + denominator) / (2 * denominator);
      endfunction

      // Quantiles of the normal distribution in units of 1/4096: nine bits choose a magnitude, the tenth the sign.
      reg [31:0] quantiles [0:511];
      function signed [63:0] gaussian(input [9:0] index);
        reg signed [63:0] magnitude;
        begin
          magnitude = {32'd0, quantiles[index[8:0]]};
          gaussian = index[9] ? -magnitude : magnitude;
        end
      endfunction

      function signed [63:0] absorption(input signed [63:0] detuning);
        absorption = quotient(64'sd68719476736, 64'sd1048576 + detuning * detuning);
      endfunction

      function signed [63:0] transmission(input signed [63:0] detuning);
        transmission = 64'sd65536 - rounded((64'sd65536 - LEAST) * absorption(detuning), 16);
      endfunction

      function signed [63:0] wide(input [31:0] value);
        wide = {{32 {value[31]}}, value};
      endfunction

      function [31:0] low(input signed [63:0] value);
        low = value[31:0];
      endfunction

      // By row, arm and ring.
      reg [CODE_BITS-1:0] ring_codes [0:LINES*RINGS-1];
      reg [11:0] heaters [0:LINES*RINGS-1];
      reg [31:0] fabricated [0:LINES*RINGS-1];
      // What the light of each wavelength sees, at the temperature of the last pass.
      reg [31:0] seen [0:LINES*RINGS-1];
      reg [OPERAND_BITS-1:0] weights [0:ROWS*RINGS-1];
      // What a heater's step does at each distance, and what a ring takes of the light at each distance.
      reg signed [63:0] shares [0:RINGS-1];
      reg signed [63:0] matrix [0:RINGS-1];
      reg signed [63:0] held [0:LINES-1];
      reg [7:0] seen_temperature;
      reg [ROWS*RESULT_BITS-1:0] codes_now;
      reg [ROWS*SUM_BITS-1:0] sums_now;
      reg [CONVERT_CYCLES-1:0] converting;
      reg [SETTLE_CYCLES-1:0] settling;

      assign codes = codes_now;
      assign ideal_sums = sums_now;
      assign codes_valid = converting[CONVERT_CYCLES-1];
      assign settled = settling[SETTLE_CYCLES-1];

      // Registers of the tasks below.
      reg signed [63:0] shifts [0:RINGS-1];
      reg signed [63:0] passed [0:RINGS-1];
      reg signed [63:0] values [0:RINGS-1];
      reg signed [63:0] value, heat_sum;
      integer a, b;

      // What passes the other rings, by the matrix: of `values`, with the rings' own transmissions in `passed`.
      task mix_light;
        begin
          for (a = 0; a < RINGS; a = a + 1) begin
            value = values[a];
            for (b = 0; b < RINGS; b = b + 1) begin
              if (b != a) begin
                value = rounded(
                  value * (64'sd65536 - rounded(matrix[a > b ? a - b : b - a] * (64'sd65536 - passed[b]), 16)), 16);
              end
            end
            values[a] = value;
          end
        end
      endtask

      // The weights that light sees in a row and arm.
      task see(input integer line);
        begin
          for (a = 0; a < RINGS; a = a + 1) begin
            if (LORENTZIAN != 0) begin
              heat_sum = 64'sd0;
              for (b = 0; b < RINGS; b = b + 1) begin
                heat_sum = heat_sum + shares[a > b ? a - b : b - a]
                  * {{52 {heaters[line * RINGS + b][11]}}, heaters[line * RINGS + b]};
              end
              value = wide(fabricated[line * RINGS + a]) + rounded(heat_sum, 8)
                + rounded(DRIFT * {{56 {seen_temperature[7]}}, seen_temperature}, 8);
              if (value > 64'sd16777216) value = 64'sd16777216;
              if (value < -64'sd16777216) value = -64'sd16777216;
              shifts[a] = rounded($signed({{(64 - CODE_BITS) {1'b0}}, ring_codes[line * RINGS + a]}) * STEP, 16) + value;
              passed[a] = transmission(shifts[a]);
              values[a] = rounded(passed[a] * UNIT, 16);
            end else begin
              values[a] = $signed({{(64 - CODE_BITS) {1'b0}}, ring_codes[line * RINGS + a]}) <<< (16 - FRACTION_BITS);
              passed[a] = quotient(values[a], FULL);
            end
          end
          if (CROSSTALK == 1) mix_light;
          if (CROSSTALK == 2) begin
            for (a = 0; a < RINGS; a = a + 1) begin
              value = values[a];
              for (b = 0; b < RINGS; b = b + 1) begin
                if (b != a) value = rounded(value * transmission((wide(a) - wide(b)) * SPACING - shifts[b]), 16);
              end
              values[a] = value;
            end
          end
          for (a = 0; a < RINGS; a = a + 1) seen[line * RINGS + a] = low(values[a]);
        end
      endtask

      function signed [63:0] current(input signed [63:0] sum, input [31:0] random);
        reg signed [63:0] deviation;
        begin
          current = rounded(rounded(rounded(sum, 16) * LOSS, 16) * GAIN, 16);
          if (RELATIVE_NOISE > 0) begin
            deviation = rounded(current * RELATIVE_NOISE, 16);
            current = current + rounded(deviation * gaussian(random[9:0]), 12);
          end
          if (DETECTOR_NOISE > 0) current = current + rounded(DETECTOR_NOISE * gaussian(random[25:16]), 12);
        end
      endfunction

      function signed [63:0] converted(input signed [63:0] sum, input [31:0] random);
        begin
          converted = rounded(current(sum, random), 16 + CONVERTER_SHIFT);
          if (converted > TOP) converted = TOP;
          if (converted < BOTTOM) converted = BOTTOM;
        end
      endfunction

      function [CONVERTER_BITS-1:0] fitted(input signed [63:0] code);
        fitted = code[CONVERTER_BITS-1:0];
      endfunction

      function [SUM_BITS-1:0] fitted_sum(input signed [63:0] sum);
        fitted_sum = sum[SUM_BITS-1:0];
      endfunction

      integer i, j;
      reg [63:0] random;
      reg signed [63:0] sum, exact;
      initial begin
    \#(quantiles)
        shares[0] = HEATER;
        matrix[0] = 64'sd0;
        for (i = 1; i < RINGS; i = i + 1) begin
          shares[i] = rounded(shares[i-1] * HEATING, 16);
          matrix[i] = absorption(wide(i) * SPACING);
        end
        for (i = 0; i < LINES; i = i + 1) begin
          held[i] = 64'sd0;
          for (j = 0; j < RINGS; j = j + 1) begin
            ring_codes[i * RINGS + j] = {CODE_BITS {1'b0}};
            heaters[i * RINGS + j] = 12'd0;
            random = word(CELLS, i, j);
            fabricated[i * RINGS + j] = low(rounded(FABRICATION * gaussian(random[9:0]), 12));
          end
        end
        for (i = 0; i < ROWS * RINGS; i = i + 1) weights[i] = {OPERAND_BITS {1'b0}};
        seen_temperature = 8'd0;
        for (i = 0; i < LINES; i = i + 1) see(i);
        codes_now = {(ROWS * RESULT_BITS) {1'b0}};
        sums_now = {(ROWS * SUM_BITS) {1'b0}};
        converting = {CONVERT_CYCLES {1'b0}};
        settling = {SETTLE_CYCLES {1'b0}};
      end

      // Rings are read in this process alone.
      /* verilator lint_off BLKSEQ */
      always @(posedge clock) begin
        converting <= (converting << 1) | {{(CONVERT_CYCLES - 1) {1'b0}}, drive};
        settling <= (settling << 1) | {{(SETTLE_CYCLES - 1) {1'b0}}, write};
        // What is converted is what was set before this edge.
        if (drive) begin
          if (temperature != seen_temperature) begin
            seen_temperature = temperature;
            for (i = 0; i < LINES; i = i + 1) see(i);
          end
          for (j = 0; j < RINGS; j = j + 1) begin
            values[j] = $signed({{(64 - LIGHT_BITS) {1'b0}}, light[j * LIGHT_BITS +: LIGHT_BITS]}) <<< (16 - FRACTION_BITS);
            passed[j] = quotient(values[j], FULL);
          end
          if (IMPRINT != 0) mix_light;
          for (i = 0; i < LINES; i = i + 1) begin
            sum = continues ? held[i] : 64'sd0;
            for (j = 0; j < RINGS; j = j + 1) sum = sum + values[j] * wide(seen[i * RINGS + j]);
            held[i] = sum;
          end
          for (i = 0; i < ROWS; i = i + 1) begin
            random = word(READS, drive_event, i);
            if (SEPARATE == 0) begin
              codes_now[i * RESULT_BITS +: CONVERTER_BITS] <= fitted(converted(held[2 * i] - held[2 * i + 1], random[31:0]));
            end else begin
              codes_now[i * RESULT_BITS +: CONVERTER_BITS] <= fitted(converted(held[2 * i], random[31:0]));
              codes_now[(i + 1) * RESULT_BITS - CONVERTER_BITS +: CONVERTER_BITS]
                <= fitted(converted(held[2 * i + 1], random[63:32]));
            end
            exact = 64'sd0;
            for (j = 0; j < RINGS; j = j + 1) begin
              exact = exact
                + $signed({{(65 - OPERAND_BITS) {1'b0}}, magnitudes[j * (OPERAND_BITS - 1) +: OPERAND_BITS - 1]})
                * {{(64 - OPERAND_BITS) {weights[i * RINGS + j][OPERAND_BITS-1]}}, weights[i * RINGS + j]};
            end
            sums_now[i * SUM_BITS +: SUM_BITS] <= fitted_sum(exact);
          end
        end
        if (write) begin
          for (j = 0; j < RINGS; j = j + 1) begin
            ring_codes[2 * write_row * RINGS + j] = write_positive[j * CODE_BITS +: CODE_BITS];
            ring_codes[(2 * write_row + 1) * RINGS + j] = write_negative[j * CODE_BITS +: CODE_BITS];
            weights[write_row * RINGS + j] = write_weights[j * OPERAND_BITS +: OPERAND_BITS];
          end
          see(2 * {{(32 - ROW_BITS) {1'b0}}, write_row});
          see(2 * {{(32 - ROW_BITS) {1'b0}}, write_row} + 1);
        end
        if (heat) begin
          for (j = 0; j < RINGS; j = j + 1) begin
            heaters[2 * heat_row * RINGS + j] = heat_positive[j * 12 +: 12];
            heaters[(2 * heat_row + 1) * RINGS + j] = heat_negative[j * 12 +: 12];
          end
          see(2 * {{(32 - ROW_BITS) {1'b0}}, heat_row});
          see(2 * {{(32 - ROW_BITS) {1'b0}}, heat_row} + 1);
        end
      end
      /* verilator lint_on BLKSEQ */
      /* verilator lint_on UNUSEDSIGNAL */
    `endif
    endmodule

    `default_nettype wire

    """#
}
