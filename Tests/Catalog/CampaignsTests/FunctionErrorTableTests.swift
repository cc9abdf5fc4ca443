import Campaigns
import Catalog
import Foundation
import TestFiles
import Testing

@Suite struct FunctionErrorTableTests {
  private func kept() throws -> FunctionErrorTable {
    try FunctionErrorTable(json: Data(contentsOf: Checkout.root.appending(path: "Scores/errors.json")))
  }

  @Test func `Every function has a row, all of it correctly rounded`() throws {
    let kept = try kept()
    #expect(kept.rows.map(\.function) == FunctionErrorTable.functions)
    #expect(kept.rows.count >= 17)
    for row in kept.rows {
      #expect(row.wrong == 0, "\(row)")
      // Beside zero, where results are flushed, an error is less than the least number.
      #expect(row.maximumUlp < 1 && row.maximumRelative <= 0x1p-8, "\(row)")
    }
    #expect(try kept.json() == Data(contentsOf: Checkout.root.appending(path: "Scores/errors.json")))
  }

  /// The short form of `make errors`.
  @Test(arguments: ["reciprocal", "relu"]) func `What is kept is what comes out`(function: String) throws {
    let (row, errors) = try #require(try FunctionErrorTable.measure(function))
    #expect(try kept().rows.first { $0.function == function } == row)
    let plot = FunctionErrorPlot(function, errors: errors)
    let peak = plot.peaks.compactMap { $0 }.max() ?? 0
    #expect(peak == row.maximumUlp)
    let drawing = Checkout.root.appending(path: "Sources/Catalog/Catalog/Catalog.docc/Resources/errors-\(function).svg")
    #expect(try String(contentsOf: drawing, encoding: .utf8) == plot.svg, "run 'make errors'")
  }

  @Test func `The page of the documentation is made from the table`() throws {
    let page = Checkout.root.appending(path: "Sources/Catalog/Catalog/Catalog.docc/Function-errors.md")
    #expect(try String(contentsOf: page, encoding: .utf8) == kept().page, "run 'make errors'")
    for function in FunctionErrorTable.functions {
      #expect(try kept().page.contains("(errors-\(function))"))
    }
  }
}
