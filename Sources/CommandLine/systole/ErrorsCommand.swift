import ArgumentParser
import Campaigns
import Catalog
import Foundation
import Tools

struct ErrorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "errors", abstract: "Measure the errors of the function units over all operands.",
    discussion: """
      Runs the hardware of each function over all 65,536 bfloat16 operands on the native simulator and prints the greatest
      and the mean error, in ulp of the result, absolute and relative, and how many results are not correctly rounded.

        systole errors                       all functions
        systole errors --function gelu       one function
        systole errors --record              write Scores/errors.json and the page of the documentation with its plots

      Exit code 0 when every result is the correctly rounded one, 1 otherwise.
      """)

  @Option(help: "A function; may be repeated. Default: all.", completion: .list(FunctionErrorTable.functions))
  var function: [String] = []

  @Flag(help: "Keep the table in Scores/errors.json, and write the page of the documentation with its plots.")
  var record = false

  @Flag(help: "Print the table as JSON.")
  var json = false

  @Option(help: "The checkout whose table is kept.", completion: .directory)
  var checkout = "."

  func validate() throws {
    let known = FunctionErrorTable.functions
    if let name = function.first(where: { !known.contains($0) }) {
      throw ValidationError("no function is called '\(name)'; there are \(known.joined(separator: ", "))")
    }
    if record, !function.isEmpty { throw ValidationError("--record keeps the table of all functions") }
  }

  func run() throws {
    Ending.takeOver()
    try reportingErrors {
      var table = FunctionErrorTable(rows: [])
      var plots: [FunctionErrorPlot] = []
      if !json { print("function | max ulp | mean ulp | max absolute | mean absolute | at | wrong") }
      for name in function.isEmpty ? FunctionErrorTable.functions : function where !Ending.isRequested {
        Console.progress("\(name) …")
        guard let (row, errors) = try FunctionErrorTable.measure(name) else { continue }
        Console.endProgress()
        table.rows.append(row)
        plots.append(FunctionErrorPlot(name, errors: errors))
        if !json { Console.line(text(row)) }
      }
      if json { try printJSON(table) }
      if Ending.isRequested {
        Console.error("interrupted; nothing is kept")
        throw ExitCode.interrupted
      }
      if record { try keep(table, plots) }
      if table.rows.contains(where: { $0.wrong > 0 }) { throw ExitCode.differs }
    }
  }

  private func text(_ row: FunctionErrorTable.Row) -> String {
    [
      row.function, String(format: "%.3f", row.maximumUlp), String(format: "%.3f", row.meanUlp),
      String(format: "%.2e", row.maximumAbsolute), String(format: "%.2e", row.meanAbsolute),
      "0x" + String(row.worst, radix: 16, uppercase: true), "\(row.wrong)",
    ].joined(separator: " | ")
  }

  private func keep(_ table: FunctionErrorTable, _ plots: [FunctionErrorPlot]) throws {
    let checkout = URL(fileURLWithPath: checkout)
    let scores = checkout.appending(path: "Scores")
    try FileManager.default.createDirectory(at: scores, withIntermediateDirectories: true)
    try OutputFile.write(try table.json(), to: scores.appending(path: "errors.json").path)
    let pages = checkout.appending(path: "Sources/Catalog/Catalog/Catalog.docc")
    guard FileManager.default.fileExists(atPath: pages.path) else { return }
    try OutputFile.write(table.page, to: pages.appending(path: "Function-errors.md").path)
    let resources = pages.appending(path: "Resources")
    try FileManager.default.createDirectory(at: resources, withIntermediateDirectories: true)
    for plot in plots {
      try OutputFile.write(plot.svg, to: resources.appending(path: "errors-\(plot.function).svg").path)
    }
  }
}
