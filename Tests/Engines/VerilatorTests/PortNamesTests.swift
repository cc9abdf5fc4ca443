import Testing

@testable import Verilator

@Suite struct PortNamesTests {
  @Test(arguments: [
    ("plain_1", "plain_1"), ("a__b", "a___05Fb"), ("_x", "_x"), ("a$b", "a__024b"), ("1a", "__031a"),
  ])
  func `Names are encoded as Verilator does it`(name: String, encoded: String) {
    #expect(PortNames.encoded(name) == encoded)
  }

  @Test func `A header gives members and widths`() {
    let header = """
          VL_IN8(&clk,0,0);
          VL_IN(&__SYM__int,31,0);
          VL_OUT16(&h,15,8);
          VL_INW(&b,0,64,3);
          VL_IN8((&u)[4],7,0);
      """
    #expect(PortNames.members(ofHeader: header) == ["clk": 1, "__SYM__int": 32, "h": 8, "b": 65])
    #expect(PortNames.member(for: "int", among: ["__SYM__int"]) == "__SYM__int")
    #expect(PortNames.member(for: "other", among: ["__SYM__int"]) == nil)
  }
}
