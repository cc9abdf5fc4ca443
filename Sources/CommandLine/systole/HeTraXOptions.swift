import ArgumentParser
import HeTraX
import Tools

/// The machine and its work, as several commands take them.
struct HeTraXOptions: ParsableArguments {
  @Option(help: "The machine: ref or tiny.")
  var config = "ref"

  @Option(
    help: ArgumentHelp("The workload: bert-base, bert-large, decoder, multi-query, parallel, …", valueName: "name"))
  var workload: String?

  @Option(help: "Tokens of a sequence.")
  var tokens: Int?

  @Option(help: "Sequences in flight.")
  var sequences = 16

  @Option(help: ArgumentHelp("The multiprocessors of a report: volta (timing alone) or lite.", valueName: "model"))
  var streaming: String?

  /// The options that were given a value other than their own.
  var given: [String] {
    [
      ("--config", config != "ref"), ("--workload", workload != nil), ("--tokens", tokens != nil),
      ("--sequences", sequences != 16), ("--streaming", streaming != nil),
    ].filter(\.1).map(\.0)
  }

  func machine() throws -> HeTraXMachine {
    guard var machine = HeTraXMachine.named.first(where: { $0.name == config })?.machine else {
      throw RequestError(
        "no machine is called '\(config)'; there are \(HeTraXMachine.named.map(\.name).joined(separator: ", "))")
    }
    switch streaming {
    case nil: break
    case "volta": machine.streaming = .volta(VoltaTiming())
    // Four arrays of 8 × 8 cells, four products deep.
    case "lite":
      machine.streaming = config == "tiny" ? HeTraXMachine.tiny.streaming : .lite(macsPerCycle: 1024, clock: 1e9)
    default: throw RequestError("--streaming \(streaming ?? ""): give volta or lite")
    }
    return machine
  }

  func work() throws -> (workload: HeTraXWorkload, tokens: Int) {
    let name = workload ?? (config == "tiny" ? "micro" : "bert-base")
    guard let found = HeTraXWorkload.named.first(where: { $0.name == name }) else {
      throw RequestError(
        "no workload is called '\(name)'; there are \(HeTraXWorkload.named.map(\.name).joined(separator: ", "))")
    }
    return (found, tokens ?? (config == "tiny" ? 16 : 512))
  }
}
