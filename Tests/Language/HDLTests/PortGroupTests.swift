import HDL
import Netlist
import Testing
import Verilog

@Suite struct PortGroupTests {
  /// A bus through a module, a switch between two, and one side of each kind.
  private struct Through: Generator {
    struct Ports {
      let up: Flipped<ProbeBus>
      let down: ProbeBus
      let spare: [Flipped<ProbeBus>]
    }
    var ports: Ports {
      let bus = ProbeBus(width: 8, idWidth: 2, hasLock: true)
      return Ports(up: .init(bus), down: bus, spare: [.init(ProbeBus(width: 4))])
    }
    func build(_ io: Interior<Ports>, in m: Module) {
      io.down <== io.up
      let target = m.instance(BusTarget(width: 4), "target")
      target.bus <== io.spare[0]
    }
  }

  @Test func `A flipped group has the other directions, joined names and one connection`() throws {
    let circuit = try Through().elaborate()
    let text = circuit.simplified().verilog().map(\.text).joined()
    let ports = circuit.top.ports.map { "\($0.shape.direction == .input ? "in " : "out ")\($0.shape.name)" }
    #expect(
      ports.prefix(8) == [
        "in up_awvalid", "out up_awready", "in up_awaddr", "in up_awid", "out up_bvalid", "in up_bready",
        "out up_bdata", "in up_lock",
      ], "\(ports)")
    #expect(
      ports.dropFirst(9).prefix(8) == [
        "out down_awvalid", "in down_awready", "out down_awaddr", "out down_awid", "in down_bvalid", "out down_bready",
        "in down_bdata", "out down_lock",
      ], "\(ports)")
    #expect(ports.contains("in spare_0_awaddr"), "\(ports)")
    for line in [
      "assign down_awaddr = up_awaddr;", "assign up_awready = down_awready;", "assign up_bdata = down_bdata;",
      "assign down_lock = up_lock;", "assign up_level = down_level;",
    ] { #expect(text.contains(line), "\(text)") }
  }

  /// One of two buses is chosen.
  private struct Chosen: Generator {
    struct Ports { let choose: Input<Bit>, first, second: Flipped<ProbeBus>, down: ProbeBus }
    var ports: Ports {
      Ports(choose: .init(), first: .init(.init(width: 8)), second: .init(.init(width: 8)), down: .init(width: 8))
    }
    func build(_ io: Interior<Ports>, in m: Module) {
      for side in [io.first, io.second] {
        side.aw.ready <== 0
        side.b.valid <== 0
        side.b.payload <== io.down.b.payload
        side.level <== io.down.level
      }
      m.when(io.choose) { io.down <== io.first }.otherwise { io.down <== io.second }
    }
  }

  @Test func `A group is connected under a condition`() throws {
    let text = try Chosen().elaborate().simplified().verilog().map(\.text).joined()
    #expect(text.contains("assign down_awaddr = choose ? first_awaddr : second_awaddr;"), "\(text)")
    #expect(text.contains("assign first_awready = choose & down_awready;"), "\(text)")
  }

  /// A module around another one with the same ports.
  private struct Around: Generator {
    typealias Ports = BusTarget.Ports
    var ports: Ports { BusTarget().ports }
    func build(_ io: Interior<Ports>, in m: Module) { m.instance(BusTarget(), "inner") <== io }
  }

  @Test func `All ports of a module are connected as one group`() throws {
    let circuit = try Around().elaborate()
    #expect(circuit.top.instances.count == 1)
    #expect(circuit.top.ports.allSatisfy { $0.shape.direction == .input || $0.driver != nil })
  }

  /// Ports that are there or not.
  private struct Choosy: Generator {
    var isThere: Bool
    struct Ports { let bus: Flipped<ProbeBus>?, number: Input<UInt>?, items: StreamInput<Bits>?, sum: Output<UInt>? }
    var ports: Ports {
      isThere
        ? Ports(bus: .init(ProbeBus(width: 8)), number: .init(8), items: .init(4), sum: .init(8))
        : Ports(bus: nil, number: nil, items: nil, sum: nil)
    }
    func build(_ io: Interior<Ports>, in m: Module) {
      io.sum <== io.number
      io.items?.ready <== (isThere ? 1 : nil)
      io.bus.map { m.instance(BusTarget(), "target").bus <== $0 }
    }
  }

  private struct ChoosyUser: Generator {
    var isThere: Bool
    typealias Ports = Choosy.Ports
    var ports: Ports { Choosy(isThere: isThere).ports }
    func build(_ io: Interior<Ports>, in m: Module) {
      let inner = m.instance(Choosy(isThere: isThere), "inner")
      inner.bus <== io.bus
      inner.number <== io.number
      inner.items <== io.items
      io.sum <== inner.sum
    }
  }

  @Test(arguments: [true, false]) func `Ports that may be absent are connected as others`(isThere: Bool) throws {
    let circuit = try ChoosyUser(isThere: isThere).elaborate()
    #expect(circuit.top.ports.count == (isThere ? 12 : 0))
    #expect(circuit.top.instances.count == 1)
  }
}

extension PortGroupTests {
  /// Keeps what a module should not let out.
  private final class Leak: @unchecked Sendable {
    var bus: Exterior<BusEnd.Ports>?
  }

  @Test func `A group of another module is refused`() {
    let leak = Leak()
    let outer = Probe("outer") { io, m in
      let inner = m.instance(
        Probe("leaks") { io, m in
          let manager = m.instance(BusEnd(), "manager")
          leak.bus = manager
          m.instance(BusTarget(), "target").bus <== manager.axi
          io.y <== io.a
        }, "inner")
      inner.a <== io.a
      inner.s <== io.s
      inner.c <== io.c
      io.y <== inner.y
      m.instance(BusTarget(), "target").bus <== leak.bus!.axi
    }
    let text = diagnosis(outer)
    #expect(text.contains("error: 'target.bus' is connected with 'manager.axi' of Probe_nameLeaks"), "\(text)")
    #expect(
      text.hasSuffix(
        "[SYS0014]\n  in module Probe_nameOuter_line\(outer.line)\n  fix: pass the group through ports\n1 error"),
      "\(text)")
  }
}
