import Netlist
import Testing

@testable import Engine

/// Plays values back: an engine without a design.
private final class Playback: Engine {
  let interface: ModuleInterface
  private(set) var cycle: UInt64 = 0
  private let storage: UnsafeMutableRawPointer
  private let values: [[Int64]]

  init(_ ports: [PortShape], _ values: [[Int64]]) {
    interface = ModuleInterface(name: "playback", ports: ports, clocks: [])
    self.values = values
    storage = .allocate(byteCount: 16 * ports.count, alignment: 16)
  }

  deinit { storage.deallocate() }

  func pin(at index: Int) -> Pin {
    let port = interface.ports[index]
    return Pin(storage: storage + 16 * index, width: port.width, isSigned: port.isSigned)
  }

  func resetPin(ofClock index: Int) -> Pin? { nil }
  func settle() { for (index, value) in values[Int(cycle)].enumerated() { pin(at: index).signed = value } }
  func step(clocks: UInt64) { cycle += 1 }
  func startTrace(path: String) throws(EngineFailure) { throw .trace(path: path, reason: "nothing to show") }
  func stopTrace() {}
}

@Suite struct DrawnWaveTests {
  private func recorded(_ ports: [String]? = nil, _ radix: DrawnWave.Radix, _ style: DrawnWave.Style) -> DrawnWave {
    let engine = Playback(
      [
        PortShape(name: "rows_valid", direction: .input, width: 1),
        PortShape(name: "rows_data", direction: .input, width: 8, isSigned: true),
        PortShape(name: "mask", direction: .output, width: 12),
      ], [[0, 0, 0xABC], [1, -128, 0xABC], [1, -128, 7], [0, 5, 7]])
    var wave = DrawnWave(of: engine, ports: ports, radix: radix, style: style)
    for _ in 0..<4 {
      engine.settle()
      wave.sample(engine)
      engine.step(clocks: .max)
    }
    return wave
  }

  @Test func `Levels, numbers where they change and groups are drawn`() {
    #expect(
      recorded(nil, .automatic, .unicode).text() == """
        cycle    0    1    2    3
        rows
          valid  ▁▁▁▁▁▔▔▔▔▔▔▔▔▔▔▁▁▁▁▁
          data   0────-128──────5────
        mask     abc───────007───────

        """)
  }

  @Test func `The last samples of some ports can be drawn in plain characters`() {
    #expect(
      recorded(["mask", "rows_valid"], .decimal, .plain).text(last: 2) == """
        cycle       2 3
        mask        7...
        rows_valid  ##__

        """)
  }

  @Test func `Numbers can all be hexadecimal`() {
    #expect(
      recorded(["rows_data"], .hexadecimal, .plain).text() == """
        cycle      0  1  2  3
        rows_data  00.80....05.

        """)
  }
}

@Suite struct DrawnTrackTests {
  private func bits(_ values: [UInt64], _ width: Int = 1) -> [BitVector] {
    values.map { BitVector($0, width: width) }
  }

  @Test func `Values that were kept are drawn under headings, with clocks, gaps and a mark`() {
    let wave = DrawnWave(
      [
        .init("clock", isClock: true, bits([1, 0, 1, 1])),
        .init("valid", under: "rows", bits([0, 1, 1, 0])),
        .init("data", under: "rows", isSigned: true, bits([0, 255, 255, 3], 8)),
        .init("sum", bits([1, 1, 1, 2], 8)),
      ], cycles: [3, 4, 9, 10])
    #expect(
      wave.text(mark: (9, "here")) == """
        cycle    3   4   ⋯ 9   10
        clock    ▔▔▁▁▁▁▁▁⋯ ▔▔▁▁▔▔▁▁
        rows
          valid  ▁▁▁▁▔▔▔▔⋯ ▔▔▔▔▁▁▁▁
          data   0───-1──⋯ -1──3───
        sum      01──────⋯ 01──02──
                           ▲ here

        """)
  }

  @Test func `Every cycle is seen before its edge`() throws {
    let engine = Playback([PortShape(name: "data", direction: .input, width: 8)], [[4], [5], [6]])
    var seen: [UInt64] = []
    let watched = WatchedEngine(engine) { cycle, clocks in
      seen += [cycle, engine.pin(at: 0).unsigned]
      #expect(clocks == .max)
    }
    try watched.run(cycles: 3)
    #expect(seen == [0, 4, 1, 5, 2, 6])
    #expect((watched.steps, watched.cycle, watched.interface) == (3, 3, engine.interface))
    #expect(throws: EngineFailure.self) { try watched.startTrace(path: "x.vcd") }
  }
}
