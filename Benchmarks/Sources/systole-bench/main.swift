import Foundation
import Verilator

let usage = """
  usage: systole-bench [PART …]            measure the parts, or all; one JSON object on standard output
         systole-bench --describe FOLDER   write designs with stimuli, and Systole's own figures, for other frameworks

  Parts: \(Part.allCases.map(\.rawValue).joined(separator: ", ")).
  """

/// What can be measured by itself.
enum Part: String, CaseIterable {
  case elaboration, cosimulation, native, utilisation, turnaround, crossbar

  func measure() throws -> [String: Double] {
    switch self {
    case .elaboration: try Elaboration.measure()
    case .cosimulation: try Cosimulation.measure()
    case .native: try NativeSimulation.measure()
    case .utilisation: try Utilisation.measure()
    case .turnaround: try Turnaround.measure()
    case .crossbar: try CrossbarReads.measure()
    }
  }
}

do {
  let arguments = Array(CommandLine.arguments.dropFirst())
  switch arguments.first {
  case "--describe"? where arguments.count == 2: try describe(arguments[1])
  case "--verdict"? where arguments.count == 3:
    guard let columns = Int(arguments[1]) else { throw Failure(usage) }
    print(try Turnaround.verdict(columns: columns, cache: ModelCache(folder: arguments[2])))
  default:
    let parts = arguments.compactMap(Part.init)
    guard parts.count == arguments.count else {
      note(usage)
      exit(2)
    }
    var figures: [String: Double] = [:]
    for part in parts.isEmpty ? Part.allCases : parts { figures.merge(try part.measure()) { $1 } }
    print(try json(figures))
  }
} catch {
  note("error: \(error)")
  exit(1)
}

/// Writes what the other frameworks run, and `figures.json` with what Systole takes itself.
func describe(_ folder: String) throws {
  var figures: [String: Double] = [:]
  for (name, work) in [
    ("matmul", try MatrixMultiplyWork(rows: 128, depth: 128, columns: 128).streams()),
    ("queue", try StreamWork.queue(items: 20_000)),
  ] {
    try StreamDescription.write(work, to: "\(folder)/\(name)")
    progress("Systole itself: \(name)")
    figures["\(name)_transactions_per_s"] = try Cosimulation.transactionsPerSecond(work)
  }
  progress("Systole itself: elaboration, native simulator")
  figures["elaborate_64_cpu_s"] = try Elaboration.measure(64, repetitions: 20).processor
  figures["native_cycles_per_s_16"] = try NativeSimulation.cyclesPerSecond(16)
  try json(figures).write(toFile: folder + "/figures.json", atomically: true, encoding: .utf8)
}
