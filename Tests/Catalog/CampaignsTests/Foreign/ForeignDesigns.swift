/// Right implementations of the catalog's blocks by other hands: other latencies, other structures, other orders where the
/// order is free.
enum ForeignDesigns {
  /// A queue in registers: an item shows a cycle after it came.
  static let queue = """
    module queue #(parameter LOG = 4) (
      input clk, input rst, input push_valid, output push_ready, input [7:0] push_data,
      output pop_valid, input pop_ready, output [7:0] pop_data, output [4:0] occupancy
    );
      reg [7:0] items [0:(1 << LOG) - 1];
      reg [LOG:0] head, tail;
      assign occupancy = tail - head;
      assign push_ready = occupancy != 1 << LOG;
      assign pop_valid = occupancy != 0;
      assign pop_data = items[head[LOG-1:0]];
      always @(posedge clk) begin
        if (push_valid && push_ready) items[tail[LOG-1:0]] <= push_data;
        if (rst) begin head <= 0; tail <= 0; end
        else begin
          if (push_valid && push_ready) tail <= tail + 1'b1;
          if (pop_valid && pop_ready) head <= head + 1'b1;
        end
      end
    endmodule
    """

  /// Five registers in a row that move together: an item every cycle while the output takes, five cycles later.
  static let pipeline = """
    module pipeline (
      input clk, input rst_n, input push_valid, output push_ready, input [7:0] push_data,
      output pop_valid, input pop_ready, output [7:0] pop_data
    );
      reg [4:0] full;
      reg [39:0] items;
      wire moves = pop_ready | !full[4];
      assign push_ready = moves;
      assign pop_valid = full[4];
      assign pop_data = items[39:32];
      always @(posedge clk or negedge rst_n)
        if (!rst_n) full <= 0;
        else if (moves) begin full <= {full[3:0], push_valid}; items <= {items[31:0], push_data}; end
    endmodule
    """

  /// One register that is empty before it is filled again: an item every other cycle.
  static let halfRate = """
    module half_rate (
      input clock, input reset, input push_valid, output push_ready, input [7:0] push_data,
      output reg pop_valid, input pop_ready, output reg [7:0] pop_data
    );
      assign push_ready = !pop_valid;
      always @(posedge clock) begin
        if (push_valid & push_ready) pop_data <= push_data;
        if (reset) pop_valid <= 0;
        else pop_valid <= pop_valid ? !pop_ready : push_valid;
      end
    endmodule
    """

  /// Division in one cycle by the operator, the result in a register.
  static let divider = """
    module fast_divider (
      input clock, input reset, input push_valid, output push_ready, input signed [7:0] push_dividend,
      input signed [7:0] push_divisor, output reg pop_valid, input pop_ready, output reg [7:0] pop_quotient,
      output reg [7:0] pop_remainder
    );
      wire signed [8:0] dividend = push_dividend;
      wire signed [8:0] divisor = push_divisor;
      wire signed [8:0] quotient = dividend / divisor;
      wire signed [8:0] remainder = dividend % divisor;
      assign push_ready = !pop_valid | pop_ready;
      always @(posedge clock) begin
        if (reset) pop_valid <= 0;
        else if (push_ready) pop_valid <= push_valid;
        if (push_ready) begin
          pop_quotient <= push_divisor == 0 ? 8'hFF : quotient[7:0];
          pop_remainder <= push_divisor == 0 ? push_dividend : remainder[7:0];
        end
      end
    endmodule
    """

  /// The lowest input first, whoever came before, with a register behind the choice.
  static let arbiter = """
    module lowest_first (
      input clock, input reset,
      input push_0_valid, output push_0_ready, input [7:0] push_0_data,
      input push_1_valid, output push_1_ready, input [7:0] push_1_data,
      input push_2_valid, output push_2_ready, input [7:0] push_2_data,
      output reg pop_valid, input pop_ready, output reg [7:0] pop_data, output reg [1:0] pop_source
    );
      wire loads = !pop_valid | pop_ready;
      assign push_0_ready = loads;
      assign push_1_ready = loads & !push_0_valid;
      assign push_2_ready = loads & !push_0_valid & !push_1_valid;
      always @(posedge clock) begin
        if (reset) pop_valid <= 0;
        else if (loads) pop_valid <= push_0_valid | push_1_valid | push_2_valid;
        if (loads) begin
          pop_source <= push_0_valid ? 2'd0 : push_1_valid ? 2'd1 : 2'd2;
          pop_data <= push_0_valid ? push_0_data : push_1_valid ? push_1_data : push_2_data;
        end
      end
    endmodule
    """

  /// Behavioural requantisation with two registers, where the block has none.
  static let requantizer = """
    module requantize (
      input clk, input signed [31:0] accumulator, input signed [31:0] bias, input [15:0] multiplier, input [5:0] shift,
      output reg signed [7:0] code
    );
      reg signed [63:0] product;
      reg [5:0] places;
      wire [63:0] mask = (64'd1 << places) - 64'd1;
      wire [63:0] rest = product & mask;
      wire [63:0] half = places == 0 ? 64'd0 : 64'd1 << (places - 6'd1);
      wire signed [63:0] floor = product >>> places;
      wire up = places != 0 && (rest > half || (rest == half && floor[0]));
      wire signed [63:0] rounded = floor + $signed({63'd0, up});
      always @(posedge clk) begin
        product <= ($signed({{32{accumulator[31]}}, accumulator}) + $signed({{32{bias[31]}}, bias}))
          * $signed({48'd0, multiplier});
        places <= shift;
        code <= rounded > 127 ? 8'sd127 : rounded < -127 ? -8'sd127 : rounded[7:0];
      end
    endmodule
    """

  /// Registers that answer three cycles after an access.
  static let registerBank = """
    module slow_registers (
      input clock, input reset, input access_valid, output access_ready, input access_is_write, input [7:0] access_address,
      input [31:0] access_data, input [3:0] access_strobe, output response_valid, input response_ready,
      output reg [31:0] response_data, output reg response_is_error, output reg [7:0] value_0, output reg [31:0] value_1,
      input [11:0] status_0, input [2:0] event_0, output reg [2:0] pending_0
    );
      reg [1:0] waits;
      reg busy;
      assign access_ready = !busy;
      assign response_valid = busy && waits == 0;
      wire takes = access_valid & access_ready;
      wire [5:0] word = access_address[7:2];
      wire writes = takes & access_is_write;
      integer lane;
      always @(posedge clock) begin
        if (takes) begin
          waits <= 2;
          response_is_error <= word > 3 || (access_is_write && word == 2 && access_strobe != 0);
          response_data <= access_is_write ? 0 : word == 0 ? value_0 : word == 1 ? value_1 : word == 2 ? status_0
            : word == 3 ? pending_0 : 0;
        end else if (waits != 0) waits <= waits - 1'b1;
        for (lane = 0; lane < 4; lane = lane + 1)
          if (writes && word == 1 && access_strobe[lane]) value_1[8*lane +: 8] <= access_data[8*lane +: 8];
        if (writes && word == 0 && access_strobe[0]) value_0 <= access_data[7:0];
        pending_0 <= (pending_0 & ~(writes && word == 3 && access_strobe[0] ? access_data[2:0] : 3'd0)) | event_0;
        busy <= takes | busy & !(response_valid & response_ready);
        if (reset) begin busy <= 0; pending_0 <= 0; value_0 <= 8'd1; value_1 <= 0; end
      end
    endmodule
    """

  /// A multiplier and an adder that compute a product when all of its operands are in: K × N × M cycles of silence. Written
  /// for the small configuration: 3 columns, 3 rows, at most 5 rows of a block.
  static let matrixMultiply = """
    module sequential_product (
      input clock, input reset, input job_valid, output job_ready, input [5:0] job_rows, input [5:0] job_depth,
      input [5:0] job_columns, input activations_valid, output activations_ready, input signed [7:0] activations_values_0,
      input signed [7:0] activations_values_1, input signed [7:0] activations_values_2, input weights_valid,
      output weights_ready, input signed [7:0] weights_values_0, input signed [7:0] weights_values_1,
      input signed [7:0] weights_values_2, output results_valid, input results_ready,
      output signed [15:0] results_values_0, output signed [15:0] results_values_1, output signed [15:0] results_values_2,
      output [2:0] results_keep, output results_last
    );
      // One tile at a time: its weights, then its activations, then its sums one after the other.
      localparam IDLE = 0, WEIGHTS = 1, ROWS = 2, SUM = 3, NEXT = 4, RESULTS = 5;
      reg [2:0] state;
      reg [5:0] rows, depth, columns, row0, column0, depth0, i, j, k;
      reg signed [7:0] w [0:15];
      reg signed [7:0] a [0:31];
      reg signed [15:0] c [0:31];
      wire [5:0] tile_rows = rows - row0 > 5 ? 6'd5 : rows - row0;
      wire [5:0] tile_depth = depth - depth0 > 3 ? 6'd3 : depth - depth0;
      wire [5:0] tile_columns = columns - column0 > 3 ? 6'd3 : columns - column0;
      assign job_ready = state == IDLE;
      assign weights_ready = state == WEIGHTS;
      assign activations_ready = state == ROWS;
      assign results_valid = state == RESULTS;
      assign results_values_0 = c[{i[2:0], 2'd0}];
      assign results_values_1 = tile_columns > 1 ? c[{i[2:0], 2'd1}] : 16'd0;
      assign results_values_2 = tile_columns > 2 ? c[{i[2:0], 2'd2}] : 16'd0;
      assign results_keep = {tile_columns > 2, tile_columns > 1, 1'b1};
      assign results_last = row0 + tile_rows == rows && column0 + tile_columns == columns && i + 1 == tile_rows;
      wire signed [15:0] product = a[{i[2:0], k[1:0]}] * w[{k[1:0], j[1:0]}];
      always @(posedge clock) begin
        case (state)
          IDLE: if (job_valid) begin
            {rows, depth, columns} <= {job_rows, job_depth, job_columns};
            {row0, column0, depth0, i, j, k} <= 0;
            state <= job_rows == 0 || job_depth == 0 || job_columns == 0 ? IDLE : WEIGHTS;
          end
          WEIGHTS: if (weights_valid) begin
            w[{i[1:0], 2'd0}] <= weights_values_0; w[{i[1:0], 2'd1}] <= weights_values_1;
            w[{i[1:0], 2'd2}] <= weights_values_2;
            i <= i + 1 == tile_depth ? 6'd0 : i + 6'd1;
            if (i + 1 == tile_depth) state <= ROWS;
          end
          ROWS: if (activations_valid) begin
            a[{i[2:0], 2'd0}] <= activations_values_0; a[{i[2:0], 2'd1}] <= activations_values_1;
            a[{i[2:0], 2'd2}] <= activations_values_2;
            i <= i + 1 == tile_rows ? 6'd0 : i + 6'd1;
            if (i + 1 == tile_rows) state <= SUM;
          end
          SUM: begin
            c[{i[2:0], j[1:0]}] <= (depth0 == 0 && k == 0 ? 16'd0 : c[{i[2:0], j[1:0]}]) + product;
            k <= k + 1 == tile_depth ? 6'd0 : k + 6'd1;
            if (k + 1 == tile_depth) begin
              j <= j + 1 == tile_columns ? 6'd0 : j + 6'd1;
              if (j + 1 == tile_columns) begin
                i <= i + 1 == tile_rows ? 6'd0 : i + 6'd1;
                if (i + 1 == tile_rows) state <= NEXT;
              end
            end
          end
          NEXT: if (depth0 + tile_depth == depth) state <= RESULTS;
            else begin depth0 <= depth0 + tile_depth; state <= WEIGHTS; end
          default: if (results_ready) begin
            i <= i + 6'd1;
            if (i + 1 == tile_rows) begin
              i <= 0;
              depth0 <= 0;
              state <= WEIGHTS;
              if (column0 + tile_columns != columns) column0 <= column0 + tile_columns;
              else begin
                column0 <= 0;
                row0 <= row0 + tile_rows;
                if (row0 + tile_rows == rows) state <= IDLE;
              end
            end
          end
        endcase
        if (reset) state <= IDLE;
      end
    endmodule
    """

  /// A queue between two clocks by a toggle each way, one item at a time.
  static let crossing = """
    module toggles (
      input clk_source, input rst_source, input clk_destination, input rst_destination, input push_valid,
      output push_ready, input [7:0] push_data, output pop_valid, input pop_ready, output [7:0] pop_data
    );
      reg sent, taken;
      reg [7:0] item;
      reg [1:0] sent_seen, taken_seen;
      assign push_ready = sent == taken_seen[1];
      assign pop_valid = sent_seen[1] != taken;
      assign pop_data = item;
      always @(posedge clk_source) begin
        if (rst_source) begin sent <= 0; taken_seen <= 0; end
        else begin
          taken_seen <= {taken_seen[0], taken};
          if (push_valid & push_ready) sent <= !sent;
        end
        if (push_valid & push_ready) item <= push_data;
      end
      always @(posedge clk_destination)
        if (rst_destination) begin taken <= 0; sent_seen <= 0; end
        else begin
          sent_seen <= {sent_seen[0], sent};
          if (pop_valid & pop_ready) taken <= !taken;
        end
    endmodule
    """
}
