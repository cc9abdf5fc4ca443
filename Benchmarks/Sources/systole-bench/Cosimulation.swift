import Foundation
import Testbench
import Verilator

/// The harness against the bench written by hand, in turn so that both meet the same machine.
///
/// Figures are the best of many short rounds: whatever else the machine does only ever adds to a time.
enum Cosimulation {
  static let stall = 0.25
  static let rounds = 25
  static let repetitions = 8

  static func measure() throws -> [String: Double] {
    let work = try MatrixMultiplyWork(rows: 128, depth: 128, columns: 128).streams()
    let folder = Benchmark.folder + "/engine"
    try StreamDescription.write(work, to: folder)
    let builder = try Benchmark.builder()
    let model = try builder.model(of: work.design)
    progress("Building the hand-written bench")
    let raw = try RawBench(folder, like: model, builder.toolchain)

    var loop = try PinLoop(work, model)
    let bench = try work.bench(stalls: .random(stall))
    var (pins, rawPins, streams, rawStreams, cycles) = (Rates(), Rates(), Rates(), Rates(), Rates())
    for round in 1...rounds {
      progress("Cosimulation, round \(round) of \(rounds)")
      let handWritten = try raw.run("pins", repetitions: repetitions, stall: 0)
      rawPins.add(handWritten.cycles, handWritten.processor_s)
      let own = try loop.run(repetitions: repetitions)
      pins.add(own.cycles, own.seconds)
      guard own.cycles == handWritten.cycles else {
        throw Failure("\(own.cycles) cycles instead of the hand-written bench's \(handWritten.cycles)")
      }

      let handWrittenStreams = try raw.run("streams", repetitions: repetitions, stall: stall)
      rawStreams.add(handWrittenStreams.transactions, handWrittenStreams.processor_s)
      let run = try StreamRun(bench, on: model, repetitions: repetitions)
      streams.add(run.transactions, run.seconds)
      cycles.add(run.cycles, run.seconds)
    }
    note("cosim_pin_ratio in single rounds: \(pins.spread(over: rawPins))")
    note("cosim_stream_ratio in single rounds: \(streams.spread(over: rawStreams))")
    return [
      "cosim_pin_ratio": pins.best / rawPins.best, "cosim_stream_ratio": streams.best / rawStreams.best,
      "pin_cycles_per_s": pins.best, "stream_cycles_per_s": cycles.best, "stream_transactions_per_s": streams.best,
    ]
  }

  /// Transactions a processor second, without a bench beside it.
  static func transactionsPerSecond(_ work: StreamWork) throws -> Double {
    let model = try Benchmark.builder().model(of: work.design)
    let bench = try work.bench(stalls: .random(stall))
    var rates = Rates()
    for _ in 0..<rounds {
      let run = try StreamRun(bench, on: model, repetitions: repetitions)
      rates.add(run.transactions, run.seconds)
    }
    return rates.best
  }
}

/// A bench with streams, run several times on one model.
struct StreamRun {
  private(set) var (transactions, cycles) = (0, 0)
  /// Processor seconds of this thread, what the harness does before and after the cycles included.
  private(set) var seconds = 0.0

  init(_ bench: StreamBench, on model: VerilatedModel, repetitions: Int) throws {
    let start = threadSeconds()
    for _ in 0..<repetitions {
      let result = try bench.run(on: model).checked()
      transactions += result.transactionsCompared
      cycles += Int(result.cycles)
    }
    seconds = threadSeconds() - start
  }
}

/// Rates of one thing in the rounds of a measurement.
struct Rates {
  private var all: [Double] = []

  mutating func add(_ count: Int, _ seconds: Double) { all.append(Double(count) / seconds) }

  var best: Double { all.max() ?? .nan }

  /// The least, the middle and the greatest of the ratios round by round.
  func spread(over other: Rates) -> String {
    let ratios = zip(all, other.all).map { $0 / $1 }.sorted()
    return String(format: "%.3f … %.3f … %.3f", ratios.first ?? .nan, ratios[ratios.count / 2], ratios.last ?? .nan)
  }
}
