import Foundation
import HeTraX

/// Answers placements on standard input, a JSON request a line, so that another search can have the same problem.
enum PlacementServer {
  private struct Request: Decodable {
    /// `evaluate`, `move` or `scatter`.
    var operation: String
    var placements: [HeTraXPlacement]?
    var seed: UInt64?
    var count: Int?
  }

  private struct Answer: Encodable {
    var objectives: [[Double]?]?
    var placements: [HeTraXPlacement]?
    var faults: [String?]?
  }

  /// Answers until the input ends.
  static func run(_ problem: PlacementProblem) {
    let encoder = JSONEncoder()
    while let line = readLine() {
      guard let request = try? JSONDecoder().decode(Request.self, from: Data(line.utf8)) else {
        Console.line("{\"error\":\"no request\"}")
        continue
      }
      var answer = Answer()
      let placements = request.placements ?? []
      switch request.operation {
      case "evaluate":
        answer.faults = placements.map { problem.fault($0) }
        answer.objectives = placements.map { problem.fault($0) == nil ? problem.evaluate($0) : nil }
      case "move":
        answer.faults = placements.map { problem.fault($0) }
        guard answer.faults?.allSatisfy({ $0 == nil }) ?? true else { break }
        answer.placements = problem.moved(placements, seed: request.seed ?? 0)
      case "scatter":
        answer.placements = problem.scattered(count: min(max(request.count ?? 1, 1), 100_000), seed: request.seed ?? 0)
      default:
        Console.line("{\"error\":\"an operation is evaluate, move or scatter\"}")
        continue
      }
      Console.line(String(decoding: (try? encoder.encode(answer)) ?? Data("{}".utf8), as: UTF8.self))
    }
  }
}
