import Testing

@testable import Verilator

@Suite struct VerilatorMessagesTests {
  @Test func `Errors stay, warnings and advice go`() {
    let output = """
      %Warning-WIDTH: a.v:1:2: Operator ADD expects 9 bits
          1 | x
      %Error: a.v:2:3: first
                     : ... note: In instance 'a'
          2 | y
            | ^
              ... See the manual at https://verilator.org/verilator_doc.html for more assistance.
                  a.v.v
      %Error-PINNOTFOUND: a.v:4:5: second
      %Error: Exiting due to 2 error(s)
      - Verilator: Walltime 0.008 s
      """
    #expect(
      VerilatorMessages.relevant(in: output) == """
        %Error: a.v:2:3: first
                       : ... note: In instance 'a'
            2 | y
              | ^
        %Error-PINNOTFOUND: a.v:4:5: second
        """)
  }

  @Test func `A source is marked with its name`() {
    let marked = VerilatorMessages.marked(VerilogSource(name: #"odd "name"\x.v"#, text: "module m; endmodule"))
    #expect(marked == "`line 1 \"odd \\\"name\\\"\\\\x.v\" 0\nmodule m; endmodule")
  }
}
