import Engine
import Testing

@testable import Verilator

@Suite struct VerilatorCoverageTests {
  /// Counts with the counter: three clocks enabled, then some that are not.
  private func run(_ pair: Bench.Pair, enabled: Int) throws -> VerilatorCoverage {
    let model = try pair.builder().model(of: Designs.counter(), profile: .cover, initialState: .zero)
    try model.reset(cycles: 2)
    model.pin("enable")?.unsigned = 1
    try model.run(cycles: enabled)
    model.pin("enable")?.unsigned = 0
    try model.run(cycles: 5)
    return try model.coverage()
  }

  @Test(arguments: Bench.Pair.clang)
  func `Lines, branches and bits are counted, by both versions`(pair: Bench.Pair) throws {
    let coverage = try run(pair, enabled: 6)
    // The branch that counts runs in six clocks; the name is that of the source, and the line that in it.
    let branches = coverage.counters.filter { $0.kind == "branch" && $0.module == "counter" }
    #expect(branches.contains { $0.count == 6 && $0.line == 3 && $0.file == "counter.v" }, "\(branches)")
    let seen = Set(coverage.counters.filter { $0.kind == "toggle" && $0.count > 0 }.map(\.comment))
    let all = Set(coverage.counters.filter { $0.kind == "toggle" }.map(\.comment))
    let bit = { (index: Int) in all.filter { $0.hasPrefix("count[\(index)]") } }
    for index in 0..<2 { #expect(!bit(index).isEmpty && bit(index).isSubset(of: seen)) }
    for index in 3..<16 { #expect(!bit(index).isEmpty && bit(index).isDisjoint(with: seen)) }
  }

  @Test(arguments: Bench.Pair.clang)
  func `Two models count apart, and from the beginning`(pair: Bench.Pair) throws {
    let (first, second) = (try run(pair, enabled: 6), try run(pair, enabled: 3))
    #expect(first.counters.map(\.comment) == second.counters.map(\.comment))
    #expect(first != second)
    #expect(try run(pair, enabled: 6) == first)
  }

  @Test func `A model without counters says how to get them`() throws {
    let builder = try Bench.Pair.newClang.builder()
    let model = try builder.model(of: Designs.counter(), profile: .debug)
    #expect(
      throws: VerilatorFailure.coverage(
        "the model was compiled without counters; build it with the profile 'cover'")
    ) { try model.coverage() }
    #expect(
      try builder.key(of: Designs.counter(), profile: .cover) != builder.key(of: Designs.counter(), profile: .debug))
  }

  private func line(_ fields: String, _ count: String) -> String {
    "C '" + fields.split(separator: " ").map { "\u{1}" + $0.replacing("=", with: "\u{2}") }.joined() + "' \(count)"
  }

  @Test func `The file is read, and instances of a module are one`() throws {
    let text = [
      "# SystemC::Coverage-3",
      line("f=A.v l=3 n=5 page=v_line/a o=block S=3-4,7 h=TOP.x", "2"),
      line("f=A.v l=3 n=5 page=v_line/a o=block S=3-4,7 h=TOP.y", "5"),
      line("f=A.v l=1 n=9 t=toggle page=v_toggle/a o=q[10]:0->1 h=TOP.x", "0"),
      line("f=A.v l=1 n=9 t=toggle page=v_toggle/a o=q[2]:0->1 h=TOP.x", "1"), "",
    ].joined(separator: "\n")
    let counters = try VerilatorCoverage(text).counters
    #expect(counters.map(\.comment) == ["q[2]:0->1", "q[10]:0->1", "block"])
    #expect(counters.map(\.count) == [1, 0, 7])
    #expect(counters[2].lines == [3, 4, 7])
    #expect(counters[2].module == "a" && counters[2].kind == "line" && counters[2].column == 5)
  }

  @Test(arguments: [
    "nonsense", "C 'x", "C '' ", "C '", "C '\u{1}f\u{2}A.v\u{1}l\u{2}3\u{1}page\u{2}v_line/a' x",
    "C '\u{1}f\u{2}A.v\u{1}l\u{2}3\u{1}page\u{2}v_line/a' -1", "C '\u{1}l\u{2}3\u{1}page\u{2}v_line/a' 1",
    "C '\u{1}f\u{2}A.v\u{1}l\u{2}0\u{1}page\u{2}v_line/a' 1", "C '\u{1}f\u{2}A.v\u{1}l\u{2}3\u{1}page\u{2}a' 1",
    "C '\u{1}f\u{2}A.v\u{1}l\u{2}3\u{1}page\u{2}v_line/a\u{1}S\u{2}9-3' 1",
    "C '\u{1}f\u{2}A.v\u{1}l\u{2}3\u{1}page\u{2}v_line/a\u{1}S\u{2}1-99999999999' 1",
  ])
  func `A line that is no counter is named`(text: String) throws {
    let failure = #expect(throws: VerilatorFailure.self) { try VerilatorCoverage("# header\n" + text) }
    #expect(failure?.description.hasPrefix("coverage of the Verilog: line 2 ") == true)
  }
}
