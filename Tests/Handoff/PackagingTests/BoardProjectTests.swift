import Foundation
import Packaging
import TATAAHardware
import TestFiles
import Testing
import Tools

/// The FPGA project of a board.
@Suite struct BoardProjectTests {
  private func project() throws -> BoardProject {
    try BoardProject(
      TATAABoard {
        $0.words = 1024
        $0.divisor = 217
      }, license: "Apache-2.0")
  }

  private func text(_ name: String, _ project: BoardProject) throws -> String {
    try #require(project.files.first { $0.name == name }, "no file \(name)").text
  }

  @Test func everyPinOfTheBoardIsPlacedOnce() throws {
    let project = try project()
    let verilog = try text("rtl/TATAABoard_words1024_divisor217.v", project)
    var ports: [String] = []
    for match in verilog.matches(of: /(?m)^  (?:input|output) +(?:wire|reg)? *(?:\[(\d+):0\])? *(\w+)/) {
      let name = String(match.output.2)
      ports += match.output.1.flatMap { Int($0) }.map { last in (0...last).map { "\(name)[\($0)]" } } ?? [name]
    }
    let lines = try text("ulx3s.lpf", project)
    let placed = lines.matches(of: /LOCATE COMP "([^"]+)" SITE "(\w+)"/)
    #expect(ports.count == 12)
    #expect(placed.map { String($0.output.1) }.sorted() == ports.sorted())
    #expect(Set(placed.map(\.output.2)).count == placed.count)
    #expect(lines.contains("FREQUENCY PORT \"clock\" 25 MHZ;"))
    #expect(lines.matches(of: /IOBUF PORT/).count == placed.count)
  }

  @Test func theReadmeSaysWhereRegistersAre() throws {
    let project = try project()
    let readme = try text("README.md", project)
    #expect(readme.contains("115207 bits a second"))
    #expect(readme.contains("| 80000000 | control |") && readme.contains("| 8000000C | programPage0 |"))
    #expect(readme.contains("from 0 to 00001FFC"))
  }

  /// Yosys reads what the Makefile gives it; placing takes ten minutes, and gives a bitstream.
  @Test func makeReadsTheVerilog() throws {
    let folder = try TemporaryFolder()
    try project().write(to: folder.path)
    let tools = Checkout.tools + "/bin/"
    func make(_ arguments: String...) throws -> ProgramResult {
      try Program(path: "/usr/bin/env", leadingArguments: ["make"]).run(
        arguments + ["YOSYS=\(tools)yosys_070", "NEXTPNR=\(tools)nextpnr-ecp5", "ECPPACK=\(tools)ecppack"],
        in: folder.path, timeout: .seconds(3600))
    }
    let plan = try make("--dry-run", "all")
    #expect(
      plan.output.contains("--85k --package CABGA381") && plan.output.contains("--compress board.config board.bit"))
    let sources = try #require(plan.output.firstMatch(of: /board.json" (.*)/)).output.1.split(separator: " ")
    let checked = try Program(path: tools + "verilator").run(
      ["--lint-only", "-Wall", "--top-module", "TATAABoard_words1024_divisor217"] + sources.map(String.init),
      in: folder.path, timeout: .seconds(120))
    #expect(checked.termination.isSuccess, "\(checked.errors)")
    guard Tier.isFull else { return }
    let built = try make("all")
    #expect(built.termination.isSuccess, "\(built.errors.suffix(2000))")
    let bits = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/board.bit"))
    #expect(bits.count > 100_000)
  }
}
