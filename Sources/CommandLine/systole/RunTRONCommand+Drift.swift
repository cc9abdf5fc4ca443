import ArgumentParser
import Foundation
import Machines
import TRON
import Tools
import Transformer
import Verilator

extension RunTRONCommand {
  /// A temperature, and what became of the output.
  struct Drift: Encodable {
    var kelvins: Double
    var isLocked: Bool
    /// Of the output of the golden machine with that of the integer transformer.
    var cosine: Double
    /// Nil where the golden machine ran alone.
    var bitExact: Bool?
    var storesCompared: Int
    var cycles, lockCycles: Int?
  }

  private struct Report: Encodable {
    var engine: String
    var bitExact: Bool?
    var scenarios: [Drift]
  }

  /// Runs the program at each temperature, with and without finding heaters again.
  func goThroughDrifts(_ work: TRONWork, _ sizes: TRONSizes) throws {
    let program = try TRONCompiler(sizes, isCausal: work.isCausal).program(work.layers, input: work.input)
    var scenarios: [Drift] = []
    for kelvins in [-1, -0.5, -0.1, 0, 0.1, 0.5, 1] {
      for isLocked in [false, true] {
        var run = try withProgress("\(kelvins) K\(isLocked ? ", locked" : "")") {
          try TRONRun(
            program, temperature: Int8((kelvins * RingBank.temperatureSteps).rounded()), isLocked: isLocked,
            isCancelled: { Ending.isRequested })
        }
        (run.latency, run.stalls) = (latency, stalls)
        run.isCancelled = { Ending.isRequested }
        run.progress = { fraction, cycle in
          Console.progress(
            "\(kelvins) K\(isLocked ? ", locked" : ""): cycle \(cycle), \(Int(fraction * 100)) % of the stores")
        }
        let last = program.results.last { $0.name.hasSuffix("output.wide") }
        let output = last.map { run.golden.numbers($0) } ?? []
        let error = ApproximationError(
          of: output.map { Float($0) }, reference: work.exact.flatMap { $0.map { Float($0) } })
        var drift = Drift(
          kelvins: kelvins, isLocked: isLocked, cosine: error.cosine, bitExact: nil, storesCompared: 0, cycles: nil,
          lockCycles: nil)
        if engine != .golden {
          let target: TRONRun.Target = engine == .native ? .native : .verilator(try ModelBuilder())
          let outcome = try run.run(on: target)
          drift.bitExact = outcome.isExact
          drift.storesCompared = outcome.bytesCompared
          if outcome.isExact {
            (drift.cycles, drift.lockCycles) = (outcome.cycles, isLocked ? outcome.lockCycles : nil)
          }
        }
        scenarios.append(drift)
      }
    }
    Console.endProgress()
    let isExact = engine == .golden ? nil : scenarios.allSatisfy { $0.bitExact == true }
    if json {
      try printJSON(Report(engine: engine.rawValue, bitExact: isExact, scenarios: scenarios), snakeCase: true)
    } else {
      print("\(work.title), drift of \(sizes.effects.drift) nm/K, against the integer transformer")
      for drift in scenarios {
        let hardware = drift.bitExact.map { exact in
          exact
            ? "; hardware equal in \(drift.storesCompared) bytes, \(drift.cycles ?? 0) cycles"
              + (drift.lockCycles.map { ", \($0) before them for heaters" } ?? "")
            : "; hardware NOT equal"
        }
        print(
          String(
            format: "%+5.1f K %@  cosine %.5f", drift.kelvins, drift.isLocked ? "locked  " : "unlocked", drift.cosine)
            + (hardware ?? ""))
      }
    }
    if isExact == false { throw ExitCode.differs }
  }
}
