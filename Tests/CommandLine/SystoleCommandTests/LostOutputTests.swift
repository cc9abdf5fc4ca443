import Foundation
import TestFiles
import Testing
import Tools

/// What a command was asked to write and could not.
@Suite struct LostOutputTests {
  @Test(arguments: [
    ["list"], ["list", "--json"], ["list", "matmul"], ["list", "matmul", "--json"], ["doctor"], ["doctor", "--json"],
    ["--help"], ["--version"], ["cosim", "--help"], ["--generate-completion-script", "bash"],
    ["generate", "counter", "--stdout"], ["generate", "counter"], ["generate", "counter", "--json"],
    ["testbench", "counter"], ["lint", "counter"], ["prove", "counter"], ["prove", "pipe-stage", "--seconds", "5"],
    ["cosim", "counter", "--engine", "native"], ["cosim", "counter", "--engine", "native", "--json"],
    ["cosim", "counter", "--engine", "native", "--runs", "1"], ["cover", "counter"], ["cover", "counter", "--json"],
    ["mutate", "counter", "--seconds", "0", "--goal", "0"],
    ["mutate", "counter", "--seconds", "0", "--goal", "0", "--json"],
    ["regress", "counter", "--engine", "native", "--runs", "1"],
    ["fuzz", "--invalid", "--count", "1"], ["fuzz", "--count", "1", "--seed", "1", "--json"],
    ["scores", "--recorded", "--checkout", Checkout.path],
  ])
  func `A result that is lost on a full disk is an error`(arguments: [String]) throws {
    let command = try Command()
    let good = try command.through("\"$@\" > output", arguments)
    let result = try command.through("\"$@\" > /dev/full", arguments)
    // A failure that has a code of its own keeps it.
    #expect(result.termination == (good.termination.isSuccess ? .exited(code: 2) : good.termination))
    #expect(
      result.errors.hasSuffix(
        "systole: error: the result could not be written to standard output: No space left on device\n"),
      "\(result.errors)")
  }

  @Test func `A message that nobody can read does no harm`() throws {
    try Command().through("\"$@\" 2> /dev/full", ["list", "matmull"]).expect(2)
  }

  // The writer of FST in 5.006 takes the link away and writes a file in its place.
  @Test(arguments: [("5.006", "vcd"), ("5.048", "vcd"), ("5.048", "fst"), ("native", "vcd"), ("native", "fst")])
  func `A wave that cannot be written is never a run that passed`(engine: String, ending: String) throws {
    let command = try Command(verilator: engine == "native" ? nil : engine)
    let wave = "wave.\(ending)"
    try FileManager.default.createSymbolicLink(
      atPath: command.folder.path + "/" + wave, withDestinationPath: "/dev/full")
    let result = try command(
      "cosim", "stream-fifo", "--work", "count=3000", "--runs", "1", "--trace", "--wave", wave, "--engine",
      engine == "native" ? engine : "verilator")
    result.expect(2)
    #expect(!result.output.contains("PASSED"))
    #expect(result.errors.contains("systole: error: cannot write the wave '\(wave)': "), "\(result.errors)")
    // Verilator's own writer of FST ends the process in version 5.048.
    if (engine, ending) != ("5.048", "fst") { #expect(result.errors.contains("The run itself passed")) }
  }

  @Test func `A report goes through a pipe, a link and a device, which stay`() throws {
    let command = try Command()
    let shell = """
      mkfifo pipe; cat pipe > read & ln -s target.xml link.xml; mknod null c 1 3 2> /dev/null || ln -s /dev/null null
      for file in pipe link.xml null /dev/stdout; do "$@" --junit $file || exit 9; done; wait
      test -p pipe && test -L link.xml && test -c null && grep testsuite read > /dev/null && grep -c testsuite target.xml
      """
    let result = try command.through(shell, ["cosim", "counter", "--engine", "native", "--runs", "1", "--seed", "1"])
    result.expect(0)
    #expect(result.output.contains("<testsuite"), "\(result.output)")
  }

  @Test func `A report into a full device is an error`() throws {
    let result = try Command()("cosim", "counter", "--engine", "native", "--runs", "1", "--junit", "/dev/full")
    result.expect(2)
    #expect(result.errors.contains("cannot write '/dev/full': No space left on device"), "\(result.errors)")
  }

  @Test(arguments: [
    (["cosim", "counter", "--engine", "native", "--junit", "file.out"], "cannot write 'file.out'"),
    (["cover", "counter", "--html", "file.out"], "cannot write 'file.out'"),
    (["cover", "counter", "--merge", "file.out"], "file.out"),
    (["mutate", "counter", "--seconds", "0", "--html", "file.out"], "cannot write 'file.out'"),
    (["generate", "counter"], "counter"),
    (["testbench", "counter"], "counter"),
    (["regress", "counter", "--engine", "native", "--runs", "1"], "regression"),
    (["fuzz", "--count", "1", "--seed", "1", "--record", "file.out"], "cannot"),
    (["scores", "--entry", "counter"], "scores"),
  ])
  func `A report that does not fit is an error`(arguments: [String], name: String) throws {
    let command = try Command()
    // What is in the cache already need not be written.
    let result = try command.through("ulimit -f 0; exec \"$@\"", arguments)
    #expect([2, 3].map { .exited(code: $0) }.contains(result.termination), "\(result)")
    #expect(result.errors.contains("error: ") && result.errors.contains(name), "\(result.errors)")
    #expect(!command.exists("file.out"))
  }
}
