import Foundation
import Testing

/// Heat, placements and evidence of HeTraX from the command line.
@Suite struct HeTraXCommandTests {
  @Test func `Temperatures of the small machine balance, and are written`() throws {
    let command = try Command()
    let result = try command.program.run(
      ["thermal", "hetrax", "--config", "tiny", "--cells", "6", "--sweep-order", "--output", "heat", "--json"],
      in: command.folder.path, timeout: .seconds(120))
    result.expect(0)
    let json = try result.object()
    let (watts, heat) = (try #require(json["watts"] as? Double), try #require(json["sinkHeat"] as? Double))
    #expect(watts > 0 && abs(heat / watts - 1) < 1e-9)
    #expect((json["orders"] as? [[String: Any]])?.count == 2)
    let files = try FileManager.default.contentsOfDirectory(atPath: command.folder.path + "/heat").sorted()
    #expect(files == ["temperatures.csv", "temperatures.json", "tier0.svg", "tier1.svg", "tiers.svg"])
  }

  @Test func `A file of tiers is read, and heats up over time`() throws {
    let command = try Command()
    try command.folder.write(
      """
      {"width": 0.01, "height": 0.01, "tiers": [{"name": "a", "grid": [[5]]}, {"name": "b", "grid": [[1, 2], [3, 4]]}]}
      """, to: "stack.json")
    let result = try command.program.run(
      ["thermal", "stack.json", "--cells", "4", "--seconds", "10", "--steps", "5", "--bond-conductivity", "1"],
      in: command.folder.path, timeout: .seconds(120))
    result.expect(0)
    #expect(result.output.contains("energy in - out - stored"))
    #expect(result.output.contains("10.0000 s"))
    try command.folder.write(
      """
      {"width": 0.01, "height": 0.01, "tiers": [{"name": "a", "blocks": [{"name": "b", "x": 0, "y": 0, "width": 0.01,
       "height": 0.01, "watt": 3}]}]}
      """, to: "misspelt.json")
    let rough = try command.program.run(
      ["thermal", "stack.json", "--cells", "2", "--seconds", "10", "--steps", "2", "--scheme", "crank-nicolson"],
      in: command.folder.path, timeout: .seconds(120))
    rough.expect(0)
    #expect(rough.errors.contains("may oscillate"))
    for (arguments, words) in [
      (["thermal", "stack.json", "--tokens", "9"], "--tokens goes with hetrax, not with a file"),
      (["thermal", "stack.json", "--reram-at", "0"], "--reram-at goes with hetrax, not with a file"),
      (["thermal", "hetrax", "--scheme", "crank-nicolson"], "--scheme goes with --seconds"),
    ] {
      let refused = try command.program.run(arguments, in: command.folder.path, timeout: .seconds(60))
      refused.expect(64)
      #expect(refused.errors.contains(words), "\(arguments): \(refused.errors)")
    }
    for (arguments, words) in [
      (["thermal", "misspelt.json"], "'watt' is no key of blocks; there are height, name, watts, width, x, y"),
      (["thermal", "hetrax", "--seconds", "1e300"], "give a number above 0, at most 1e9"),
      (["thermal", "none.json"], "cannot be read"),
      (["thermal", "hetrax", "--cells", "0"], "--cells 0: give 1 to 128"),
      (["thermal", "hetrax", "--reram-at", "4"], "--reram-at 4: give 0 to 3"),
      (["thermal", "hetrax", "--workload", "gpt9"], "no workload is called 'gpt9'"),
      (["place", "hetrax", "--method", "luck"], "--method luck: give annealing or learned-restart"),
      (["place", "hetrax", "--objectives", "beauty"], "no objective is called 'beauty'"),
      (["evidence", "hetrax", "--config", "tiny"], "the figures are those of ref"),
    ] {
      let refused = try command.program.run(arguments, in: command.folder.path, timeout: .seconds(60))
      refused.expect(2)
      #expect(refused.errors.contains(words), "\(arguments): \(refused.errors)")
    }
  }

  @Test func `A search is kept, goes on, and answers another one`() throws {
    let command = try Command()
    let search = [
      "place", "hetrax", "--config", "tiny", "--evaluations", "400", "--seeds", "2", "--state", "state.json", "--json",
    ]
    let first = try command.program.run(search, in: command.folder.path, timeout: .seconds(120))
    first.expect(0)
    // The state is there, so the second run has nothing left to do and gives the same.
    let second = try command.program.run(search + ["--output", "out"], in: command.folder.path, timeout: .seconds(120))
    second.expect(0)
    #expect(first.output == second.output)
    #expect(FileManager.default.fileExists(atPath: command.folder.path + "/out/front.svg"))
    // A state that was changed by hand is told.
    let path = URL(fileURLWithPath: command.folder.path + "/state.json")
    let kept = try Data(contentsOf: path)
    let text = String(decoding: kept, as: UTF8.self)
    let order = try #require(text.firstRange(of: "\"order\":["))
    let damaged = text.replacingCharacters(in: order.upperBound..<text.index(after: order.upperBound), with: "7")
    try Data(damaged.utf8).write(to: path)
    let refused = try command.program.run(search, in: command.folder.path, timeout: .seconds(120))
    refused.expect(2)
    #expect(refused.errors.contains("the state is damaged"), "\(refused.errors)")
    try kept.write(to: path)
    let other = try command.program.run(
      search + ["--seed", "9"], in: command.folder.path, timeout: .seconds(120))
    other.expect(2)
    #expect(other.errors.contains("the state of another search"))
    try command.folder.write("[[1, 1, 400, 1]]", to: "other.json")
    let compared = try command.program.run(
      search + ["--compare", "other.json"], in: command.folder.path, timeout: .seconds(120))
    compared.expect(0)
    #expect(try compared.object()["hypervolume"] as? Double ?? 0 > 0)
  }

  @Test func `Evidence has its groups, and none about accuracy`() throws {
    let command = try Command()
    let result = try command.program.run(
      ["evidence", "hetrax", "--evaluations", "60", "--cells", "6", "--output", "out", "--tokens", "128"],
      in: command.folder.path, timeout: .seconds(300))
    result.expect(0)
    for group in ["sizes.", "network.", "noise.", "baselines.", "order.", "wear."] {
      #expect(result.output.contains("\n" + group) || result.output.hasPrefix(group), "\(group)")
    }
    #expect(result.output.contains("published 5.6") && result.output.contains("published 14.5"))
    let text = try String(contentsOfFile: command.folder.path + "/out/evidence.json", encoding: .utf8)
    #expect(!text.contains("\"accuracy"))
    #expect(FileManager.default.fileExists(atPath: command.folder.path + "/out/heat-hetrax.svg"))
  }
}
