import Netlist
import Testing

@Suite struct IdentifierTests {
  @Test(arguments: [
    ("activationOut", "activation_out"), ("rows", "rows"), ("axiID", "axi_id"), ("HTTPServer", "http_server"),
    ("a1B2", "a1_b2"), ("already_snake", "already_snake"), ("loadFirst", "load_first"), ("X", "x"),
  ])
  func `Names become snake case`(swift: String, verilog: String) { #expect(Identifier.snakeCase(swift) == verilog) }

  @Test(arguments: [
    ("always", "Verilog"), ("logic", "SystemVerilog"), ("signal", "VHDL"), ("reg", "Verilog"), ("bit", "SystemVerilog"),
  ])
  func `Keywords are known`(word: String, language: String) {
    #expect(Identifier.language(reserving: word) == language)
  }

  @Test func `Other words are free`() { #expect(Identifier.language(reserving: "activation") == nil) }

  @Test(arguments: [("a", true), ("_a", true), ("a9", true), ("9a", false), ("a-b", false), ("", false), ("é", false)])
  func `Identifiers are plain`(name: String, isPlain: Bool) { #expect(Identifier.isWellFormed(name) == isPlain) }
}
