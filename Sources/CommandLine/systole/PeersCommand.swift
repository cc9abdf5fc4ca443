import ArgumentParser
import Foundation
import Machines
import Models
import TATAA
import Tools

struct PeersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peers", abstract: "Compare an accelerator's cycles with what other tools count.",
    discussion: """
      'make setup' installs the other tools; where they are not there, their published formulas stand in.

        systole peers scalesim
      """,
    subcommands: [PeersScaleSimCommand.self])
}

struct PeersScaleSimCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scalesim", abstract: "Compare TATAA with SCALE-Sim's systolic array with stationary sums.",
    discussion: """
      All matrix products of BERT-base, DeiT-S and GPT-2: SCALE-Sim 3.0.0 counts an array that begins a tile when the one
      before has ended; TATAA loads, multiplies and stores at once. Both have the same array. The plain schedule must
      equal SCALE-Sim's count, by its formula, and by the package itself for products that it can hold; the exit code is
      1 where it does not.
      """)

  @Option(help: "The sizes to start from: published, standard or tiny.")
  var config = "standard"

  @Option(help: ArgumentHelp("The greatest count that the package is asked for.", valueName: "cycles"))
  var limit = 20_000

  @Flag(help: "Print JSON for a script.")
  var json = false

  /// A row of the comparison.
  struct Row: Encodable {
    var name: String
    var count, rows, columns, depth: Int
    var plainCycles, formulaCycles: Int
    /// What the package counts; nil where it was not asked.
    var packageCycles: Int?
    var cycles: Int
    var plainUtilisation, utilisation, speedup: Double
  }

  func run() throws {
    try reportingErrors {
      guard var configuration = Configuration.named.first(where: { $0.name == config })?.configuration else {
        throw RequestError("no configuration is called '\(config)'")
      }
      configuration.cores = 1
      var comparison = try SystolicComparison(configuration: configuration)
      try withProgress("matrix products of BERT-base, DeiT-S and GPT-2") {
        try comparison.add("64 x 64 x 64", rows: 64, columns: 64, depth: 64)
        try comparison.add("23 x 384 x 384", rows: 23, columns: 384, depth: 384)
        try comparison.add(.bertBase, tokens: 128)
        try comparison.add(.deitSmall, tokens: nil)
        try comparison.add(.gpt2, tokens: 128)
        try comparison.add(.gpt2, tokens: 1024)
        try comparison.add(.gpt2, tokens: 128, past: 128)
      }
      let schedule = comparison.schedule
      let package = try SystolicPeer.counts(
        comparison.products.map { product in
          product.plain / product.count > limit ? nil : (product.rows, product.columns, product.depth)
        }, rows: schedule.rows, columns: schedule.columns)
      let peak = Double(schedule.rows * schedule.columns)
      let rows = zip(comparison.products, package).map { product, counted in
        Row(
          name: product.name, count: product.count, rows: product.rows, columns: product.columns,
          depth: product.depth, plainCycles: product.plain, formulaCycles: product.published,
          packageCycles: counted.map { $0 * product.count }, cycles: product.overlapped,
          plainUtilisation: Double(product.multiplications) / (Double(product.plain) * peak),
          utilisation: Double(product.multiplications) / (Double(product.overlapped) * peak),
          speedup: Double(product.plain) / Double(product.overlapped))
      }
      if json { try printJSON(rows) } else { show(rows, schedule) }
      guard
        rows.allSatisfy({ $0.plainCycles == $0.formulaCycles && $0.packageCycles ?? $0.plainCycles == $0.plainCycles })
      else { throw ExitCode.differs }
    }
  }

  private func show(_ rows: [Row], _ schedule: PlainSchedule) {
    func field(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
    print("array of \(schedule.rows) x \(schedule.columns); cycles of all products of a row, rows x columns x depth")
    print(
      "product".padding(toLength: 46, withPad: " ", startingAt: 0) + field("shape", 22) + field("SCALE-Sim", 11)
        + field("used", 8) + field("TATAA", 10) + field("used", 8) + field("faster", 8))
    for row in rows {
      let shape = "\(row.count > 1 ? "\(row.count) x " : "")\(row.rows)x\(row.columns)x\(row.depth)"
      let mark = row.packageCycles == nil ? " " : row.packageCycles == row.plainCycles ? "=" : "!"
      print(
        row.name.padding(toLength: 46, withPad: " ", startingAt: 0) + field(shape, 22)
          + field("\(row.formulaCycles)\(mark)", 11) + field(percent(row.plainUtilisation), 8)
          + field("\(row.cycles)", 10)
          + field(percent(row.utilisation), 8) + field(String(format: "%.2f", row.speedup), 8))
    }
    let asked = rows.count { $0.packageCycles != nil }
    print(
      asked == 0
        ? "SCALE-Sim's formula, folds x (depth + rows + columns - 2); the package is not installed: run 'make setup'"
        : "=: the package counts the same, for \(asked) products; the others by its formula, folds x (depth + rows + columns - 2)"
    )
    let differing = rows.count { $0.plainCycles != $0.formulaCycles }
    print("the plain schedule equals the formula for \(rows.count - differing) of \(rows.count) products")
  }
}

/// SCALE-Sim's package, where it is installed.
enum SystolicPeer {
  /// The package's own array, without its memories: how many cycles it feeds operands.
  private static let script = """
    import json, sys
    import numpy as np
    from scalesim.scale_config import scale_config
    from scalesim.compute.systolic_compute_os import systolic_compute_os

    request = json.loads(sys.argv[1])
    counts = []
    for shape in request["products"]:
        if shape is None:
            counts.append(None)
            continue
        m, n, k = shape
        config = scale_config()
        config.array_rows, config.array_cols = request["array"]
        config.valid_conf_flag = True
        array = systolic_compute_os()
        array.set_params(config, ifmap_op_mat=np.zeros((m, k)), ofmap_op_mat=np.zeros((m, n)),
                         filter_op_mat=np.zeros((k, n)))
        array.create_demand_matrices()
        counts.append(int(array.get_demand_matrices()[0].shape[0]))
    print("COUNTS", json.dumps(counts))
    """

  /// What the package counts for products of rows × columns × depth; nil for those that are nil, and all nil without it.
  static func counts(_ products: [(Int, Int, Int)?], rows: Int, columns: Int) throws -> [Int?] {
    guard let tools = Toolbox().folder else { return products.map { _ in nil } }
    let python = tools + "/peers/bin/python"
    guard FileManager.default.isExecutableFile(atPath: python) else { return products.map { _ in nil } }
    let probe = try Program(path: python).run(["-c", "import scalesim.compute"], timeout: .seconds(60))
    guard probe.termination.isSuccess else { return products.map { _ in nil } }
    let shapes = products.map { $0.map { "[\($0.0),\($0.1),\($0.2)]" } ?? "null" }.joined(separator: ",")
    let folder = FileManager.default.temporaryDirectory.appending(path: "systole-peers-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let request = "{\"array\":[\(rows),\(columns)],\"products\":[\(shapes)]}"
    try Data(script.utf8)
      .write(to: folder.appending(path: "counts.py"))
    let result = try Program(path: python).run(["counts.py", request], in: folder.path, timeout: .seconds(900))
    guard result.termination.isSuccess,
      let line = result.output.split(separator: "\n").first(where: { $0.hasPrefix("COUNTS ") })
    else { throw RequestError("SCALE-Sim's package did not count: \(result.errors.suffix(400))") }
    let counts = try JSONDecoder().decode([Int?].self, from: Data(line.dropFirst(7).utf8))
    guard counts.count == products.count else {
      throw RequestError("SCALE-Sim's package counted \(counts.count) products")
    }
    return counts
  }
}
