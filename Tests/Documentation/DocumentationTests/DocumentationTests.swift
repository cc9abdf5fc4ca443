import Components
import Formal
import Foundation
import Golden
import HDL
import Netlist
import NumberFormats
import Simulator
import TestFiles
import Testbench
import Testing

/// The pages of the documentation show code that is compiled here.
@Suite struct DocumentationTests {
  /// Every page of every target, as a path below `Sources`.
  static let pages: [String] = {
    let sources = Checkout.root.appendingPathComponent("Sources").path
    let files = FileManager.default.enumerator(atPath: sources)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".md") }.sorted()
  }()

  /// The fenced blocks of Swift on a page, each with the line before it.
  private func snippets(_ page: String) throws -> [(place: String, text: String)] {
    let text = try String(contentsOf: Checkout.root.appendingPathComponent("Sources/\(page)"), encoding: .utf8)
    var result: [(place: String, text: String)] = []
    var open: (place: String, text: String)?
    for (number, line) in text.components(separatedBy: "\n").enumerated() {
      if let snippet = open {
        if line == "```" {
          result.append(snippet)
          open = nil
        } else {
          open?.text += line + "\n"
        }
      } else if line == "```swift" {
        open = ("\(page):\(number + 1)", "")
      }
    }
    return result
  }

  /// The code without blanks: the surroundings may indent it.
  private func bare(_ text: String) -> String { text.filter { !$0.isWhitespace } }

  private func compiled() throws -> [String] {
    let folder = Checkout.root.appending(path: "Tests/Documentation/DocumentationTests")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix("Snippets.swift") }
      .map { bare(try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)) }
  }

  @Test(arguments: pages) func `What a page shows is compiled`(page: String) throws {
    let sources = try compiled()
    for snippet in try snippets(page) {
      let text = bare(snippet.text)
      #expect(
        sources.contains { $0.contains(text) },
        "\(snippet.place) shows code that no file of DocumentationTests has")
    }
  }

  @Test func `Pages are found, and show code`() throws {
    #expect(Self.pages.count > 20)
    #expect(try Self.pages.reduce(0) { $0 + (try snippets($1).count) } > 30)
  }

  @Test func `The designs of the pages can be built`() throws {
    #expect(throws: Never.self) { try GuideParameters().elaborate() }
    #expect(throws: DiagnosticList.self) { try GuideParameters(depth: 0).elaborate() }
    #expect(throws: DiagnosticList.self) { try GuideParameters(depth: 1, isPipelined: true).elaborate() }
    #expect(throws: Never.self) { try GuideValues().elaborate() }
    #expect(throws: Never.self) { try GuideParts().elaborate() }
    for isBuffered in [false, true] {
      #expect(throws: Never.self) { try GuideStages(isBuffered: isBuffered).elaborate() }
    }
    #expect(throws: Never.self) { try GuideTaps().elaborate() }
    #expect(throws: DiagnosticList.self) { try GuideTaps(count: 0).elaborate() }
    #expect(try drivePinsOfStreams() == 42)
    for canStop in [false, true] { #expect(throws: Never.self) { try GuideOptional(canStop: canStop).elaborate() } }
    #expect(throws: Never.self) { try GuideState().elaborate() }
    #expect(throws: Never.self) { try GuideEnums().elaborate() }
    #expect(throws: Never.self) { try DecisionBundles().elaborate() }
    let format = try FixedPointFormat(integerBits: 2, fractionBits: 6, isSigned: true)
    #expect(throws: Never.self) { try GuideNumbers(format: format, result: format).elaborate() }
    #expect(polynomialInSoftware() == 3)
    #expect(throws: Never.self) { try GuideSentences().elaborate() }
    #expect(throws: Never.self) { try GuideInterfaces().elaborate() }
    #expect(throws: Never.self) { try DecisionInterfaces().elaborate() }
    for counts in [false, true] { #expect(throws: Never.self) { try GuideAbsent(counts: counts).elaborate() } }
    for connects in [false, true] { #expect(throws: Never.self) { try GuideStreams(connects: connects).elaborate() } }
    #expect(throws: Never.self) { try GuideInstances().elaborate() }
    #expect(throws: Never.self) { try GuideAssertions().elaborate() }
    #expect(throws: Never.self) { try GuideHistory().elaborate() }
    #expect(throws: Never.self) { try GuideRipple().elaborate() }
    #expect(throws: Never.self) { try GuideGrid().elaborate() }
    #expect(throws: Never.self) { try GuideVector().elaborate() }
    #expect(throws: Never.self) { try Monitor().elaborate() }
    #expect(throws: Never.self) { try GuideClocks().elaborate() }
    #expect(throws: Never.self) { try adderOfTheOverview() }
    #expect(throws: Never.self) { try ChainedCombinators().elaborate() }
    #expect(throws: Never.self) { try HelpersAndSequences().elaborate() }
    #expect(throws: Never.self) { try MergedStreams().elaborate() }
    #expect(throws: Never.self) { try ClockBridge().elaborate() }
  }

  @Test func `A file that is not there is a mistake of the design`() throws {
    // The files of these pages are the reader's.
    let error = try #require(throws: DiagnosticList.self) { try GuideMemories().elaborate() }
    #expect("\(error)".contains("'weights' starts with the file 'weights.hex'"), "\(error)")
  }

  @Test func `What the pages print is what comes out`() throws {
    #expect(try roundNumbers().prefix(3) == [127, 44, -3])
    #expect(try computeInFormats() == [0x3B, 0x160, 0x3A])
    #expect(splitTransfer() == [2, 4])
    #expect(try clocksOfProduct() == 24576)
    #expect(try registerTexts().1.contains("UNIT_CONTROL_OFFSET"))
    #expect(try drivePorts().sum == 7)
    // The adders are right, so there is nothing to explain.
    #expect(try explainFault() == nil)
    #expect(throws: Never.self) { try lookAtCircuit() }
    let page = try String(
      contentsOf: Checkout.root.appendingPathComponent("Sources/Engines/Engine/Engine.docc/Engine.md"), encoding: .utf8)
    let drawing = try drawWave()
    #expect(page.contains("```\n" + drawing + "```"), "Engine.md should show\n\(drawing)")
  }

  @Test func `The coverage of the page closes but for what its bench cannot show`() throws {
    let interface = try Components.Divider(width: 8).elaborate().top.interface
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("systole-\(UUID().uuidString).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let coverage = try coverDivider(
      { index in
        var bench = try StreamBench(interface, index: index, seed: 1)
        var random = bench.random("operands")
        for _ in 0..<200 {
          let (dividend, divisor) = (random.operand(bits: 8), random.operand(bits: 8))
          let golden = IntegerDivision(dividend, by: divisor, width: 8, isSigned: true)
          try bench.withStimuli { stimuli throws(BenchError) in
            try stimuli.send(words: [dividend, divisor], on: "push")
            try stimuli.expect(words: [golden.quotient, golden.remainder], on: "pop")
          }
        }
        return bench
      }, path: path)
    #expect(coverage.gaps.allSatisfy { $0.point == "pop flow" && $0.bin == "back to back" }, "\(coverage.text())")
    #expect(try CoverageDatabase(contentsOf: path) == CoverageDatabase([coverage]))
  }

  @Test func `The checkers of the page on checkers run and are proved`() throws {
    let (model, outcomes) = try checkThrottle()
    #expect(model.coverCounts.map(\.label) == ["is_full"])
    #expect(outcomes.count == 3)
    for outcome in outcomes { #expect(outcome.isProved, "\(outcome)") }
  }
}
