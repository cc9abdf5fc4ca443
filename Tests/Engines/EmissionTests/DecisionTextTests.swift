import HDL
import Netlist
import Testing
import Verilog

/// How decisions about registers are written.
@Suite struct DecisionTextTests {
  private func blocks(_ generator: some Generator) throws -> String {
    let text = try #require(try generator.elaborate().simplified().verilog().last?.text)
    let start = try #require(text.range(of: "  always @(posedge clock) begin\n"))
    let end = try #require(text.range(of: "endmodule"))
    return String(text[start.lowerBound..<end.lowerBound])
  }

  @Test func `A state machine is one case statement over all registers that it decides`() throws {
    let found = try blocks(Loader())
    #expect(
      found == """
          always @(posedge clock) begin
            if (reset) begin
              left <= 4'd0;
              sum <= 8'd0;
              phase <= PHASE_IDLE;
            end else begin
              case (phase)
                PHASE_IDLE: begin
                  if (start) begin
                    left <= 4'd9;
                    phase <= PHASE_LOAD;
                  end
                end
                PHASE_LOAD: begin
                  left <= left - 4'd1;
                  sum <= sum + data;
                  if (left == 4'd0) begin
                    phase <= PHASE_STORE;
                  end
                end
                PHASE_STORE: begin
                  sum <= 8'd0;
                  phase <= PHASE_IDLE;
                end
                default: ;
              endcase
            end
          end

        """)
  }

  @Test func `A condition and its complement are asked once`() throws {
    #expect(
      try blocks(Either()) == """
          always @(posedge clock) begin
            if (left) begin
              one <= data;
            end else begin
              other <= data;
              both <= 8'd0;
            end
          end

        """)
  }
}

private struct Loader: Generator {
  enum Phase: HardwareEnum { case idle, load, store }
  struct Ports {
    let start: Input<Bit>
    let data: Input<UInt>
    let total: Output<UInt>
  }
  var ports: Ports { Ports(start: .init(), data: .init(8), total: .init(8)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let left = m.register("left", UInt.self, width: 4, reset: 0)
    let sum = m.register("sum", UInt.self, width: 8, reset: 0)
    m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) {
        m.when(io.start) {
          phase.go(.load)
          left.next <== 9
        }
      }
      phase.when(.load) {
        left.next <== left &- 1
        sum.next <== sum &+ io.data
        m.when(left .== 0) { phase.go(.store) }
      }
      phase.when(.store) {
        phase.go(.idle)
        sum.next <== 0
      }
    }
    io.total <== sum
  }
}

private struct Either: Generator {
  struct Ports {
    let left: Input<Bit>
    let data: Input<UInt>
    let first, second, third: Output<UInt>
  }
  var ports: Ports {
    Ports(left: .init(), data: .init(8), first: .init(8), second: .init(8), third: .init(8))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    io.first <== m.register("one", io.data, when: io.left)
    io.second <== m.register("other", io.data, when: !io.left)
    let both = m.register("both", UInt.self, width: 8)
    m.when(!io.left) { both.next <== 0 }
    io.third <== both
  }
}
