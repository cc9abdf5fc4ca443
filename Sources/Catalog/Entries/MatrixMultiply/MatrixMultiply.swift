import Catalog
import Netlist
import Testbench
import Units

extension Catalog {
  /// The matrix-multiply engine.
  public static let matrixMultiply = Entry<MatrixMultiply, MatrixMultiplyWorkload>(
    "matmul", "Matrix-multiply engine: any M×K×N on a systolic array, streams in and out.",
    configurations: [
      ("int8", MatrixMultiply { $0.requantization = RequantizedOutput() }),
      ("output-stationary", MatrixMultiply(rows: 8, columns: 8) { $0.dataflow = .outputStationary }),
      (
        "small",
        MatrixMultiply(rows: 3, columns: 3) {
          ($0.dataflow, $0.arithmetic.accumulatorWidth) = (.weightStationary(maximumRows: 5), 16)
          $0.sizeWidth = 6
        }
      ),
    ],
    workload: MatrixMultiplyWorkload(),
    workloadParameters: [
      .integer("m", \.m, in: 1...65535, "Rows of the left matrix"),
      .integer("k", \.k, in: 1...65535, "Columns of the left and rows of the right matrix"),
      .integer("n", \.n, in: 1...65535, "Columns of the right matrix"),
      .integer("jobs", \.jobs, in: 1...1000, "Jobs back to back"),
    ],
    expectedCycles: { engine, work in
      let tiles = work.m * ((work.k + engine.rows - 1) / engine.rows) * ((work.n + engine.columns - 1) / engine.columns)
      return 3 * work.jobs * tiles
    }
  ) { request in
    let (engine, work) = (request.generator, request.workload)
    for (name, size) in [("m", work.m), ("k", work.k), ("n", work.n)] where size >= 1 << engine.sizeWidth {
      throw CatalogError.impossibleWorkload(
        "\(name)=\(size) does not fit into sizes of \(engine.sizeWidth) bits; use --set sizeWidth=… or a smaller \(name)"
      )
    }
    let traffic = try MatrixMultiplyTraffic(engine)
    try traffic.check(work)
    let stalls = request.stalls ?? (request.index % 4 == 1 ? .never : .mixed)
    var bench = try StreamBench(
      request.interface, name: request.name, index: request.index, seed: request.seed, stalls: stalls)
    var random = bench.random("operands")
    let products = products(of: engine, work, index: request.index, &random)
    for product in products {
      if product.isEmpty {
        try traffic.addEmpty(product, to: &bench)
      } else {
        try traffic.add(product, to: &bench, &random)
      }
    }
    // The longest silence is a whole pass over K with every stream stalled.
    bench.options.watchdogCycles = max(20_000, 200 * (work.k + engine.rows + engine.columns))
    bench.options.drainCycles = max(200, 8 * (engine.rows + engine.columns))
    if request.judgesTiming {
      if stalls == .never {
        bench.options.limit(
          to: UInt64(traffic.mostCycles(products, bench.options)),
          because: "what the schedule of '\(request.name)' takes when no stream stalls")
      }
    } else {
      // One multiplier that begins when all operands are in is silent for as long as its products.
      let longest = products.map { $0.rows * $0.depth * $0.columns }.max() ?? 0
      bench.options.watchdogCycles = min(max(bench.options.watchdogCycles, 10_000 + 16 * longest), Int(Int32.max))
      bench.options.drainCycles = max(1000, bench.options.drainCycles)
    }
    return bench
  }
  .scored(on: "small")
  .covering(coverMatrixMultiply)

  private static let coverMatrixMultiply: Entry<MatrixMultiply, MatrixMultiplyWorkload>.AddCoverage = {
    engine, model throws(CoverageError) in
    let tiles = [
      ("rows", engine.dataflow == .outputStationary ? engine.rows : engine.maximumRows),
      ("depth", engine.dataflow == .outputStationary ? 1 : engine.rows),
      ("columns", engine.columns),
    ]
    let sizes = try tiles.map { name, _ throws(CoverageError) in try model.field("job", name) }
    for ((name, tile), size) in zip(tiles, sizes) where tile > 1 {
      try model.point("tiles of \(name)", over: [size], .named(["one", "two", "many"])) {
        min(3, ($0[0] + tile - 1) / tile) - 1  // A job without work, -1, is in none of them.
      }
      try model.point("edge of \(name)", over: [size], .named(["whole", "ragged"])) {
        $0[0] == 0 ? -1 : $0[0] % tile == 0 ? 0 : 1
      }
      try model.cross("tiles × edge of \(name)", ["tiles of \(name)", "edge of \(name)"])
    }
    try model.cross("edges", tiles.filter { $0.1 > 1 }.map { "edge of \($0.0)" })
    for name in ["rows", "depth", "columns"] {
      if engine.sizeWidth > 16 {
        try model.exclude(
          "job.\(name) corners", ["all ones"],
          because: "a job of that size takes more than 2^16 beats; \(name) of all magnitudes below are there")
      }
    }
    try model.point("job", over: sizes, .named(["with work", "without"])) { values in
      (0..<3).contains { values[$0] == 0 } ? 1 : 0
    }
    try model.exclude("results.keep bits", ["bit 0 at 0"], because: "a beat has a result in lane 0")
    guard let requantization = engine.requantization else { return }
    let stream = requantization.granularity == .perChannel ? "channels" : "scale"
    let normal = "a multiplier is 2^15 at least"
    try model.exclude("\(stream).multiplier corners", ["0", "1"], because: normal)
    try model.exclude("\(stream).multiplier bits", ["bit 15 at 0"], because: normal)
    try model.exclude("\(stream).shift corners", ["all ones"], because: "a shift is 47 at most")
    let values = try resultValues(model)
    for value in values.prefix(1) {
      try model.point(
        "code", over: value,
        [
          .value("least", requantization.least), .value("zero", requantization.zeroPoint),
          .value("greatest", requantization.greatest),
        ])
    }
  }

  /// The jobs of a run: as stated in the first one; in the others a long one, in every other three of them one whose
  /// length is the highest bit of a size or all of its bits, some of one to three tiles in each direction, and small ones,
  /// whose sizes are about those of the array and of the rows held below it. Between them jobs of which a size is 0: one,
  /// two or all of them, one after the other too.
  private static func products(
    of engine: MatrixMultiply, _ work: MatrixMultiplyWorkload, index: Int, _ random: inout Xoshiro256
  ) -> [Product] {
    guard index > 0 else { return (0..<work.jobs).map { _ in Product(work.m, work.k, work.n) } }
    let most = 1 << engine.sizeWidth - 1
    func size(_ near: [Int]) -> Int {
      let greatest = near[near.count - 1]
      let chosen =
        random.integer(below: 2) == 0
        ? 1 + random.integer(below: greatest) : near[random.integer(below: near.count)] + random.integer(below: 3) - 1
      return min(most, max(1, chosen))
    }
    let (rows, columns) = ([1, engine.rows, 2 * engine.rows], [1, engine.columns, 2 * engine.columns])
    var products = (0..<4 * work.jobs).map { _ in
      Product(size([1, 2, engine.rows, max(2, engine.maximumRows)]), size(rows), size(columns))
    }
    // Tiles that are whole or not, in each direction.
    let tiles = [
      max(1, engine.dataflow == .outputStationary ? engine.rows : engine.maximumRows), engine.rows, engine.columns,
    ]
    for _ in 0..<work.jobs {
      let sizes = tiles.map { tile in
        let isRagged = random.integer(below: 2) == 0
        return min(most, tile * (1 + random.integer(below: 3)) - (isRagged ? random.integer(below: tile) : 0))
      }
      products.append(Product(sizes[0], sizes[1], sizes[2]))
    }
    if engine.sizeWidth <= 16 {
      func long(_ size: Int) -> Product {
        [Product(size, 1, 1), Product(1, size, 1), Product(1, 1, size)][index % 3]
      }
      products.append(long(1 + random.integer(below: max(1, most / 2))))
      products.append(long(index % 6 < 3 ? most / 2 + 1 : most))
    }
    for mask in [1, 2, 4, 7, 1 + random.integer(below: 7)] {
      let sizes = (0..<3).map { mask >> $0 & 1 == 1 ? 0 : 1 + random.integer(below: most) }
      let empty = Product(sizes[0], sizes[1], sizes[2])
      products.insert(empty, at: mask == 7 ? products.count : random.integer(below: products.count + 1))
    }
    return products
  }

  /// The fields of a beat of results that are numbers.
  private static func resultValues(_ model: CoverageModel) throws(CoverageError) -> [CoverVariable] {
    let fields = model.streams.first { $0.name == "results" }?.payload.fields.map(\.name) ?? []
    return try fields.filter { $0.hasPrefix("values") }.map { name throws(CoverageError) in
      try model.field("results", name)
    }
  }
}

/// The jobs of a matrix-multiply bench.
public struct MatrixMultiplyWorkload: Hashable, Sendable {
  /// Rows of the left matrix.
  public var m = 40
  /// Columns of the left and rows of the right matrix.
  public var k = 50
  /// Columns of the right matrix.
  public var n = 35
  /// Jobs back to back.
  public var jobs = 3
}

extension MatrixMultiplyTraffic {
  /// Operands and results that a bench holds at most: 1.6 GB with what they are made of.
  static let mostWords = 1 << 26
  /// Multiply-accumulates of the golden model at most: some minutes.
  static let mostProducts = 1 << 36

  /// Refuses work that a bench cannot hold, or that the golden model does not end.
  func check(_ work: MatrixMultiplyWorkload) throws(CatalogError) {
    let product = Product(work.m, work.k, work.n)
    let words = work.jobs * words(product)
    guard words <= Self.mostWords else {
      throw .impossibleWorkload(
        "\(work.jobs) products of \(work.m)×\(work.k)×\(work.n) are \(words) operands and results for the bench, which "
          + "holds \(Self.mostWords) at most (1.6 GB); use a smaller m, k, n or jobs")
    }
    let products = work.jobs * work.m * work.k * work.n
    guard products <= Self.mostProducts else {
      throw .impossibleWorkload(
        "\(work.jobs) products of \(work.m)×\(work.k)×\(work.n) are \(products) multiply-accumulates for the golden "
          + "model, which does \(Self.mostProducts) at most; use a smaller m, k, n or jobs")
    }
  }
}
