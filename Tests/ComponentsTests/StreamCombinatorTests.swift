import Components
import Engine
import HDL
import Netlist
import Simulator
import TestSupport
import Testbench
import Testing
import Verilator
import Verilog

/// Doubles, drops what is not a multiple of four, and adds what two branches make of the rest.
private struct Chain: DefaultConfigurable {
  struct Ports {
    let input: StreamInput<SInt>
    let output: StreamOutput<SInt>
  }
  var ports: Ports { Ports(input: .init(8), output: .init(11)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let branches = io.input
      .piped("first", in: m)
      .mapped { $0 + $0 }
      .filtered("fours", in: m) { !$0[1] }
      .skidBuffered("second", in: m)
      .forked("branch", count: 2, in: m)
    let early = branches[0].queued("early", depth: 2, storage: .registers, in: m)
    let late = branches[1].queued("late", depth: 4, in: m).mapped { $0 + 1 }
    io.output <== early.joined("pairs", with: late, in: m) { $0 + $1 }
  }
}

/// Packets into beats and back, over a distance, and with those of another stream.
private struct Packets: DefaultConfigurable {
  struct Ports {
    let input: StreamInput<PacketItem>
    let other: StreamInput<Bits>
    let output: StreamOutput<SourcedItem<Bits>>
  }
  var ports: Ports {
    Ports(
      input: .init(PacketItem(width: 4)), other: .init(5), output: .init(SourcedItem(.shape(5), sources: 2)))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let wide = m.instance(StreamUpsizer(width: 4, factor: 3), "wide")
    let narrow = m.instance(StreamDownsizer(width: 4, factor: 3), "narrow")
    wide.input <== io.input
    narrow.input <== wide.output
    let link = narrow.output.mapped(\.packed).linked("link", credits: 4, distance: 1, in: m)
    io.output <== [link, io.other].arbitrated("merge", in: m)
  }
}

@Suite struct StreamCombinatorTests {
  /// Both engines, each with its own assertions.
  private func engines(_ generator: some Generator) throws -> LockstepEngine<NativeModel, VerilatedModel> {
    let circuit = try generator.elaborate().simplified()
    var design = ModelDesign(circuit)
    design.macros["SYSTOLE_ASSERT"] = ""
    let model = try ModelBuilder(cache: ModelCache(folder: ".systole/test-cache")).model(
      of: design, profile: .debug, initialState: .zero)
    return LockstepEngine(try NativeModel(circuit), model)
  }

  @Test(arguments: stallProfiles) func `Combinators chain, signs included`(stalls: StallProfile) throws {
    let engines = try engines(Chain())
    var bench = try StreamBench(engines.interface, seed: 5, stalls: stalls)
    var random = bench.random("items")
    for number in 0..<500 {
      let item = number == 499 ? 6 : random.signed(bits: 8)
      try bench.send([item], on: "input")
      if item % 2 == 0 { try bench.expect([4 * item + 1], on: "output") }
    }
    let result = try bench.run(on: engines)
    #expect(result.verdict == .passed, "\(result.text())")
  }

  @Test(arguments: stallProfiles) func `Packets pass width adapters, a link with credits and an arbiter`(
    stalls: StallProfile
  ) throws {
    let engines = try engines(Packets())
    var random = Seed(6).generator("packets")
    // One input at a time: in which order an arbiter merges two is its own affair.
    for isOther in [false, true] {
      var bench = try StreamBench(engines.interface, seed: 6, stalls: stalls)
      for number in 0..<300 {
        let (item, isLast) = (Int(random.unsigned(bits: 4)), number == 299 || random.integer(below: 4) == 0 ? 1 : 0)
        if isOther {
          try bench.send([16 * isLast + item], on: "other")
        } else {
          try bench.send([item, isLast], on: "input")
        }
        try bench.expect([16 * isLast + item, isOther ? 1 : 0], on: "output")
      }
      let result = try bench.run(on: engines)
      #expect(result.verdict == .passed, "\(result.text())")
    }
  }

  @Test func `Tools take the Verilog of combinators without a word`() throws {
    #expect(try Chain().toolComplaints() == "")
    #expect(try Packets().toolComplaints() == "")
  }

  @Test func `A combinator is an instance or an expression, and nothing else`() throws {
    let text = try #require(try Chain().elaborate().simplified().verilog().last?.text)
    let start = try #require(text.range(of: "  wire [18:0] pairs_output_data;\n"))
    #expect(
      text[start.upperBound...].drop { $0 == "\n" }.hasPrefix(
        """
          wire signed [7:0] signed_first_output_data = first_output_data;
          wire signed [8:0] sum_with_signed_first_output_data = signed_first_output_data + signed_first_output_data;
          wire [8:0] unsigned_net = sum_with_signed_first_output_data;
          wire complement = !sum_with_signed_first_output_data[1];
          wire signed [8:0] signed_late_output_data = late_output_data;
          wire [9:0] unsigned_with_signed_late_output_data = {signed_late_output_data[8], signed_late_output_data} + 10'sd1;
          wire signed [8:0] signed_pairs_output_data_8_0 = pairs_output_data[8:0];
          wire signed [9:0] signed_pairs_output_data_18_9 = pairs_output_data[18:9];
          assign output_data = {{2{signed_pairs_output_data_8_0[8]}}, signed_pairs_output_data_8_0} + {signed_pairs_output_data_18_9[9], signed_pairs_output_data_18_9};

          PipeStage first (
            .clock(clock),
            .reset(reset),
            .input_valid(input_valid),
            .input_ready(input_ready),
            .input_data(input_data),
            .output_valid(first_output_valid),
            .output_ready(fours_input_ready),
            .output_data(first_output_data)
          );

          StreamFilter_width9 fours (
            .input_valid(first_output_valid),
            .input_ready(fours_input_ready),
            .input_data(unsigned_net),
            .input_keep(complement),
            .output_valid(fours_output_valid),
            .output_ready(second_input_ready),
            .output_data(fours_output_data)
          );

        """), "\(text)")
  }

  @Test func `A fork without outputs is refused`() {
    struct Nowhere: Generator {
      struct Ports { let input: StreamInput<Bits> }
      var ports: Ports { Ports(input: .init(8)) }
      func build(_ io: Interior<Ports>, in m: Module) { _ = io.input.forked("branch", count: 0, in: m) }
    }
    let error = #expect(throws: DiagnosticList.self) { try Nowhere().elaborate() }
    #expect("\(error!)".contains("error: parameter 'count' is 0 [SYS0013]"), "\(error!)")
    #expect("\(error!)".hasSuffix("1 error"), "\(error!)")
  }
}
