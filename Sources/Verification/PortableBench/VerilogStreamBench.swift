import Netlist
import Testbench

/// A bench for streams in plain Verilog: both sides hold back at random, every transaction is compared in order, and
/// what was offered must stay.
struct VerilogStreamBench {
  private let recording: StreamRecording
  private let heading: String
  private let parts: VerilogParts

  /// A bench in a module called `bench`.
  init(_ recording: StreamRecording, heading: String, bench: String, checks: PortableChecks? = nil) {
    self.recording = recording
    self.heading = heading
    parts = VerilogParts(
      interface: recording.interface, held: recording.held,
      names: BenchNames(recording.interface, streams: recording.streams.map(\.shape)), bench: bench, checks: checks)
  }

  /// What the names of the bench's own nets begin with.
  private var tb: String { parts.names.prefix }

  private var interface: ModuleInterface { recording.interface }
  /// The function that makes random numbers.
  private var next: String { parts.names.nextRandom }

  var text: String {
    """
    \(heading)`timescale 1ns / 1ps

    module \(parts.bench);
    \(parts.options)
    \(clocks)\(parts.heldInputs)\(otherOutputs)\(recording.streams.map { declarations($0.shape, $0.rows.count) }.joined())
    \(parts.instance)
    \(watch)
      // A step of a shift register with 32 bits, of period 2^32 - 1.
      function [31:0] \(next)(input [31:0] value);
        begin
          \(next) = value ^ (value << 13);
          \(next) = \(next) ^ (\(next) >> 17);
          \(next) = \(next) ^ (\(next) << 5);
        end
      endfunction

      task \(tb)fail(input [8*24-1:0] stream, input integer transaction, input [8*40-1:0] what);
        if (!\(tb)has_ended) begin
          \(tb)has_ended = 1;
          $display("FAILED at %0t: %0s, transaction %0d: %0s", $time, stream, transaction, what);
          $finish;
        end
      endtask
    \(recording.streams.enumerated().map { process($1.shape, $1.rows.count, number: $0) }.joined())
    endmodule

    """
  }

  private var otherOutputs: String {
    let streams = recording.streams.map(\.shape)
    return parts.otherOutputs(
      than: Set(streams.flatMap { [$0.validPort, $0.readyPort] + $0.payload.fields.map(\.port) }))
  }

  /// Clocks of unrelated periods; all resets end after the same time, each at an edge of its clock.
  private var clocks: String {
    if interface.clocks.isEmpty {
      return "  reg \(parts.names.clock) = 0;\n  always #5 \(parts.names.clock) = !\(parts.names.clock);\n"
    }
    return interface.clocks.enumerated().map { index, clock in
      var text =
        "  reg \(clock.clock) = \(VerilogParts.rest(clock));\n  always #\([5, 7, 3, 11][index % 4]) \(clock.clock) = !\(clock.clock);\n"
      if let reset = clock.reset {
        let value = VerilogParts.active(clock)
        text += """
            reg \(reset) = \(value.on);
            always @(\(VerilogParts.edge(clock)) \(clock.clock)) if ($time > 200) \(reset) <= \(value.off);

          """
      }
      return text
    }.joined()
  }

  private func clock(of stream: StreamShape) -> (name: String, edge: String, isRunning: String) {
    let name = interface.ports.first { $0.name == stream.validPort }?.clock
    guard let clock = interface.clocks.first(where: { $0.clock == name }) ?? interface.clocks.first else {
      return (parts.names.clock, "posedge", "1'b1")
    }
    let edge = VerilogParts.edge(clock)
    guard let reset = clock.reset else { return (clock.clock, edge, "$time > 200") }
    return (clock.clock, edge, "\(reset) == \(VerilogParts.active(clock).off)")
  }

  private func declarations(_ stream: StreamShape, _ count: Int) -> String {
    let name = stream.name
    let width = VectorText.width(stream.payload)
    let (driven, read) = stream.direction == .input ? ("reg", "wire") : ("wire", "reg")
    let start = stream.direction == .input ? " = 0" : ""
    let fields = stream.payload.fields.map { "  \(driven) \(VerilogParts.range($0.width))\($0.port)\(start);\n" }
      .joined()
    let load = count == 0 ? "" : "  initial $readmemh(\"vectors/\(name).hex\", \(tb)\(name)_rows);\n"
    let offered =
      stream.direction == .input ? "" : "  reg \(tb)\(name)_waits = 0;\n  reg [\(width - 1):0] \(tb)\(name)_shown;\n"
    return """

        // Stream \(name): \(count) transactions.
        \(driven) \(stream.validPort)\(start);
        \(read) \(stream.readyPort)\(stream.direction == .output ? " = 0" : "");
      \(fields)  reg [\(width - 1):0] \(tb)\(name)_rows [0:\(max(0, count - 1))];
        integer \(tb)\(name)_count = 0;
        reg [31:0] \(tb)\(name)_random;
      \(offered)\(load)
      """
  }

  /// Ends the run when everything has passed and nothing more comes, or when nothing passes any more. Of several clocks
  /// the slowest decides.
  private var watch: String {
    let names = recording.streams.map { "\(tb)\($0.shape.name)_count" }.joined(separator: " + ")
    let total = recording.streams.reduce(0) { $0 + $1.rows.count }
    let judgement = """
          if (\(tb)passed == \(total) && \(tb)idle == \(recording.options.drainCycles) && !\(tb)has_ended) begin
            \(tb)has_ended = 1;
            $display("PASSED: %0d transactions, seed %0d, %0d %% stalls", \(tb)passed, \(tb)seed, \(tb)stalls);
            $finish;
          end
          if (\(tb)passed != \(total) && \(tb)idle == \(recording.options.watchdogCycles))
            \(tb)fail("the module", \(tb)passed, "nothing passes any more");
      """
    let start = """
        wire [31:0] \(tb)passed = \(names);
        integer \(tb)idle = 0;
        reg \(tb)has_ended = 0;

      """
    let clocks = interface.clocks
    guard clocks.count > 1 else {
      return start + """
          reg [31:0] \(tb)passed_before = 0;
          always @(\(VerilogParts.edge(clocks.first)) \(clocks.first?.clock ?? parts.names.clock)) begin
            \(tb)idle = \(tb)passed == \(tb)passed_before ? \(tb)idle + 1 : 0;
            \(tb)passed_before = \(tb)passed;
        \(judgement)
          end

        """
    }
    let counters = clocks.enumerated().map { index, clock in
      """
        integer \(tb)idle_\(index) = 0;
        reg [31:0] \(tb)passed_\(index) = 0;
        always @(\(VerilogParts.edge(clock)) \(clock.clock)) begin
          \(tb)idle_\(index) = \(tb)passed == \(tb)passed_\(index) ? \(tb)idle_\(index) + 1 : 0;
          \(tb)passed_\(index) = \(tb)passed;
          \(tb)judge;
        end

      """
    }
    let least = clocks.indices.dropFirst().map {
      "    if (\(tb)idle_\($0) < \(tb)idle) \(tb)idle = \(tb)idle_\($0);\n"
    }.joined()
    return start + counters.joined() + """
        task \(tb)judge;
          begin
            \(tb)idle = \(tb)idle_0;
        \(least)\(judgement)
          end
        endtask

      """
  }

  private func process(_ stream: StreamShape, _ count: Int, number: Int) -> String {
    let (clock, edge, isRunning) = clock(of: stream)
    let name = stream.name
    let start = """

        initial \(tb)\(name)_random = 32'd\(2_654_435_769 &- UInt32(number) &* 40503);
        wire \(tb)\(name)_holds = (\(tb)\(name)_random >> 8) % 100 < \(tb)stalls;
        always @(\(edge) \(clock)) begin
          \(tb)\(name)_random = \(next)(\(tb)\(name)_random ^ (\(tb)\(name)_count == 0 ? \(tb)seed << 7 : 0));
          if (\(isRunning)) begin
      """
    return start + "\n" + (stream.direction == .input ? send(stream, count) : take(stream, count)) + "    end\n  end\n"
  }

  private func send(_ stream: StreamShape, _ count: Int) -> String {
    let name = stream.name
    let width = VectorText.width(stream.payload)
    let hasFields = !stream.payload.fields.isEmpty
    let copies = (width + 31) / 32
    let fields = VerilogParts.joined(stream.payload.fields)
    return """
            if (\(stream.readyPort) === 1'bx) \(tb)fail("\(name)", \(tb)\(name)_count, "ready is unknown");
            if (\(stream.validPort) && \(stream.readyPort)) \(tb)\(name)_count = \(tb)\(name)_count + 1;
            if (!\(stream.validPort) || \(stream.readyPort)) begin
              \(stream.validPort) <= \(tb)\(name)_count < \(count) && !\(tb)\(name)_holds;
      \(hasFields ? "        if (\(tb)\(name)_count < \(count) && !\(tb)\(name)_holds) \(fields) <= \(tb)\(name)_rows[\(tb)\(name)_count];\n        else \(fields) <= {\(copies){\(tb)\(name)_random}};\n" : "")      end

      """
  }

  private func take(_ stream: StreamShape, _ count: Int) -> String {
    let name = stream.name
    let value = stream.payload.fields.isEmpty ? "1'b0" : VerilogParts.joined(stream.payload.fields)
    return """
            if (\(stream.validPort) === 1'bx) \(tb)fail("\(name)", \(tb)\(name)_count, "valid is unknown");
            if (\(tb)\(name)_waits && (!\(stream.validPort) || \(value) !== \(tb)\(name)_shown))
              \(tb)fail("\(name)", \(tb)\(name)_count, "withdrawn, or changed while waiting");
            if (\(stream.validPort) && \(stream.readyPort)) begin
              if (\(tb)\(name)_count >= \(count)) \(tb)fail("\(name)", \(tb)\(name)_count, "there are no more");
              else if (\(value) !== \(tb)\(name)_rows[\(tb)\(name)_count]) begin
                $display("%m: expected %h, got %h", \(tb)\(name)_rows[\(tb)\(name)_count], \(value));
                \(tb)fail("\(name)", \(tb)\(name)_count, "wrong value");
              end
              \(tb)\(name)_count = \(tb)\(name)_count + 1;
            end
            \(tb)\(name)_waits = \(stream.validPort) && !\(stream.readyPort);
            \(tb)\(name)_shown = \(value);
            // The first ones are taken after valid has waited, the next ones after a cycle without it, the rest at random.
            \(stream.readyPort) <= \(tb)stalls == 0 || (\(tb)\(name)_count < 8 ? \(tb)\(name)_waits
              : \(tb)\(name)_count < 16 ? !\(stream.validPort) || \(tb)\(name)_random[5] : !\(tb)\(name)_holds);

      """
  }
}
