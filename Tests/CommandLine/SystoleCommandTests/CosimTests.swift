import Foundation
import TestFiles
import Testing
import Tools

@testable import systole

@Suite struct CosimTests {
  @Test func `A good block passes, and the report can be read`() throws {
    let command = try Command()
    let result = try command("cosim", "stream-fifo", "--seed", "1", "--json", "--junit", "results.xml")
    result.expect(0)
    let report = try result.object()
    let run = try #require((report["results"] as? [[String: Any]])?.first)
    #expect(run["verdict"] as? String == "passed")
    #expect(run["seed"] as? String == "0x0000000000000001")
    #expect(run["valuesCompared"] as? Int == 5000)
    #expect(run["reproduce"] as? String == "systole cosim stream-fifo --seed 0x0000000000000001 --first-run 0")
    #expect((report["results"] as? [Any])?.count == 8)

    let xml = try XMLSummary(contentsOf: command.folder.path + "/results.xml")
    #expect(xml.names.prefix(4) == ["testsuites", "testsuite", "testcase", "system-out"])
    #expect(xml.suite["tests"] == "8")
    #expect(xml.suite["failures"] == "0")
  }

  @Test func `Runs are counted from the first one asked for, and text says what was compared`() throws {
    let result = try Command()(
      "cosim", "stream-fifo", "--work", "count=50", "--seed", "2", "--runs", "2", "--first-run", "3")
    result.expect(0)
    #expect(result.output.contains("PASSED  stream-fifo #3"))
    #expect(result.output.contains("PASSED  stream-fifo #4"))
    #expect(result.output.contains("compared   50 transactions, 50 values"))
    #expect(result.output.contains("--seed 0x0000000000000002 --first-run 4"))
    #expect(result.output.contains("stream-fifo: 2 passed"))
  }

  @Test func `Each of many runs has a line when it has ended, in a process of its own as well`() throws {
    let command = try Command()
    let arguments = ["cosim", "stream-fifo", "--work", "count=50", "--seed", "2"]
    for more in [[], ["--isolate"], ["--engine", "native"]] {
      let result = try command.program.run(arguments + more, in: command.folder.path, timeout: .seconds(300))
      result.expect(0)
      let lines = result.output.split(separator: "\n").map(String.init)
      // The native engine counts what the checker covers, and says so last.
      let counts = more == ["--engine", "native"]
      #expect(lines.count == (counts ? 11 : 10))
      if counts { #expect(lines.last?.hasPrefix("covered OrderChecker") == true) }
      for run in 0..<8 { #expect(lines[run].hasPrefix("PASSED  stream-fifo \(run == 0 ? "" : "#\(run) ")")) }
      #expect(lines[8].hasPrefix("stream-fifo: 8 passed ("))
      #expect(lines[8].hasSuffix("), seed 0x0000000000000002"))
    }
  }

  @Test func `A run in a process of its own gives the same results`() throws {
    let command = try Command()
    func run(_ more: [String]) throws -> NSDictionary {
      let arguments = ["cosim", "stream-fifo", "--seed", "5", "--work", "count=50", "--json"] + more
      let result = try command.program.run(arguments, in: command.folder.path, timeout: .seconds(300))
      result.expect(0)
      var first = try #require((try result.object()["results"] as? [[String: Any]])?.first)
      first["seconds"] = nil
      return first as NSDictionary
    }
    #expect(try run(["--isolate"]) == run([]))
  }

  @Test func `Two processes that build the same model at once both pass`() throws {
    let command = try Command()
    var arguments = ["cosim", "stream-fifo", "--seed", "1", "--work", "count=50", "--set", "width=13"]
    // A cache whose models are gone, but whose runtime is not, makes both build.
    for name in try FileManager.default.contentsOfDirectory(atPath: Checkout.path + "/.systole/test-cache/models") {
      let record = Checkout.path + "/.systole/test-cache/models/" + name
      guard name.hasSuffix(".json"), let text = try? String(contentsOfFile: record, encoding: .utf8),
        text.contains("StreamFIFO_width13")
      else { continue }
      try? FileManager.default.removeItem(atPath: record)
    }
    arguments += ["--profile", "debug"]
    let processes = try [command.start(arguments), command.start(arguments)]
    for process in processes {
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
  }

  @Test func `An interrupt ends a long run with its own code, and what had passed was shown before`() throws {
    let command = try Command()
    let short = ["cosim", "stream-fifo", "--seed", "1", "--profile", "debug", "--work", "count=1000"]
    try command.program.run(short, in: command.folder.path, timeout: .seconds(300)).expect(0)
    let path = command.folder.path + "/output"
    try Data().write(to: URL(fileURLWithPath: path))
    let output = try #require(FileHandle(forWritingAtPath: path))
    let process = try command.start(short + ["--runs", "100000"], output: output)
    // Long enough for the handler to stand, far too short for the runs.
    Thread.sleep(forTimeInterval: 2)
    #expect(process.isRunning)
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("PASSED  stream-fifo #1 "))
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 130)
  }

  @Test func `Missing tools are named with the way to get them`() throws {
    let result = try Command()(
      "cosim", "stream-fifo",
      environment: [
        "PATH": "/nonexistent", "SYSTOLE_TOOLS": "/nonexistent", "SYSTOLE_VERILATOR": nil, "SYSTOLE_CXX": nil,
      ])
    result.expect(3)
    #expect(result.errors.contains("verilator was not found"))
    #expect(result.errors.contains("run 'make setup'"))
  }

  @Test func `A cache that cannot be written is named with the remedy`() throws {
    let command = try Command()
    try "".write(toFile: command.folder.path + "/file", atomically: true, encoding: .utf8)
    let result = try command(
      "cosim", "stream-fifo", environment: ["SYSTOLE_CACHE": command.folder.path + "/file/cache"])
    result.expect(3)
    #expect(result.errors.contains("the model cache at '\(command.folder.path)/file/cache"))
    #expect(result.errors.contains("Not a directory"))
    #expect(result.errors.contains("SYSTOLE_CACHE"))
  }

  @Test(arguments: ["--wave", "--junit"])
  func `A file that cannot be written is refused before the run`(option: String) throws {
    let result = try Command()("cosim", "stream-fifo", option, "missing/file.vcd")
    result.expect(2)
    #expect(result.errors.contains("cannot write 'missing/file.vcd': the folder"))
  }

  @Test func `A wave has one of two endings`() throws {
    let result = try Command()("cosim", "stream-fifo", "--wave", "wave.txt")
    result.expect(64)
    #expect(result.errors.contains("--wave 'wave.txt' ends neither in .fst nor in .vcd"))
  }

  @Test func `Every run has a wave that is named`() throws {
    let command = try Command()
    let arguments = ["cosim", "counter", "--engine", "native", "--trace", "--wave", "look.vcd"]
    let several = try command.program.run(arguments + ["--runs", "3"], in: command.folder.path, timeout: .seconds(120))
    several.expect(0)
    #expect(several.output.contains("waves: look_0.vcd to look_2.vcd\n"), "\(several.output)")
    let one = try command.program.run(arguments + ["--runs", "1"], in: command.folder.path, timeout: .seconds(120))
    one.expect(0)
    #expect(one.output.contains("wave: look.vcd\n"), "\(one.output)")
    for name in ["look", "look_0", "look_1", "look_2"] {
      #expect(FileManager.default.fileExists(atPath: command.folder.path + "/\(name).vcd"), "\(name)")
    }
  }

  @Test(arguments: ["true-dual-port-memory", "single-port-memory"])
  func `Work that compares nothing is no verdict`(block: String) throws {
    let result = try Command()("cosim", block, "--work", "count=1", "--engine", "native", "--seed", "1")
    result.expect(2)
    #expect(
      result.errors
        == "systole: error: run 0 compares nothing, so it says nothing about the hardware: the work is too small for this "
        + "bench; give it more with --work\n")
  }

  @Test(arguments: ["true-dual-port-memory", "single-port-memory"])
  func `No bench is written that compares nothing`(block: String) throws {
    let command = try Command()
    let result = try command("testbench", block, "--work", "count=1", "--output", "bench")
    result.expect(2)
    #expect(
      result.errors
        == "systole: error: the bench of '\(block)' compares nothing, so it says nothing about the hardware: the work is "
        + "too small for this bench; give it more with --work\n")
    try command("testbench", block, "--work", "count=20", "--output", "bench").expect(0)
  }

  @Test func `Work that no bench holds is refused`() throws {
    let product = try Command()(
      "cosim", "matmul", "--work", "m=65535", "--work", "k=65535", "--work", "n=65535", "--engine", "native")
    product.expect(2)
    #expect(product.errors.contains("3 products of 65535×65535×65535 are 59385606635520 operands and results"))
    let items = try Command()(
      "cosim", "stream-fifo", "--set", "width=65536", "--work", "count=10000000", "--engine", "native")
    items.expect(2)
    #expect(items.errors.contains("use --work count=130752 at most"), "\(items.errors)")
  }

  @Test(arguments: ["--runs", "--first-run", "--timeout"])
  func `Numbers have an end`(option: String) throws {
    let result = try Command()("cosim", "stream-fifo", option, "9223372036854775807")
    result.expect(64)
    #expect(result.errors.contains("Error: \(option) is "), "\(result.errors)")
  }
}
