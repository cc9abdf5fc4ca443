import Catalog
import Components
import Entries
import HDL
import Mutation
import Netlist
import Simulator
import Testbench
import Testing

/// Benches of modules with several clocks count the cycles of the clock that is meant.
@Suite struct ClockDomainBenchTests {
  private func bench(_ block: any CatalogBlock, _ circuit: Circuit, slow: Double) throws -> StreamBench {
    let bench = try block.bench(for: circuit.top.interface, seed: 3, index: 0, stalls: .never)
    var streams = try #require(bench as? StreamBench)
    streams.clocks = .periods([1, slow], jitter: 0.1)
    streams.options.watchdogCycles = 30
    streams.options.drainCycles = 20
    return streams
  }

  private func queue(_ settings: [Setting] = []) throws -> (block: any CatalogBlock, circuit: Circuit) {
    let block = try Catalog.entry("asynchronous-fifo").block(
      configuration: nil, settings: settings, workload: [Setting("count", "60")])
    return (block, try block.elaborate(reset: ResetStyle()))
  }

  @Test(arguments: [1.0 / 300, 1.0 / 100, 1, 100, 300])
  func `A stream on a clock that is far slower is no silence`(slow: Double) throws {
    let (block, circuit) = try queue()
    let result = try bench(block, circuit, slow: slow).run(on: try NativeModel(circuit))
    #expect(result.verdict == .passed, "\(result.text())")
    #expect(result.transactionsCompared == 60)
  }

  @Test func `Silence on all clocks is found, and counted on the slowest`() throws {
    let (block, circuit) = try queue([Setting("showsOccupancy", "false")])
    let stuck = try #require(circuit.mutants.first { "\($0)".contains("'is_shown' is stuck at 0") })
    let result = try bench(block, circuit, slow: 100).run(on: try NativeModel(try circuit.applying(stuck)))
    let failure = try #require(result.failure)
    #expect(failure.message.contains("for 30 cycles of each clock"), "\(result.text())")
    #expect(failure.cycle > 30 * 99)
  }

  @Test func `Throughput and latency are those of the stream's own clock`() throws {
    let (block, circuit) = try queue([Setting("depth", "64")])
    let result = try bench(block, circuit, slow: 100).run(on: try NativeModel(circuit))
    let output = try #require(result.streams.first { $0.direction == .output })
    #expect(try #require(output.throughput) > 0.9, "\(result.text())")
    let latency = try #require(result.latencies.first)
    #expect(try #require(latency.minimum) < 10, "\(result.text())")
    #expect(try #require(latency.maximum) <= 80, "\(result.text())")
  }
}
