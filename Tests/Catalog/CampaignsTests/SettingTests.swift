import Catalog
import Entries
import Foundation
import HDL
import Testbench
import Testing

@Suite struct SettingTests {
  @Test(arguments: [("rows=8", "rows", "8"), ("a=b=c", "a", "b=c"), ("empty=", "empty", "")])
  func `A setting is split at the first equals sign`(text: String, name: String, value: String) {
    #expect(Setting(text) == Setting(name, value))
  }

  @Test(arguments: ["rows", "=8", ""])
  func `Something else is no setting`(text: String) { #expect(Setting(text) == nil) }

  // MARK: Settings together

  private func parameters(_ name: String, _ settings: [String], configuration: String? = nil) throws -> [String: String]
  {
    let block = try Catalog.entry(name).block(
      configuration: configuration, settings: settings.map { Setting($0)! }, workload: [])
    return Dictionary(uniqueKeysWithValues: block.parameters.map { ($0.name, $0.value) })
  }

  @Test(arguments: [
    ["maximumRows=5", "dataflow=weight-stationary"], ["dataflow=weight-stationary", "maximumRows=5"],
  ])
  func `Settings mean the same in every order`(settings: [String]) throws {
    #expect(try parameters("matmul", settings)["maximumRows"] == "5")
    #expect(try parameters("matmul", settings, configuration: "output-stationary")["maximumRows"] == "5")
    #expect(try parameters("matmul", settings, configuration: "small")["maximumRows"] == "5")
    #expect(
      try parameters("matmul", [settings[0].contains("data") ? settings[0] : settings[1]], configuration: "small")[
        "maximumRows"] == "5")
  }

  /// Every entry, two settings at a time, in both orders.
  @Test(arguments: Catalog.entries.map(\.name))
  func `Two settings are applied in any order`(name: String) throws {
    let entry = try Catalog.entry(name)
    var random = Self.random(name)
    let settings = entry.parameters.flatMap { parameter in
      Self.values(parameter, &random).prefix(3).map { Setting(parameter.name, $0) }
    }
    func outcome(_ settings: [Setting]) -> String {
      do {
        let block = try entry.block(configuration: nil, settings: settings, workload: [])
        return block.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
      } catch { return "\(error)" }
    }
    for first in settings {
      for second in settings where second.name != first.name {
        #expect(outcome([first, second]) == outcome([second, first]), "\(first) \(second)")
      }
    }
  }

  @Test(
    arguments: [
      (["dataflow=output-stationary", "maximumRows=5"], nil), (["maximumRows=128", "dataflow=output-stationary"], nil),
      (["maximumRows=5"], "output-stationary"),
    ] as [([String], String?)])
  func `A setting without effect is refused by name`(settings: [String], configuration: String?) throws {
    let error = #expect(throws: CatalogError.self) {
      try parameters("matmul", settings, configuration: configuration)
    }
    let setting = settings.first { $0.hasPrefix("maximumRows") } ?? ""
    #expect(
      error?.description == "'\(setting)' has no effect with dataflow=output-stationary; leave one of them out")
  }

  @Test func `A parameter without effect is not shown`() throws {
    #expect(try parameters("matmul", [], configuration: "output-stationary")["maximumRows"] == nil)
    #expect(try parameters("matmul", [])["maximumRows"] == "128")
  }

  @Test func `A parameter is set once`() throws {
    let error = #expect(throws: CatalogError.self) { try parameters("matmul", ["rows=4", "rows=8"]) }
    #expect(error?.description == "'rows' is set to 4 and to 8; set it once")
    let workload = #expect(throws: CatalogError.self) {
      try Catalog.entry("divider").block(
        configuration: nil, settings: [], workload: [Setting("count", "4"), Setting("count", "4")])
    }
    #expect(workload?.description == "'count' is set to 4 and to 4; set it once")
  }

  /// What is set is what the block has, for every parameter of every configuration of every entry.
  @Test(arguments: Regression.all)
  func `A setting that is taken shows in the block`(regression: Regression) throws {
    let entry = try Catalog.entry(regression.entry)
    var random = Self.random(regression.folder)
    for parameter in entry.parameters {
      for value in Self.values(parameter, &random) {
        let shown = Self.shown(entry, regression.configuration, Setting(parameter.name, value))
        #expect(shown == value || shown.hasPrefix("'\(parameter.name)=\(value)' has no effect with "), "\(shown)")
      }
    }
  }

  /// The value that a parameter has after a setting, or why it has none.
  private static func shown(_ entry: any CatalogEntry, _ configuration: String, _ setting: Setting) -> String {
    do {
      let block = try entry.block(configuration: configuration, settings: [setting], workload: [])
      return block.parameters.first { $0.name == setting.name }?.value ?? "none"
    } catch { return "\(error)" }
  }

  // MARK: Ranges

  static func random(_ name: String) -> Xoshiro256 { Seed(11).generator(name) }

  /// The least and the greatest value of a parameter, the one above the least, and any one; or all words.
  static func values(_ parameter: ParameterDescription, _ random: inout Xoshiro256) -> [String] {
    let ends = parameter.choices.split(separator: "…").compactMap { Int($0) }
    guard ends.count == 2 else { return parameter.choices.components(separatedBy: " | ") }
    let any = ends[0] + random.integer(below: min(ends[1] - ends[0], 1 << 20) + 1)
    return Array(Set([ends[0], min(ends[0] + 1, ends[1]), ends[1], any])).sorted().map(String.init)
  }
}
