import HDL
import TestSupport
import Testing

/// Numbers of which no tool complains.
@Suite struct LiteralTextTests {
  /// Negative numbers in every operation, in places as wide as they are and wider.
  struct Negative: Generator {
    var width: Int

    struct Ports { let s: Input<SInt>, c: Input<Bit>, y: [Output<SInt>], z: [Output<Bit>] }
    var ports: Ports {
      let widths = [8 + width, 8 + width, 2 * width, 9, 9, 9, 8, 8, 8, 8, 8, 8, 12, 20]
      return Ports(
        s: .init(8), c: .init(), y: widths.map { .init($0) }, z: (0..<4).map { _ in .init() })
    }
    func build(_ io: Interior<Ports>, in m: Module) {
      let number = m.constant(-3, width: width, as: SInt.self)
      let equal = m.constant(-3, width: 8, as: SInt.self)
      let values: [SInt] = [
        io.s * number, number * io.s, number * number, io.s + equal, equal - io.s, io.s + -3, io.s &+ -3, io.s &- -5,
        io.s & -3, io.s ^ -3, mux(io.c, -3, io.s), equal >> 1, (io.s * -3).extended(to: 20).truncated(to: 12),
        mux(io.c, -3, io.s.extended(to: 20)),
      ]
      for (sink, value) in zip(io.y, values) { sink <== value }
      let conditions = [io.s .< -3, io.s .== -3, io.s .>= -127, (io.s * number) .> -100]
      for (sink, value) in zip(io.z, conditions) { sink <== value }
    }
  }

  @Test(arguments: [3, 5, 8])
  func `Negative numbers are right for every tool in every operation`(width: Int) throws {
    #expect(try Negative(width: width).toolComplaints() == "")
  }

  /// Constants and signs of more bits than one replication has.
  struct Wide: Generator {
    struct Ports { let s: Input<SInt>, c: Input<Bit>, y: [Output<SInt>] }
    var ports: Ports { Ports(s: .init(8), c: .init(), y: (0..<3).map { _ in .init(9000) }) }
    func build(_ io: Interior<Ports>, in m: Module) {
      io.y[0] <== mux(io.c, m.constant(-1, width: 9000, as: SInt.self), 0)
      io.y[1] <== io.s.extended(to: 9000)
      io.y[2] <== m.register("held", SInt.self, width: 9000, reset: 7)
    }
  }

  @Test func `A constant or a sign of very many equal bits is written in replications that no tool minds`() throws {
    #expect(try Wide().toolComplaints() == "")
    let text = try #require(try Wide().elaborate().simplified().verilog().last?.text)
    #expect(text.contains("{8192{1'b1}}, {808{1'b1}}"), "\(text)")
    #expect(text.contains("{8192{s[7]}}, {800{s[7]}}"), "\(text)")
  }
}
