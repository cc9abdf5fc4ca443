import Foundation
import Testing
import Tools

/// Operators of Swift's numbers that signals have not: the compiler says what to write instead.
@Suite struct UnavailableTests {
  static let uses: [(expression: String, message: String)] = [
    ("io.a / 3", "there is no division: write a >> n, or use a Divider"),
    ("io.s / 3", "there is no division: write a >> n, which rounds down, or use a Divider"),
    ("(io.a + io.b) / 2", "there is no division: write a >> n, or use a Divider"),
    ("io.a % io.b", "there is no remainder: write a.truncated(to: n), or use a Divider"),
    ("io.s % 2", "there is no remainder: use a Divider"),
    ("-io.a", "a UInt is never negative: write 0 - a, which wraps, or -a.asSigned"),
    ("io.a << io.b", "a shift by a signal keeps the width: write a &<< n"),
    ("io.s << io.b", "a shift by a signal keeps the width: write a &<< n"),
    ("io.a == 3", "write a .== b, which gives a Bit"),
    ("io.s != 3", "write a .!= b, which gives a Bit"),
    ("io.v == io.v", "write a .== b, which gives a Bit"),
    ("io.c != true", "write a .!= b, which gives a Bit"),
    ("io.a < io.b", "write a .< b, which gives a Bit"),
    ("io.a > 3", "write a .> b, which gives a Bit"),
    ("io.s <= 3", "write a .<= b, which gives a Bit"),
    ("io.s >= io.s", "write a .>= b, which gives a Bit"),
    ("io.v + 1", "Bits are no number: write a.asUnsigned + b"),
    ("io.v - io.v", "Bits are no number: write a.asUnsigned - b"),
    ("io.v * 3", "Bits are no number: write a.asUnsigned * b"),
    ("io.v / 3", "Bits are no number: write a.asUnsigned >> n, or use a Divider"),
    ("io.v << 2", "Bits are no number: write a.asUnsigned << n"),
    ("io.v >> 2", "Bits are no number: write a.asUnsigned >> n"),
    ("io.v .< io.v", "Bits are in no order: write a.asUnsigned .< b"),
    ("io.v .> 7", "Bits are in no order: write a.asUnsigned .> b"),
    ("io.e == .run", "write a .== b, which gives a Bit"),
    ("io.e != io.e", "write a .!= b, which gives a Bit"),
    ("io.a == 3 ? 1 : 2", "a circuit has both ways at once: write m.when(a .== b) or mux in place of if"),
    ("io.s != 3 ? 1 : 2", "a circuit has both ways at once: write m.when(a .!= b) or mux in place of if"),
  ]

  @Test func `Each names what to write`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var lines = [
      "import HDL", "enum Phase: HardwareEnum { case idle, run }", "struct G: Generator {",
      "  struct Ports { let a, b: Input<UInt>, s: Input<SInt>, v: Input<Bits>, c: Input<Bit>, e: Input<Enum<Phase>> }",
      "  var ports: Ports { Ports(a: .init(8), b: .init(8), s: .init(8), v: .init(8), c: .init(), e: .init()) }",
      "  func build(_ io: Interior<Ports>, in m: Module) {",
    ]
    let first = lines.count + 1
    lines += Self.uses.map { "    _ = \($0.expression)" } + ["  }", "}"]
    let file = folder.appendingPathComponent("uses.swift").path
    try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)

    let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let tools = URL(fileURLWithPath: try Toolbox().symbolizer().program.path).deletingLastPathComponent()
    let modules = ["Modules", "CCallStack.build"].flatMap {
      ["-I", products.appendingPathComponent($0).path]
    }
    let result = try Program(path: tools.appendingPathComponent("swiftc").path).run(
      ["-typecheck", "-swift-version", "6", "-module-cache-path", folder.path] + modules + [file],
      timeout: .seconds(120))
    for (index, use) in Self.uses.enumerated() {
      let found = (result.output + result.errors).split(separator: "\n").first {
        $0.hasPrefix("\(file):\(first + index):")
      }
      #expect(
        found?.contains("is unavailable: \(use.message)") == true, "\(use.expression): \(result.errors.prefix(2000))")
    }
  }
}
