import Testing

@testable import systole

@Suite struct ProveTests {
  @Test func `The promises of a block are proved, and how is said`() throws {
    let result = try Command()("prove", "stream-fifo", "--strict")
    result.expect(0)
    #expect(result.output.contains("StreamFIFO(width: 2, depth: 4, storage: memory, "))
    #expect(result.output.contains("  pop-keeps-payload: proved by k-induction, k = 2"))
    #expect(result.output.contains("  order: proved by "))
  }

  @Test func `A bound is no failure unless strictness is asked for`() throws {
    let command = try Command()
    let arguments = "prove stream-fifo --set depth=12 --set width=16 --cycles 3 --seconds 1".split(separator: " ")
    func prove(_ more: [String]) throws -> Int32? {
      let result = try command.program.run(arguments.map(String.init) + more, in: command.folder.path)
      #expect(result.output.contains("bounded: no counterexample within"))
      if case .exited(let code) = result.termination { return code }
      return nil
    }
    #expect(try prove([]) == 0)
    #expect(try prove(["--strict"]) == 1)
  }

  @Test func `An unknown block is refused`() throws {
    try Command()("prove", "stream-fofi").expect(2)
  }

  @Test func `All operands of a unit are compared, and how many is said`() throws {
    let result = try Command()("prove", "floating-multiplier", "--exhaustive", "--configuration", "e4m3")
    result.expect(0)
    #expect(result.output.contains("  floating-multiplier product: proved, 65536 of 65536 operands ("))
  }

  @Test func `Requests for operands that make no sense are refused`() throws {
    try Command()("prove").expect(64)
    try Command()("prove", "stream-fifo", "--all").expect(64)
    try Command()("prove", "stream-fifo", "--full").expect(64)
    try Command()("prove", "stream-fifo", "--configuration", "registers").expect(64)
    let result = try Command()("prove", "stream-fifo", "--exhaustive")
    result.expect(2)
    #expect(result.errors.contains("'stream-fifo' has no definition over all its operands"))
  }
}
