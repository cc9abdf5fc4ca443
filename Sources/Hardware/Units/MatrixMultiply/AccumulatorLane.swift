import HDL

/// One pass of one row of activations through a weight-stationary array, on its way from column to column.
struct RowToken: SignalBundle {
  /// 1 when there is a row.
  let valid: Bit
  /// 1 in the pass that starts the sums: nothing is read.
  let first: Bit
  /// The row.
  let address: UInt

  static func shape(addressWidth: Int) -> RowToken {
    RowToken(valid: .shape, first: .shape, address: .shape(addressWidth))
  }
}

/// The accumulators of one column of a weight-stationary array: one word of memory for each row that is in work.
///
/// A token comes one clock before the partial sum that it is for. The total, partial sum plus what the memory held, is in
/// a register two clock edges after the token; the token itself goes on to the next column after one. Between two tokens
/// for one row there must be at least two clock edges.
struct AccumulatorLane: DefaultConfigurable, FixedLatencyGenerator {
  var depth = 128
  var width = 32

  init() {}

  static let parameters: [Parameter<Self>] = [
    .integer("depth", \.depth, in: 1...65536, "Rows of accumulators"),
    .integer("width", \.width, in: 4...64, "Bits of an accumulator"),
  ]

  struct Ports {
    let token: Input<RowToken>
    let partialSum: Input<SInt>
    let tokenOut: Output<RowToken>
    let total: Output<SInt>
  }

  var ports: Ports {
    let token = RowToken.shape(addressWidth: bits(for: depth - 1))
    return Ports(
      token: .init(token, "Names the accumulator, one clock before its partial sum"),
      partialSum: .init(width, "What is added"), tokenOut: .init(token, "The token one clock later"),
      total: .init(width, "The accumulator with the partial sum, two clocks after its token"))
  }

  var documentation: String {
    """
    \(depth) accumulators of \(width) bits for one column.
    token comes one clock before its partial_sum: address names the accumulator, first starts it.
    total = accumulator + partial_sum, two clock edges after the token.
    Two tokens with one address are at least two clock edges apart. No register is reset.
    """
  }

  /// From a token to its total.
  var latency: Int { 2 }

  func build(_ io: Interior<Ports>, in m: Module) {
    let row = m.register("row", io.token)
    io.tokenOut <== row

    let accumulators = m.memory("accumulators", SInt.self, width: width, depth: depth)
    let stored = accumulators.read(at: io.token.address)
    let sum = (mux(row.first, 0, stored) &+ io.partialSum).named("sum")
    accumulators.write(sum, at: row.address, when: row.valid)
    io.total <== m.register("total", sum)
  }
}
