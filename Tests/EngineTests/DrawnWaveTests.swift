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
