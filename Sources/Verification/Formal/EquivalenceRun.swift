import Foundation
import Tools
import Verilog

/// The files of one comparison in a folder of their own, and the solvers over them.
final class EquivalenceRun {
  /// What is known of one output that should never be 1.
  enum Answer: Equatable {
    case proved
    case refuted(cycle: Int)
    case unknown
  }

  private let yosys: Tool
  private let limits: EquivalenceProver.Limits
  private let folder: String
  private let files: [String]
  /// The file of the harness; no module is called so.
  private static let harness = "systole_harness.v"

  /// Files of the checkers.
  private let checks: [String]
  /// Whether what all searches share has been done, and their file is there.
  private var isReduced = false

  init(
    _ yosys: Tool, _ limits: EquivalenceProver.Limits, sources: [(name: String, text: String)], checks: ProofChecks?,
    harness: String
  ) throws {
    self.yosys = yosys
    self.limits = limits
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("systole-equivalence-\(UUID().uuidString)").path
    files = sources.map(\.name).filter(VerilogFile.isVerilog)
    self.checks = checks?.sources.map(\.name) ?? []
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for source in sources + (checks?.sources ?? []) + (checks?.data ?? []) { try write(source.text, source.name) }
    try write(harness, Self.harness)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Looks for a proof of each of `count` outputs.
  ///
  /// - Parameter joining: Prefixes of names: state that nothing defines starts alike in things of the same name.
  func prove(_ count: Int, joining: [String: String]) throws -> [Answer] {
    guard var graph = try graph() else { return [Answer](repeating: .unknown, count: count) }
    if !joining.isEmpty { graph.join(Self.pairs(of: graph, try read("design.map"), joining)) }
    try Data(graph.binary).write(to: URL(fileURLWithPath: folder + "/design.aig"))
    let searches = seconds(count) * count
    let found = try abc(
      "read_aiger design.aig\nfold\nscorr -C 1000\nwrite_aiger reduced.aig\n"
        + (0..<count).map {
          "read_aiger reduced.aig\ncone -s -O \($0)\necho ==\($0)\n"
            + "pdr -F \(limits.frames) -C 100000 -T \(seconds(count))\nprint_status\n"
        }.joined(), timeout: limits.reduction + 2 * searches)
    guard let output = found else { return [Answer](repeating: .unknown, count: count) }
    isReduced = true
    let sections = Self.sections(of: output)
    return (0..<count).map { Self.answer(in: sections[$0] ?? "") }
  }

  /// Which of `count` outputs of a design without state are never 1, each looked at by itself.
  func proveFunctions(_ count: Int) throws -> [Bool] {
    guard let graph = try graph() else { return [Bool](repeating: false, count: count) }
    try Data(graph.binary).write(to: URL(fileURLWithPath: folder + "/design.aig"))
    return try (0..<count).map { output in
      let found = try abc(
        "read_aiger design.aig\ncone -O \(output)\nstrash\niprove\nprint_status\n", timeout: 2 * limits.seconds)
      return Self.answer(in: found ?? "") == .proved
    }
  }

  /// The design and its harness as gates; nil where that takes too long.
  private func graph() throws -> AndInverterGraph? {
    let graphIsThere = try run(
      YosysReading.script(files) + YosysReading.script(checks + [Self.harness], isFormal: true)
        + "prep -flatten -top \(ProofHarness.top); async2sync; memory_map; opt -full; setundef -undriven -anyseq; "
        + "techmap; opt -fast; dffunmap; aigmap; opt_clean; write_aiger -ascii -zinit -map design.map design.aag",
      timeout: 300)
    guard graphIsThere != nil else { return nil }
    guard let graph = AndInverterGraph(text: try read("design.aag")) else {
      throw ProofFailure.refused(property: "equivalence", messages: "it gives no and-inverter graph")
    }
    return graph
  }

  /// For some of the outputs, the cycles in which they are not 1; after ``prove(_:joining:)``.
  func bounded(_ outputs: [Int]) throws -> [Int: EquivalenceOutcome] {
    guard !outputs.isEmpty, isReduced else { return [:] }
    let found = try abc(
      outputs.map {
        "read_aiger reduced.aig\ncone -s -O \($0)\necho ==\($0)\n"
          + "bmc3 -F \(limits.cycles) -T \(seconds(outputs.count))\nprint_status\n"
      }.joined(), timeout: limits.reduction + 2 * seconds(outputs.count) * outputs.count)
    guard let output = found else { return [:] }
    let sections = Self.sections(of: output)
    return Dictionary(
      uniqueKeysWithValues: outputs.compactMap { number -> (Int, EquivalenceOutcome)? in
        let section = sections[number] ?? ""
        if case .refuted(let cycle) = Self.answer(in: section) { return (number, .different(cycle: cycle)) }
        guard let frames = section.firstMatch(of: /in (\d+) frames/).flatMap({ Int($0.1) }), frames > 0 else {
          return nil
        }
        return (number, .bounded(cycles: frames))
      })
  }

  private func seconds(_ count: Int) -> Int { max(1, min(limits.seconds, 100 / max(1, count))) }

  // MARK: Files and programs

  private func write(_ text: String, _ name: String) throws {
    try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
  }

  private func read(_ name: String) throws -> String {
    try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
  }

  /// What Yosys prints; nil when it did not come to an end in time.
  private func run(_ script: String, timeout: Int) throws -> String? {
    let result = try yosys.program.run(
      ["-Q", "-p", script], in: folder, timeout: .seconds(timeout), outputLimit: 16 << 20)
    if case .timedOut = result.termination { return nil }
    guard result.termination.isSuccess else {
      throw ProofFailure.refused(
        property: "equivalence", messages: result.errors.isEmpty ? "\(result.termination)" : result.errors)
    }
    return result.output
  }

  private func abc(_ script: String, timeout: Int) throws -> String? {
    try write(script, "script.abc")
    return try run("exec -- yosys-abc -f script.abc", timeout: timeout)
  }

  /// What stands behind each `==number`.
  private static func sections(of output: String) -> [Int: String] {
    var sections: [Int: String] = [:]
    for part in output.split(separator: "==").dropFirst() {
      let digits = part.prefix { $0.isNumber }
      if let number = Int(digits) { sections[number] = String(part.dropFirst(digits.count)) }
    }
    return sections
  }

  private static func answer(in section: String) -> Answer {
    guard let status = section.firstMatch(of: /Status = (-?\d+)/)?.1 else { return .unknown }
    switch status {
    case "1": return .proved
    case "0":
      // Frames count from 0, cycles from 1.
      guard let frame = section.firstMatch(of: /Frame = +(\d+)/).flatMap({ Int($0.1) }) else { return .unknown }
      return .refuted(cycle: frame + 1)
    default: return .unknown
    }
  }

  /// Inputs that stand for the start of undefined state, each with the one of the same name in another place.
  private static func pairs(
    of graph: AndInverterGraph, _ map: String, _ joining: [String: String]
  ) -> [Int: Int] {
    var inputs: [Substring: Int] = [:]
    var lines: [(literal: Int, bit: Substring, name: Substring)] = []
    for line in map.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 3)
      guard words.count == 4, words[0] == "init", let index = Int(words[1]), graph.inputs.indices.contains(index)
      else { continue }
      lines.append((graph.inputs[index], words[2], words[3]))
      inputs["\(words[2]) \(words[3])"] = graph.inputs[index]
    }
    var pairs: [Int: Int] = [:]
    for line in lines {
      for (prefix, other) in joining where line.name.hasPrefix(prefix) {
        let partner = inputs["\(line.bit) \(other)\(line.name.dropFirst(prefix.count))"]
        if let partner, partner != line.literal, pairs[partner] == nil { pairs[line.literal] = partner }
      }
    }
    return pairs
  }
}
