import Foundation
import Netlist
import RandomCircuits
import Testing
import Tools
import Verilator
import Verilog

/// Text that is written without `simplified()`: constants stand where names usually do.
@Suite struct ConstantTextTests {
  private static let modules: [(name: String, widths: [Int], hasArithmetic: Bool)] = [
    ("Narrow", [1, 2, 3, 8], true), ("Words", [31, 32, 33, 63, 64, 65], true),
    ("Wide", [127, 128, 129], true), ("Long", [300], false),
  ]

  private static func circuit(_ index: Int) throws -> Circuit {
    let module = modules[index]
    return try Circuit(definitions: [
      ConstantOperations(name: module.name, widths: module.widths, hasArithmetic: module.hasArithmetic).definition
    ])
  }

  /// What each output is by the meaning of the operations.
  private static func expected(_ circuit: Circuit) -> [(name: String, value: BitVector)] {
    var reference = ReferenceInterpreter(circuit.top)
    reference.settle(ConstantOperations.stimuli(circuit.top))
    return circuit.top.ports.filter { $0.driver != nil }.map { ($0.shape.name, reference.output($0)) }
  }

  @Test(arguments: modules.indices)
  func `Every operation on constants is right in Icarus`(module: Int) throws {
    let circuit = try Self.circuit(module)
    let outputs = try IcarusRun.outputs(of: circuit, [ConstantOperations.stimuli(circuit.top)])
    let expected = Self.expected(circuit)
    let found = try #require(outputs.first)
    try #require(found.count == expected.count)
    for (expected, found) in zip(expected, found) {
      #expect(found == expected.value.hexadecimal, "\(expected.name)")
    }
  }

  @Test(arguments: modules.indices)
  func `Every operation on constants is right in Verilator`(module: Int) throws {
    let circuit = try Self.circuit(module)
    let model = try Emission.model(circuit)
    let inputs = circuit.top.ports.filter { $0.driver == nil }
    for (port, value) in zip(inputs, ConstantOperations.stimuli(circuit.top)) {
      model.pin(port.shape.name)!.store(value)
    }
    try model.settle()
    for (name, value) in Self.expected(circuit) { #expect(model.pin(name)!.load() == value, "\(name)") }
  }

  /// Yosys folds everything; what is left at the outputs are constants.
  @Test(arguments: modules.indices, [false, true])
  func `Every operation on constants is right in Yosys`(module: Int, isNewest: Bool) throws {
    let circuit = try Self.circuit(module)
    let top = circuit.top
    let folder = NSTemporaryDirectory() + "systole-constants-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = try #require(circuit.verilog().last)
    try file.text.write(toFile: folder + "/" + file.name, atomically: true, encoding: .utf8)
    let sets = zip(top.ports.filter { $0.driver == nil }, ConstantOperations.stimuli(top))
      .map { "-set \($0.shape.name) \($1)" }
    let expected = Self.expected(circuit)
    let script =
      "read_verilog \(file.name); prep -top \(top.name); memory_map; "
      + "eval \(sets.joined(separator: " ")) \(expected.map { "-show \($0.name)" }.joined(separator: " "))"
    try script.write(toFile: folder + "/run.ys", atomically: true, encoding: .utf8)
    let yosys = isNewest ? try Toolbox().newestYosys() : try Toolbox().yosys()
    let result = try yosys.program.run(["-p", "script run.ys"], in: folder, outputLimit: 64 << 20)
    try #require(result.termination.isSuccess, "\(result.errors)")
    var found: [Substring: Substring] = [:]
    for match in result.output.matches(of: /Eval result: \\(\w+) = (?:\d+'(?:[bd])?)?([01]+|-?\d+)\.?\n/) {
      found[match.1] = match.2
    }
    for (name, value) in expected {
      let bits = (0..<value.width).reversed().map { value[$0] ? "1" : "0" }.joined()
      let text = try #require(found[Substring(name)], "\(name)")
      let isSame =
        text == bits || UInt64(text) == value.unsigned
        || Int64(text).map { BitVector(signed: Int($0), width: value.width) } == value
      #expect(isSame, "\(name): \(text) for \(value)")
    }
  }

  @Test func `Constants of thousands of bits are written in pieces`() throws {
    func circuit(_ width: Int) throws -> Circuit {
      try Circuit(definitions: [ConstantOperations(name: "Huge", widths: [width], hasArithmetic: false).definition])
    }
    let text = try #require(circuit(70_000).verilog().last?.text)
    let longest = text.split { !$0.isLetter && !$0.isNumber && $0 != "'" }.map(\.utf8.count).max() ?? 0
    #expect(longest < 300, "a number of \(longest) characters")
    let wide = try circuit(9_000)
    let outputs = try IcarusRun.outputs(of: wide, [ConstantOperations.stimuli(wide.top)])
    for (expected, found) in zip(Self.expected(wide), try #require(outputs.first)) {
      #expect(found == expected.value.hexadecimal, "\(expected.name)")
    }
  }
}
