import Campaigns
import Catalog
import Foundation
import Mutation
import TestFiles
import Testbench
import Testing

@testable import Campaigns

/// A kind of mistake that people make, put into a block of the catalog.
struct Bug: Sendable, CustomTestStringConvertible {
  var title: String
  /// What went wrong, in a sentence or two.
  var story: String
  var block: String
  var settings: [Setting] = []
  /// Whether a mutant is this mistake.
  var isWanted: @Sendable (Mutant) -> Bool

  var testDescription: String { title }

  static let all = [
    Bug(
      title: "Sign lost",
      story: "A term is extended with zeros before it is added. Whoever tests with positive numbers sees nothing.",
      block: "adder-tree", settings: [Setting("count", "2")]
    ) { $0.operation == .signDropped },
    Bug(
      title: "Skew off by one",
      story: "A register of those that delay the lanes of a systolic array is missing: a lane comes a clock too early.",
      block: "weight-stationary-array", settings: [Setting("rows", "2"), Setting("columns", "2")]
    ) { $0.operation == .registerRemoved && $0.change.contains("'activation_0_delay'") },
    Bug(
      title: "Carry dropped",
      story: "A sum is kept in as many bits as its terms have.",
      block: "adder-tree", settings: [Setting("count", "4")]
    ) { $0.operation == .widthNarrowed },
    Bug(
      title: "Stale enable",
      story: "The read register of a memory follows the address in every clock, also when nobody reads.",
      block: "single-port-memory"
    ) { $0.change == "the read enable of memory 'words' is always 1" },
    Bug(
      title: "Wrong reset",
      story: "A counter comes out of reset with another value than 0.",
      block: "counter"
    ) { $0.operation == .resetValueChanged },
    Bug(
      title: "Back-pressure ignored",
      story: "A pipeline stage takes the next item although the one that it holds has not been taken.",
      block: "pipe-stage"
    ) { $0.change == "register 'item' is always enabled" },
    Bug(
      title: "Threshold off by the equal case",
      story: "A divider subtracts when the divisor is less than the remainder; it should when it is less or equal.",
      block: "divider"
    ) { $0.operation == .comparisonNonStrict },
    Bug(
      title: "Rounding half up for half even",
      story: "The bit that says whether anything but a half is cut off is always 1, so every tie is rounded up.",
      block: "requantizer"
    ) { $0.change == "net 'sticky_1' is stuck at 1" },
    Bug(
      title: "Saturation missing",
      story: "What is above the greatest code wraps around instead of being clamped.",
      block: "requantizer"
    ) { $0.change == "net 'is_above' is stuck at 0" },
    Bug(
      title: "Queue full by one",
      story: "A queue of four words takes a fifth item.",
      block: "stream-fifo", settings: [Setting("depth", "4")]
    ) { $0.operation == .constantOffByOne && $0.change.contains("one more") && $0.change.contains("'push_ready'") },
  ]

  /// The command that explains the mistake.
  func command(_ mutant: Int) -> String {
    (["systole mutate \(block)"] + settings.map { "--set \($0.text)" } + ["--explain \(mutant)"]).joined(separator: " ")
  }

  /// What the command prints in a folder of its own.
  func run() throws -> (mutant: Int, outcome: MutantExplainer.Outcome, text: String) {
    let folder = NSTemporaryDirectory() + "systole-bug-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let failing = try CaseShrinkerTests.mutant(block, settings, where: isWanted)
    let mutant = try #require(failing.mutant)
    var shrinker = CaseShrinker(failing)
    shrinker.files = "\(folder)/\(block)-mutant-\(mutant)"
    let outcome = try MutantExplainer(shrinker).run()
    return (mutant, outcome, outcome.text().replacing(folder + "/", with: ""))
  }
}

/// The page of the documentation that shows ten mistakes and what is said of each.
@Suite struct FindingBugsTests {
  static let path = Checkout.root.appendingPathComponent("Sources/Catalog/Catalog/Catalog.docc/Finding-bugs.md")

  private static func section(_ number: Int, _ bug: Bug) throws -> String {
    let (mutant, _, text) = try bug.run()
    return """
      ### \(number). \(bug.title)

      \(bug.story)

      ```
      $ \(bug.command(mutant))
      \(text)```

      """
  }

  private static let introduction = """
    # Finding bugs

    Ten mistakes that people make, and what an engineer sees of each.

    ## Overview

    A bench that finds a mistake has done half of the work: the run that fails has thousands of transactions, random
    operands and stalls, and the mistake is in one of them. So the other half is done too. The run is made as small as it
    gets while it fails in the same way: fewest transactions, smallest operands, fewest stalls, and, where a generator
    and not one circuit is at fault, the smallest parameters. Then the first wrong transaction is explained: expected and
    got, the bits that differ, the inputs that led to it, and the last cycles drawn, each stream by itself.

    Below, each mistake is put into a block of the catalog (see ``BlockMutation``) and the block's own bench, as it is,
    runs on it. What is printed is all that one needs; the wave, the save file of GTKWave that groups its signals and
    marks the failing cycle, and the case that repeats it are written beside. `systole cosim` and `systole regress`
    do the same with every failure.

    The drawings show each clock from its rising edge on: what stands in a column is what the next edge samples.

    ## Ten mistakes

    """

  private static let end = """
    ## What it is not

    The smallest case is the smallest that was found: every single step that would make it simpler was tried, not every
    case there is. A bench that walks through a parameter by the number of the vector, as the one of the requantizer does
    with its shifts, has to get there before it can fail. Somebody else's Verilog, and a mutant, are not rebuilt
    with smaller parameters.

    This page is checked against what the commands print; `make bugs` writes it anew.

    ## Topics

    - ``CaseShrinker``
    - ``FailingCase``
    - ``MutantExplainer``

    """

  @Test(arguments: Bug.all) func `The bench of the block finds the mistake, and few numbers say it`(bug: Bug) throws {
    let outcome = try bug.run().outcome
    let found = try #require(outcome.found)
    #expect(outcome.runs == 1)
    #expect(found.explanation.isComplete)
    #expect(found.explanation.cycles[1] <= found.explanation.cycles[0])
    // A case is a few numbers.
    let draws = (found.smallest.tapes ?? DrawTapes()).entries.values.flatMap { $0 }.filter { $0 != 0 }
    #expect(draws.count <= 8, "\(draws)")
  }

  @Test func `The page shows what is printed`() throws {
    let sections = try Bug.all.enumerated().map { try Self.section($0.offset + 1, $0.element) }
    let page = Self.introduction + "\n" + sections.joined(separator: "\n") + "\n" + Self.end
    if ProcessInfo.processInfo.environment["SYSTOLE_UPDATE_PAGES"] == "1" {
      try page.write(to: Self.path, atomically: true, encoding: .utf8)
    }
    let known = try String(contentsOf: Self.path, encoding: .utf8)
    #expect(Self.bare(known) == Self.bare(page), "Finding-bugs.md is not what the commands print; run 'make bugs'")
  }

  /// The page without the lines of places, which move with every edit above them.
  private static func bare(_ page: String) -> String { page.replacing(/\.swift:[0-9]+/, with: ".swift") }
}
