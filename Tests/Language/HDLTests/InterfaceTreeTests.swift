import Foundation
import HDL
import Netlist
import Testing
import Verilog

/// What a module says of its ports, kept and emitted.
@Suite struct InterfaceTreeTests {
  private struct Item: SignalBundle { let code: UInt, isLast: Bit }

  private struct Link: PortGroup {
    static let naming = PortNaming.joined
    let tx: StreamOutput<Item>
    let count: Input<UInt>
    init() {
      tx = .init(Item(code: .shape(4), isLast: .shape), "Items to the other side")
      count = .init(3, "Items that wait there")
    }
  }

  private struct Described: DefaultConfigurable {
    static let side = ClockDomain("side")
    struct Ports {
      let items: StreamInput<Bits>
      let enable: Input<Bit>
      let link: Flipped<Link>
      let lanes: [Output<UInt>]
      let absent: Input<Bit>?
      let plain: Output<Bit>
      let distant: Input<Bit>
    }
    var ports: Ports {
      Ports(
        items: .init(8, "What enters"), enable: .init("1 to go on"), link: .init(Link()),
        lanes: (0..<2).map { _ in .init(4, "A lane\nof two") }, absent: nil, plain: .init(),
        distant: .init(
          "A sentence that does not fit behind its port and stands above it, in as many lines as it takes to say all of this"
        ).in(Self.side))
    }
    func build(_ io: Interior<Ports>, in m: Module) {
      io.items.ready <== io.enable
      io.link.tx.ready <== 0
      io.link.count <== 0
      io.lanes <== [m.register("kept", io.link.tx.payload.code), 0]
      io.plain <== 0
      m.domain(Self.side) { _ = m.register("seen", io.distant) }
    }
  }

  @Test func `The interface keeps streams, groups, arrays, clocks and a sentence for each port`() throws {
    let parts = try #require(try Described().elaborate().top.interface.parts)
    #expect(parts.map(\.kind) == [.stream, .port, .group, .array, .port, .port])
    let items = parts[0]
    #expect(items.path == "items" && items.direction == .input && items.sentence == "What enters")
    #expect(items.valid == "items_valid" && items.ready == "items_ready" && items.ports == ["items_data"])
    #expect(items.clock == "clock" && parts[5].clock == "side_clock")
    let link = parts[2]
    #expect(link.type == "Link" && link.isFlipped == true && link.isJoined == true && link.name == "link")
    let inner = try #require(link.parts)
    #expect(inner.map(\.path) == ["link.tx", "link.count"])
    #expect(inner[0].direction == .input && inner[0].valid == "link_txvalid")
    #expect(inner[0].ports == ["link_txcode", "link_txis_last"])
    #expect(inner[1].direction == .output && inner[1].ports == ["link_count"])
    let lanes = try #require(parts[3].parts)
    #expect(lanes.map(\.path) == ["lanes[0]", "lanes[1]"] && lanes.map(\.ports) == [["lanes_0"], ["lanes_1"]])
    #expect(parts[4].sentence == nil)
  }

  @Test func `A port has its sentence in the Verilog, a stream above its pins`() throws {
    let text = try #require(try Described().elaborate().verilog().last?.text)
    let start = try #require(text.range(of: "module Described (\n"))
    let end = try #require(text.range(of: ");\n"))
    #expect(
      String(text[start.upperBound..<end.lowerBound]) == """
          input  wire       clock,
          input  wire       side_clock,
          // What enters
          input  wire       items_valid,
          output wire       items_ready,
          input  wire [7:0] items_data,
          input  wire       enable,  // 1 to go on
          // Items to the other side
          input  wire       link_txvalid,
          output wire       link_txready,
          input  wire [3:0] link_txcode,
          input  wire       link_txis_last,
          output wire [2:0] link_count,  // Items that wait there
          // A lane\\u{a}of two
          output wire [3:0] lanes_0,
          output wire [3:0] lanes_1,
          output wire       plain,
          // A sentence that does not fit behind its port and stands above it, in as many lines as it takes
          //   to say all of this
          input  wire       distant

        """)
  }

  @Test func `The manifest carries the tree`() throws {
    let circuit = try Described().elaborate()
    let data = try JSONEncoder().encode(circuit.manifest)
    let manifest = try JSONDecoder().decode(Manifest.self, from: data)
    #expect(manifest.interface == circuit.top.interface.parts)
    #expect(manifest.interface[2].parts?.last?.sentence == "Items that wait there")
  }
}
