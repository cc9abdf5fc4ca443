import Blocks
import Foundation
import Verilator

let usage = """
  usage: systole-bench                     measure everything; one JSON object on standard output
         systole-bench --elaborate         measure elaboration only
         systole-bench --describe FOLDER   write the engine with stimuli, and Systole's own figures, for other frameworks
  """
let folder = ".build/systole-bench"

do {
  let arguments = Array(CommandLine.arguments.dropFirst())
  switch arguments.first {
  case nil: print(try json(measureAll()))
  case "--elaborate"? where arguments.count == 1: print(try json(measureElaboration()))
  case "--describe"? where arguments.count == 2: try describe(arguments[1])
  case "--verdict"? where arguments.count == 3:
    guard let columns = Int(arguments[1]) else { throw Failure(usage) }
    print(try Turnaround.verdict(columns: columns, cache: ModelCache(folder: arguments[2])))
  default:
    note(usage)
    exit(2)
  }
} catch {
  note("error: \(error)")
  exit(1)
}

/// The figures of arrays from Swift value to Verilog.
func measureElaboration() throws -> [String: Double] {
  progress("Elaborating arrays")
  let small = try Elaboration.measure(64, repetitions: 40)
  let large = try Elaboration.measure(256, repetitions: 5)
  return [
    "elaborate_64_s": small.wall, "elaborate_64_cpu_s": small.processor, "elaborate_256_s": large.wall,
    "elaborate_256_cpu_s": large.processor,
  ]
}

/// Every figure of the bench.
func measureAll() throws -> [String: Double] {
  let cache = ModelCache(folder: folder + "/cache")
  var figures = try measureElaboration()
  figures.merge(try Cosimulation.measure(folder: folder + "/engine", cache: cache)) { $1 }
  progress("Counting cycles of a product of 128 x 384 x 384")
  figures["matmul_utilisation"] = try Utilisation.measure(.weightStationary(maximumRows: 128), cache: cache)
  figures["matmul_utilisation_output_stationary"] = try Utilisation.measure(.outputStationary, cache: cache)
  figures.merge(try Turnaround.measure(cache: ModelCache(folder: folder + "/turnaround"))) { $1 }
  return figures
}

/// Writes the engine with a product, and `figures.json` with what Systole takes itself.
func describe(_ folder: String) throws {
  let work = try MatrixMultiplyWork(rows: 128, depth: 128, columns: 128)
  try StreamDescription.write(work, work.design(), to: folder)
  progress("Measuring Systole itself")
  let figures = [
    "elaborate_64_cpu_s": try Elaboration.measure(64, repetitions: 20).processor,
    "stream_transactions_per_s": try Cosimulation.transactionsPerSecond(
      work, cache: ModelCache(folder: folder + "/cache")),
  ]
  try json(figures).write(toFile: folder + "/figures.json", atomically: true, encoding: .utf8)
}
