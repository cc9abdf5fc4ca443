import Golden
import NumberFormats

/// How a lane adds up and rounds.
public enum LaneAccumulation: Hashable, Sendable {
  /// All products exactly, and one rounding to nearest at the end.
  case wide
  /// All products exactly, and one stochastic rounding, the random numbers from a primitive register that starts from a seed.
  case stochastic(seed: UInt64)
  /// As the published lane: each step of so many products is rounded and saturated, and added to a register that wraps.
  case stepwise(multipliers: Int)
}

/// What a product took of the lanes.
public struct ProductCounts: Hashable, Sendable {
  /// Pairs of factors.
  public var pairs = 0
  /// Pairs of which both factors are kept.
  public var effectual = 0
  /// Steps of a lane that has an own packer for every dot product: Σ ⌈pairs / M⌉.
  public var steps = 0
  /// Steps of a lane that packs several dot products together.
  public var sharedSteps = 0

  /// No work.
  public init() {}

  /// The share of pairs that are multiplied.
  public var density: Double { pairs > 0 ? Double(effectual) / Double(pairs) : 0 }

  /// Adds work.
  public static func += (left: inout ProductCounts, right: ProductCounts) {
    left.pairs += right.pairs
    left.effectual += right.effectual
    left.steps += right.steps
    left.sharedSteps += right.sharedSteps
  }
}

/// A product of two matrices of codes on lanes that skip what is not kept.
///
/// An element is kept where its code is not 0: pruning has written zeros. Leaving zeros out changes no sum, so that the result
/// equals that of a dense product in every bit; a test shows it through masks and packed rows.
public struct LaneProduct: Hashable, Sendable {
  /// The numbers.
  public var format: LaneFormat
  /// How a lane adds up.
  public var accumulation: LaneAccumulation
  /// M.
  public var multipliers: Int
  /// Dot products of neighbouring rows that a lane packs together.
  public var sharedRows: Int

  /// Describes lanes.
  public init(
    _ format: LaneFormat = .published, accumulation: LaneAccumulation = .wide, multipliers: Int = 16,
    sharedRows: Int = 4
  ) {
    self.format = format
    self.accumulation = accumulation
    self.multipliers = max(multipliers, 1)
    self.sharedRows = max(sharedRows, 1)
  }

  /// The sums of left · right in steps of 2^(−2 FL), before they are rounded.
  ///
  /// - Parameters:
  ///   - left: rows × inner, row-major.
  ///   - right: inner × columns.
  public func sums(
    _ left: ArraySlice<Int32>, _ right: [Int32], rows: Int, inner: Int, columns: Int
  ) -> (sums: [Int64], counts: ProductCounts) {
    var result = [Int64](repeating: 0, count: rows * columns)
    var kept = [Int32](repeating: 0, count: rows * columns)
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        result.withUnsafeMutableBufferPointer { result in
          kept.withUnsafeMutableBufferPointer { kept in
            for row in 0..<rows {
              for step in 0..<inner {
                let factor = Int64(left[row &* inner &+ step])
                if factor == 0 { continue }
                let (from, to) = (step &* columns, row &* columns)
                var column = 0
                while column < columns {
                  let other = right[from &+ column]
                  result[to &+ column] &+= factor &* Int64(other)
                  kept[to &+ column] &+= other == 0 ? 0 : 1
                  column &+= 1
                }
              }
            }
          }
        }
      }
    }
    return (result, count(kept, rows: rows, inner: inner, columns: columns))
  }

  /// The work of a product of which only masks are known.
  ///
  /// - Parameters:
  ///   - left: which elements of rows × inner are kept.
  ///   - right: which of inner × columns.
  public func work(_ left: [Bool], _ right: [Bool], rows: Int, inner: Int, columns: Int) -> ProductCounts {
    let (a, b) = (left.map { $0 ? Int32(1) : 0 }, right.map { $0 ? Int32(1) : 0 })
    return sums(a[...], b, rows: rows, inner: inner, columns: columns).counts
  }

  private func count(_ kept: [Int32], rows: Int, inner: Int, columns: Int) -> ProductCounts {
    var counts = ProductCounts()
    counts.pairs = rows * inner * columns
    for start in stride(from: 0, to: rows, by: sharedRows) {
      for column in 0..<columns {
        var together = 0
        for row in start..<min(start + sharedRows, rows) {
          let pairs = Int(kept[row * columns + column])
          counts.steps += (pairs + multipliers - 1) / multipliers
          together += pairs
        }
        counts.effectual += together
        counts.sharedSteps += (together + multipliers - 1) / multipliers
      }
    }
    return counts
  }

  /// The codes of left · right + bias, the bias in steps of 2^(−2 FL).
  public func callAsFunction(
    _ left: ArraySlice<Int32>, _ right: [Int32], rows: Int, inner: Int, columns: Int, bias: [Int64]? = nil
  ) -> (codes: [Int32], counts: ProductCounts) {
    if case .stepwise(let multipliers) = accumulation {
      return stepwise(left, right, rows: rows, inner: inner, columns: columns, bias: bias, by: max(multipliers, 1))
    }
    var (sums, counts) = sums(left, right, rows: rows, inner: inner, columns: columns)
    if let bias { for index in sums.indices { sums[index] += bias[index % columns] } }
    guard case .stochastic(let seed) = accumulation else { return (sums.map(format.rounded), counts) }
    var source = StochasticRoundingSource(bits: format.fractionBits, seed: seed)
    let codes = sums.map { sum -> Int32 in
      guard case .stochastic(let noise) = source.next() else { return format.rounded(sum) }
      let magnitude = (sum.magnitude + noise.value) >> UInt64(format.fractionBits)
      return format.saturated(sum < 0 ? -Int64(magnitude) : Int64(magnitude))
    }
    return (codes, counts)
  }

  private func stepwise(
    _ left: ArraySlice<Int32>, _ right: [Int32], rows: Int, inner: Int, columns: Int, bias: [Int64]?, by step: Int
  ) -> (codes: [Int32], counts: ProductCounts) {
    let (base, drop) = (left.startIndex, Int64(64 - format.width))
    var (codes, kept): ([Int32], [Int32]) = ([], [])
    for row in 0..<rows {
      for column in 0..<columns {
        var register = bias.map { Int64(format.rounded($0[column])) } ?? 0
        var pairs: Int32 = 0
        for start in stride(from: 0, to: inner, by: step) {
          var sum: Int64 = 0
          for place in start..<min(start + step, inner) {
            let (a, b) = (left[base + row * inner + place], right[place * columns + column])
            if a != 0 && b != 0 { pairs += 1 }
            sum += Int64(a) * Int64(b)
          }
          register += Int64(format.rounded(sum))
          register = (register << drop) >> drop
        }
        codes.append(Int32(register))
        kept.append(pairs)
      }
    }
    return (codes, count(kept, rows: rows, inner: inner, columns: columns))
  }
}
