import ArgumentParser
import Campaigns
import Catalog
import Entries
import Foundation
import Tools

struct ScoresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scores", abstract: "Measure how many mistakes the benches of all blocks find; prints JSON.",
    discussion: """
      Mutates every entry of the catalog (see 'systole mutate') and prints one JSON object: the mutants of each entry,
      killed, equivalent and survived, the least score, and how many circuits the last long fuzz run compared. The
      scores are kept in Scores/mutation.json and as a page of the documentation; both are written anew.

        systole scores                      all entries; some minutes
        systole scores --stale              only those whose circuit has changed since
        systole scores --entry divider      one entry
        systole scores --recorded           what is kept, without measuring
      """)

  @Option(help: "Measure this entry; may be repeated. Default: all.", completion: blockCompletion)
  var entry: [String] = []

  @Flag(help: "Measure the entries that have no score, or one of a circuit that has changed since.")
  var stale = false

  @Flag(help: "Measure nothing.")
  var recorded = false

  @Option(help: "Threads. Default: one for each processor.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount

  @Option(
    help: "Seconds for each search of the solver, 0 for no solver; no search of an entry begins after 24 times as many."
  )
  var seconds = 5

  @Option(help: "The checkout whose scores are kept.", completion: .directory)
  var checkout = "."

  func validate() throws {
    try require("--jobs", jobs, in: 1...NumberLimits.jobs)
    try require("--seconds", seconds, in: 0...NumberLimits.seconds)
    if (stale ? 1 : 0) + (recorded ? 1 : 0) + (entry.isEmpty ? 0 : 1) > 1 {
      throw ValidationError("--entry, --stale and --recorded exclude each other")
    }
  }

  func run() throws {
    Ending.takeOver()
    try reportingErrors {
      var scores = try kept() ?? MutationScores()
      for name in try names(scores) where !Ending.isRequested {
        let meter = ProgressMeter(name)
        let score = try MutationScores.measure(try Catalog.entry(name)) { mutation in
          mutation.jobs = jobs
          mutation.proves = seconds > 0
          mutation.limits.seconds = seconds
          mutation.limits.reduction = 4 * seconds
          mutation.limits.total = 24 * seconds
          mutation.isCancelled = { Ending.isRequested }
          mutation.progress = { meter.show($0) }
        }
        Console.endProgress()
        guard let score else { break }
        Console.note("\(name): \(score.killed) of \(score.mutants - score.equivalent) killed, \(score.score)")
        scores.update(score)
        try write(scores)
      }
      try printJSON(Summary(scores, isComplete: !Ending.isRequested, circuits: fuzzedCircuits()))
      if Ending.isRequested {
        Console.error("interrupted; the entries measured until then are kept, the others stand as they were")
        throw ExitCode.interrupted
      }
      let goals = Dictionary(uniqueKeysWithValues: Catalog.entries.map { ($0.name, $0.mutationGoal) })
      if scores.scores.contains(where: { $0.score < goals[$0.entry] ?? 1 }) { throw ExitCode.differs }
    }
  }

  /// What the command prints.
  struct Summary: Encodable {
    /// Nil when not all that was asked for has a score.
    var mutationScoreMin: Double?
    var fuzzCircuits: Int?
    var mutation: [String: Entry]

    struct Entry: Encodable {
      var mutants: Int
      var killed: Int
      var equivalent: Int
      var survived: Int
      var score: Double
      var possible: Int
    }

    enum CodingKeys: String, CodingKey {
      case mutationScoreMin = "mutation_score_min"
      case fuzzCircuits = "fuzz_circuits"
      case mutation
    }

    init(_ scores: MutationScores, isComplete: Bool, circuits: Int?) {
      mutationScoreMin = isComplete ? scores.minimum : nil
      fuzzCircuits = circuits
      mutation = Dictionary(
        uniqueKeysWithValues: scores.scores.map { score in
          (
            score.entry,
            Entry(
              mutants: score.mutants, killed: score.killed, equivalent: score.equivalent, survived: score.survived,
              score: score.score, possible: score.possible)
          )
        })
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(mutationScoreMin, forKey: .mutationScoreMin)
      // A script finds the key whether there was a run or not.
      try container.encode(fuzzCircuits, forKey: .fuzzCircuits)
      try container.encode(mutation, forKey: .mutation)
    }
  }

  // MARK: Files

  private var table: URL { URL(fileURLWithPath: checkout).appending(path: "Scores/mutation.json") }

  private func names(_ scores: MutationScores) throws -> [String] {
    if recorded { return [] }
    if stale { return try scores.stale() }
    return entry.isEmpty ? Catalog.entries.map(\.name) : entry
  }

  private func kept() throws -> MutationScores? {
    guard let data = try? Data(contentsOf: table) else { return nil }
    do {
      return try MutationScores(json: data)
    } catch {
      throw RequestError("'\(table.path)' holds no scores: \(error); remove it and run 'make scores'")
    }
  }

  private func write(_ scores: MutationScores) throws {
    let page = URL(fileURLWithPath: checkout).appending(path: "Sources/Catalog/Catalog/Catalog.docc/Mutation-scores.md")
    do {
      try FileManager.default.createDirectory(
        at: table.deletingLastPathComponent(), withIntermediateDirectories: true)
      try scores.json().write(to: table, options: .atomic)
      if FileManager.default.fileExists(atPath: page.deletingLastPathComponent().path) {
        try Data(scores.page.utf8).write(to: page, options: .atomic)
      }
    } catch {
      throw RequestError("cannot write the scores: \(error.localizedDescription); run this in a checkout")
    }
  }

  /// Circuits that the last long fuzz run compared; nil when no record is kept.
  private func fuzzedCircuits() -> Int? {
    let record = URL(fileURLWithPath: checkout).appending(path: "Scores/fuzz.json")
    struct Record: Decodable { var circuits: Int }
    guard let data = try? Data(contentsOf: record), let record = try? JSONDecoder().decode(Record.self, from: data)
    else {
      Console.note("no record of a fuzz run is kept in Scores/fuzz.json, so fuzz_circuits is null; run 'make fuzz'")
      return nil
    }
    return record.circuits
  }
}
