import Engine
import Foundation
import Mutation
import Netlist
import Simulator
import SmallModels
import TATAA
import TATAAHardware
import Testing

/// Mistakes put into the core, to see that the programs of these tests find them.
struct MutantTests {
  /// A sample of mistakes, of which `SYSTOLE_MUTANTS` says how many; the message names those that nothing finds.
  @Test(.enabled(if: runsLongTests)) func `Random programs find mistakes in the core`() throws {
    let circuit = try TATAACore().elaborate().simplified()
    let all = circuit.mutants.filter { $0.module != "BurstReader" && !$0.module.hasPrefix("Stream") }
    var random = SeededGenerator(seed: 77)
    let count = Int(ProcessInfo.processInfo.environment["SYSTOLE_MUTANTS"] ?? "") ?? 40
    #expect(try !finds(circuit), "nothing is found where there is no mistake")
    var tried = 0
    var survivors: [String] = []
    while tried < count {
      let mutant = all.randomElement(using: &random)!
      guard let changed = try? circuit.applying(mutant) else { continue }
      tried += 1
      if try !finds(changed) { survivors.append("\(mutant)") }
    }
    #expect(
      Double(survivors.count) <= 0.15 * Double(tried),
      "of \(tried) out of \(all.count):\n\(survivors.joined(separator: "\n"))")
  }

  private func finds(_ circuit: Circuit) throws -> Bool {
    for seed: UInt64 in 1...3 {
      var programs = RandomProgram(.tiny, seed: seed)
      let memory = programs.memory()
      do {
        let engine = try NativeModel(circuit, options: .init(initialState: .random(seed: seed)))
        let bench = try CoreBench(
          engine, .tiny, memory: memory, base: 97 * 64, stalls: [0, 0.4, 0][Int(seed) - 1], latency: Int(seed) * 3,
          seed: seed)
        if try bench.difference(programs.program(150), limit: 20_000) != nil { return true }
        for text in StopTests.mistakes where seed == 3 {
          if try bench.difference(Assembler()(text.program).words, limit: 2_000) != nil { return true }
        }
      } catch is EngineFailure { return true }
    }
    return false
  }
}
