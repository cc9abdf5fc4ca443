import Netlist
import Testbench

/// A bench for pins in plain Verilog: a vector a cycle, the outputs compared a fixed number of cycles later.
struct VerilogPinBench {
  private let recording: PinRecording
  private let heading: String
  private let parts: VerilogParts

  /// A bench in a module called `bench`.
  init(_ recording: PinRecording, heading: String, bench: String, checks: PortableChecks? = nil) {
    self.recording = recording
    self.heading = heading
    parts = VerilogParts(
      interface: recording.interface, held: recording.held,
      names: BenchNames(recording.interface), bench: bench, checks: checks)
  }

  /// What the names of the bench's own nets begin with.
  private var tb: String { parts.names.prefix }

  var text: String {
    let (count, latency) = (recording.inputs.count, recording.latency)
    let clock = parts.names.clock
    let (inputs, outputs) = (recording.inputs.shape, recording.outputs.shape)
    let (inputWidth, outputWidth) = (VectorText.width(inputs), VectorText.width(outputs))
    let wires =
      outputs.fields.map { "  wire \(VerilogParts.range($0.width))\($0.port);\n" }.joined()
      + parts.otherOutputs(than: Set(outputs.fields.map(\.port)))
    return """
      \(heading)`timescale 1ns / 1ps

      module \(parts.bench);
        initial if ($test$plusargs("wave")) begin
          $dumpfile("wave.vcd");
          $dumpvars;
        end

      \(clocks)
      \(inputs.fields.map { "  reg \(VerilogParts.range($0.width))\($0.port) = 0;\n" }.joined())\(wires)\(parts.heldInputs)
      \(parts.instance)
        // \(count) vectors: what is driven, what is expected \(latency) cycles later, and the bits that count.
        reg [\(inputWidth - 1):0] \(tb)inputs [0:\(count - 1)];
        reg [\(outputWidth - 1):0] \(tb)expected [0:\(count - 1)];
        reg [\(outputWidth - 1):0] \(tb)care [0:\(count - 1)];
        initial begin
          $readmemh("vectors/inputs.hex", \(tb)inputs);
          $readmemh("vectors/expected.hex", \(tb)expected);
          $readmemh("vectors/care.hex", \(tb)care);
        end

        // The vector that is driven; negative in reset.
        integer \(tb)cycle = -\(recording.options.resetCycles + 1);
        reg \(tb)has_ended = 0;
        wire [\(outputWidth - 1):0] \(tb)got = \(VerilogParts.joined(outputs.fields));
        always @(\(VerilogParts.edge(recording.interface.clocks.first)) \(clock)) begin
          if (\(tb)cycle >= \(latency) && !\(tb)has_ended
            && ((\(tb)got ^ \(tb)expected[\(tb)cycle - \(latency)]) & \(tb)care[\(tb)cycle - \(latency)]) !== 0) begin
            \(tb)has_ended = 1;
            $display("%m: expected %h, got %h, of which %h count", \(tb)expected[\(tb)cycle - \(latency)], \(tb)got,
              \(tb)care[\(tb)cycle - \(latency)]);
            $display("FAILED at %0t: vector %0d", $time, \(tb)cycle - \(latency));
            $finish;
          end
          if (\(tb)cycle == \(count - 1 + latency) && !\(tb)has_ended) begin
            \(tb)has_ended = 1;
            $display("PASSED: \(count) vectors");
            $finish;
          end
          \(tb)cycle = \(tb)cycle + 1;
          if (\(tb)cycle >= 0) begin
      \(resets)      if (\(tb)cycle < \(count)) \(VerilogParts.joined(inputs.fields)) <= \(tb)inputs[\(tb)cycle];
          end
        end
      endmodule

      """
  }

  /// Several clocks tick together, each with its own edge, as in the bench that made the vectors.
  private var clocks: String {
    let clocks = recording.interface.clocks
    let first = clocks.first?.clock ?? parts.names.clock
    var text = "  reg \(first) = \(VerilogParts.rest(clocks.first));\n  always #5 \(first) = !\(first);\n"
    for clock in clocks.dropFirst() {
      text += "  wire \(clock.clock) = \(clock.edge == clocks[0].edge ? "" : "!")\(first);\n"
    }
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
