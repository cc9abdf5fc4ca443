import NumberFormats

/// Rows of numbers in memory, a row in each lane: element i of all rows stands side by side, one lane after the other.
public struct LaneRows: Hashable, Sendable {
  /// The address of element 0 of the first row.
  public var address: Int
  /// The elements of a row.
  public var length: Int
  /// Bytes from an element to the next one.
  public var stride: Int
  /// The rows, one a lane.
  public var lanes: Int

  /// Describes rows; without a stride they are dense bfloat16 numbers.
  public init(address: Int, length: Int, lanes: Int, stride: Int? = nil) {
    self.address = address
    self.length = length
    self.lanes = lanes
    self.stride = stride ?? 2 * lanes
  }

  func address(_ element: Int) -> Int { address + element * stride }
}

/// Which elements of its row a lane sees: bfloat16 numbers in memory that are 0 for the others.
public enum LaneMask: Hashable, Sendable {
  /// One number for each element, at an address: all rows see the same.
  case elements(at: Int)
  /// One number for each element of each row.
  case rows(LaneRows)
}

extension VectorBuilder {
  /// How a program goes over rows that have many elements.
  public struct Passes: Hashable, Sendable {
    /// The elements of a batch: so many independent operations stand side by side. 1 to ``maximumStores``.
    public var batch: Int
    /// Whether all elements stay in registers from the first pass to the last one.
    public var holdsElements: Bool

    /// Describes passes.
    public init(batch: Int = 1, holdsElements: Bool = false) {
      self.batch = batch
      self.holdsElements = holdsElements
    }
  }

  /// The numbers of elements `first`, `first` + `step` and so on of some rows, with one instruction.
  private mutating func load(_ rows: LaneRows, _ first: Int, _ count: Int, step: Int = 1) -> [VectorValue] {
    load(count, address: rows.address(first), lanes: rows.lanes, stride: step * rows.stride)
  }

  /// Ranges of so many elements, and the rest.
  private static func batches(_ count: Int, of size: Int) -> [Range<Int>] {
    Swift.stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  /// Softmax of each row: e^(x − maximum) over its sum, the maximum first, so that nothing overflows. A row is read twice,
  /// its powers are kept in the result's place in between.
  ///
  /// - Parameters:
  ///   - input: the scores.
  ///   - mask: what the rows see; without it everything.
  ///   - output: where the probabilities go.
  ///   - passes: how rows are gone over.
  public mutating func softmax(
    _ input: LaneRows, mask: LaneMask? = nil, to output: LaneRows, _ passes: Passes = Passes()
  ) {
    let reciprocal = exponentials(input, mask: mask, passes) { builder, powers, first in
      builder.store(powers, address: output.address(first), lanes: input.lanes, stride: output.stride)
    }
    fence()
    for range in Self.batches(input.length, of: passes.batch) {
      let powers = load(output, range.lowerBound, range.count)
      store(
        powers.map { apply(.multiply, $0, reciprocal) }, address: output.address(range.lowerBound), lanes: input.lanes,
        stride: output.stride)
      endBatch()
    }
  }

  /// The powers e^(x − maximum) of each row batch by batch, and the reciprocal of their sum, 0 for a row that sees nothing.
  ///
  /// - Parameter use: what is done with the powers from element i on.
  mutating func exponentials(
    _ input: LaneRows, mask: LaneMask?, _ passes: Passes = Passes(),
    _ use: (inout VectorBuilder, [VectorValue], Int) -> Void
  ) -> VectorValue {
    func seen(_ builder: inout VectorBuilder, _ range: Range<Int>) -> [VectorValue]? {
      switch mask {
      case .elements(let address)?:
        builder.load(range.count, address: address + 2 * range.lowerBound, lanes: input.lanes, broadcasts: true)
      case .rows(let rows)?: builder.load(rows, range.lowerBound, range.count)
      case nil: nil
      }
    }
    let ranges = Self.batches(input.length, of: passes.batch)
    var maximum: VectorValue?
    var held: [(scores: [VectorValue], seen: [VectorValue]?)] = []
    for range in ranges {
      let scores = load(input, range.lowerBound, range.count)
      let seen = seen(&self, range)
      if passes.holdsElements { held.append((scores, seen)) }
      var level = scores
      if let seen {
        level = zip(scores, seen).map { apply(.select, $0, .constant(-Double.infinity), $1) }
      }
      while level.count > 1 {
        level = Swift.stride(from: 0, to: level.count, by: 2).map { place in
          place + 1 < level.count ? apply(.maximum, level[place], level[place + 1]) : level[place]
        }
      }
      maximum = maximum.map { apply(.maximum, $0, level[0]) } ?? level[0]
      endBatch()
    }
    let greatest = maximum ?? .constant(0)
    var sum = NeighbourSum()
    for (number, range) in ranges.enumerated() {
      let scores = passes.holdsElements ? held[number].scores : load(input, range.lowerBound, range.count)
      let seen = passes.holdsElements ? held[number].seen : seen(&self, range)
      var powers = scores.map { exp(apply(.add, $0, -greatest)) }
      if let seen { powers = zip(powers, seen).map { apply(.select, $0, .constant(0), $1) } }
      use(&self, powers, range.lowerBound)
      for power in powers { sum.add(power, &self) }
      endBatch()
    }
    let total = sum.total(&self) ?? .constant(0)
    return apply(.select, reciprocal(total), .constant(0), total)
  }

  /// The classes in which features are summed: those of equal number modulo this, whatever a machine has side by side.
  public static let sumClasses = 16

  /// LayerNorm of each row, or RMSNorm: mean, the mean of the distances from it, which the rounding of the first left over,
  /// then the mean of the squared distances from both, then each distance times the reciprocal root, times scale, plus shift.
  ///
  /// A sum is made of 16 sums, each of the features of one number modulo 16, neighbours first; these are added at a distance
  /// of 8, then 4, 2 and 1. So a vector can hold several features of a few rows, in groups of lanes: their sums go to all
  /// groups by way of memory.
  ///
  /// - Parameters:
  ///   - input: the rows; with groups an element has so many features of each row, group by group, side by side.
  ///   - groups: the features of a vector, a power of two up to 16.
  ///   - exchange: with groups, the address of 4 bytes for each lane, which the program uses.
  ///   - scale: the address of a bfloat16 number for each element; with groups one for each lane of each element.
  ///   - shift: the same.
  ///   - epsilon: what is added to the variance.
  ///   - centres: whether the mean is subtracted: LayerNorm.
  ///   - passes: how rows are gone over.
  ///   - use: what is done with the results from element i on.
  public mutating func normalize(
    _ input: LaneRows, groups: Int = 1, exchange: Int = 0, scale: Int?, shift: Int?, epsilon: Double,
    centres: Bool = true, _ passes: Passes = Passes(), _ use: (inout VectorBuilder, [VectorValue], Int) -> Void
  ) {
    precondition(groups.nonzeroBitCount == 1 && groups <= Self.sumClasses, "the groups are not 1, 2, 4, 8 or 16")
    let share = VectorValue.constant(1 / Double(input.length * groups))
    var held: [VectorValue] = []
    if passes.holdsElements {
      for range in Self.batches(input.length, of: Self.maximumStores) {
        held += load(input, range.lowerBound, range.count)
      }
    }
    var means: [VectorValue] = []
    func distances(_ builder: inout VectorBuilder, _ first: Int, _ count: Int, step: Int) -> [VectorValue] {
      if passes.holdsElements { return (0..<count).map { held[first + $0 * step] } }
      return builder.load(input, first, count, step: step).map { value in
        means.reduce(value) { builder.apply(.add, $0, -$1) }
      }
    }
    /// The sum of a function of the distances, in all groups.
    func total(_ function: (inout VectorBuilder, VectorValue) -> VectorValue) -> VectorValue {
      let classes = Self.sumClasses / groups
      func sum(_ first: Int, _ distance: Int) -> VectorValue? {
        if distance < classes {
          let (low, high) = (sum(first, 2 * distance), sum(first + distance, 2 * distance))
          guard let low, let high else { return low ?? high }
          return apply(.add, low, high)
        }
        var one = NeighbourSum()
        let count = first < input.length ? (input.length - first - 1) / classes + 1 : 0
        for range in Self.batches(count, of: passes.batch) {
          for value in distances(&self, first + range.lowerBound * classes, range.count, step: classes) {
            one.add(function(&self, value), &self)
          }
          if !passes.holdsElements { endBatch() }
        }
        return one.total(&self)
      }
      var parts = [sum(0, 1) ?? .constant(0)]
      endBatch()
      if groups > 1 {
        // Twice side by side, so that a row from any group on has all groups.
        for copy in 0..<2 { store(parts[0], address: exchange + 2 * copy * input.lanes, lanes: input.lanes) }
        fence()
        parts = load(groups, address: exchange, lanes: input.lanes, stride: 2 * input.lanes / groups)
        while parts.count > 1 {
          let half = parts.count / 2
          parts = (0..<half).map { apply(.add, parts[$0], parts[$0 + half]) }
        }
      }
      return parts[0]
    }
    for _ in 0..<(centres ? 2 : 0) {
      let mean = apply(.multiply, total { $1 }, share)
      means.append(mean)
      held = held.map { apply(.add, $0, -mean) }
      endBatch()
    }
    let squares = total { $0.apply(.multiply, $1, $1) }
    let factor = reciprocalSquareRoot(fma(squares, share, .constant(epsilon)))
    func parameters(_ address: Int?, _ range: Range<Int>) -> [VectorValue]? {
      address.map {
        groups > 1
          ? load(range.count, address: $0 + 2 * input.lanes * range.lowerBound, lanes: input.lanes)
          : load(range.count, address: $0 + 2 * range.lowerBound, lanes: input.lanes, broadcasts: true)
      }
    }
    for range in Self.batches(input.length, of: passes.batch) {
      let distances = distances(&self, range.lowerBound, range.count, step: 1)
      let (scales, shifts) = (parameters(scale, range), parameters(shift, range))
      let results = distances.enumerated().map { place, distance -> VectorValue in
        let normal = apply(.multiply, distance, factor)
        return switch (scales?[place], shifts?[place]) {
        case (let scale?, let shift?): fma(normal, scale, shift)
        case (let scale?, nil): apply(.multiply, normal, scale)
        case (nil, let shift?): apply(.add, normal, shift)
        case (nil, nil): normal
        }
      }
      use(&self, results, range.lowerBound)
      endBatch()
    }
  }
}

/// The sum of numbers that come one after the other: of neighbours, then of neighbours of these sums, until one is left.
/// So many results are held as the count has binary digits.
struct NeighbourSum {
  private var parts: [(count: Int, value: VectorValue)] = []

  /// Adds the next number.
  mutating func add(_ number: VectorValue, _ builder: inout VectorBuilder) {
    var part = (count: 1, value: number)
    while let last = parts.last, last.count == part.count {
      parts.removeLast()
      part = (2 * part.count, builder.apply(.add, last.value, part.value))
    }
    parts.append(part)
  }

  /// The sum of all of them; nil where there was none.
  mutating func total(_ builder: inout VectorBuilder) -> VectorValue? {
    guard var total = parts.popLast()?.value else { return nil }
    while let part = parts.popLast() { total = builder.apply(.add, part.value, total) }
    return total
  }
}
