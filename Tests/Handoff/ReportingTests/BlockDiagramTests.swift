import Catalog
import Components
import Entries
import HDL
import Netlist
import Testing

@testable import Reporting

/// One register behind another, of which the first one also takes what the second one had.
private struct Loop: Generator {
  struct Stage: Generator {
    struct Ports {
      let value: Input<UInt>
      let other: Input<UInt>
      let result: Output<UInt>
    }
    var ports: Ports { Ports(value: .init(4, "A value"), other: .init(4, "Another"), result: .init(4, "Their sum")) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let sum = m.register("sum", UInt.self, width: 4, reset: 0)
      sum.next <== io.value &+ io.other
      io.result <== sum
    }
  }

  struct Ports {
    let value: Input<UInt>
    let free: Input<UInt>
    let result: Output<UInt>
    let plain: Output<UInt>
  }
  var ports: Ports {
    Ports(
      value: .init(4, "A value"), free: .init(4, "Another"), result: .init(4, "Of the second stage"),
      plain: .init(4, "The other one, kept"))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    let first = m.instance(Stage(), "first")
    let second = m.instance(Stage(), "second")
    first.value <== io.value
    first.other <== second.result
    second.value <== ~first.result
    second.other <== first.result
    io.result <== second.result
    let kept = m.register("kept", UInt.self, width: 4, reset: 0)
    kept.next <== io.free
    io.plain <== kept
  }
}

@Suite struct BlockDiagramTests {
  @Test func `Lines are the netlist's, loops go back`() throws {
    let diagram = BlockDiagram(try Loop().elaborate())
    func box(_ title: String) throws -> Int { try #require(diagram.boxes.firstIndex { $0.title == title }) }
    let expected = try [
      ("value", "first"), ("second", "first"), ("first", "second"), ("second", "result"), ("free", "own state"),
      ("own state", "plain"),
    ].map { BlockDiagram.Line(from: try box($0.0), to: try box($0.1)) }
    #expect(Set(diagram.lines) == Set(expected))
    #expect(diagram.lines.count == expected.count)
    let columns = try ["value", "first", "second", "result"].map { diagram.boxes[try box($0)].column }
    #expect(columns == [0, 1, 2, 3])
    #expect(diagram.svg.matches(of: #/class="line back"/#).count == 1)
    #expect(diagram.svg.matches(of: #/<rect /#).count == diagram.boxes.count)
  }

  /// Any block has a drawing: every box has a place of its own, and every line ends at boxes.
  @Test(arguments: ["stream-fifo", "asynchronous-fifo", "matmul", "axi-lite-system", "population-counter"])
  func `Boxes do not cover each other`(name: String) throws {
    let circuit = try Catalog.entry(name).block(configuration: nil, settings: [], workload: [])
      .elaborate(reset: ResetStyle())
    let svg = BlockDiagram(circuit).svg
    let places = svg.matches(of: #/<rect class="box [a-z]+" x="([0-9.]+)" y="([0-9.]+)"/#).compactMap { found in
      Double(found.output.1).flatMap { x in Double(found.output.2).map { (x: x, y: $0) } }
    }
    #expect(places.count >= 2)
    for (index, place) in places.enumerated() {
      for other in places.prefix(index) { #expect(abs(place.x - other.x) >= 168 || abs(place.y - other.y) >= 44) }
    }
    #expect(!svg.contains("NaN") && !svg.contains("inf"))
  }
}
