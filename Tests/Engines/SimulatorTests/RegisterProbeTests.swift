import Foundation
import HDL
import Simulator
import Testing

/// Registers of running instances, read by their names.
@Suite struct RegisterProbeTests {
  /// Adds its step to a total in every cycle.
  private struct Total: Generator {
    var width = 8
    struct Ports {
      let step: Input<UInt>
      let total: Output<UInt>
    }
    var ports: Ports { Ports(step: .init(width), total: .init(width)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let total = m.register("sum", UInt.self, width: width, reset: 0)
      total.next <== total &+ io.step
      io.total <== total
    }
  }

  private struct Pair: Generator {
    struct Ports {
      let a, b: Input<UInt>
      let wide: Input<UInt>
      let sums: Output<UInt>
    }
    var ports: Ports { Ports(a: .init(8), b: .init(8), wide: .init(20), sums: .init(20)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let (first, second) = (m.instance(Total(), "first"), m.instance(Total(), "second"))
      let third = m.instance(Total(width: 20), "third")
      first.step <== io.a
      second.step <== io.b
      third.step <== io.wide
      io.sums <== third.total &+ first.total.extended(to: 20) &+ second.total.extended(to: 20)
    }
  }

  @Test(arguments: [false, true]) func `Each instance has its own value, before and after a wave`(traces: Bool) throws {
    let model = try NativeModel(Pair().elaborate())
    try model.reset()
    model.pin("a")?.unsigned = 3
    model.pin("b")?.unsigned = 250
    model.pin("wide")?.unsigned = 70_000
    try model.run(cycles: 2)
    var probes = model.registers("sum") { $0.summary.hasPrefix("Total") }
    if traces {
      let folder = FileManager.default.temporaryDirectory.appending(path: "probe-\(UUID().uuidString).vcd").path
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try model.startTrace(path: folder)
      probes = model.registers("sum") { $0.summary.hasPrefix("Total") }
      #expect(probes.map { model.value(of: $0) }.sorted() == [6, 244, 140_000])
      try model.stopTrace()
      probes = model.registers("sum") { $0.summary.hasPrefix("Total") }
    }
    model.settle()
    let values = Dictionary(uniqueKeysWithValues: probes.map { ($0.instance, model.value(of: $0)) })
    #expect(values == ["Pair.first": 6, "Pair.second": 244, "Pair.third": 140_000])
    try model.run(cycles: 5)
    #expect(probes.map { model.value(of: $0) }.sorted() == [21, (250 * 7) & 255, 490_000].sorted())
    #expect(model.registers("nothing") { _ in true }.isEmpty)
    #expect(model.registers("sum") { $0.parameters.values["width"] == "20" }.map(\.width) == [20])
  }

  @Test func `Probes taken while a wave is written leave the wave as it is`() throws {
    func wave(probes: Bool) throws -> String {
      let model = try NativeModel(Pair().elaborate())
      let path = FileManager.default.temporaryDirectory.appending(path: "probe-\(UUID().uuidString).vcd").path
      defer { try? FileManager.default.removeItem(atPath: path) }
      try model.reset()
      try model.startTrace(path: path)
      for cycle in 0..<20 {
        model.pin("a")?.unsigned = UInt64(cycle)
        if probes { #expect(model.registers("sum") { $0.summary.hasPrefix("Total") }.count == 3) }
        try model.run(cycles: 1)
      }
      try model.stopTrace()
      return try String(contentsOfFile: path, encoding: .utf8)
    }
    #expect(try wave(probes: true) == wave(probes: false))
  }
}
