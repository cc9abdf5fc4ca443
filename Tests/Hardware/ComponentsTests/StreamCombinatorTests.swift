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
    let push: StreamInput<SInt>
    let pop: StreamOutput<SInt>
  }
  var ports: Ports { Ports(push: .init(8), pop: .init(11)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let branches = io.push
      .piped("first", in: m)
      .mapped { $0 + $0 }
      .filtered("fours", in: m) { !$0[1] }
      .skidBuffered("second", in: m)
      .forked("branch", count: 2, in: m)
    let early = branches[0].queued("early", depth: 2, storage: .registers, in: m)
    let late = branches[1].queued("late", depth: 4, in: m).mapped { $0 + 1 }
    io.pop <== early.joined("pairs", with: late, in: m) { $0 + $1 }
  }
}

/// Packets into beats and back, over a distance, and with those of another stream.
private struct Packets: DefaultConfigurable {
  struct Ports {
    let push: StreamInput<PacketItem>
    let other: StreamInput<Bits>
    let pop: StreamOutput<SourcedItem<Bits>>
  }
  var ports: Ports {
    Ports(
      push: .init(PacketItem(width: 4)), other: .init(5), pop: .init(SourcedItem(.shape(5), sources: 2)))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let wide = m.instance(StreamUpsizer(width: 4) { $0.factor = 3 }, "wide")
    let narrow = m.instance(StreamDownsizer(width: 4) { $0.factor = 3 }, "narrow")
    wide.push <== io.push
    narrow.push <== wide.pop
    let link = narrow.pop.mapped(\.packed).linked("link", credits: 4, distance: 1, in: m)
    io.pop <== [link, io.other].arbitrated("merge", in: m)
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
      try bench.send([item], on: "push")
      if item % 2 == 0 { try bench.expect([4 * item + 1], on: "pop") }
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
          try bench.send([item, isLast], on: "push")
        }
        try bench.expect([16 * isLast + item, isOther ? 1 : 0], on: "pop")
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
    let start = try #require(text.range(of: "  wire [18:0] pairs_pop_data;\n"))
    #expect(
      text[start.upperBound...].drop { $0 == "\n" }.hasPrefix(
        """
          wire signed [7:0] signed_first_pop_data = first_pop_data;
          wire signed [8:0] sum_with_signed_first_pop_data = signed_first_pop_data + signed_first_pop_data;
          wire [8:0] unsigned_net = sum_with_signed_first_pop_data;
          wire complement = !sum_with_signed_first_pop_data[1];
          wire signed [8:0] signed_late_pop_data = late_pop_data;
          wire [9:0] unsigned_with_signed_late_pop_data = {signed_late_pop_data[8], signed_late_pop_data} + 10'sd1;
          wire signed [8:0] signed_pairs_pop_data_8_0 = pairs_pop_data[8:0];
          wire signed [9:0] signed_pairs_pop_data_18_9 = pairs_pop_data[18:9];
          assign pop_data = {{2{signed_pairs_pop_data_8_0[8]}}, signed_pairs_pop_data_8_0} + {signed_pairs_pop_data_18_9[9], signed_pairs_pop_data_18_9};

          PipeStage first (
            .clock(clock),
            .reset(reset),
            .push_valid(push_valid),
            .push_ready(push_ready),
            .push_data(push_data),
            .pop_valid(first_pop_valid),
            .pop_ready(fours_push_ready),
            .pop_data(first_pop_data)
          );

          StreamFilter_width9 fours (
            .push_valid(first_pop_valid),
            .push_ready(fours_push_ready),
            .push_data(unsigned_net),
            .push_keep(complement),
            .pop_valid(fours_pop_valid),
            .pop_ready(second_push_ready),
            .pop_data(fours_pop_data)
          );

        """), "\(text)")
  }

  @Test func `A fork without outputs is refused`() {
    struct Nowhere: Generator {
      struct Ports { let push: StreamInput<Bits> }
      var ports: Ports { Ports(push: .init(8)) }
      func build(_ io: Interior<Ports>, in m: Module) { _ = io.push.forked("branch", count: 0, in: m) }
    }
    let error = #expect(throws: DiagnosticList.self) { try Nowhere().elaborate() }
    #expect("\(error!)".contains("error: parameter 'count' is 0 [SYS0013]"), "\(error!)")
    #expect("\(error!)".hasSuffix("1 error"), "\(error!)")
  }
}
