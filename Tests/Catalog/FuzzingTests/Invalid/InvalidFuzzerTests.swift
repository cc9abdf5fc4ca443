import Foundation
import Testing
import Tools

@testable import Fuzzing

@Suite struct InvalidFuzzerTests {
  /// A worker that ends cases as `endings` say: a letter for each.
  private func fuzzer(_ endings: String) -> InvalidFuzzer {
    var fuzzer = InvalidFuzzer(worker: IsolatedWorker(program: Program(path: "/bin/sh"))) { part in
      let letters = Array(endings)
      let lines = part.map { index -> String in
        switch letters[index] {
        case "a": "echo \(index) accepted"
        case "r": "echo \(index) refused"
        case "w": "echo \(index) wordless nothing"
        default: "echo last words >&2; kill -SEGV $$"
        }
      }
      return ["-c", lines.joined(separator: "\n")]
    }
    fuzzer.chunk = 4
    return fuzzer
  }

  @Test func `A crash is reported with its number, and the run goes on behind it`() {
    let summary = fuzzer("rarcrwcrra").run(seed: 1, range: 0..<10)
    #expect(summary.cases == 10)
    #expect(summary.accepted == 2)
    #expect(summary.refused == 5)
    #expect(summary.findings.map(\.index) == [3, 5, 6])
    #expect(summary.findings[0].words.contains("last words"))
    #expect(summary.findings[1].words == "refused without telling why: nothing")
  }

  @Test func `An interruption ends the run`() {
    var fuzzer = fuzzer("rrrrrrrrrrrr")
    let limit = Countdown(2)
    fuzzer.progress = { _ in limit.count() }
    fuzzer.isInterrupted = { limit.isOver }
    #expect(fuzzer.run(seed: 1, range: 0..<12).cases == 8)
  }
}
