/// A ``CoverPoint`` at work in one run.
struct PointSampler {
  /// Where the values of a variable are.
  enum Load {
    /// A word of a row: its width, and whether the top bit is a sign.
    case word(track: Int, word: Int, width: Int, isSigned: Bool)
    case pin(field: Int, word: Int, width: Int, isSigned: Bool)
    case arrival(track: Int)
    case wait(track: Int)
    case gap(track: Int)
    case latency(from: Int, to: Int)
    case handshake(stream: Int)
    case occupancy(from: Int, to: Int)
  }

  let loads: [Load]
  let sampling: CoverPoint.Sampling
  /// The first of the point's counters.
  let base: Int
  let isCrossed: Bool
  /// Bins that a value falls into, for small values where nothing but the value decides.
  private let table: [[Int]]
  private let matchers: [BinMatcher]
  private let ignored: [Int]
  /// Numbers of the illegal bins.
  let illegal: [Int]
  /// Words of the corners, for a point of those.
  let corners: [[UInt64]]
  /// Width of the field, for a point of its bits or corners.
  let width: Int

  private let memory: Int
  private var history: [Int] = []
  /// Samples so far.
  var samples = 0
  /// Bins of the last sample.
  private(set) var matched: [Int] = []

  private static let tableSize = 64

  init(_ point: CoverPoint, loads: [Load], base: Int, isCrossed: Bool, field: RowField?) {
    self.loads = loads
    sampling = point.sampling
    self.base = base
    self.isCrossed = isCrossed
    width = field?.width ?? 0
    matchers = point.bins.compactMap { BinMatcher($0.match) }
    ignored = point.bins.indices.filter { if case .ignored = point.bins[$0].kind { true } else { false } }
    illegal = point.bins.indices.filter { point.bins[$0].kind == .illegal }
    memory = matchers.map(\.memory).max() ?? 0
    if case .corners = point.sampling, let field {
      corners = FieldCorners.words(width: field.width, isSigned: field.isSigned)
    } else {
      corners = []
    }
    var tableSize = memory == 0 ? Self.tableSize : 0
    switch point.sampling {
    case .bits: tableSize = 0
    case .corners: tableSize = point.bins.count + 1
    case .value, .computed: break
    }
    if tableSize > 0 {
      let (matchers, ignored, illegal) = (matchers, ignored, illegal)
      table = (0..<tableSize).map { Self.bins(of: $0, matchers, ignored, illegal, after: []) }
    } else {
      table = []
    }
  }

  /// Whether nothing but the value decides the bin.
  var isStatic: Bool { memory == 0 }

  private static func bins(
    of value: Int, _ matchers: [BinMatcher], _ ignored: [Int], _ illegal: [Int], after history: [Int]
  ) -> [Int] {
    var bins: [Int] = []
    for bin in matchers.indices where matchers[bin].matches(value, after: history) { bins.append(bin) }
    if !illegal.isEmpty, let wrong = bins.first(where: illegal.contains) { return [wrong] }
    if !ignored.isEmpty, let out = bins.first(where: ignored.contains) { return [out] }
    return bins
  }

  /// Finds the bins of a value; they stay in ``matched`` until the next sample.
  mutating func match(_ value: Int) {
    samples += 1
    if memory == 0 {
      if value >= 0, value < table.count {
        matched = table[value]
      } else {
        matched = Self.bins(of: value, matchers, ignored, illegal, after: [])
      }
      return
    }
    matched = Self.bins(of: value, matchers, ignored, illegal, after: history)
    history.append(value)
    if history.count > memory { history.removeFirst(history.count - memory) }
  }

  /// There is no sample for the point.
  mutating func skip() { matched.removeAll(keepingCapacity: true) }
}

/// A ``CoverCross`` at work in one run.
struct CrossSampler {
  let points: [Int]
  /// For each point, the place of its bins among those of the cross; -1 for bins that take no part.
  let places: [[Int]]
  let strides: [Int]
  let base: Int
  let illegal: [Int]
  var samples = 0

  init(_ cross: CoverCross, _ model: CoverageModel, base: Int) {
    points = cross.points
    places = zip(cross.points, cross.parts).map { point, part in
      var places = [Int](repeating: -1, count: model.points[point].bins.count)
      for (place, bin) in part.enumerated() { places[bin] = place }
      return places
    }
    var strides: [Int] = []
    var stride = 1
    for part in cross.parts.reversed() {
      strides.insert(stride, at: 0)
      stride *= part.count
    }
    self.strides = strides
    self.base = base
    illegal = cross.bins.indices.filter { cross.bins[$0].kind == .illegal }
  }
}
