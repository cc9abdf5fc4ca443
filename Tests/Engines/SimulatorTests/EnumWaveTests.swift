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
    try sim.engine.stopTrace()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let declaration = try #require(text.firstMatch(of: /\$var string 1 (\S+) control_name \$end/))
    let names = text.matches(of: /\ns(\w+) (\S+)/).filter { $0.output.2 == declaration.output.1 }.map { $0.output.1 }
    #expect(names == ["illegal", "idle", "load", "run", "done", "idle"])
  }

  enum Phase: HardwareEnum { case idle, busy }

  /// A state beside a register that is called like its names in a wave.
  private struct Phases: Generator {
    struct Ports { let go: Input<Bit>, phaseName: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(go: .init(), phaseName: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let phase = m.register("phase", Phase.self, reset: .idle)
      m.when(io.go) { phase.next <== .busy }
      io.y <== ((phase .== .busy) & m.register("phase_name_2", io.phaseName))
    }
  }

  @Test func `The names of states have a name of their own`() throws {
    let path = NSTemporaryDirectory() + "systole-phases-\(UUID().uuidString).vcd"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let sim = try Simulation(Phases())
    try sim.engine.startTrace(path: path)
    try sim.reset()
    try sim.engine.stopTrace()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let declared = text.matches(of: /\$var (\w+) \d+ \S+ (\w+)/).map { "\($0.output.1) \($0.output.2)" }
    #expect(declared.contains("string phase_name_3"), "\(declared)")
    #expect(Set(declared.map { $0.split(separator: " ")[1] }).count == declared.count, "\(declared)")
  }
}
