import Foundation
import Testbench
import Verilator

/// The harness against the bench written by hand, round by round in turn so that both meet the same machine.
enum Cosimulation {
  static let stall = 0.25
  static let rounds = 7
  static let repetitions = 20

  static func measure(folder: String, cache: ModelCache) throws -> [String: Double] {
    let work = try MatrixMultiplyWork(rows: 128, depth: 128, columns: 128)
    let design = try work.design()
    try StreamDescription.write(work, design, to: folder)
    let builder = try ModelBuilder(cache: cache)
    let model = try builder.model(of: design)
    progress("Building the hand-written bench")
    let raw = try RawBench(folder, compiler: builder.toolchain.compiler.program.path)

    var loop = try PinLoop(work, model)
    let bench = try work.bench(for: design.interface, stalls: .random(stall))
    var (pins, streams): ([Double], [Double]) = ([], [])
    var (pinRates, streamRates, cycleRates): ([Double], [Double], [Double]) = ([], [], [])
    for round in 1...rounds {
      progress("Cosimulation, round \(round) of \(rounds)")
      let handWritten = try raw.run("pins", repetitions: repetitions, stall: 0)
      var (cycles, seconds) = (0, 0.0)
      for _ in 0..<repetitions {
        let run = try loop.run()
        cycles += run.cycles
        seconds += run.seconds
      }
      guard cycles == handWritten.cycles else {
        throw Failure("\(cycles) cycles instead of the hand-written bench's \(handWritten.cycles)")
      }
      pinRates.append(Double(cycles) / seconds)
      pins.append(handWritten.processor_s / seconds)

      let handWrittenStreams = try raw.run("streams", repetitions: repetitions, stall: stall)
      let start = threadSeconds()
      var transactions = 0
      cycles = 0
      for _ in 0..<repetitions {
        let result = try bench.run(on: model).checked()
        transactions += result.transactionsCompared
        cycles += Int(result.cycles)
      }
      let streamSeconds = threadSeconds() - start
      streamRates.append(Double(transactions) / streamSeconds)
      cycleRates.append(Double(cycles) / streamSeconds)
      streams.append(
        Double(transactions) / streamSeconds
          / (Double(handWrittenStreams.transactions) / handWrittenStreams.processor_s))
    }
    return [
      "cosim_pin_ratio": median(pins), "cosim_stream_ratio": median(streams),
      "pin_cycles_per_s": median(pinRates), "stream_cycles_per_s": median(cycleRates),
      "stream_transactions_per_s": median(streamRates),
    ]
  }

  /// Transactions a processor second, without a bench beside it.
  static func transactionsPerSecond(_ work: MatrixMultiplyWork, cache: ModelCache) throws -> Double {
    let design = try work.design()
    let model = try ModelBuilder(cache: cache).model(of: design)
    let bench = try work.bench(for: design.interface, stalls: .random(stall))
    return median(
      try (0..<rounds).map { _ in
        let start = threadSeconds()
        var transactions = 0
        for _ in 0..<repetitions { transactions += try bench.run(on: model).checked().transactionsCompared }
        return Double(transactions) / (threadSeconds() - start)
      })
  }
}
