import Catalog
import Entries
import HDL
import Testbench

/// Hostile values for the parameters of catalog entries.
enum HostileParameters {
  static func run(_ random: inout Xoshiro256) throws {
    let entry = Catalog.entries[random.below(Catalog.entries.count)]
    let parameters = random.flip() ? entry.parameters : entry.parameters + entry.workloadParameters
    var settings: [Setting] = []
    for _ in 0...random.below(3) {
      let name =
        random.chance(10) || parameters.isEmpty ? random.hostileName() : parameters[random.below(parameters.count)].name
      let choices = parameters.first { $0.name == name }?.choices ?? ""
      settings.append(Setting(name, value(choices, &random)))
    }
    let known = Set(entry.parameters.map(\.name))
    let block = try entry.block(
      configuration: random.chance(8) ? random.hostileName() : nil,
      settings: settings.filter { known.contains($0.name) || !parameters.map(\.name).contains($0.name) },
      workload: settings.filter { !known.contains($0.name) && parameters.map(\.name).contains($0.name) })
    let circuit = try block.elaborate(reset: ResetStyle())
    _ = try block.bench(for: circuit.top.interface, seed: 1, index: 0, stalls: nil)
  }

  /// A value outside what may be written, at its edge, or no value of the kind at all. Large values that are valid are
  /// left out: they are slow, and refuse nothing.
  private static func value(_ choices: String, _ random: inout Xoshiro256) -> String {
    let words = choices.components(" | ")
    if words.count > 1, random.flip() { return words[random.below(words.count)] }
    var values = [
      "-1", "0", "1", "2", "3", "5", "", " ", "abc", "1e3", "0x10", "+4", "1.5", "-0", "9223372036854775807",
      "9223372036854775808", "-9223372036854775808", "99999999999999999999999", "\u{0}", "\u{1F600}", "true", "nil",
    ]
    let bounds = choices.components("…").compactMap { Int($0) }
    for bound in bounds {
      if bound < 70 { values.append(String(bound)) }
      values.append(String(bound &- 1 < 70 ? bound &- 1 : bound &+ 1))
    }
    return values[random.below(values.count)]
  }
}

extension String {
  /// The parts between occurrences of `separator`.
  fileprivate func components(_ separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
