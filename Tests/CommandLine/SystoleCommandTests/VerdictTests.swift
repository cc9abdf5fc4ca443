import Foundation
import TestFiles
import Testing
import Tools

@testable import systole

/// The verdict of a run that failed stands, whatever becomes of its wave and its explanation.
@Suite(.serialized) struct VerdictTests {
  private let command: Command
  private let arguments = [
    "cosim", "--verilog", "foreign.v", "--top", "Foreign", "--against", "stream-fifo", "--seed", "1", "--work",
    "count=200", "--runs", "1",
  ]

  init() throws {
    command = try Command()
    let text = try command("generate", "stream-fifo", "--stdout").output
      .replacing("module StreamFIFO ", with: "module Foreign ")
      .replacing("pop_data = items_data", with: "pop_data = items_data | (items_data == 8'h40)")
    try text.write(toFile: command.folder.path + "/foreign.v", atomically: true, encoding: .utf8)
  }

  private func run(_ more: [String], environment: [String: String?] = [:]) throws -> ProgramResult {
    try command.program.run(
      arguments + more, in: command.folder.path, environment: environment, timeout: .seconds(300))
  }

  /// A compiler that refuses what has to do with waves. It stays, so that what it compiles is in the cache next time.
  private func refusingCompiler() throws -> String {
    let real = try Toolbox(folder: Checkout.tools).compiler().program.path
    let folder = Checkout.path + "/.systole/refusing-compiler"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/clang++"
    let script =
      "#!/bin/sh\ncase \"$*\" in *verilated_[fv]*_c*) echo no waves today >&2; exit 1 ;; esac\nexec \(real) \"$@\"\n"
    if (try? String(contentsOfFile: path, encoding: .utf8)) != script {
      try script.write(toFile: path, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
    return path
  }

  @Test(arguments: [[], ["--wave", "mine.vcd"], ["--wave", "mine.fst"], ["--no-shrink"], ["--isolate"]])
  func `Where waves cannot be compiled, the failure is reported without one`(more: [String]) throws {
    let limit = more == ["--no-shrink"] ? [] : ["--shrink-seconds", "5"]
    let result = try run(more + limit, environment: ["SYSTOLE_CXX": try refusingCompiler()])
    result.expect(1)
    #expect(result.output.hasPrefix("FAILED  stream-fifo  (module Foreign)\n"))
    #expect(result.output.contains("  wave       none: the C++ of the model does not compile:"), "\(result.output)")
    #expect(result.output.contains("no waves today"))
    #expect(result.output.contains("\nstream-fifo: 1 failed"))
  }

  @Test(arguments: ["mine.vcd", "mine.fst"])
  func `On a full disk, the failure is reported without its wave`(wave: String) throws {
    for name in [wave, wave.replacing("mine.", with: "mine.case.")] {
      try FileManager.default.createSymbolicLink(
        atPath: command.folder.path + "/" + name, withDestinationPath: "/dev/full")
    }
    let result = try run(["--wave", wave, "--shrink-seconds", "60"])
    result.expect(1)
    // Verilator's own writer of FST ends the process in version 5.048.
    if result.errors.contains("the verdict stands") {
      #expect(wave == "mine.fst" && result.output.hasPrefix("FAILED  stream-fifo  (module Foreign)\n"))
      return
    }
    #expect(result.output.contains("  wave       none: cannot write the wave '\(wave)': "), "\(result.output)")
    #expect(result.output.contains("  smallest   "))
  }

  /// Starts a run, waits for its verdict and for the search that follows, and sends the signal.
  private func end(with signal: Int32, _ more: [String] = []) throws -> (code: Int32?, output: String) {
    let path = command.folder.path + "/output"
    try Data().write(to: URL(fileURLWithPath: path))
    let process = try command.start(
      arguments + more, output: try #require(FileHandle(forWritingAtPath: path)))
    let wave = command.folder.path + "/stream-fifo.fst"
    process.wait { FileManager.default.fileExists(atPath: wave) }
    let code = process.end(with: signal)
    return (code, try String(contentsOfFile: path, encoding: .utf8))
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGSEGV, SIGABRT, SIGBUS])
  func `A signal or a crash during the search leaves verdict and exit code`(signal: Int32) throws {
    let ended = try end(with: signal)
    #expect(ended.code == 1)
    #expect(ended.output.hasPrefix("FAILED  stream-fifo  (module Foreign)\n  seed "))
    #expect(ended.output.contains("wrong output at cycle"))
  }

  @Test(arguments: [SIGINT, SIGSEGV])
  func `JSON is whole then, too`(signal: Int32) throws {
    let ended = try end(with: signal, ["--json"])
    #expect(ended.code == 1)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
    let results = try #require(object["results"] as? [[String: Any]])
    #expect(results.last?["verdict"] as? String == "failed")
    #expect(results.last?["reproduce"] as? String != nil)
  }

  @Test func `A command to repeat a run can be pasted, whatever the folder is called`() throws {
    let name = "it's a \"folder\" of $HOME `x`;*\\"
    let folder = command.folder.path + "/" + name
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let result = try run(["--wave", name + "/a wave.vcd", "--json", "--shrink-seconds", "60"])
    result.expect(1)
    let first = try #require((try result.object()["results"] as? [[String: Any]])?.last)
    let explanation = try #require(first["explanation"] as? [String: Any])
    for printed in [first["reproduce"], explanation["reproduce"]] {
      let line = try #require(printed as? String)
      #expect(
        line.contains(shellQuoted(name + "/a wave.vcd")) || line.contains(shellQuoted(name + "/a wave.case.json")))
      let again = try command.through(
        "program=$1; systole() { \"$program\" \"$@\"; }; eval \"$LINE\"", [], environment: ["LINE": line])
      again.expect(1)
    }
  }
}
