import Engine
import Foundation
import HDL
import Netlist
import Simulator
import Verilator
import Verilog

struct ProcessingElement: DefaultConfigurable {
  var operandWidth = 8
  var sumWidth = 32
  struct Ports {
    let activation, weight: Input<SInt>
    let partial: Input<SInt>
    let load: Input<Bit>
    let activationOut, weightOut, partialOut: Output<SInt>
  }
  var ports: Ports {
    Ports(
      activation: .init(operandWidth), weight: .init(operandWidth), partial: .init(sumWidth), load: .init(),
      activationOut: .init(operandWidth), weightOut: .init(operandWidth), partialOut: .init(sumWidth))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    let weight = m.register("weight", io.weight, when: io.load)
    io.weightOut <== weight
    io.activationOut <== m.register("activation", io.activation)
    io.partialOut <== m.register("partial", (io.partial + io.activation * weight).truncated(to: sumWidth))
  }
}
struct SystolicArray: DefaultConfigurable {
  var size = 4
  var cell = ProcessingElement()
  struct Ports {
    let rows, weights: [Input<SInt>]
    let load: Input<Bit>
    let sums: [Output<SInt>]
  }
  var ports: Ports {
    let vector = (0..<size).map { _ in Input<SInt>(cell.operandWidth) }
    return Ports(
      rows: vector, weights: vector, load: .init(), sums: (0..<size).map { _ in .init(cell.sumWidth) })
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    var down = io.weights.map { (weight: $0, partial: m.constant(0, width: cell.sumWidth, as: SInt.self)) }
    for row in 0..<size {
      var activation = io.rows[row]
      for column in 0..<size {
        let cell = m.instance(cell, "pe_\(row)_\(column)")
        cell.activation <== activation
        cell.weight <== down[column].weight
        cell.partial <== down[column].partial
        cell.load <== io.load
        activation = cell.activationOut
        down[column] = (cell.weightOut, cell.partialOut)
      }
    }
    for column in 0..<size { io.sums[column] <== down[column].partial }
  }
}

func cpu() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t)
  return Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9
}
func now() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_MONOTONIC, &t)
  return Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9
}

@inline(never)
func drive<E: Engine>(_ e: E, cycles: Int, size: Int) -> (Double, UInt64) {
  let ins = e.interface.ports.indices.filter { e.interface.ports[$0].direction == .input && e.interface.ports[$0].width == 8 && e.interface.ports[$0].name.hasPrefix("rows") }
  let outs = e.interface.ports.indices.filter { e.interface.ports[$0].direction == .output }
  let weights = e.interface.ports.indices.filter { e.interface.ports[$0].name.hasPrefix("weights") }
  let load = e.pin("load")!
  let inp = ins.map { e.pin(at: $0).storage.assumingMemoryBound(to: UInt8.self) }
  let outp = outs.map { e.pin(at: $0).storage.assumingMemoryBound(to: UInt32.self) }
  let wp = weights.map { e.pin(at: $0) }
  try! e.reset()
  load.unsigned = 1
  var s: UInt64 = 99
  func rnd() -> UInt64 { s ^= s << 13; s ^= s >> 7; s ^= s << 17; return s }
  for _ in 0..<size { for w in wp { w.unsigned = rnd() }; try! e.settle(); try! e.step() }
  load.unsigned = 0
  var hash: UInt64 = 0
  let t = cpu()
  for _ in 0..<cycles {
    var word: UInt64 = 0
    for i in 0..<inp.count { if i & 7 == 0 { word = rnd() }; inp[i].pointee = UInt8(truncatingIfNeeded: word); word >>= 8 }
    try! e.settle()
    hash = hash &* 31 &+ UInt64(outp[cycles & (size - 1)].pointee)
    try! e.step()
  }
  return (Double(cycles) / (cpu() - t), hash)
}
for size in [16, 32, 64] {
  for _ in 0..<3 {
    let t0 = now()
    let circuit = try! SystolicArray(size: size).elaborate()
    let t1 = now()
    let m = NativeModel(circuit)
    let t2 = now()
    m.settle(); m.step(clocks: 1)
    let t3 = now()
    print(size, "elaborate", (t1 - t0) * 1e3, "model", (t2 - t1) * 1e3, "first", (t3 - t2) * 1e3)
  }
  let circuit = try! SystolicArray(size: size).elaborate()
  let model = NativeModel(circuit)
  let n = size == 64 ? 100_000 : 400_000
  for _ in 0..<3 { print("native", size, drive(model, cycles: n, size: size)) }
  if CommandLine.arguments.contains("-v") {
    let design = ModelDesign(sources: circuit.simplified().verilog().map { VerilogSource(name: $0.name, text: $0.text) }, interface: circuit.top.interface)
    let v = try! ModelBuilder(cache: ModelCache(folder: ".systole/bench-cache")).model(of: design, profile: .default, initialState: .zero)
    let nv = NativeModel(circuit)
    print("hash equal", drive(v, cycles: 1000, size: size).1 == drive(nv, cycles: 1000, size: size).1)
    for _ in 0..<3 { print("verilator", size, drive(v, cycles: n / 4, size: size)) }
  }
}
