// Measures the native simulator against Verilator on one design with the same stimuli in one run:
// `swift run -c release NativeBenchmark` prints one JSON object. Cycles per second are of thread processor time.

import Engine
import Foundation
import HDL
import Simulator
import Verilator
import Verilog

func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Loads weights, then drives new rows every cycle and reads every sum; gives cycles per second and a hash of the sums.
@inline(never)
func measure(_ engine: some Engine, size: Int, cycles: Int) throws -> (speed: Double, hash: UInt64) {
  func pins(_ prefix: String) -> [Pin] {
    engine.interface.ports.indices.filter { engine.interface.ports[$0].name.hasPrefix(prefix) }.map(engine.pin(at:))
  }
  let (rows, weights, sums) = (pins("rows"), pins("weights"), pins("sums"))
  let inputs = rows.map { $0.storage.assumingMemoryBound(to: UInt8.self) }
  let outputs = sums.map { $0.storage.assumingMemoryBound(to: UInt32.self) }
  var state: UInt64 = 99
  func random() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
  let load = engine.pin("load")!
  load.unsigned = 1
  for _ in 0..<size {
    for weight in weights { weight.unsigned = random() }
    try engine.settle()
    try engine.step()
  }
  load.unsigned = 0
  var hash: UInt64 = 0
  let start = processorSeconds()
  for _ in 0..<cycles {
    var word: UInt64 = 0
    for index in inputs.indices {
      if index & 7 == 0 { word = random() }
      inputs[index].pointee = UInt8(truncatingIfNeeded: word)
      word >>= 8
    }
    try engine.settle()
    for output in outputs { hash = hash &* 31 &+ UInt64(output.pointee) }
    try engine.step()
  }
  return (Double(cycles) / (processorSeconds() - start), hash)
}

/// The middle of several values.
func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

var results: [String: Double] = [:]
for size in [16, 32, 64] {
  let starts = try (0..<9).map { _ in
    let start = ContinuousClock.now
    let model = NativeModel(try SystolicArray(size: size).elaborate())
    model.settle()
    model.step(clocks: .max)
    return (ContinuousClock.now - start) / .milliseconds(1)
  }
  results["native_start_ms_\(size)"] = median(starts)
  results["native_first_start_ms_\(size)"] = starts[0]

  let circuit = try SystolicArray(size: size).elaborate()
  let design = ModelDesign(
    sources: circuit.simplified().verilog().map { VerilogSource(name: $0.name, text: $0.text) },
    interface: circuit.top.interface)
  let verilated = try ModelBuilder(cache: ModelCache(folder: ".systole/bench-cache"))
    .model(of: design, profile: .default, initialState: .zero)
  let native = NativeModel(circuit)
  let cycles = 1_600_000 / size
  var speeds: (native: [Double], verilated: [Double]) = ([], [])
  for _ in 0..<5 {
    let ours = try measure(native, size: size, cycles: cycles)
    let theirs = try measure(verilated, size: size, cycles: cycles)
    guard ours.hash == theirs.hash else { fatalError("the engines differ on the \(size)×\(size) array") }
    speeds.native.append(ours.speed)
    speeds.verilated.append(theirs.speed)
  }
  results["native_cycles_per_second_\(size)"] = median(speeds.native)
  results["verilator_cycles_per_second_\(size)"] = median(speeds.verilated)
  results["native_vs_verilator_\(size)"] = median(speeds.native) / median(speeds.verilated)
}
let encoder = JSONEncoder()
encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
print(String(decoding: try encoder.encode(results), as: UTF8.self))
