import Engine
import Foundation
import HDL
import Netlist
import RandomCircuits
import Testing

@testable import Simulator

@Suite struct WaveRecorderTests {
  private func wave(_ body: (String) throws -> Void) throws -> ValueChangeDump {
    let path = NSTemporaryDirectory() + "systole-\(UUID().uuidString).vcd"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
    return try ValueChangeDump(String(contentsOfFile: path, encoding: .utf8))
  }

  @Test func `A wave shows every instance, both edges of the clock and the state that was there before`() throws {
    let model = try NativeModel(SystolicArray(size: 2).elaborate())
    let dump = try wave { path in
      model.pin("rows_0")!.signed = -3
      try model.run(cycles: 3)
      try model.startTrace(path: path)
      try model.run(cycles: 2)
      model.pin("rows_0")!.signed = 5
      try model.run(cycles: 2)
      try model.stopTrace()
    }
    #expect(dump.paths.contains("SystolicArray_size2.pe_1_1.partial_q"))
    #expect(try dump.changes("SystolicArray_size2.clock").map(\.time) == Array(6...14))
    #expect(try dump.changes("SystolicArray_size2.clock").map(\.value) == (6...14).map { String($0 % 2) })
    #expect(
      try dump.changes("SystolicArray_size2.pe_0_0.activation_q") == [
        .init(time: 6, value: "11111101"), .init(time: 11, value: "101"),
      ])
    #expect(
      try dump.changes("SystolicArray_size2.pe_0_1.activation_q") == [
        .init(time: 6, value: "11111101"), .init(time: 13, value: "101"),
      ])
    #expect(model.cycle == 7)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `A wave has the outputs of the model, and does not change them`(seed: UInt64) throws {
    let circuit = try RandomHierarchy.circuit(seed: seed)
    let plain = try NativeModel(circuit)
    let traced = try NativeModel(circuit)
    var random = SplitMix(state: seed)
    var outputs: [[BitVector]] = []
    let dump = try wave { path in
      for cycle in 0..<30 {
        if cycle == 10 { try traced.startTrace(path: path) }
        if cycle == 20 { try traced.stopTrace() }
        for (index, port) in circuit.top.ports.enumerated() where port.driver == nil {
          let value = Comparison.value(port.shape.width, &random)
          plain.pin(at: index).store(value)
          traced.pin(at: index).store(value)
        }
        plain.settle()
        traced.settle()
        var values: [BitVector] = []
        for (index, port) in circuit.top.ports.enumerated() where port.driver != nil {
          values.append(plain.pin(at: index).load())
          #expect(traced.pin(at: index).load() == values[values.count - 1], "cycle \(cycle), \(port.shape.name)")
        }
        if (10..<20).contains(cycle) { outputs.append(values) }
        try plain.step(clocks: .max)
        try traced.step(clocks: .max)
      }
    }
    let ports = circuit.top.ports.filter { $0.driver != nil }
    for (number, port) in ports.enumerated() {
      let changes = try dump.changes("Top." + port.shape.name)
      for (cycle, values) in outputs.enumerated() {
        let shown = changes.last { $0.time <= 20 + 2 * cycle }
        #expect(shown?.value == binary(values[number]), "\(port.shape.name), cycle \(10 + cycle)")
      }
    }
  }

  private func binary(_ value: BitVector) -> String {
    let digits = (0..<value.width).reversed().map { value[$0] ? "1" : "0" }.joined()
    return String(digits.drop { $0 == "0" }).isEmpty ? "0" : String(digits.drop { $0 == "0" })
  }

  @Test func `Other formats and folders that are not there are refused with the reason`() throws {
    let model = try NativeModel(SystolicArray(size: 2).elaborate())
    #expect(
      throws: EngineFailure.trace(
        path: "a.lxt", reason: "the ending chooses the format; end the name in '.fst' or '.vcd'")
    ) {
      try model.startTrace(path: "a.lxt")
    }
    #expect(throws: EngineFailure.trace(path: "not/there.fst", reason: "No such file or directory")) {
      try model.startTrace(path: "not/there.fst")
    }
    #expect(throws: EngineFailure.trace(path: "not/there.vcd", reason: "No such file or directory")) {
      try model.startTrace(path: "not/there.vcd")
    }
    try model.run(cycles: 3)
    #expect(model.cycle == 3)
  }
}
