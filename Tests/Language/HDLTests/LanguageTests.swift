import Foundation
import HDL
import Netlist
import Testing
import Verilog

@Suite struct LanguageTests {
  /// The lines between the port list and the end of the module.
  static func body(_ generator: some Generator, reset: ResetStyle = ResetStyle()) throws -> String {
    let text = try #require(try generator.elaborate(reset: reset).simplified().verilog().last?.text)
    let start = try #require(text.range(of: ");\n"))
    let end = try #require(text.range(of: "endmodule"))
    return String(text[start.upperBound..<end.lowerBound])
  }

  struct Counter: DefaultConfigurable {
    struct Ports { let enable, clear: Input<Bit>, limit: Input<UInt>, count: Output<UInt>, isFull: Output<Bit> }
    var ports: Ports {
      Ports(enable: .init(), clear: .init(), limit: .init(4), count: .init(4), isFull: .init())
    }
    func build(_ io: Interior<Ports>, in m: Module) {
      let count = m.register("count", UInt.self, width: 4, reset: 0)
      m.when(io.clear) { count.next <== 0 }.otherwise(when: io.enable & (count .< io.limit)) {
        count.next <== count &+ 1
      }
      io.count <== count
      io.isFull <== (count .== io.limit)
    }
  }

  @Test func `Conditions on a register become if and else`() throws {
    let text = try Self.body(Counter())
    #expect(
      text == """
          reg [3:0] count_q;

          assign count = count_q;
          assign is_full = count_q == limit;

          always @(posedge clock) begin
            if (reset) begin
              count_q <= 4'd0;
            end else if (clear) begin
              count_q <= 4'd0;
            end else if (enable & (count_q < limit)) begin
              count_q <= count_q + 4'd1;
            end
          end

        """)
  }

  @Test func `The reset is chosen at the top`() throws {
    let text = try Self.body(Counter(), reset: ResetStyle(.asynchronous, .activeLow))
    #expect(text.contains("always @(posedge clock or negedge reset_n) begin\n    if (!reset_n) begin\n"))
  }

  struct Decoder: DefaultConfigurable {
    struct Ports { let code: Input<UInt>, a: Input<SInt>, value: Output<SInt>, entry: Output<UInt>, isOdd: Output<Bit> }
    var ports: Ports { Ports(code: .init(2), a: .init(8), value: .init(8), entry: .init(6), isOdd: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) {
      io.value <== 0
      m.switch(io.code) {
        $0.case(0) { io.value <== io.a }
        $0.case(1, 3) { io.value <== (-io.a).saturated(to: 8) }
      }
      let entries = [3, 14, 15, 9].map { m.constant($0, width: 6, as: UInt.self) }
      io.entry <== select(io.code, entries)
      io.isOdd <== io.a.asBits.parity
    }
  }

  struct Signs: DefaultConfigurable {
    struct Ports { let a: Input<SInt>, code: Input<UInt>, sign: Output<SInt>, value, word: Output<UInt> }
    var ports: Ports { Ports(a: .init(2), code: .init(1), sign: .init(2), value: .init(3), word: .init(3)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      m.switch(io.a) {
        $0.case(-2, -1) { io.sign <== -1 }
        $0.case(0) { io.sign <== 0 }
        $0.case(1) { io.sign <== 1 }
      }
      m.switch(io.code) {
        $0.case(0) { io.value <== 5 }
        $0.case(1) { io.value <== 6 }
        $0.default { io.value <== 7 }
      }
      let word = m.register("word", UInt.self, width: 3)
      io.word <== word
      m.switch(io.code) {
        $0.case(1) { word.next <== 2 }
        $0.case(0) { word.next <== 3 }
      }
    }
  }

  @Test func `A switch over every value leaves none over`() throws {
    let text = try Self.body(Signs())
    #expect(
      text == """
          reg [2:0] word_q;

          assign sign = (a == 2'sh2) | (a == -2'sd1) ? -2'sd1 : a == 2'sd0 ? 2'sd0 : 2'sd1;
          assign value = code ? 3'd6 : 3'd5;
          assign word = word_q;

          always @(posedge clock) begin
            if (code) begin
              word_q <= 3'd2;
            end else begin
              word_q <= 3'd3;
            end
          end

        """)
  }

  @Test func `A table becomes a case statement`() throws {
    let text = try Self.body(Decoder())
    #expect(
      text.contains(
        """
          always @* begin
            case (code)
              2'd0: lookup_by_code = 6'd3;
              2'd1: lookup_by_code = 6'd14;
              2'd2: lookup_by_code = 6'd15;
              default: lookup_by_code = 6'd9;
            endcase
          end

        """))
    #expect(text.contains("assign is_odd = ^a;"))
  }

  struct Store: DefaultConfigurable {
    struct Ports {
      let address: Input<UInt>, data: Input<SInt>, write, read: Input<Bit>
      let word: Output<SInt>
    }
    var ports: Ports { Ports(address: .init(5), data: .init(12), write: .init(), read: .init(), word: .init(12)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let store = m.memory("store", SInt.self, width: 12, depth: 32)
      store.write(io.data, at: io.address, when: io.write)
      io.word <== store.read(at: io.address, when: io.read)
    }
  }

  @Test func `A memory keeps the form that FPGA tools know`() throws {
    #expect(
      try Self.body(Store()) == """
          reg signed [11:0] store [0:31];
          reg signed [11:0] store_data;

          assign word = store_data;

          always @(posedge clock) begin
            if (write) begin
              store[address] <= data;
            end
            if (read) begin
              store_data <= store[address];
            end
          end

        """)
  }

  struct Pair: SignalBundle { let left = SInt.shape(8), right = SInt.shape(4) }
  struct Lanes: SignalBundle { let pairs = [Pair(), Pair()], last = Bit.shape }

  struct Pass: DefaultConfigurable {
    struct Ports { let input: StreamInput<Lanes>, output: StreamOutput<Lanes> }
    var ports: Ports { Ports(input: .init(Lanes()), output: .init(Lanes())) }
    func build(_ io: Interior<Ports>, in m: Module) { io.output <== io.input }
  }

  @Test func `Nested bundles in streams are flattened by name`() throws {
    let names = try Pass().elaborate().top.ports.map(\.shape.name)
    #expect(
      names == [
        "input_valid", "input_ready", "input_pairs_0_left", "input_pairs_0_right", "input_pairs_1_left",
        "input_pairs_1_right", "input_last", "output_valid", "output_ready", "output_pairs_0_left",
        "output_pairs_0_right", "output_pairs_1_left", "output_pairs_1_right", "output_last",
      ])
    #expect(try Self.body(Pass()).contains("  assign input_ready = output_ready;\n"))
  }

  @Test func `Equal generators make one module, others their own`() throws {
    struct Two: Generator {
      struct Ports { let a: Input<SInt>, y: Output<SInt> }
      var ports: Ports { Ports(a: .init(8), y: .init(32)) }
      func build(_ io: Interior<Ports>, in m: Module) {
        let cells = [8, 8, 6].enumerated().map { index, width in
          m.instance(ProcessingElement(operandWidth: width), "cell_\(index)")
        }
        for (cell, width) in zip(cells, [8, 8, 6]) {
          cell.activation <== io.a.truncated(to: width)
          cell.weight <== io.a.truncated(to: width)
          cell.partial <== 0
          cell.load <== 1
        }
        io.y <== cells[0].partialOut &+ cells[1].partialOut &+ cells[2].partialOut
      }
    }
    let names = try Two().elaborate().definitions.map(\.name)
    #expect(names == ["ProcessingElement", "ProcessingElement_operandWidth6", "Two"])
  }

  @Test func `Emission does not depend on what was elaborated before`() throws {
    let first = try SystolicArray(size: 3).elaborate().simplified().verilog()
    _ = try Decoder().elaborate()
    let second = try SystolicArray(size: 3).elaborate().simplified().verilog()
    #expect(first == second)
  }
}
