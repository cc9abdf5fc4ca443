import Testing
import Tools

@Suite struct IsolatedWorkerTests {
  let worker = IsolatedWorker(program: Program(path: "/bin/sh", leadingArguments: ["-c"]))

  @Test func `A good worker hands over what it printed`() throws {
    #expect(try worker.run(["echo 42"], timeout: .seconds(20)) == "42\n")
  }

  @Test func `A crash, a hang and a bad exit are told apart`() throws {
    func failure(_ script: String, _ timeout: Duration = .seconds(20)) -> IsolatedWorkerFailure? {
      do {
        _ = try worker.run([script], timeout: timeout)
        return nil
      } catch { return error }
    }
    let crash = try #require(failure("echo begun; echo last words >&2; kill -ABRT $$"))
    #expect(crash.output == "begun\n")
    #expect(
      crash.description == """
        the worker process was ended by signal 6 (SIGABRT, abort)
        last words
        repeat it with: /bin/sh -c 'echo begun; echo last words >&2; kill -ABRT $$'
        """)
    #expect(failure("exec sleep 100", .milliseconds(50))?.termination == .timedOut(after: .milliseconds(50)))
    #expect(failure("exit 2")?.termination == .exited(code: 2))
  }
}
