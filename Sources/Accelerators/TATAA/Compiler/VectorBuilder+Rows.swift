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
  /// Softmax of each row: e^(x − maximum) over its sum, the maximum first, so that nothing overflows. A row is read twice,
  /// its powers are kept in the result's place in between.
  ///
  /// - Parameters:
  ///   - input: the scores.
  ///   - mask: what the rows see; without it everything.
  ///   - output: where the probabilities go.
  public mutating func softmax(_ input: LaneRows, mask: LaneMask? = nil, to output: LaneRows) {
    let reciprocal = exponentials(input, mask: mask) { builder, power, element in
      builder.store(power, address: output.address(element), lanes: input.lanes)
    }
    fence()
    for element in 0..<input.length {
      let power = load(address: output.address(element), lanes: input.lanes)
      store(apply(.multiply, power, reciprocal), address: output.address(element), lanes: input.lanes)
    }
  }

  /// The powers e^(x − maximum) of each row one after the other, and the reciprocal of their sum, 0 for a row that sees
  /// nothing.
  mutating func exponentials(
    _ input: LaneRows, mask: LaneMask?, _ use: (inout VectorBuilder, VectorValue, Int) -> Void
  ) -> VectorValue {
    func seen(_ builder: inout VectorBuilder, _ element: Int) -> VectorValue? {
      switch mask {
      case .elements(let address)?:
        builder.load(address: address + 2 * element, lanes: input.lanes, broadcasts: true)
      case .rows(let rows)?: builder.load(address: rows.address(element), lanes: input.lanes)
      case nil: nil
      }
    }
    var maximum: VectorValue?
    for element in 0..<input.length {
      var score = load(address: input.address(element), lanes: input.lanes)
      if let seen = seen(&self, element) { score = apply(.select, score, .constant(-Double.infinity), seen) }
      maximum = maximum.map { apply(.maximum, $0, score) } ?? score
    }
    let greatest = maximum ?? .constant(0)
    let total = sum(count: input.length) { builder, element in
      let score = builder.load(address: input.address(element), lanes: input.lanes)
      var power = builder.exp(builder.apply(.add, score, -greatest))
      if let seen = seen(&builder, element) { power = builder.apply(.select, power, .constant(0), seen) }
      use(&builder, power, element)
      return power
    }
    return apply(.select, reciprocal(total), .constant(0), total)
  }

  /// LayerNorm of each row, or RMSNorm: mean, the mean of the distances from it, which the rounding of the first left over,
  /// then the mean of the squared distances from both, then each distance times the reciprocal root, times scale, plus shift.
  ///
  /// - Parameters:
  ///   - input: the rows.
  ///   - scale: the address of a bfloat16 number for each element.
  ///   - shift: the same.
  ///   - epsilon: what is added to the variance.
  ///   - centres: whether the mean is subtracted: LayerNorm.
  ///   - use: what is done with element i of the result.
  public mutating func normalize(
    _ input: LaneRows, scale: Int?, shift: Int?, epsilon: Double, centres: Bool = true,
    _ use: (inout VectorBuilder, VectorValue, Int) -> Void
  ) {
    let share = VectorValue.constant(1 / Double(input.length))
    var means: [VectorValue] = []
    func distance(_ builder: inout VectorBuilder, _ element: Int) -> VectorValue {
      let value = builder.load(address: input.address(element), lanes: input.lanes)
      return means.reduce(value) { builder.apply(.add, $0, -$1) }
    }
    for _ in 0..<(centres ? 2 : 0) {
      let total = sum(count: input.length) { distance(&$0, $1) }
      means.append(apply(.multiply, total, share))
    }
    let squares = sum(count: input.length) { builder, element in
      let distance = distance(&builder, element)
      return builder.apply(.multiply, distance, distance)
    }
    let factor = reciprocalSquareRoot(fma(squares, share, .constant(epsilon)))
    func parameter(_ address: Int?, _ element: Int) -> VectorValue? {
      address.map { load(address: $0 + 2 * element, lanes: input.lanes, broadcasts: true) }
    }
    for element in 0..<input.length {
      let normal = apply(.multiply, distance(&self, element), factor)
      let result: VectorValue
      switch (parameter(scale, element), parameter(shift, element)) {
      case (let scale?, let shift?): result = fma(normal, scale, shift)
      case (let scale?, nil): result = apply(.multiply, normal, scale)
      case (nil, let shift?): result = apply(.add, normal, shift)
      case (nil, nil): result = normal
      }
      use(&self, result, element)
    }
  }
}
