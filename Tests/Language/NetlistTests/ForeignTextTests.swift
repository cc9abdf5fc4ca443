import Netlist
import Testing

@Suite struct ForeignTextTests {
  /// Characters that end lines, comments and strings, start directives, hide, or turn the direction of text.
  static let hostile =
    "a\nassign y = 0; */ // \" ' \\ ` $ % \t \r \u{0} \u{1B} \u{7F} \u{85} \u{2028} \u{202E} \u{200B} \u{FEFF} é 乘 😀"

  @Test func `What is not seen is written in full`() {
    #expect(
      ForeignText.visible(Self.hostile)
        == "a\\u{a}assign y = 0; */ // \" ' \\ ` $ % \\u{9} \\u{d} \\u{0} \\u{1b} \\u{7f} \\u{85} \\u{2028} \\u{202e} "
        + "\\u{200b} \\u{feff} é 乘 😀")
    #expect(ForeignText.visible("plain text, as it is") == "plain text, as it is")
  }

  @Test func `Lines end at every break`() {
    #expect(ForeignText.lines("a\nb\r\nc\rd\u{2028}e\u{85}f\u{B}g") == ["a", "b", "c", "d", "e", "f", "g"])
    #expect(ForeignText.lines("a\n\nb\t") == ["a", "", "b\\u{9}"])
  }

  @Test(arguments: [
    ("depth 4", "depth 4"), ("ends in \\", "ends in \\."), ("verilator lint_off WIDTH", "- verilator lint_off WIDTH"),
    ("  Synopsys translate_off", "-   Synopsys translate_off"),
    ("synthesis translate_off", "- synthesis translate_off"),
    ("synthesisable", "synthesisable"), ("of verilator", "of verilator"), ("pragma protect", "- pragma protect"),
  ])
  func `A comment of Verilog is no order to a tool`(text: String, comment: String) {
    #expect(ForeignText.verilogComment(text) == comment)
  }

  @Test func `A string of Verilog is exactly the text`() {
    #expect(
      ForeignText.verilogString("say \"\\é\n\t\r\u{0}\u{1B}\"%") == "\"say \\\"\\\\é\\n\\t\\015\\000\\033\\\"%\"")
  }

  @Test func `A message of Verilog is one line without formats`() {
    #expect(ForeignText.verilogMessage("/* // */ `endif / *") == "\"\\057* \\057\\057 *\\057 \\140endif / *\"")
    #expect(ForeignText.verilogMessage("100 %d\n\u{1B}[0m") == "\"100 %%d\\\\u{a}\\\\u{1b}[0m\"")
  }

  @Test func `A string of Swift is a literal`() {
    #expect(ForeignText.swiftString("a\n\"\\(b)\u{202E}é") == "\"a\\n\\\"\\\\(b)\\u{202e}é\"")
  }
}
