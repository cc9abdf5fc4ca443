import Netlist
import Testbench

/// A bench for pins in plain Verilog: a vector a cycle, the outputs compared a fixed number of cycles later.
struct VerilogPinBench {
  private let recording: PinRecording
  private let heading: String
  private let parts: VerilogParts

  init(_ recording: PinRecording, heading: String) {
    self.recording = recording
    self.heading = heading
    parts = VerilogParts(interface: recording.interface, held: recording.held)
  }

  var text: String {
    let interface = recording.interface
    let (count, latency) = (recording.inputs.count, recording.latency)
    let clock = interface.clocks.first?.clock ?? "clock"
    let (inputs, outputs) = (recording.inputs.shape, recording.outputs.shape)
    let (inputWidth, outputWidth) = (VectorText.width(inputs), VectorText.width(outputs))
    let wires =
      outputs.fields.map { "  wire \(VerilogParts.range($0.width))\($0.port);\n" }.joined()
      + parts.otherOutputs(than: Set(outputs.fields.map(\.port)))
    return """
      \(heading)`timescale 1ns / 1ps

      module \(interface.name)_tb;
        initial if ($test$plusargs("wave")) begin
          $dumpfile("wave.vcd");
          $dumpvars;
        end

      \(clocks)
      \(inputs.fields.map { "  reg \(VerilogParts.range($0.width))\($0.port) = 0;\n" }.joined())\(wires)\(parts.heldInputs)
      \(parts.instance)
        // \(count) vectors: what is driven, what is expected \(latency) cycles later, and the bits that count.
        reg [\(inputWidth - 1):0] tb_inputs [0:\(count - 1)];
        reg [\(outputWidth - 1):0] tb_expected [0:\(count - 1)];
        reg [\(outputWidth - 1):0] tb_care [0:\(count - 1)];
        initial begin
          $readmemh("vectors/inputs.hex", tb_inputs);
          $readmemh("vectors/expected.hex", tb_expected);
          $readmemh("vectors/care.hex", tb_care);
        end

        // The vector that is driven; negative in reset.
        integer tb_cycle = -\(recording.options.resetCycles + 1);
        reg tb_has_ended = 0;
        wire [\(outputWidth - 1):0] tb_got = \(VerilogParts.joined(outputs.fields));
        always @(posedge \(clock)) begin
          if (tb_cycle >= \(latency) && !tb_has_ended
            && ((tb_got ^ tb_expected[tb_cycle - \(latency)]) & tb_care[tb_cycle - \(latency)]) !== 0) begin
            tb_has_ended = 1;
            $display("%m: expected %h, got %h, of which %h count", tb_expected[tb_cycle - \(latency)], tb_got,
              tb_care[tb_cycle - \(latency)]);
            $display("FAILED at %0t: vector %0d", $time, tb_cycle - \(latency));
            $finish;
          end
          if (tb_cycle == \(count - 1 + latency) && !tb_has_ended) begin
            tb_has_ended = 1;
            $display("PASSED: \(count) vectors");
            $finish;
          end
          tb_cycle = tb_cycle + 1;
          if (tb_cycle >= 0) begin
      \(resets)      if (tb_cycle < \(count)) \(VerilogParts.joined(inputs.fields)) <= tb_inputs[tb_cycle];
          end
        end
      endmodule

      """
  }

  /// Several clocks tick together, as in the bench that made the vectors.
  private var clocks: String {
    let names = recording.interface.clocks.map(\.clock)
    var text =
      "  reg \(names.first ?? "clock") = 0;\n  always #5 \(names.first ?? "clock") = !\(names.first ?? "clock");\n"
    for name in names.dropFirst() { text += "  wire \(name) = \(names[0]);\n" }
    for clock in recording.interface.clocks {
      if let reset = clock.reset { text += "  reg \(reset) = \(VerilogParts.active(clock).on);\n" }
    }
    return text
  }

  private var resets: String {
    recording.interface.clocks.compactMap { clock in
      clock.reset.map { "      \($0) <= \(VerilogParts.active(clock).off);\n" }
    }.joined()
  }
}
