import Campaigns
import Catalog
import Entries
import Foundation
import HDL
import Reporting
import TestFiles
import Testing
import Verilator

@Suite struct ReportTests {
  private static func report(
    _ name: String, _ settings: [String] = [], parts: Set<BlockReport.Part>
  ) throws -> BlockReport {
    let block = try Catalog.entry(name).block(
      configuration: nil, settings: settings.map { Setting($0)! }, workload: [])
    var report = BlockReport(block, configuration: settings.isEmpty ? "default" : nil)
    report.parts = parts
    report.conditions = RunConditions(.native, seed: 1)
    report.runs = 2
    try report.run { throw CancellationError() }
    return report
  }

  @Test func `A block's page has its drawing, its runs and its goals`() throws {
    let report = try Self.report("skid-buffer", parts: [.bench, .coverage])
    #expect(!report.hasFailures && report.omissions.isEmpty)
    let html = report.html
    for id in ["parameters", "inside", "ports", "bench", "coverage"] {
      #expect(html.contains("<section id=\"\(id)\">") && html.contains("href=\"#\(id)\""), "\(id)")
    }
    #expect(html.contains("bench: 2 of 2 runs passed") && html.contains("<svg "))
    #expect(!html.contains("<section id=\"synthesis\">") && !html.contains("<script"))
    #expect(!html.contains("http://") || !html.replacing("http://www.w3.org/2000/svg", with: "").contains("http"))
    // Every tag that is opened is closed.
    for tag in ["section", "table", "ul", "li", "svg", "details", "div", "tr"] {
      let (opened, closed) = (
        html.matches(of: try Regex("<\(tag)[ >]")).count, html.matches(of: try Regex("</\(tag)>")).count
      )
      #expect(opened == closed, "\(tag): \(opened) and \(closed)")
    }
  }

  @Test func `A function's page has its errors`() throws {
    let html = try Self.report("function-unit", ["function=relu"], parts: [.errors]).html
    #expect(html.contains("Errors over all operands") && html.contains("ulp"))
  }

  @Test func `What cannot run is named and is neither good nor bad`() throws {
    let block = try Catalog.entry("skid-buffer").block(configuration: nil, settings: [], workload: [])
    var report = BlockReport(block, configuration: "default")
    report.parts = [.bench]
    try report.run { throw CatalogError.unknownBlock("nobody", known: []) }
    #expect(report.omissions.count == 1 && report.omissions[0].hasPrefix("bench: "))
    #expect(!report.hasFailures)
    #expect(report.html.contains("bench not run") && !report.html.contains("runs passed"))
  }

  @Test func `A run's page has what the run printed`() throws {
    let json = """
      {"bit_exact": true, "stores_compared": 12, "cycles": 3400, "model_error_percent": 0.25, "accuracy": {"cosine": 0.5},
       "counters": [1, 2], "layers": [{"cycles": 100, "name": "<a>"}, {"cycles": 50, "name": "b", "stalls": {"wait": 3}}],
       "wall_s": null}
      """
    let report = try RunReport(json: Data(json.utf8), name: "run & co")
    let html = report.html
    #expect(!report.hasFailures)
    #expect(
      html.contains("bit-exact, 12 stores compared") && html.contains("run &amp; co") && html.contains("&lt;a&gt;"))
    #expect(!html.contains("<a>") && html.contains("wait 3") && html.contains("<td class=\"text\">none</td>"))
    let wrong = try RunReport(json: Data("{\"bit_exact\": false}".utf8), name: "x")
    #expect(wrong.hasFailures && wrong.html.contains("not bit-exact"))
    let golden = try RunReport(json: Data("{\"bit_exact\": null, \"cycles\": 1}".utf8), name: "x")
    #expect(!golden.hasFailures && golden.html.contains("nothing was compared"))
  }

  @Test(arguments: ["", "[]", "{}", "{\"a\": 1}", "nonsense", "{\"cycles\": 1"])
  func `What is no run is refused with the remedy`(text: String) {
    let error = #expect(throws: RunReport.Failure.self) { try RunReport(json: Data(text.utf8), name: "x") }
    #expect(error?.description.contains("systole run MACHINE --json > run.json") == true)
  }
}
