import ArgumentParser
import Foundation
import Machines
import TATAA

struct PeersScaleSimCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scalesim", abstract: "Compare TATAA with SCALE-Sim's systolic array with stationary sums.",
    discussion: """
      All matrix products of BERT-base, DeiT-S and GPT-2: SCALE-Sim 3.0.0 counts an array that begins a tile when the one
      before has ended; TATAA loads, multiplies and stores at once. Both have the same array. The plain schedule must
      equal SCALE-Sim's count, by its formula, and by the package itself for products that it can hold; the exit code is
      1 where it does not.
      """)

  @OptionGroup var options: PeersOptions

  @Option(help: ArgumentHelp("The greatest count that the package is asked for.", valueName: "cycles"))
  var limit = 20_000

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
      let comparison = try options.comparison()
      let schedule = comparison.schedule
      let package = try SystolicPeer.counts(
        comparison.products.map { product in
          product.plain / product.count > limit ? nil : [product.rows, product.columns, product.depth]
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
      if options.json { try printJSON(rows) } else { show(rows, schedule) }
      guard
        rows.allSatisfy({ $0.plainCycles == $0.formulaCycles && $0.packageCycles ?? $0.plainCycles == $0.plainCycles })
      else { throw ExitCode.differs }
    }
  }

  private func show(_ rows: [Row], _ schedule: PlainSchedule) {
    var table = PeerTable(schedule, ["product", "shape", "SCALE-Sim", "used", "TATAA", "used", "faster"])
    for row in rows {
      let mark = row.packageCycles == nil ? " " : row.packageCycles == row.plainCycles ? "=" : "!"
      table.add([
        row.name, PeerTable.shape(row.count, row.rows, row.columns, row.depth), "\(row.formulaCycles)\(mark)",
        PeerTable.percent(row.plainUtilisation), "\(row.cycles)",
        PeerTable.percent(row.utilisation), String(format: "%.2f", row.speedup),
      ])
    }
    print(table.text)
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

  private struct Request: Encodable {
    var array: [Int]
    var products: [[Int]?]
  }

  /// What the package counts for products of rows, columns and depth; nil for those that are nil, and all nil without it.
  static func counts(_ products: [[Int]?], rows: Int, columns: Int) throws -> [Int?] {
    let request = Request(array: [rows, columns], products: products)
    let package = PeerPackage(name: "SCALE-Sim", module: "scalesim.compute")
    guard let counts = try package.counts(script, request: request) else { return products.map { _ in nil } }
    guard counts.count == products.count else {
      throw RequestError("SCALE-Sim's package counted \(counts.count) products")
    }
    return counts
  }
}
