import Campaigns
import Catalog
import Entries
import Foundation
import HDL
import Tools
import Verilog

extension PackageEvidence {
  /// What this machine's tools say of the Verilog, and what the project's records say of the block.
  ///
  /// - Parameters:
  ///   - records: The folder with `mutation.json` and `coverage.json`; nil for none.
  ///   - configuration: The configuration of the block, where it is one under regression without changes.
  public static func measured(
    of block: any CatalogBlock, _ design: EmittedDesign, tools: Toolbox, records: String?, configuration: String?
  ) throws -> PackageEvidence {
    let folder = NSTemporaryDirectory() + "systole-package-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try design.write(to: folder)
    let files = design.manifest.files.map { folder + "/" + $0 }
    var evidence = PackageEvidence()
    evidence.lint = ((try? tools.lint(files: files, top: design.manifest.top)) ?? []).map { finding in
      var finding = finding
      finding.messages = finding.messages.replacing(folder + "/", with: "")
      return finding
    }
    evidence.latchCount = try? latches(files, design.manifest.top, tools)
    evidence.statements = records.map { statements(of: block, in: $0, configuration) } ?? []
    if evidence.statements.isEmpty {
      evidence.statements = ["No score is kept of this block in this configuration; `systole mutate` gives one."]
    }
    return evidence
  }

  private static func latches(_ files: [String], _ top: String, _ tools: Toolbox) throws -> Int? {
    let yosys = try tools.newestYosys()
    let read = files.map { "read_verilog \"\($0)\"" }
    let script = (read + ["hierarchy -top \(top)", "proc", "select -count t:$dlatch t:$adlatch t:$dlatchsr t:$sr"])
      .joined(separator: "; ")
    let result = try yosys.program.run(["-p", script], timeout: .seconds(300))
    guard result.termination.isSuccess else { return nil }
    return result.output.matches(of: /(\d+) objects/).last.flatMap { Int($0.output.1) }
  }

  private static func statements(
    of block: any CatalogBlock, in folder: String, _ configuration: String?
  ) -> [String] {
    var statements: [String] = []
    if let data = FileManager.default.contents(atPath: folder + "/mutation.json"),
      let score = (try? MutationScores(json: data))?[block.name]
    {
      let same = score.configuration == configuration ? "this configuration" : "configuration `\(score.configuration)`"
      statements.append(
        "Bench: it finds \(score.killed) of \(score.mutants - score.equivalent) mistakes put into the block's own logic"
          + " (\(score.equivalent) more are no mistakes), in \(same). `systole mutate \(block.name)`")
    }
    if let data = FileManager.default.contents(atPath: folder + "/coverage.json"),
      let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let blocks = object["blocks"] as? [[String: Any]],
      let found = blocks.first(where: {
        $0["block"] as? String == block.name && $0["generator"] as? String == block.summary
      }), let reached = found["reached"] as? Int, let goals = found["goals"] as? Int
    {
      statements.append("Coverage: \(reached) of \(goals) goals in this configuration. `systole cover \(block.name)`")
    }
    return statements
  }
}
