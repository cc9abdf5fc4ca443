import Foundation
import HDL
import Netlist
import TestSupport
import Testing
import Verilog

/// Choices among very many branches stay one flat `case`, or one chain that tools can read, at a cost that is linear.
@Suite struct LargeChoiceTests {
  @Test(arguments: [4096, 65_536])
  func `A switch of all values of its subject is one case statement for a register and for an output`(cases: Int) throws
  {
    let width = cases.trailingZeroBitCount
    let design = Large("Switch", size: cases, inputs: [width, 8], outputs: [8, 8, 1]) { io, m in
      let held = m.register("held", UInt.self, width: 8)
      m.switch(io.a[0]) { s in
        for value in 0..<cases {
          s.case(value) {
            held.next <== io.a[1] ^ m.constant(value & 255, width: 8, as: UInt.self)
            io.y[1] <== m.constant(value * 7 & 255, width: 8, as: UInt.self)
            io.y[2] <== m.constant(value.nonzeroBitCount & 1, width: 1, as: UInt.self)
          }
        }
      }
      io.y[0] <== held
    }
    let (circuit, text) = try design.made()
    #expect(text.count(of: "case (a_0)") == 3)
    let branches = text.components(separatedBy: "\n      \(width)'d1000: ").dropFirst().map { $0.prefix(40) }
    #expect(branches.contains { $0.hasPrefix("held <= a_1_xor_232;\n") }, "\(branches)")
    #expect(text.count(of: " ? ") == 0)
    #expect(text.count(of: "if (") == 0)
    #expect(circuit.top.table.nodes.count < 6 * cases)
  }

  @Test func `A short switch is written with if and else`() throws {
    let design = Large("Short", size: 4, inputs: [2, 8], outputs: [8]) { io, m in
      let held = m.register("held", UInt.self, width: 8)
      m.switch(io.a[0]) { s in for value in 0..<4 { s.case(value) { held.next <== io.a[1] &+ UInt(value) } }
      }
      io.y[0] <== held
    }
    let text = try design.made().text
    #expect(text.count(of: "case") == 0)
    #expect(text.count(of: "else if (") == 2)
  }

  @Test func `Cases with many values, of a signed subject and with a default keep their order`() throws {
    let design = Large("Signed", size: 9, inputs: [8, 4], outputs: [4]) { io, m in
      io.y[0] <== io.a[1]
      m.switch(io.a[0].asSigned) { s in
        for value in 0..<9 { s.case(-value - 1, value) { io.y[0] <== m.constant(value, width: 4, as: UInt.self) } }
        s.case(100, 101) { io.y[0] <== ~io.a[1] }
      }
    }
    let text = try design.made().text
    #expect(
      text.contains(
        """
          always @* begin
            case (a_0)
              -8'sd1, 8'sd0: choice_by_a_0 = 4'd0;
              -8'sd2, 8'sd1: choice_by_a_0 = 4'd1;
              -8'sd3, 8'sd2: choice_by_a_0 = 4'd2;
              -8'sd4, 8'sd3: choice_by_a_0 = 4'd3;
              -8'sd5, 8'sd4: choice_by_a_0 = 4'd4;
              -8'sd6, 8'sd5: choice_by_a_0 = 4'd5;
              -8'sd7, 8'sd6: choice_by_a_0 = 4'd6;
              -8'sd8, 8'sd7: choice_by_a_0 = 4'd7;
              -8'sd9, 8'sd8: choice_by_a_0 = 4'd8;
              8'sd100, 8'sd101: choice_by_a_0 = ~a_1;
              default: choice_by_a_0 = a_1;
            endcase
          end
        """), "\(text)")
  }

  @Test func `A case that only some registers take costs nothing for the others`() throws {
    let size = 2000
    let design = Large("Sparse", size: size, inputs: [16, 8], outputs: [8]) { io, m in
      let held = (0..<size).map { m.register("held_\($0)", UInt.self, width: 8, reset: 0) }
      m.switch(io.a[0]) { s in
        for value in 0..<size { s.case(value) { held[value].next <== io.a[1] } }
      }
      io.y[0] <== balanced(held, ^)
    }
    let (circuit, text) = try design.made()
    #expect(circuit.top.table.nodes.count < 8 * size)
    #expect(text.utf8.count < 400 * size)
    #expect(text.contains("if (a_0 == 16'h07cf) begin\n        held_1999 <= a_1;"), "\(text.suffix(400))")
  }

  @Test func `What most cases leave to the default asks once whether one of them holds`() throws {
    let size = 2000
    let design = Large("Defaulted", size: size, inputs: [16, 8], outputs: [8]) { io, m in
      let held = (0..<size).map { m.register("held_\($0)", UInt.self, width: 8, reset: 0) }
      m.switch(io.a[0]) { s in
        for value in 0..<size { s.case(value) { held[value].next <== io.a[1] } }
        s.default { for one in held { one.next <== 0 } }
      }
      io.y[0] <== balanced(held, ^)
    }
    #expect(try design.made().circuit.top.table.nodes.count < 60 * size)
  }

  @Test(arguments: [1500, 5000])
  func `Long chains of if and otherwise are cut into nets`(size: Int) throws {
    let design = Large("Chain", size: size, inputs: [size, 8, 8], outputs: [8, 8]) { io, m in
      let held = m.register("held", UInt.self, width: 8)
      var chain = m.when(io.a[0][0]) {
        held.next <== io.a[1]
        io.y[1] <== io.a[2]
      }
      for index in 1..<size {
        chain = chain.otherwise(when: io.a[0][index]) {
          held.next <== io.a[1] ^ m.constant(index & 255, width: 8, as: UInt.self)
          io.y[1] <== io.a[2] ^ m.constant(index & 255, width: 8, as: UInt.self)
        }
      }
      chain.otherwise { io.y[1] <== 0 }
      io.y[0] <== held
    }
    let (circuit, text) = try design.made()
    #expect(circuit.top.table.nodes.count < 6 * size)
    #expect(text.count(of: "else if (") < 40)
    #expect(text.utf8.count < 400 * size)
  }

  @Test(arguments: [1500, 5000])
  func `Many conditions one after another are cut into nets`(size: Int) throws {
    let design = Large("Whens", size: size, inputs: [size, 8, 8], outputs: [8, 8, 1]) { io, m in
      let held = m.register("held", UInt.self, width: 8)
      io.y[1] <== io.a[2]
      io.y[2] <== 0
      for index in 0..<size {
        m.when(io.a[0][index]) {
          held.next <== io.a[1] ^ m.constant(index & 255, width: 8, as: UInt.self)
          io.y[1] <== io.a[2] ^ m.constant(index & 255, width: 8, as: UInt.self)
          io.y[2] <== m.constant(index & 1, width: 1, as: UInt.self)
        }
      }
      io.y[0] <== held
    }
    let (circuit, text) = try design.made()
    #expect(circuit.top.table.nodes.count < 8 * size)
    #expect(text.utf8.count < 500 * size)
  }

  @Test(arguments: [1000, 2000])
  func `Conditions inside one another`(size: Int) throws {
    let design = Large("Nested", size: size, inputs: [size, 8], outputs: [8, 8, 8]) { io, m in
      let each = m.register("each", UInt.self, width: 8)
      let last = m.register("last", UInt.self, width: 8)
      io.y[2] <== io.a[1]
      func nest(_ index: Int) {
        m.when(io.a[0][index]) {
          each.next <== io.a[1] ^ m.constant(index & 255, width: 8, as: UInt.self)
          io.y[2] <== io.a[1] &+ m.constant(index & 255, width: 8, as: UInt.self)
          if index + 1 < size { nest(index + 1) } else { last.next <== io.a[1] }
        }
      }
      nest(0)
      io.y[0] <== each
      io.y[1] <== last
    }
    let (circuit, text) = try design.made()
    #expect(circuit.top.table.nodes.count < 10 * size)
    #expect(text.utf8.count < 500 * size)
  }

  /// States beyond what anybody writes by hand.
  struct Step: HardwareEnum, CustomStringConvertible {
    static let count = 2000
    static let allCases = (0..<count).map { Step(number: $0) }
    var number: Int
    var description: String { "step\(number)" }
  }

  @Test func `A state machine of two thousand states`() throws {
    let size = Step.count
    let design = Large("Machine", size: size, inputs: [8, 1], outputs: [8]) { io, m in
      let sum = m.register("sum", UInt.self, width: 8, reset: 0)
      m.stateMachine("step", of: Step.self, reset: Step.allCases[0]) { step in
        for state in Step.allCases {
          step.when(state) {
            sum.next <== sum &+ m.constant(state.number & 255, width: 8, as: UInt.self)
            m.when(io.a[1][0]) { step.go(Step.allCases[(state.number + 1) % size]) }
          }
        }
      }
      io.y[0] <== sum
    }
    let (circuit, text) = try design.made()
    #expect(circuit.top.table.nodes.count < 8 * size)
    #expect(text.count(of: "case (step)") == 1)
    #expect(text.count(of: "STEP_STEP1999: ") == 1)
  }

  @Test func `Assertions in thousands of branches`() throws {
    let size = 2000
    let design = Large("Watched", size: size, inputs: [16, 8], outputs: [8]) { io, m in
      io.y[0] <== io.a[1]
      m.switch(io.a[0]) { s in
        for value in 0..<size {
          s.case(value) { m.assert(io.a[1] .!= UInt(value & 255), "differs_\(value)") }
        }
        s.default { m.assert(io.a[1] .!= 0, "differs") }
      }
    }
    #expect(try design.made().circuit.top.table.nodes.count < 8 * size)
  }

  @Test func `A table of 65,536 values`() throws {
    let size = 65_536
    let design = Large("Table", size: size, inputs: [16], outputs: [8]) { io, m in
      io.y[0] <== select(io.a[0], (0..<size).map { m.constant($0 * 31 & 255, width: 8, as: UInt.self) })
    }
    let text = try design.made().text
    #expect(text.count(of: "case (a_0)") == 1)
    #expect(text.count(of: "16'd1000: ") == 1)
  }

  @Test func `A switch that leaves out a value is not complete, one of 16 bits that has all of them is`() throws {
    #expect(throws: DiagnosticList.self) {
      _ = try Large("Gap", size: 8, inputs: [3], outputs: [3]) { io, m in
        m.switch(io.a[0]) { s in for value in 0..<7 { s.case(value) { io.y[0] <== io.a[0] } } }
      }.elaborate()
    }
  }
}
