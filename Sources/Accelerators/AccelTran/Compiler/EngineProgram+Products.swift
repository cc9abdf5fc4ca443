import Golden
import NumberFormats

extension EngineProgram {
  /// A program of one product of `left` (rows × inner) and `right` (inner × columns), for each item of a batch, in the golden
  /// machine's bits.
  ///
  /// Operands are pruned by DynaTran's comparators when they are loaded; the golden product reads them pruned.
  ///
  /// - Parameters:
  ///   - left: batch × rows × inner codes.
  ///   - right: batch × inner × columns codes.
  ///   - finish: What happens to the sums.
  /// - Throws: ``AccelTranError``.
  public static func product(
    _ sizes: EngineSizes, left: [Int32], right: [Int32], batch: Int = 1, rows: Int, inner: Int, columns: Int,
    order: LoopOrder = .bijk, isDense: Bool = false, finish: Finish = Finish()
  ) throws(AccelTranError) -> (program: EngineProgram, counts: ProductCounts) {
    var program = try EngineProgram(sizes, order: order, isDense: isDense)
    let format = try LaneFormat(integerBits: sizes.integerBits, fractionBits: sizes.fractionBits)
    let lanes = LaneProduct(format, multipliers: sizes.multipliers, sharedRows: sizes.sharedRows)
    var turned: [Int32] = []
    for item in 0..<batch {
      let part = Array(right[item * inner * columns..<(item + 1) * inner * columns])
      turned += CodeTensor(shape: [inner, columns], codes: part).transposed([1, 0]).codes
    }
    let a = program.matrix(left, rows: batch * rows, columns: inner)
    let b = program.matrix(turned, rows: batch * columns, columns: inner)
    let result = program.matrix(rows: batch * rows, columns: columns)
    try program.product(a, b, to: result, finish: finish, batch: batch)
    program.end()
    var (all, counts): ([Int64], ProductCounts) = ([], ProductCounts())
    let prunedLeft = DynaTranLimit(finish.leftLimit).pruned(left)
    let prunedRight = DynaTranLimit(finish.rightLimit).pruned(right)
    for item in 0..<batch {
      var (sums, own) = lanes.sums(
        prunedLeft[item * rows * inner..<(item + 1) * rows * inner],
        Array(prunedRight[item * inner * columns..<(item + 1) * inner * columns]), rows: rows, inner: inner,
        columns: columns)
      counts += own
      if let bias = finish.bias {
        for index in sums.indices {
          let place = finish.biasPerRow ? index / columns : index % columns
          sums[index] += Int64(bias[place]) << Int64(format.fractionBits)
        }
      }
      all += sums
    }
    // Random bits come to words in the order in which they are stored.
    var codes = all.map { finish.code($0, format) }
    if sizes.noiseBits > 0 {
      var sources = (0..<sizes.wordElements).map { lane in
        StochasticRoundingSource(
          degree: EngineSizes.noiseDegree, bits: sizes.noiseBits,
          seed: StochasticRoundingSource.seed(ofLane: lane, degree: EngineSizes.noiseDegree))
      }
      try program.visitStoredWords { item, row, column in
        for lane in 0..<sizes.wordElements {
          let rule = sources[lane].next()
          guard column + lane < columns else { continue }
          let index = (item * rows + row) * columns + column + lane
          codes[index] = finish.code(all[index], format, rounding: rule)
        }
      }
    }
    program.expect(codes, in: result, named: "product", pairs: batch * rows * inner * columns)
    return (program, counts)
  }
}

/// A limit of DynaTran in codes.
struct DynaTranLimit {
  private let limit: UInt32
  init(_ limit: UInt32) { self.limit = limit }

  func pruned(_ codes: [Int32]) -> [Int32] {
    limit == 0 ? codes : codes.map { $0.magnitude > limit ? $0 : 0 }
  }
}

extension EngineProgram.Finish {
  /// The code of a sum, from the definitions.
  func code(_ sum: Int64, _ format: LaneFormat, rounding: RoundingRule = .nearestEven) -> Int32 {
    let kept = sumLimit > 0 && sum.magnitude <= sumLimit ? 0 : sum
    let (shift, product) = (Int128(1) << Int128(format.fractionBits + 24), Int128(kept) * Int128(factor))
    // Floor and rest; ties to even.
    var whole = product >> Int128(format.fractionBits + 24)
    let twice = 2 * (product - whole * shift)
    if case .stochastic(let noise) = rounding {
      // The magnitude and as many random bits as are looked at; a carry counts.
      let looked = product.magnitude >> UInt128(format.fractionBits + 24 - noise.bits)
      whole = Int128((looked + UInt128(noise.value)) >> UInt128(noise.bits))
      if product < 0 { whole = -whole }
    } else if twice > shift || twice == shift && whole & 1 == 1 {
      whole += 1
    }
    var code = format.saturated(Int64(clamping: whole))
    if codeLimit > 0, code.magnitude <= codeLimit { code = 0 }
    switch function {
    case 1: code = max(code, 0)
    case 2: code = LaneFunction.quadraticSigmoid(code, in: format)
    default: break
    }
    return resultLimit > 0 && code.magnitude <= resultLimit ? 0 : code
  }
}
