import Catalog
import Engine
import Entries
import HDL
import Netlist
import Simulator
import Testbench
import Units
import Verilator
import Verilog

/// The native simulator: how soon it runs, and how fast beside Verilator and Icarus with the same stimuli.
enum NativeSimulation {
  static let rounds = 9

  static func measure() throws -> [String: Double] {
    progress("Native simulator: from a generator to the first cycle")
    var figures = try start()
    for size in [32, 64] {
      progress("Native simulator and Verilator: an array of \(size) x \(size) cells")
      figures.merge(try besideVerilator(size)) { $1 }
    }
    figures["native_vs_icarus_min"] = try leastBesideIcarus()
    return figures
  }

  /// Milliseconds of wall time from the generator of a 16 × 16 array to the end of its first cycle.
  static func start() throws -> [String: Double] {
    let times = try (0..<rounds).map { _ in
      let start = wallSeconds()
      let model = try NativeModel(WeightStationaryArray(rows: 16, columns: 16).elaborate())
      model.settle()
      try model.step(clocks: .max)
      return 1e3 * (wallSeconds() - start)
    }
    return ["native_start_ms": median(times), "native_first_start_ms": times[0]]
  }

  /// The native simulator on the array that Amaranth's own simulator runs.
  static func cyclesPerSecond(_ size: Int) throws -> Double {
    let model = try NativeModel(WeightStationaryArray(rows: size, columns: size).elaborate())
    var rates = Rates()
    for _ in 0..<rounds {
      let run = try ArrayLoop(model, size: size).run(cycles: 100_000)
      rates.add(100_000, run.seconds)
    }
    return rates.best
  }

  private static func besideVerilator(_ size: Int) throws -> [String: Double] {
    let circuit = try WeightStationaryArray(rows: size, columns: size).elaborate().simplified()
    let design = ModelDesign(
      sources: circuit.verilog().map { VerilogSource(name: $0.name, text: $0.text) },
      interface: circuit.top.interface)
    let verilated = ArrayLoop(try Benchmark.builder().model(of: design, initialState: .zero), size: size)
    let native = ArrayLoop(try NativeModel(circuit), size: size)
    let cycles = 1_600_000 / size
    var (own, other) = (Rates(), Rates())
    for _ in 0..<rounds {
      let (ours, theirs) = (try native.run(cycles: cycles), try verilated.run(cycles: cycles))
      guard ours.hash == theirs.hash else { throw Failure("the engines differ on the \(size) x \(size) array") }
      own.add(cycles, ours.seconds)
      other.add(cycles, theirs.seconds)
    }
    note("native_vs_verilator_\(size) in single rounds: \(own.spread(over: other))")
    return [
      "native_cycles_per_s_\(size)": own.best, "verilator_cycles_per_s_\(size)": other.best,
      "native_vs_verilator_\(size)": own.best / other.best,
    ]
  }

  /// The smallest ratio over every configuration of the catalog.
  private static func leastBesideIcarus() throws -> Double {
    var ratios: [Double] = []
    for entry in Catalog.entries {
      for configuration in entry.configurations {
        progress("Native simulator and Icarus: \(entry.name), \(configuration)")
        let block = try entry.block(configuration: configuration, settings: [], workload: [])
        let circuit = try block.elaborate(reset: ResetStyle())
        let bench = try block.bench(for: circuit.top.interface, seed: 1, index: 0, stalls: nil)
        let replay = try Replay(of: bench, circuit, cycles: 2_000)
        let native = try replay.nativeLoop(circuit)
        let icarus = try replay.icarusLoop(circuit, folder: Benchmark.folder + "/icarus")
        // In turn, so that both meet the same machine.
        var (own, other) = (Rates(), Rates())
        for _ in 0..<3 {
          let (ours, theirs) = (try native(), try icarus())
          own.add(ours.cycles, ours.seconds)
          other.add(theirs.cycles, theirs.seconds)
        }
        ratios.append(own.best / other.best)
        note("  \(Int(own.best)) and \(Int(other.best)) cycles a second: \(Int(own.best / other.best))")
      }
    }
    return ratios.min() ?? .nan
  }
}

/// Streams random rows through a ``WeightStationaryArray`` and reads every sum in every cycle.
struct ArrayLoop<E: Engine> {
  private let engine: E
  private let size: Int
  private let activations: [UnsafeMutablePointer<UInt8>]
  private let weights: [Pin]
  private let sums: [UnsafeMutablePointer<UInt32>]
  private let load, loadFirst, swap: Pin

  init(_ engine: E, size: Int) {
    func pins(_ prefix: String) -> [Pin] { (0..<size).map { engine.pin("\(prefix)_\($0)")! } }
    self.engine = engine
    self.size = size
    activations = pins("activations").map { $0.storage.assumingMemoryBound(to: UInt8.self) }
    weights = pins("weights")
    sums = pins("sums").map { $0.storage.assumingMemoryBound(to: UInt32.self) }
    (load, loadFirst, swap) = (engine.pin("load")!, engine.pin("load_first")!, engine.pin("swap")!)
  }

  /// Loads weights, lets them settle, then runs; gives the thread's seconds in the cycles and a hash of all sums.
  @inline(never)
  func run(cycles: Int) throws -> (seconds: Double, hash: UInt64) {
    var random = Xoshiro256(seed: 99)
    for row in 0..<size {
      (load.unsigned, loadFirst.unsigned) = (1, row == 0 ? 1 : 0)
      for weight in weights { weight.unsigned = random.next() }
      try engine.run(cycles: 1)
    }
    (load.unsigned, loadFirst.unsigned, swap.unsigned) = (0, 0, 1)
    try engine.run(cycles: 1)
    swap.unsigned = 0
    try engine.run(cycles: 4 * size)
    var hash: UInt64 = 0
    let start = threadSeconds()
    for _ in 0..<cycles {
      var word: UInt64 = 0
      for index in activations.indices {
        if index & 7 == 0 { word = random.next() }
        activations[index].pointee = UInt8(truncatingIfNeeded: word)
        word >>= 8
      }
      try engine.settle()
      for sum in sums { hash = hash &* 31 &+ UInt64(sum.pointee) }
      try engine.step()
    }
    return (threadSeconds() - start, hash)
  }
}
