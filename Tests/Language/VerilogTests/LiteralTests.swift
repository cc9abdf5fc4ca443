import HDL
import Testing
import Verilog

@Suite struct LiteralTests {
  struct Scaled: Generator {
    var factor: Int

    struct Ports { let a: Input<SInt>, y: Output<SInt> }
    var ports: Ports { Ports(a: .init(8), y: .init(12)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      io.y <== (io.a * m.constant(factor, width: 4, as: SInt.self))
    }
  }

  /// A minus sign acts after the literal has grown to the width of its place: the smallest number must not have one, and
  /// of the others Verilator warns.
  @Test(arguments: [(-8, "4'sh8"), (-7, "4'sh9"), (-1, "4'shf"), (7, "4'sd7")])
  func `A negative literal keeps its value in a wider place`(factor: Int, literal: String) throws {
    let text = try #require(try Scaled(factor: factor).elaborate().verilog().last?.text)
    #expect(text.contains("assign y = a * \(literal);"), "\(text)")
  }
}
