import HDL
import Netlist
import TestSupport
import Testing
import Verilog

/// What nets that nobody named are called.
@Suite struct NetNameTests {
  private func nets(_ generator: some Generator) throws -> [String] {
    let text = try #require(try generator.elaborate().simplified().verilog().last?.text)
    return text.split(separator: "\n").map { $0.drop { $0 == " " } }
      .filter { $0.hasPrefix("wire ") && $0.contains(" = ") || $0.hasPrefix("assign ") }.map(String.init)
  }

  @Test func `A net is called what it says`() throws {
    let found = try nets(Named())
    #expect(
      found == [
        "wire count_eq_5 = count == 8'd5;",
        "wire count_ne_5 = !count_eq_5;",
        "wire sum_lt_limit = sum < {1'd0, limit};",
        "wire input_transfer = input_valid & input_ready;",
        "assign input_ready = count_ne_5 & |limit;",
        "assign changes = input_transfer ^ sum_lt_limit;",
        "assign differs = count_ne_5 | input_transfer;",
        "assign ends = sum_lt_limit & count_eq_5;",
        "assign taken = taken_q;",
        "assign sum = {1'd0, count} + 9'd1;",
      ])
  }

  @Test func `A product that is widened or read with another sign is not called a product`() throws {
    let found = try nets(Reread())
    #expect(
      found == [
        "wire signed [15:0] a_times_b = a * b;",
        "wire signed [19:0] extension = {{4{a_times_b[15]}}, a_times_b};",
        "assign first = extension >> by;",
        "assign second = {6'd0, extension[17:4]};",
      ])
  }
}

/// A product whose bits are taken as a wider number of another sign.
private struct Reread: Generator {
  struct Ports {
    let a, b: Input<SInt>
    let by: Input<UInt>
    let first, second: Output<UInt>
  }
  var ports: Ports { Ports(a: .init(8), b: .init(8), by: .init(3), first: .init(20), second: .init(20)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let product = io.a * io.b
    let bits = product.extended(to: 20).asUnsigned
    io.first <== bits >> io.by
    io.second <== bits[4..<18].asUnsigned.extended(to: 20)
  }
}

private struct Named: Generator {
  struct Ports {
    let count, limit: Input<UInt>
    let input: StreamInput<UInt>
    let changes, differs, ends: Output<Bit>
    let taken: Output<UInt>
    let sum: Output<UInt>
  }
  var ports: Ports {
    Ports(
      count: .init(8), limit: .init(8), input: .init(8), changes: .init(), differs: .init(), ends: .init(),
      taken: .init(8), sum: .init(9))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    let differs = io.count .!= 5
    let more = io.count + 1
    io.sum <== more
    let below = more .< io.limit.extended(to: 9)
    let ready = differs & io.limit.any
    io.input.ready <== ready
    let takes = io.input.valid & ready
    io.changes <== takes ^ below
    io.ends <== below & !differs
    io.differs <== differs | takes
    io.taken <== m.register("taken", io.input.payload, when: takes & below)
  }
}
