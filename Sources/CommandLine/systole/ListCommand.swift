import ArgumentParser
import Catalog
import Entries
import Foundation

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the blocks, or the parameters of one.",
    discussion: "Every block can be generated (systole generate) and verified (systole cosim).")

  @Argument(help: "A block; without it, all blocks are listed.", completion: blockCompletion)
  var block: String?

  @Flag(help: "Print JSON for a script.")
  var json = false

  func run() throws {
    try reportingErrors {
      if let block {
        try show(Catalog.entry(block))
      } else if json {
        try printJSON(Catalog.entries.map(EntryDescription.init))
      } else {
        let width = Catalog.entries.map(\.name.count).max() ?? 0
        for (number, family) in Catalog.families.enumerated() {
          print((number == 0 ? "" : "\n") + family.name + ":")
          for entry in family.entries {
            print("  " + entry.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + entry.summary)
          }
        }
      }
    }
  }

  private func show(_ entry: any CatalogEntry) throws {
    if json { return try printJSON(EntryDescription(entry)) }
    print("\(entry.name): \(entry.summary)\n")
    print("Parameters of the hardware (--set name=value):")
    printTable(entry.parameters)
    print("\nParameters of the bench (--work name=value):")
    printTable(entry.workloadParameters)
    print("\nConfigurations (--configuration name): \(entry.configurations.joined(separator: ", "))")
  }

  private func printTable(_ parameters: [ParameterDescription]) {
    let names = parameters.map { "\($0.name)=\($0.value)" }
    let width = names.map(\.count).max() ?? 0
    for (name, parameter) in zip(names, parameters) {
      print(
        "  \(name.padding(toLength: width + 2, withPad: " ", startingAt: 0))\(parameter.help) [\(parameter.choices)]")
    }
  }
}

/// A catalog entry as `--json` prints it.
struct EntryDescription: Encodable {
  var name: String
  var summary: String
  var parameters: [ParameterDescription]
  var workload: [ParameterDescription]
  var configurations: [String]

  init(_ entry: any CatalogEntry) {
    name = entry.name
    summary = entry.summary
    parameters = entry.parameters
    workload = entry.workloadParameters
    configurations = entry.configurations
  }
}

/// Prints a value as JSON with stable keys.
func printJSON(_ value: some Encodable, snakeCase: Bool = false) throws {
  let encoder = JSONEncoder()
  if snakeCase { encoder.keyEncodingStrategy = .convertToSnakeCase }
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  printJSON(text: String(decoding: try encoder.encode(value), as: UTF8.self))
}
