import Foundation
import TestFiles
import Testing
import Tools

@Suite struct RegressTests {
  private static let blocks = ["counter", "stream-fifo", "skid-buffer"]

  @Test func `Blocks, configurations and runs are multiplied, and every form of the results is written`() throws {
    let command = try Command()
    let result = try command("regress", "counter", "stream-fifo", "--engine", "native", "--runs", "2", "--jobs", "2")
    result.expect(0)
    #expect(result.output.contains("10 of 10 runs passed"))
    let xml = try XMLSummary(contentsOf: command.folder.path + "/regression/junit.xml")
    #expect(xml.names.count { $0 == "testcase" } == 10)
    #expect(xml.suite["failures"] == "0")
    let page = try String(contentsOfFile: command.folder.path + "/regression/index.html", encoding: .utf8)
    #expect(page.contains("10 of 10 runs passed") && page.contains("stream-fifo fall-through"))
  }

  @Test func `It goes on where it was interrupted, and results do not depend on that`() throws {
    let command = try Command()
    func regress(_ more: String...) throws -> ProgramResult {
      try command.program.run(
        ["regress"] + Self.blocks + ["--engine", "native", "--json"] + more, in: command.folder.path)
    }
    let whole = try regress()
    whole.expect(0)
    for unit in [0, 3] {
      try FileManager.default.removeItem(atPath: "\(command.folder.path)/regression/units/\(unit).json")
    }
    let rest = try regress()
    rest.expect(0)
    #expect(rest.errors.contains("going on: 4 of 6 units are done"))
    #expect(try Self.verdicts(rest) == Self.verdicts(whole))
    try FileManager.default.removeItem(atPath: "\(command.folder.path)/regression/units/0.json")
    #expect(try !regress("--fresh").errors.contains("going on"))
  }

  @Test func `A cluster gives the same results as this machine`() throws {
    let command = try Command()
    let folder = command.folder.path + "/cluster"
    let cluster = Program(path: Checkout.path + "/Tests/Slurm/cluster", environment: command.program.environment)
    let started = try cluster.run(["start", folder], timeout: .seconds(120))
    try #require(started.termination.isSuccess, "\(started.errors)")
    defer { _ = try? cluster.run(["stop", folder], timeout: .seconds(60)) }
    let path = folder + "/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
    func regress(_ more: [String]) throws -> ProgramResult {
      let result = try command.program.run(
        ["regress"] + Self.blocks + ["--engine", "native", "--json"] + more, in: command.folder.path,
        environment: ["PATH": path], timeout: .seconds(300))
      result.expect(0)
      return result
    }
    let remote = try regress(["--executor", "slurm", "--jobs", "3", "--slurm=--time=10", "--output", "remote"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: command.folder.path + "/remote/logs").count == 3)
    #expect(try Self.verdicts(remote) == Self.verdicts(try regress(["--output", "local"])))
  }

  @Test func `Without Slurm the remedy is named`() throws {
    let result = try Command()(
      "regress", "counter", "--engine", "native", "--executor", "slurm", environment: ["PATH": "/nowhere"])
    result.expect(2)
    #expect(result.errors.contains("'sbatch' is not on PATH"))
  }

  @Test func `Two at once in one folder, unknown names and bad numbers are refused`() throws {
    let command = try Command()
    try command("regress", "no-such-block").expect(2)
    try command("regress", "--runs", "0").expect(64)
    try command("regress", "--slurm=--time=1").expect(64)
    try FileManager.default.createDirectory(
      atPath: command.folder.path + "/regression", withIntermediateDirectories: true)
    let lock = try FileLock.acquire(command.folder.path + "/regression/lock")
    let result = try command("regress", "counter", "--engine", "native")
    result.expect(2)
    #expect(result.errors.contains("another regression writes to"))
    withExtendedLifetime(lock) {}
  }

  /// Everything of the results but the time that they took.
  private static func verdicts(_ result: ProgramResult) throws -> [String] {
    let outcomes = try #require(try result.object()["outcomes"] as? [[String: Any]])
    return try outcomes.flatMap { outcome in
      try #require(outcome["results"] as? [[String: Any]]).map { result in
        let kept = result.filter { $0.key != "seconds" }
        return String(
          decoding: try JSONSerialization.data(withJSONObject: kept, options: [.sortedKeys]), as: UTF8.self)
      }
    }
  }
}
