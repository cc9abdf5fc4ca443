import Foundation
import TestFiles
import Testbench
import Testing
import Tools

@testable import Fuzzing

@Suite struct SwiftTextTests {
  @Test func `A program is printed as one would write it`() {
    var program = CircuitProgram(name: "Top")
    let (number, bit) = (MadeValue(0, ValueType(.signed, 9)), MadeValue(1, .bit))
    program.inputs = [.init(result: number, domain: .main), .init(result: bit, domain: .main)]
    func value(_ made: MadeValue) -> Operand { Operand(made.type, .value(made.id)) }
    let sum = MadeValue(2, ValueType(.signed, 10))
    let state = MadeValue(3, ValueType(.signed, 10))
    program.statements = [
      .compute(sum, .add, [value(number), Operand(number.type, .constant(.ones(9)))]),
      .variable(state, PowerUp(reset: .zeros(10), initial: nil), .main),
      .block(
        wires: [],
        actions: [
          .when(
            [WhenBranch(condition: value(bit), actions: [.assign(target: 3, low: nil, value(sum))])],
            otherwise: [.assign(target: 3, low: 4, Operand(ValueType(.bits, 2), .constant(.ones(2))))])
        ], .main),
    ]
    program.outputs = [.init(operand: value(state), domain: .main)]
    #expect(
      program.swiftText == """
        import HDL
        import Netlist

        struct Top: Generator {
          struct Ports {
            let bits: [Input<Bit>]
            let signed: [Input<SInt>]
            let signedOut: [Output<SInt>]
          }
          var ports: Ports {
            Ports(bits: [.init()], signed: [.init(9)], signedOut: [.init(10)])
          }
          func build(_ io: Interior<Ports>, in m: Module) {
            let v1 = io.bits[0]
            let v0 = io.signed[0]
            let v2 = v0 + m.constant(-1, width: 9, as: SInt.self)
            let r3 = m.register("r_3", SInt.self, width: 10, reset: m.constant(0, width: 10, as: SInt.self))
            m.when(v1) {
              r3.next <== v2
            }.otherwise {
              r3.next[4..<6] <== m.constant(3, width: 2, as: Bits.self)
            }
            io.signedOut[0] <== r3
          }
        }

        """)
  }

  @Test func `What is printed compiles without a warning`() throws {
    let folder = NSTemporaryDirectory() + "systole-swift-text-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var text = "import Components\nimport HDL\nimport Netlist\n"
    for index in 0..<80 {
      let lines = ProgramMaker.program(seed: Seed(21).derived("circuit", index: index)).swiftText
        .split(separator: "\n").filter { !$0.hasPrefix("import ") }
      text += "enum Program\(index) {\n\(lines.joined(separator: "\n"))\n}\n"
    }
    try text.write(toFile: folder + "/programs.swift", atomically: true, encoding: .utf8)

    let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    let root = Checkout.path
    let built = [products, root + "/.build/debug"]
    let modules = try #require(built.first { FileManager.default.fileExists(atPath: $0 + "/Modules") })
    let maps = try FileManager.default.contentsOfDirectory(atPath: modules)
      .map { "\(modules)/\($0)/module.modulemap" }.filter { FileManager.default.fileExists(atPath: $0) }
    let compiler = URL(fileURLWithPath: try Toolbox().swift().program.path).deletingLastPathComponent().path + "/swiftc"
    let result = try Program(path: compiler).run(
      ["-typecheck", "-swift-version", "6", "-parse-as-library", "-warnings-as-errors", "-I", modules + "/Modules"]
        + maps.flatMap { ["-Xcc", "-fmodule-map-file=" + $0] } + [folder + "/programs.swift"],
      timeout: .seconds(600))
    #expect(result.termination.isSuccess, "\(result.errors.prefix(4000))")
  }
}
