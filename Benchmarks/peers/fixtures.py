"""Writes a design with ready/valid streams, its stimuli and what it must answer: a stand-in for generated Verilog.

usage: fixtures.py fifo|array FOLDER [--rows N] [--seed S]

`fifo` is an 8-deep 32-bit FIFO; `array` a 16 × 16 int8 weight-stationary systolic array with 32-bit sums. The folder
receives the Verilog, one file of rows a stream and `description.json`, whose form Benchmarks/README.md describes.
"""

import argparse
import json
import pathlib

import numpy

FIFO = """`default_nettype none
module fifo (
  input wire clock,
  input wire reset,
  input wire in_valid,
  output wire in_ready,
  input wire [31:0] in_data,
  output wire out_valid,
  input wire out_ready,
  output wire [31:0] out_data
);
  reg [31:0] store [0:7];
  reg [3:0] head;
  reg [3:0] tail;
  assign in_ready = head - tail != 4'd8;
  assign out_valid = head != tail;
  assign out_data = store[tail[2:0]];
  always @(posedge clock) begin
    if (in_valid && in_ready) store[head[2:0]] <= in_data;
    if (reset) begin
      head <= 4'd0;
      tail <= 4'd0;
    end else begin
      if (in_valid && in_ready) head <= head + 4'd1;
      if (out_valid && out_ready) tail <= tail + 4'd1;
    end
  end
endmodule
"""

CELL = """`default_nettype none
module processing_element (
  input wire clock,
  input wire advance,
  input wire load,
  input wire signed [7:0] activation,
  input wire signed [7:0] weight,
  input wire signed [31:0] partial,
  output reg signed [7:0] activation_out,
  output reg signed [7:0] weight_out,
  output reg signed [31:0] partial_out
);
  wire signed [15:0] product = activation * weight_out;
  always @(posedge clock) begin
    if (load) weight_out <= weight;
    if (advance) begin
      activation_out <= activation;
      partial_out <= partial + {{16{product[15]}}, product};
    end
  end
endmodule
"""


def array_verilog(size):
    """Rows of weights shift down while they are loaded; activations and sums are skewed inside.

    A vector taken at one clock leaves 2 × size - 1 moves later; the whole array stands still while a sum waits.
    """
    ports, body = [], []

    def stream(name, direction, width):
        ports.append(f"  {direction} wire {name}_valid,")
        ports.append(f"  {'output' if direction == 'input' else 'input'} wire {name}_ready,")
        ports.extend(f"  {direction} wire [{width - 1}:0] {name}_values_{index}," for index in range(size))

    stream("weights", "input", 8)
    stream("activations", "input", 8)
    stream("sums", "output", 32)
    latency = 2 * size - 1
    bits = (size + 1).bit_length()

    def delayed(source, name, width, moves):
        """A wire called `name` that shows `source` some moves later."""
        for move in range(moves):
            body.append(f"  reg [{width - 1}:0] {name}_{move};")
            previous = source if move == 0 else f"{name}_{move - 1}"
            body.append(f"  always @(posedge clock) if (advance) {name}_{move} <= {previous};")
        return f"{name}_{moves - 1}" if moves else source

    skewed = [delayed(f"activations_values_{row}", f"skew_{row}", 8, row) for row in range(size)]
    for row in range(size):
        for column in range(size):
            activation = skewed[row] if column == 0 else f"activation_{row}_{column - 1}"
            weight = f"weights_values_{column}" if row == 0 else f"weight_{row - 1}_{column}"
            partial = "32'd0" if row == 0 else f"partial_{row - 1}_{column}"
            body.append(f"  wire [7:0] activation_{row}_{column};")
            body.append(f"  wire [7:0] weight_{row}_{column};")
            body.append(f"  wire [31:0] partial_{row}_{column};")
            body.append(
                f"  processing_element cell_{row}_{column} (.clock(clock), .advance(advance), .load(load), "
                f".activation({activation}), .weight({weight}), .partial({partial}), "
                f".activation_out(activation_{row}_{column}), .weight_out(weight_{row}_{column}), "
                f".partial_out(partial_{row}_{column}));")
    for column in range(size):
        settled = delayed(f"partial_{size - 1}_{column}", f"settle_{column}", 32, size - 1 - column)
        body.append(f"  assign sums_values_{column} = {settled};")
    text = [CELL, "module systolic_array (", "  input wire clock,", "  input wire reset,", *ports]
    text[-1] = text[-1].rstrip(",")
    text += [
        ");",
        f"  reg [{bits - 1}:0] loaded;",
        f"  reg [{latency - 1}:0] occupied;",
        "  wire load = weights_valid && weights_ready;",
        f"  wire advance = !occupied[{latency - 1}] || sums_ready;",
        f"  assign weights_ready = loaded != {bits}'d{size};",
        f"  assign activations_ready = advance && loaded == {bits}'d{size};",
        f"  assign sums_valid = occupied[{latency - 1}];",
        *body,
        "  always @(posedge clock) begin",
        "    if (reset) begin",
        f"      loaded <= {bits}'d0;",
        f"      occupied <= {latency}'d0;",
        "    end else begin",
        f"      if (load) loaded <= loaded + {bits}'d1;",
        f"      if (advance) occupied <= {{occupied[{latency - 2}:0], activations_valid && activations_ready}};",
        "    end",
        "  end",
        "endmodule",
    ]
    return "\n".join(text) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("design", choices=["fifo", "array"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=4096)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = numpy.random.default_rng(options.seed)
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)

    def stream(name, fields, rows):
        rows.astype("<i4").tofile(folder / f"{name}.i32")
        return {"stream": name, "fields": [{"name": field, "width": width} for field, width in fields],
                "rows": f"{name}.i32", "count": len(rows)}

    if options.design == "fifo":
        text, top = FIFO, "fifo"
        rows = random.integers(-2**31, 2**31, (options.rows, 1))
        inputs = [stream("in", [("data", 32)], rows)]
        outputs = [stream("out", [("data", 32)], rows)]
    else:
        size = 16
        text, top = array_verilog(size), "systolic_array"
        weights = random.integers(-128, 128, (size, size))
        activations = random.integers(-128, 128, (options.rows, size))
        # The row of weights that is taken first ends at the bottom.
        sums = activations @ weights[::-1]
        inputs = [stream("weights", [(f"values_{i}", 8) for i in range(size)], weights),
                  stream("activations", [(f"values_{i}", 8) for i in range(size)], activations)]
        outputs = [stream("sums", [(f"values_{i}", 32) for i in range(size)], sums)]

    (folder / f"{top}.v").write_text(text)
    (folder / "description.json").write_text(json.dumps({
        "sources": [f"{top}.v"], "top": top, "clock": "clock", "reset": "reset", "reset_level": 1,
        "inputs": inputs, "outputs": outputs}, indent=2) + "\n")


if __name__ == "__main__":
    main()
