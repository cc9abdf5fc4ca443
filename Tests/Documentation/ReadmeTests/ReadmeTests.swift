import Foundation
import HDL
import TestFiles
import Testing
import Tools
import Verilog

@Suite struct ReadmeTests {
  @Test(arguments: [
    (0, "ReadmeTests/Accumulator.swift"), (2, "ReadmeExample/DotProduct.swift"), (3, "ReadmeExample/main.swift"),
  ])
  func `The code that the README shows is the code that is compiled here`(position: Int, file: String) throws {
    let readme = try Readme()
    try #require(readme.swift.count == 4, "the README shows a small generator, a manifest, a generator and a program")
    let path = Checkout.root.appendingPathComponent("Tests/Documentation/\(file)")
    #expect(try String(contentsOf: path, encoding: .utf8) == readme.swift[position])
  }

  @Test func `The Verilog that the README shows is what its first generator gives`() throws {
    let shown = try #require(try Readme().blocks.first { $0.language == "verilog" })
    let files = try Accumulator().elaborate().simplified().verilog(VerilogOptions(license: "Apache-2.0"))
    #expect(files.map(\.text) == [shown.text])
  }

  @Test func `The manifest that the README shows is one, and asks for the libraries`() throws {
    let folder = try TemporaryFolder()
    try Readme().swift[1].write(
      toFile: folder.path + "/Package.swift", atomically: true, encoding: .utf8)
    let result = try Toolbox().swift().program.run(["package", "dump-package"], in: folder.path)
    #expect(result.termination.isSuccess, "\(result.errors)")
    let manifest = try JSONDecoder().decode(Manifest.self, from: Data(result.output.utf8))
    #expect(manifest.targets.map(\.name) == ["dot-product"])
    #expect(
      manifest.targets.flatMap(\.dependencies).compactMap(\.product).map { $0.prefix(2) } == [
        ["Systole", "systole"], ["SystoleVerification", "systole"],
      ])
  }

  @Test func `The program that the README shows writes Verilog and prints the report that the README shows`() throws {
    let folder = try TemporaryFolder()
    let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    let candidates = [products, Checkout.root.path + "/.build/debug"].map { $0 + "/ReadmeExample" }
    let program = try #require(candidates.first { FileManager.default.isExecutableFile(atPath: $0) })
    let result = try Program(path: program).run([], in: folder.path)
    #expect(result.termination.isSuccess, "\(result.output)\(result.errors)")
    #expect(FileManager.default.fileExists(atPath: folder.path + "/rtl/DotProduct.v"))

    let shown = try #require(try Readme().blocks.first { $0.text.hasPrefix("PASSED  DotProduct") })
    #expect(lines(result.output) == lines(shown.text))
  }

  /// The lines of a report but for the one that tells how fast this machine is.
  private func lines(_ report: String) -> [String] {
    report.components(separatedBy: "\n").filter { !$0.hasPrefix("  speed ") && !$0.isEmpty }
  }

  /// The part of a dumped manifest that counts here.
  private struct Manifest: Decodable {
    struct Dependency: Decodable { var product: [String?]? }
    struct Target: Decodable {
      var name: String
      var dependencies: [Dependency]
    }
    var targets: [Target]
  }
}
