import Foundation
import HDL
import Netlist
import Testing
import Verilog

@Suite struct ClockDomainTests {
  /// A stage in two domains of different resets.
  struct TwoStyles: DefaultConfigurable {
    static let calm = ClockDomain("calm", reset: ResetStyle(.asynchronous, .activeLow))

    struct Ports {
      let a, b: Input<UInt>
      let x, y: Output<UInt>
    }
    var ports: Ports {
      Ports(a: .init(8), b: .init(8).in(Self.calm), x: .init(8), y: .init(8).in(Self.calm))
    }
    func build(_ io: Interior<Ports>, in m: Module) {
      for index in 0..<2 {
        let first = m.instance(Stage(), "first_\(index)")
        first.a <== io.a
        if index == 0 { io.x <== first.y }
        let second = m.domain(Self.calm) { m.instance(Stage(), "second_\(index)") }
        second.a <== io.b
        if index == 0 { io.y <== second.y }
      }
    }
  }

  @Test func `A module follows the reset of the domain to which it is connected, and is made once for each`() throws {
    let circuit = try TwoStyles().elaborate()
    #expect(circuit.definitions.map(\.name) == ["Stage", "Stage_v2", "TwoStyles"])
    let texts = circuit.simplified().verilog().map(\.text)
    #expect(texts[0].contains("always @(posedge clock) begin\n    if (reset) begin"))
    #expect(texts[1].contains("always @(posedge clock or negedge reset_n) begin\n    if (!reset_n) begin"))
    #expect(texts[2].contains(".reset_n(calm_reset_n)"))
  }

  @Test func `The usual reset is that of the design`() throws {
    let circuit = try TwoStyles().elaborate(reset: ResetStyle(.asynchronous, .activeLow))
    #expect(circuit.definitions.map(\.name) == ["Stage", "TwoStyles"])
    #expect(circuit.top.clocks.map(\.reset) == ["reset_n", "calm_reset_n"])
  }

  @Test func `Clocks stand in the order of the ports, the main one first where it is used`() throws {
    #expect(try TwoStyles().elaborate().top.clocks.map(\.clock) == ["clock", "calm_clock"])
    #expect(try Alarm().elaborate().top.clocks.map(\.clock) == ["write_clock", "bus_clock"])
  }

  /// Ports of a domain without state.
  struct Wire: DefaultConfigurable {
    struct Ports {
      let a: Input<UInt>
      let y: Output<UInt>
    }
    var ports: Ports { Ports(a: .init(8).in(.write), y: .init(8).in(.write)) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== ~io.a }
  }

  @Test func `A clock that only says when ports change is a port that nothing reads`() throws {
    let text = try Wire().elaborate().verilog()[0].text
    #expect(text.contains("input  wire       write_clock"))
    #expect(text.contains("wire unused = &{1'b0, write_clock};"))
  }

  /// A port with the name of a clock.
  struct Clash: DefaultConfigurable {
    struct Ports {
      let writeClock: Input<UInt>
      let y: Output<UInt>
    }
    var ports: Ports { Ports(writeClock: .init(8).in(.write), y: .init(8).in(.write)) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== io.writeClock }
  }

  @Test func `A port must not have the name of a clock`() {
    #expect(
      diagnosis(Clash()).contains("the name 'write_clock' is taken by a port of the domain 'write' [SYS0011]"))
  }

  @Test func `The edge stands in the manifest only where it falls`() throws {
    func json(_ clock: ClockShape) throws -> String { String(decoding: try JSONEncoder().encode(clock), as: UTF8.self) }
    let rising = ClockShape(clock: "a", reset: nil)
    let falling = ClockShape(clock: "a", reset: nil, edge: .falling)
    #expect(try !json(rising).contains("edge"))
    for clock in [rising, falling] {
      #expect(try JSONDecoder().decode(ClockShape.self, from: Data(try json(clock).utf8)) == clock)
    }
  }
}
