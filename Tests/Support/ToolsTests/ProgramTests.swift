import Foundation
import TestFiles
import Testing

@testable import Tools

@Suite struct ProgramTests {
  let shell = Program(path: "/bin/sh", leadingArguments: ["-c"])

  @Test func `Output, errors, exit code and time come back`() throws {
    let result = try shell.run(["printf out; printf err >&2; exit 3"])
    #expect(result.output == "out")
    #expect(result.errors == "err")
    #expect(result.termination == .exited(code: 3))
    #expect(result.termination.isSuccess == false)
    #expect(result.wallTime > .zero)
    #expect(!result.isTruncated)
  }

  @Test func `A run has its own directory and variables`() throws {
    let folder = try TemporaryFolder()
    var program = shell
    program.environment = ["SYSTOLE_A": "one", "SYSTOLE_B": "two"]
    let result = try program.run(
      ["pwd; echo $SYSTOLE_A$SYSTOLE_B$HOME."], in: folder.path, environment: ["SYSTOLE_B": "three", "HOME": nil])
    let real = URL(fileURLWithPath: folder.path).resolvingSymlinksInPath().path
    #expect(result.output == "\(real)\nonethree.\n")
  }

  @Test func `Output beyond the limit is dropped, and the program is not held up`() throws {
    let result = try shell.run(["head -c 300000 /dev/zero | tr '\\0' x; echo end >&2"], outputLimit: 1000)
    #expect(result.output == String(repeating: "x", count: 1000))
    #expect(result.errors == "end\n")
    #expect(result.isTruncated)
    #expect(result.termination.isSuccess)
  }

  @Test func `A program that hangs is killed`() throws {
    let result = try Program(path: "/bin/sleep").run(["1000"], timeout: .milliseconds(50))
    #expect(result.termination == .timedOut(after: .milliseconds(50)))
    let silent = try shell.run(["exec 1>&- 2>&-; exec sleep 1000"], timeout: .milliseconds(50))
    #expect(silent.termination == .timedOut(after: .milliseconds(50)))
  }

  @Test func `A grandchild that keeps the pipe open does not hold the run`() throws {
    let result = try shell.run(["sleep 1000 & echo $!"])
    #expect(result.termination.isSuccess)
    let identifier = try #require(Int32(result.output.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(kill(identifier, SIGKILL) == 0)
  }

  @Test func `A signal is named`() throws {
    let result = try shell.run(["kill -SEGV $$"])
    #expect(result.termination == .signalled(signal: 11))
    #expect(
      "\(result.termination)" == "was ended by signal 11 (SIGSEGV, invalid memory access or stack overflow)")
  }

  @Test func `A program that does not exist is an error that names it`() {
    #expect {
      try Program(path: "/nonexistent/tool").run([])
    } throws: { error in
      "\(error)" == "cannot run '/nonexistent/tool': No such file or directory"
    }
    #expect(throws: ProgramFailure.self) { try shell.run(["true"], in: "/nonexistent") }
  }

  @Test func `A command line can be pasted into a shell`() {
    let program = Program(path: "/bin/a b", leadingArguments: ["-x"], environment: ["ROOT": "it's"])
    #expect(program.commandLine(["plain-1.v", ""]) == #"ROOT='it'\''s' '/bin/a b' -x plain-1.v ''"#)
  }

  @Test func `Programs have a path to look along, also where this process has none`() {
    let bare = ProcessEnvironment.variables(changedBy: ["A": "1", "B": nil], of: ["B": "2"])
    #expect(bare == ["A=1", "PATH=/usr/local/bin:/usr/bin:/bin"])
    #expect(ProcessEnvironment.variables(changedBy: [:], of: ["PATH": "/x"]) == ["PATH=/x"])
    #expect(ProcessEnvironment.variables(changedBy: ["PATH": nil], of: ["PATH": "/x"]) == [])
  }
}
