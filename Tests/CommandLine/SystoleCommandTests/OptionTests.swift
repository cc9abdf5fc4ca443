import Testing

@testable import systole

/// Options that would do nothing are refused: somebody who gives one expects something of it.
@Suite struct OptionTests {
  @Test(arguments: [
    (["cosim", "counter", "--engine", "native", "--runs", "1", "--stalls", "never"], "'counter' has no streams"),
    (["cosim", "counter", "--timeout", "5"], "--timeout goes with --isolate"),
    (["cosim", "counter", "--no-shrink", "--shrink-seconds", "5"], "--shrink-seconds goes without --no-shrink"),
    (["cosim", "counter", "--shrink-seconds", "1e300"], "--shrink-seconds is above 0 and below 1000000000"),
    (["generate", "counter", "--stdout", "--output", "rtl"], "--output goes without --stdout"),
    (["testbench", "counter", "--rtl", "rtl"], "--rtl goes with --all"),
    (["mutate", "counter", "--explain", "3", "--sample", "5"], "--sample goes without --explain"),
    (["fuzz", "--invalid", "--record", "record.json"], "go without --invalid"),
    (["fuzz", "--invalid", "--batch", "5"], "go without --invalid"),
  ])
  func `An option without effect is refused by name`(arguments: [String], message: String) throws {
    let result = try Command().program.run(arguments)
    #expect(!result.termination.isSuccess)
    #expect(result.errors.contains(message), "\(result.errors)")
  }
}
