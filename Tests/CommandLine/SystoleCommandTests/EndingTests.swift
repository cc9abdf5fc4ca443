import Foundation
import TestFiles
import Testing
import Tools

@testable import systole

/// Signals that ask a run to end.
@Suite struct EndingTests {
  private static let signals: [(number: Int32, code: Int32)] = [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)]

  @Test(arguments: signals)
  func `A build is given up at once`(signal: Int32, code: Int32) throws {
    let command = try Command()
    // A cache of its own: the runtime has to be compiled, which takes some seconds.
    let cache = command.folder.path + "/cache"
    let process = try command.start(["cosim", "stream-fifo"], environment: ["SYSTOLE_CACHE": cache])
    process.wait { FileManager.default.fileExists(atPath: cache + "/building") }
    #expect(process.end(with: signal) == code)
    #expect(!FileManager.default.fileExists(atPath: cache + "/models"))
  }

  @Test func `The tools of a build end with it`() throws {
    let command = try Command()
    let cache = command.folder.path + "/cache"
    // A compiler that waits: it ends when its parent does, or the test waits for it.
    let compiler = command.folder.path + "/clang++"
    let script =
      "#!/bin/sh\ncase \"$*\" in --version) echo clang version 1.0 ;; *) echo $$ > \(cache).pid; exec sleep 1000 ;; esac\n"
    try script.write(toFile: compiler, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: compiler)
    let process = try command.start(
      ["cosim", "stream-fifo"], environment: ["SYSTOLE_CACHE": cache, "SYSTOLE_CXX": compiler])
    process.wait { FileManager.default.fileExists(atPath: cache + ".pid") }
    #expect(process.end(with: SIGTERM) == 143)
    #expect(!FileManager.default.fileExists(atPath: cache + "/models"))
  }

  private static let waves: [(engine: String, ending: String)] = [
    ("5.006", "fst"), ("5.006", "vcd"), ("5.048", "fst"), ("5.048", "vcd"), ("native", "fst"), ("native", "vcd"),
  ]

  @Test(arguments: waves, [SIGINT, SIGTERM, SIGHUP])
  func `A wave that a signal ends can be read`(wave: (engine: String, ending: String), signal: Int32) throws {
    let isNative = wave.engine == "native"
    let command = try Command(verilator: isNative ? nil : wave.engine)
    let path = command.folder.path + "/wave.\(wave.ending)"
    let arguments = [
      "cosim", "stream-fifo", "--runs", "1", "--seed", "1", "--trace", "--wave", path, "--work", "count=10000000",
      "--engine", isNative ? "native" : "verilator",
    ]
    let process = try command.start(arguments)
    process.wait { FileManager.default.fileExists(atPath: path) }
    // Some of the run is to be in the wave.
    Thread.sleep(forTimeInterval: 0.5)
    #expect(process.end(with: signal) == 128 + signal)
    var dump = path
    if wave.ending == "fst" {
      dump = command.folder.path + "/converted.vcd"
      let converted = try Toolbox(folder: Checkout.tools).waveConverter().program.run(["-f", path, "-o", dump])
      #expect(converted.termination.isSuccess, "\(converted)")
    }
    let text = try String(contentsOfFile: dump, encoding: .utf8)
    #expect(text.contains("$enddefinitions"))
    let last = try #require(text.split(separator: "\n").last { $0.hasPrefix("#") })
    #expect(try #require(Int(last.dropFirst())) > 10)
  }

  @Test(arguments: [
    ["mutate", "matmul", "--jobs", "1"], ["mutate", "matmul", "--jobs", "1", "--json"],
    ["scores", "--entry", "matmul"],
  ])
  func `Mutation that is ended has no score`(arguments: [String]) throws {
    let command = try Command()
    let path = command.folder.path + "/output"
    try Data().write(to: URL(fileURLWithPath: path))
    let process = try command.start(arguments, output: try #require(FileHandle(forWritingAtPath: path)))
    // Long enough for the handler to stand, far too short for the mutants.
    Thread.sleep(forTimeInterval: 1)
    #expect(process.isRunning)
    #expect(process.end(with: SIGTERM) == 143)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(!text.contains("100 %"), "\(text)")
    #expect(!text.contains("PASSED"))
    if arguments.contains("--json") { #expect(text.contains("\"score\" : null")) }
    if arguments[0] == "scores" { #expect(text.contains("\"mutation_score_min\" : null")) }
  }

  @Test func `Coverage that is ended says how many blocks there were`() throws {
    let command = try Command()
    let path = command.folder.path + "/output"
    try Data().write(to: URL(fileURLWithPath: path))
    let process = try command.start(
      ["cover", "--all", "--jobs", "1"], output: try #require(FileHandle(forWritingAtPath: path)))
    Thread.sleep(forTimeInterval: 1)
    #expect(process.end(with: SIGTERM) == 143)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let total = try #require(text.firstMatch(of: /coverage: [0-9]+ of ([0-9]+) closed/))
    #expect(Int(total.output.1)! > 40, "\(text)")
  }

  @Test(arguments: [
    ["regress", "--jobs", "1"], ["fuzz", "--count", "100000"], ["prove", "matmul", "--seconds", "1000"],
    ["run", "matmul"], ["lint", "matmul"], ["generate", "--all"],
  ])
  func `Everything else ends with the code of the signal and claims nothing`(arguments: [String]) throws {
    let command = try Command()
    let path = command.folder.path + "/output"
    try Data().write(to: URL(fileURLWithPath: path))
    let process = try command.start(arguments, output: try #require(FileHandle(forWritingAtPath: path)))
    Thread.sleep(forTimeInterval: 0.3)
    let code = process.end(with: SIGTERM)
    #expect(code == 143 || code == 0 && arguments[0] == "lint")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(!text.contains("PASSED") && !text.contains("bit-exact      yes"), "\(text)")
  }

  @Test func `What nohup has started goes on when the terminal closes`() throws {
    let command = try Command()
    let result = try command.through(
      "trap '' HUP; \"$@\" & pid=$!; sleep 0.3; kill -HUP $pid 2>/dev/null; wait $pid",
      ["cosim", "counter", "--engine", "native", "--runs", "1"])
    result.expect(0)
  }
}
