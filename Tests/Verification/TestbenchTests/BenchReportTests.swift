import Foundation
import Testbench
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct BenchReportTests {
  func report() throws -> BenchReport {
    var bench = try StreamBench(SoftwareFIFO().interface, name: "a<b> & \"c\"\u{1B}", index: 2, seed: 1)
    for value in 0..<20 {
      try bench.send([value, -value], on: "push")
      try bench.expect([value, -value], on: "pop")
    }
    var results = try [SoftwareFIFO(), SoftwareFIFO(.corrupts(3))].map { try bench.run(on: $0) }
    var long = try fifoBench(100_000)
    long.options.isCancelled = { true }
    results.append(try long.run(on: SoftwareFIFO()))
    for index in results.indices { results[index].seconds = 0.25 }
    results[1].reproduce = "run --seed 1"
    return BenchReport("night & day", results)
  }

  @Test func `A report survives JSON`() throws {
    let report = try report()
    let json = try report.json()
    #expect(try BenchReport(json: json) == report)
    #expect(try report.json() == json)
    let object = try #require(JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(Set(object.keys) == ["name", "results", "version"])
    let results = try #require(object["results"] as? [[String: Any]])
    #expect(results.map { $0["verdict"] as? String } == ["passed", "failed", "cancelled"])
    #expect(
      Set(results[1].keys) == [
        "test", "index", "module", "seed", "verdict", "cycles", "resetCycles", "transactionsCompared", "valuesCompared",
        "streams", "latencies", "failure", "history", "reproduce", "seconds",
      ])
    #expect(results[1]["seed"] as? String == "0x0000000000000001")
    let failure = try #require(results[1]["failure"] as? [String: Any])
    #expect(
      Set(failure.keys) == [
        "kind", "cycle", "stream", "transaction", "message", "details", "differences", "expected", "got",
      ])
    #expect(failure["kind"] as? String == "mismatch")
  }

  @Test func `A report is JUnit XML that a parser reads`() throws {
    let report = try report()
    let reader = ElementReader()
    let parser = XMLParser(data: Data(report.junit().utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(parser.parserError.debugDescription)")
    #expect(
      reader.elements.map(\.name) == [
        "testsuites", "testsuite", "testcase", "system-out", "testcase", "failure", "system-out", "testcase", "skipped",
        "system-out",
      ])
    let counts = [
      "name": "night & day", "tests": "3", "failures": "1", "errors": "0", "skipped": "1", "time": "0.750000",
    ]
    #expect(reader.elements[0].attributes == counts)
    #expect(reader.elements[1].attributes == counts)
    #expect(
      reader.elements[2].attributes == ["classname": "fifo", "name": "a<b> & \"c\"\u{FFFD} #2", "time": "0.250000"])
    #expect(
      reader.elements[5].attributes == [
        "type": "mismatch",
        "message": "stream 'pop', transaction 3, field 'data': expected 0x03 (3), got 0x0b (11)",
      ])
    #expect(reader.elements[5].text == report.results[1].text().replacing("\u{1B}", with: "\u{FFFD}"))
    #expect(reader.elements[8].attributes == ["message": "cancelled after 66 cycles"])
  }

  @Test func `Text sums up and colours on request only`() throws {
    let report = try report()
    #expect(report.text().hasSuffix("\nnight & day: 1 passed, 1 failed, 1 cancelled\n"))
    #expect(report.text(colour: true).contains("\u{1B}[1;31mFAILED\u{1B}[0m  a<b>"))
    #expect(report.text(colour: true).contains("\u{1B}[1;32mPASSED\u{1B}[0m  a<b>"))
    #expect(!report.text().contains("\u{1B}["))
    #expect(report.text().contains("\n  reproduce  run --seed 1\n"))
    #expect(!report.passed)
    #expect(BenchReport("one", [report.results[0]]).passed)
    #expect(!BenchReport("none", []).passed)
    #expect(BenchReport("none", []).text() == "none: no bench ran\n")

    // Of many results, those that passed are short.
    var passing = report.results[0]
    passing.seconds = nil
    let four = BenchReport("many", [passing, passing, passing, report.results[1]])
    let many = four.text()
    #expect(many.components(separatedBy: "PASSED  a<b> & \"c\"").count == 4)
    #expect(!many.contains("\(passing.text())"))
    #expect(many.contains(report.results[1].text()))
    #expect(many.hasSuffix("\n\nmany: 3 passed, 1 failed, seed \(passing.seed)\n"))
    let lines = String(repeating: passing.line() + "\n", count: 3)
    #expect(lines + four.text(passedAreShown: true) == many)
  }

  @Test func `The speed is shown when it is known`() throws {
    var result = try report().results[0]
    result.cycles = 31_200_000
    result.seconds = 2
    #expect(result.text().contains("\n  speed      15.6 M cycles/s, 2.000 s\n"))
    result.seconds = 1000
    #expect(result.text().contains("\n  speed      31.2 k cycles/s, 1000.000 s\n"))
    result.seconds = nil
    #expect(!result.text().contains("speed"))
  }
}

/// Collects the elements of an XML document in the order of their opening tags.
private final class ElementReader: NSObject, XMLParserDelegate {
  var elements: [(name: String, attributes: [String: String], text: String)] = []
  private var open: [Int] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append((name, attributes, ""))
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if let current = open.last { elements[current].text += string }
  }
}
