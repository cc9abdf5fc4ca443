import Foundation
import HDL
import TestSupport
import Testing

@testable import Simulator

@Suite struct EnumWaveTests {
  @Test func `Waves show states by their names`() throws {
    let path = NSTemporaryDirectory() + "systole-states-\(UUID().uuidString).vcd"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let sim = try Simulation(Loader<OneHotState>())
    try sim.engine.startTrace(path: path)
    try sim.reset()
    sim.start = 1
    sim.isLast = 1
    sim.isEmpty = 1
    try sim.step(4)
    sim.engine.stopTrace()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let declaration = try #require(text.firstMatch(of: /\$var string 1 (\S+) control_name \$end/))
    let names = text.matches(of: /\ns(\w+) (\S+)/).filter { $0.output.2 == declaration.output.1 }.map { $0.output.1 }
    #expect(names == ["illegal", "idle", "load", "run", "done", "idle"])
  }
}
