import Foundation
import HDL
import Testbench
import Verilator
import Verilog

do {
  // The Swift value becomes a checked circuit, and the circuit Verilog.
  let circuit = try DotProduct(length: 4).elaborate().simplified()
  try EmittedDesign(circuit).write(to: "rtl")

  // That Verilog becomes a model inside this process.
  let sources = circuit.verilog().map { VerilogSource(name: $0.name, text: $0.text) }
  let design = ModelDesign(sources: sources, interface: circuit.top.interface)
  let model = try ModelBuilder().model(of: design)

  // The golden model shares nothing with the hardware.
  let golden = { (a: [Int], b: [Int]) in
    min(max(zip(a, b).map { $0 * $1 }.reduce(0, +), -32768), 32767)
  }

  // New operands every cycle; each sum is compared one clock later.
  var bench = try PinBench(design.interface, latency: 1, seed: 42)
  var random = bench.random("operands")
  for _ in 0..<100_000 {
    let a = (0..<4).map { _ in random.signed(bits: 8) }
    let b = (0..<4).map { _ in random.signed(bits: 8) }
    try bench.append(a + b, expecting: [golden(a, b)])
  }
  let result = try bench.run(on: model)
  print(result.text())
  exit(result.verdict == .passed ? 0 : 1)
} catch {
  print(error)
  exit(2)
}
