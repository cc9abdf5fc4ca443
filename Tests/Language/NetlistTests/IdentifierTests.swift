import Netlist
import Testing

@Suite struct IdentifierTests {
  @Test(arguments: [
    ("activationOut", "activation_out"), ("rows", "rows"), ("axiID", "axi_id"), ("HTTPServer", "http_server"),
    ("a1B2", "a1_b2"), ("already_snake", "already_snake"), ("loadFirst", "load_first"), ("X", "x"),
  ])
  func `Names become snake case`(swift: String, verilog: String) { #expect(Identifier.snakeCase(swift) == verilog) }

  @Test(arguments: [
    ("always", "Verilog"), ("Always", "Verilog"), ("SIGNAL", "VHDL"), ("First_Match", "SystemVerilog"),
    ("view", "VHDL"), ("vunit", "VHDL"), ("unaffected", "VHDL"), ("assume_guarantee", "VHDL"), ("private", "VHDL"),
    ("logic", "SystemVerilog"), ("signal", "VHDL"), ("reg", "Verilog"), ("bit", "SystemVerilog"),
    ("bool", "Icarus Verilog"), ("wone", "Icarus Verilog"), ("wreal", "Icarus Verilog"), ("std", "Verilator"),
    ("mailbox", "Verilator"), ("Semaphore", "Verilator"), ("randomize", "Verilator"),
  ])
  func `Keywords are known`(word: String, language: String) {
    #expect(Identifier.language(reserving: word) == language)
  }

  @Test(
    arguments: [
      ("activation", nil), ("systolic", nil), ("sys", nil), ("1st", "no identifier"), ("End", "a keyword of Verilog"),
      ("systole_x", "like the names that proofs and benches add"),
      ("Systole_", "like the names that proofs and benches add"),
    ] as [(String, String?)])
  func `A name is free, or it is said why not`(name: String, problem: String?) {
    #expect(Identifier.problem(with: name) == problem)
  }

  @Test(
    arguments: [
      ("reg", "Verilog"), ("bit", "SystemVerilog"), ("bool", "Icarus Verilog"), ("std", "Verilator"), ("in", nil),
      ("signal", nil), ("REG", nil), ("Bit", nil), ("divider", nil),
    ] as [(String, String?)])
  func `Verilog tells capitals from small letters and knows no VHDL`(name: String, language: String?) {
    #expect(Identifier.verilogLanguage(reserving: name) == language)
  }

  @Test(
    arguments: [
      ("TOP", "what Verilator calls the top of every design"), ("std", "a keyword of Verilator"), ("Top", nil),
      ("1st", "no identifier"), ("Counter", nil),
    ] as [(String, String?)])
  func `A module has a name that Verilator leaves free`(name: String, problem: String?) {
    #expect(Identifier.problem(withModule: name) == problem)
  }

  @Test func `Names that differ by capitals are one name`() {
    var names = NameSet.keywords
    let given = ["fifo", "FIFO", "Wire", "count", "count_2", "Count"].map { names.unique($0) }
    #expect(given == ["fifo", "FIFO_2", "Wire_2", "count", "count_2", "Count_3"])
  }

  @Test func `Other words are free`() { #expect(Identifier.language(reserving: "activation") == nil) }

  @Test(arguments: [("a", true), ("_a", true), ("a9", true), ("9a", false), ("a-b", false), ("", false), ("é", false)])
  func `Identifiers are plain`(name: String, isPlain: Bool) { #expect(Identifier.isWellFormed(name) == isPlain) }
}
