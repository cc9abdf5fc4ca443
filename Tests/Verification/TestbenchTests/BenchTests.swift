import Engine
import Testbench
import Testing

@Suite struct BenchTests {
  @Test func `A passing run makes no second engine`() throws {
    let bench = try fifoBench(50)
    let result = try bench.runWithWaveOnFailure(to: "fifo.fst", make: { SoftwareFIFO() }) { () -> SoftwareFIFO in
      Issue.record("a traced engine was made")
      return SoftwareFIFO()
    }
    #expect(result.verdict == .passed)
    #expect(result.wave == nil)
  }

  @Test func `A failing run is repeated with a wave around the failure`() throws {
    var bench = try fifoBench(500)
    bench.options.waveCycles = 30
    let traced = SoftwareFIFO(.corrupts(400))
    let result = try bench.runWithWaveOnFailure(to: "fifo.fst", make: { SoftwareFIFO(.corrupts(400)) }) { traced }
    let failure = try #require(result.failure)
    #expect(failure.transaction == 400)
    #expect(traced.traces.map(\.path) == ["fifo.fst"])
    #expect(traced.traces.map(\.cycle) == [failure.cycle - 30])
    #expect(traced.stoppedTraces == 1)
    #expect(traced.cycle == failure.cycle + 4)
    let wave = try #require(result.wave)
    #expect((wave.recurred, wave.firstCycle, wave.disagreement) == (true, failure.cycle - 30, nil))
    #expect(result.text().contains("  wave       fifo.fst, from cycle \(failure.cycle - 30), shows the failure\n"))
  }

  @Test func `A failure near the start is traced from reset`() throws {
    let traced = SoftwareFIFO(.corrupts(0))
    let bench = try fifoBench(50)
    let result = try bench.runWithWaveOnFailure(to: "fifo.vcd", make: { SoftwareFIFO(.corrupts(0)) }) { traced }
    #expect(traced.traces.map(\.cycle) == [0])
    #expect(result.wave?.recurred == true)
  }

  @Test func `A traced build that disagrees is called out`() throws {
    let bench = try fifoBench(50, stalls: .never)
    let passing = try bench.runWithWaveOnFailure(to: "w.vcd", make: { SoftwareFIFO(.corrupts(40)) }) { SoftwareFIFO() }
    #expect(passing.verdict == .failed)
    #expect(passing.wave?.recurred == false)
    #expect(
      passing.text().contains(
        """
          wave       w.vcd
                     WARNING: the traced run disagrees with the run that failed:
                     it passed after 73 cycles
                     do not trust the wave; suspect undriven nets, missing resets or the simulator's optimiser

        """))
    let other = try bench.runWithWaveOnFailure(to: "w.vcd", make: { SoftwareFIFO(.corrupts(40)) }) {
      SoftwareFIFO(.corrupts(39))
    }
    #expect(other.wave?.recurred == false)
    #expect(
      other.wave?.disagreement
        == "it failed at cycle 42 instead: stream 'pop', transaction 39, field 'data': "
        + "expected 0x01 (1), got 0x09 (9)")
  }

  @Test func `A wave that cannot be written does not hide the failure`() throws {
    let bench = try fifoBench(50)
    let traced = SoftwareFIFO(.corrupts(40))
    traced.cannotTrace = true
    let result = try bench.runWithWaveOnFailure(to: "w.vcd", make: { SoftwareFIFO(.corrupts(40)) }) { traced }
    #expect(result.failure?.transaction == 40)
    #expect(result.wave?.disagreement == "cannot write the wave 'w.vcd': no space left on device")
    #expect(traced.stoppedTraces == 0)
  }

  @Test func `A wave on request starts where it is told`() throws {
    let fifo = SoftwareFIFO()
    let result = try fifoBench(50).run(on: fifo, wave: WaveWindow(path: "w.fst", firstCycle: 10))
    #expect(fifo.traces.map(\.cycle) == [10])
    #expect(fifo.stoppedTraces == 1)
    #expect(result.wave?.firstCycle == 10)
    let adder = SoftwareAdder(latency: 1)
    var bench = try PinBench(adder.interface, latency: 1, seed: 1)
    for _ in 0..<20 { try bench.append([1, 2, 0], expecting: [3, 1]) }
    #expect(try bench.run(on: adder, wave: WaveWindow(path: "a.vcd", firstCycle: 5)).verdict == .passed)
    #expect(adder.traces.map(\.cycle) == [5])
  }

  @Test func `An engine of any type will do`() throws {
    let engines: [any Engine] = [SoftwareFIFO(), SoftwareFIFO(.drops(3))]
    let verdicts = try engines.map { try fifoBench(50).run(on: $0).verdict }
    #expect(verdicts == [.passed, .failed])
  }
}
