import ArgumentParser
import Foundation
import Machines
import TATAA

struct PeersZigZagCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zigzag", abstract: "Compare TATAA's cycles with the best mapping that ZigZag finds for its sizes.",
    discussion: """
      All matrix products of BERT-base, DeiT-S and GPT-2. ZigZag 3.9.1 is given TATAA's array with stationary sums, its
      two operand memories with two banks each, and its buses, and searches the orders of the loops for the least latency:
      the first operands loaded, all products, the last sums stored. TATAA's cycles are those of the cycle model, from the
      first operand to the last stored word. ZigZag counts bits of a bus where a row of a tile takes whole words of TATAA's,
      and no skew of a systolic array; it loads the first operands before it begins, where TATAA multiplies as they come.
      """)

  @OptionGroup var options: PeersOptions

  /// A row of the comparison.
  struct Row: Encodable {
    var name: String
    var count, rows, columns, depth: Int
    var zigzagCycles, cycles: Int
    var zigzagUtilisation, utilisation: Double
    /// TATAA's cycles over ZigZag's, less 1.
    var differencePercent: Double
  }

  func run() throws {
    try reportingErrors {
      let comparison = try options.comparison()
      let products = comparison.products
      var shapes: [[Int]] = []
      for product in products where !shapes.contains(product.shape) { shapes.append(product.shape) }
      let counted = try withProgress("ZigZag's mappings of \(shapes.count) shapes") {
        try MappingPeer.counts(shapes, on: comparison.configuration)
      }
      let cycles = Dictionary(uniqueKeysWithValues: zip(shapes, counted))
      let peak = Double(comparison.schedule.rows * comparison.schedule.columns)
      let rows = products.map { product in
        let zigzag = product.count * cycles[product.shape]!
        return Row(
          name: product.name, count: product.count, rows: product.rows, columns: product.columns, depth: product.depth,
          zigzagCycles: zigzag, cycles: product.overlapped,
          zigzagUtilisation: Double(product.multiplications) / (Double(zigzag) * peak),
          utilisation: Double(product.multiplications) / (Double(product.overlapped) * peak),
          differencePercent: 100 * (Double(product.overlapped) / Double(zigzag) - 1))
      }
      if options.json { try printJSON(rows, snakeCase: true) } else { show(rows, comparison.schedule) }
    }
  }

  private func show(_ rows: [Row], _ schedule: PlainSchedule) {
    var table = PeerTable(schedule, ["product", "shape", "ZigZag", "used", "TATAA", "used", "differ"])
    for row in rows {
      table.add([
        row.name, PeerTable.shape(row.count, row.rows, row.columns, row.depth), "\(row.zigzagCycles)",
        PeerTable.percent(row.zigzagUtilisation), "\(row.cycles)",
        PeerTable.percent(row.utilisation), String(format: "%+.1f %%", row.differencePercent),
      ])
    }
    print(table.text)
    let ours = rows.reduce(0) { $0 + $1.cycles }
    let theirs = rows.reduce(0) { $0 + $1.zigzagCycles }
    print(
      String(
        format: "all: ZigZag %d, TATAA %d, %+.2f %%; TATAA needs fewer cycles for %d of %d products", theirs, ours,
        100 * (Double(ours) / Double(theirs) - 1), rows.count { $0.cycles < $0.zigzagCycles }, rows.count))
  }
}

extension SystolicComparison.Product {
  fileprivate var shape: [Int] { [rows, columns, depth] }
}

/// ZigZag's package.
enum MappingPeer {
  /// TATAA's memories as ZigZag's accelerator: a register for each sum, banks for X and Y, and a memory behind the buses.
  private static let script = """
    import json, logging, sys
    import yaml
    from zigzag.mapping.temporal_mapping import TemporalMappingType
    from zigzag.stages.evaluation.cost_model_evaluation import CostModelStage
    from zigzag.stages.main import MainStage
    from zigzag.stages.mapping.spatial_mapping_generation import SpatialMappingGeneratorStage
    from zigzag.stages.mapping.temporal_mapping_generator_stage import TemporalMappingGeneratorStage
    from zigzag.stages.parser.accelerator_parser import AcceleratorParserStage
    from zigzag.stages.parser.workload_parser import WorkloadParserStage
    from zigzag.stages.results.reduce_stages import MinimalLatencyStage
    from zigzag.stages.workload_iterator import WorkloadStage

    logging.disable(logging.CRITICAL)
    request = json.loads(sys.argv[1])
    rows, columns, bus = request["rows"], request["columns"], request["bus"]
    array = ["D1", "D2"]

    def port(name, kind, width, *allocation):
        return {"name": name, "type": kind, "bandwidth_min": min(8, width), "bandwidth_max": width,
                "allocation": list(allocation)}

    def memory(size, operands, ports, served=array, banks=1):
        return {"size": size, "r_cost": 0.0, "w_cost": 0.0, "area": 0.0, "latency": 1, "operands": operands,
                "ports": ports, "served_dimensions": served, "force_double_buffering": banks > 1}

    def operand(name, width):
        size = width * request["bits"] * request["depth"] * request["banks"]
        ports = [port("r_port_1", "read", width * request["bits"], name + ", tl"),
                 port("w_port_1", "write", bus, name + ", fh")]
        return memory(size, [name], ports, banks=request["banks"])

    sums = request["sums"]
    reads = ([port("r_port_1", "read", bus, "I1, tl"), port("r_port_2", "read", bus, "I2, tl", "O, tl")]
             if request["readPorts"] > 1 else [port("r_port_1", "read", bus, "I1, tl", "I2, tl", "O, tl")])
    accelerator = {
        "name": "array",
        "memories": {
            "sums": memory(sums, ["O"], [port("w_port_1", "write", sums, "O, fh"), port("r_port_1", "read", sums, "O, tl"),
                                         port("w_port_2", "write", sums, "O, fl"), port("r_port_2", "read", sums, "O, th")],
                           served=[]),
            "x": operand("I1", rows),
            "y": operand("I2", columns),
            "memory": memory(1 << 40, ["I1", "I2", "O"], reads + [port("w_port_1", "write", bus, "O, fl")]),
        },
        "operational_array": {"input_precision": [request["bits"]] * 2, "unit_energy": 0.0, "unit_area": 0.0,
                              "dimensions": array, "sizes": [rows, columns]},
    }
    mapping = [{"name": "default", "spatial_mapping": {"D1": [f"D, {rows}"], "D2": [f"K, {columns}"]},
                "memory_operand_links": {"O": "O", "W": "I2", "I": "I1"}}]

    def write(name, value):
        # The order of the memories is that of the hierarchy.
        with open(name, "w") as file:
            file.write(yaml.safe_dump(value, sort_keys=False))

    write("accelerator.yaml", accelerator)
    write("mapping.yaml", mapping)
    counts = []
    for height, width, depth in request["products"]:
        write("workload.yaml", [{
            "id": 0, "name": "product", "operator_type": "Gemm", "equation": "O[d][k]+=I[d][c]*W[c][k]",
            "loop_dims": ["D", "C", "K"], "loop_sizes": [height, depth, width],
            "operand_precision": {"O": sums, "O_final": request["bits"], "W": request["bits"], "I": request["bits"]},
            "operand_source": {"I": 0, "W": 0}}])
        stages = MainStage(
            [WorkloadParserStage, AcceleratorParserStage, WorkloadStage, MinimalLatencyStage, SpatialMappingGeneratorStage,
             MinimalLatencyStage, TemporalMappingGeneratorStage, CostModelStage],
            accelerator="accelerator.yaml", workload="workload.yaml", mapping="mapping.yaml", loma_lpf_limit=6,
            loma_show_progress_bar=False, nb_mappings_generated=3, enable_mix_spatial_mapping_generation=False,
            access_same_data_considered_as_no_access=True, temporal_mapping_type=TemporalMappingType.UNEVEN)
        (best, _), = stages.run()
        counts.append(int(best.latency_total2))
    print("COUNTS", json.dumps(counts))
    """

  private struct Request: Encodable {
    var rows, columns, bits, sums, depth, banks, bus, readPorts: Int
    var products: [[Int]]
  }

  /// The cycles of the best mapping of each product of rows, columns and depth on an accelerator of such sizes.
  ///
  /// - Throws: `RequestError` where the package is not there, or does not count.
  static func counts(_ products: [[Int]], on configuration: TATAA.Configuration) throws -> [Int] {
    let request = Request(
      rows: configuration.tileRows, columns: configuration.tileColumns, bits: configuration.operandWidth,
      sums: configuration.accumulatorWidth, depth: configuration.maximumDepth, banks: configuration.operandBanks,
      bus: configuration.busWidth, readPorts: configuration.readPorts, products: products)
    let package = PeerPackage(name: "ZigZag", module: "zigzag.stages.main")
    guard let counts = try package.counts(script, request: request) else {
      throw RequestError("ZigZag is not installed: run 'make setup'")
    }
    let known = counts.compactMap { $0 }
    guard known.count == products.count else { throw RequestError("ZigZag's package counted \(known.count) products") }
    return known
  }
}
