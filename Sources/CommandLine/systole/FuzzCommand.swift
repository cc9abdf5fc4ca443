import ArgumentParser
import Foundation
import Fuzzing
import Testbench
import Tools
import Verilator

struct FuzzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz", abstract: "Run random circuits on every engine and compare all outputs of all cycles.",
    discussion: """
      Random programs in the language, with every operation, widths from 1 to 200 bits, memories, several clocks,
      hierarchy, streams and state machines, run on the native engine (as written and simplified), in Verilator, in
      Icarus, and in Icarus on the gates that Yosys makes. Synthesis is dear: circuits above a number of gates go
      through Yosys only now and then, and the result says how many did.

      A difference is shrunk and printed as Swift, with its Verilog in the folder of --output. Where one version of
      Verilator alone differs and another one that is installed does not, the circuit is listed as its mistake.

        systole fuzz --count 500 --seed 7
        systole fuzz --count 20000 --record Scores/fuzz.json
        systole fuzz --invalid --count 5000

      Ctrl-C ends the run with what is done. Exit code 0 when no engine differs, 1 otherwise.
      """)

  @Option(help: "Number of circuits.")
  var count = 200

  @Option(help: "The seed; random when it is left out.")
  var seed: Seed?

  @Option(help: "Number of the first circuit.")
  var first = 0

  @Option(help: "Batches at a time.")
  var jobs = 1

  @Option(help: "Circuits in a batch: one model, one simulation, one synthesis. Default: 100.")
  var batch: Int?

  @Option(help: "Gates, roughly, up to which every circuit goes through Yosys. Default: 3000.")
  var gates: Int?

  @Option(help: "Of the circuits with more gates one in so many goes through Yosys. Default: 100.")
  var share: Int?

  @Option(help: "Write the record of the run into this file (JSON).", completion: .file())
  var record: String?

  @Option(help: "Folder for the Verilog and Swift of differences.", completion: .directory)
  var output = "fuzz-differences"

  @Flag(help: "Print the record as JSON.")
  var json = false

  @Flag(help: "Try invalid programs, hostile parameters and damaged files instead: nothing may crash.")
  var invalid = false

  @Flag(help: .hidden)
  var worker = false

  func validate() throws {
    if invalid, record != nil || batch != nil || gates != nil || share != nil {
      throw ValidationError("--record, --batch, --gates and --share go without --invalid")
    }
    guard min(count, jobs, batch ?? 1, share ?? 1) >= 1, first >= 0, gates ?? 0 >= 0 else {
      throw ValidationError("--count, --jobs, --batch and --share are at least 1, --first and --gates at least 0")
    }
    for (option, value) in [("--count", count), ("--batch", batch), ("--share", share), ("--gates", gates)] {
      if let value { try require(option, value, in: 0...NumberLimits.runs) }
    }
    try require("--first", first, in: 0...NumberLimits.firstRun)
    try require("--jobs", jobs, in: 1...NumberLimits.jobs)
  }

  func run() throws {
    Ending.takeOver()
    try reportingErrors {
      let seed = seed ?? .random()
      if worker { return InvalidFuzzer.work(seed: seed, range: first..<first + count) }
      if invalid { return try runInvalid(seed) }
      let scratch = NSTemporaryDirectory() + "systole-fuzz-models-\(ProcessInfo.processInfo.processIdentifier)"
      defer { try? FileManager.default.removeItem(atPath: scratch) }
      var fuzzer = Fuzzer(
        try Self.contestants(scratch: scratch, gates: gates ?? 3000, share: share ?? 100), seed: seed,
        range: first..<first + count)
      fuzzer.batchSize = batch ?? 100
      fuzzer.jobs = jobs
      fuzzer.isInterrupted = { Ending.isRequested }
      let start = ContinuousClock.now
      fuzzer.progress = { Self.show($0, since: start) }
      let (record, findings) = fuzzer.run()
      Console.endProgress()
      try report(record, findings)
      if Ending.isRequested { throw ExitCode.interrupted }
      if record.differences > 0 { throw ExitCode.differs }
    }
  }

  private func runInvalid(_ seed: Seed) throws {
    var fuzzer = InvalidFuzzer(worker: IsolatedWorker()) { part in
      ["fuzz", "--worker", "--seed", "\(seed)", "--first", "\(part.lowerBound)", "--count", "\(part.count)"]
    }
    fuzzer.isInterrupted = { Ending.isRequested }
    fuzzer.progress = { Console.progress("\($0) of \(count) cases") }
    let summary = fuzzer.run(seed: seed, range: first..<first + count)
    Console.endProgress()
    let lines = (count + 49) / 50
    let folder = NSTemporaryDirectory() + "systole-fuzz-lines-\(ProcessInfo.processInfo.processIdentifier)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let failures = try fuzzer.runCommandLines(
      seed: seed, count: lines, codes: [0, 1, 2, 3, 64], in: folder)
    for failure in failures { Console.note(failure) }
    for finding in summary.findings {
      Console.note(
        "\(finding)\n  repeat it with: systole fuzz --invalid --seed \(seed) --first \(finding.index) --count 1")
    }
    if json {
      let object: [String: Any] = [
        "cases": summary.cases, "accepted": summary.accepted, "refused": summary.refused,
        "findings": summary.findings.count + failures.count, "commandLines": lines, "seed": "\(seed)",
      ]
      let data = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
      printJSON(text: String(decoding: data, as: UTF8.self))
    } else {
      print(
        "\(summary.cases) invalid cases of seed \(seed): \(summary.refused) refused with a diagnostic,"
          + " \(summary.accepted) accepted, \(summary.findings.count) crashed or said nothing;"
          + " \(lines) hostile command lines, \(failures.count) of which ended badly")
    }
    if Ending.isRequested { throw ExitCode.interrupted }
    if !summary.findings.isEmpty || !failures.isEmpty { throw ExitCode.differs }
  }

  /// Every engine that there is.
  static func contestants(scratch: String, gates: Int, share: Int) throws -> [Fuzzer.Contestant] {
    let toolbox = Toolbox()
    let cache = ModelCache(folder: scratch, sizeLimit: 256 << 20)
    let builder = try ModelBuilder(cache: cache)
    let compiler = builder.toolchain.compiler
    let others = try toolbox.verilators().filter { $0.version != builder.toolchain.verilator.version }.map {
      let toolchain = Toolchain(
        verilator: $0, compiler: compiler, includeFolders: toolbox.includeFolders,
        libraryFolders: toolbox.libraryFolders)
      return VerilatorCircuitEngine(builder: try ModelBuilder(toolchain: toolchain, cache: cache))
    }
    return [
      .init(NativeCircuitEngine()), .init(NativeCircuitEngine(simplifies: false)),
      .init(VerilatorCircuitEngine(builder: builder), otherVersions: others),
      .init(try VerilogCircuitEngine(toolbox: toolbox)),
      .init(
        try VerilogCircuitEngine(toolbox: toolbox, synthesis: toolbox.newestYosys()), limit: gates, share: share),
    ]
  }

  private static func show(_ progress: Fuzzer.Progress, since start: ContinuousClock.Instant) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let left = Int(seconds / Double(progress.done) * Double(progress.count - progress.done))
    let text =
      "\(progress.done) of \(progress.count) circuits, \(progress.differences) differences,"
      + " \(left / 60) min \(left % 60) s left"
    if Console.errorsAreShown {
      Console.progress(text)
    } else if progress.done * 20 / progress.count != (progress.done - 1) * 20 / progress.count
      || progress.done == progress.count
    {
      Console.note(text)
    }
  }

  private func report(_ record: FuzzRecord, _ findings: [FuzzFinding]) throws {
    for finding in findings {
      let folder = "\(output)/\(finding.index)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for file in finding.verilog {
        try file.text.write(toFile: "\(folder)/\(file.name)", atomically: true, encoding: .utf8)
      }
      if let minimal = finding.minimal {
        try minimal.swiftText.write(toFile: "\(folder)/\(minimal.name).swift", atomically: true, encoding: .utf8)
      }
      Console.note("\(finding)\n  Verilog in \(folder)\n")
    }
    for defect in record.toolDefects { Console.note("\(defect)") }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(record), as: UTF8.self) + "\n"
    if let path = self.record {
      let folder = (path as NSString).deletingLastPathComponent
      if !folder.isEmpty { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
      try OutputFile.write(text, to: path)
    }
    if json { return printJSON(text: text, terminator: "") }
    let mistakes = record.toolDefects.count
    let defects = mistakes == 0 ? "" : ", \(mistakes) mistake\(mistakes == 1 ? "" : "s") of one version of a tool"
    print(
      "\(record.circuits) circuits of seed \(record.seed), \(record.differences) differences\(defects),"
        + " \(record.seconds) s")
    for (engine, count) in record.engines.sorted(by: { $0.key < $1.key }) {
      print("  \(engine)\(record.versions[engine].map { " \($0)" } ?? ""): \(count) circuits")
    }
  }
}
