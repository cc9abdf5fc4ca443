import Golden
import Models
import NumberFormats

/// The codes around the function between the last two matrices: where its inputs and results lie, and its table.
///
/// Codes of inputs need not be symmetric: what a code 0 stands for goes into the bias of the matrix before. A feature whose values are
/// far above all others would make the steps of all large; it is split over several columns, of which each takes a part of the
/// range: with f(x) ≈ x above T, f(x) ≈ Σ f(clamp(x − j · T, …T)). Columns that fill a crossbar have room for that.
struct InnerCodes {
  /// An output of the matrix before the function.
  struct Column: Hashable {
    /// The feature of the model; nil for none.
    var feature: Int?
    /// What is taken off it.
    var below: Double
  }

  /// What a code 0 stands for, and a step of codes.
  struct Range {
    var centre, step: Double

    init(_ least: Double, _ greatest: Double) {
      centre = (least + greatest) / 2
      step = max(greatest - least, 1e-6) / 254
    }
  }

  let columns: [Column]
  let input, output: Range
  let table: [Int8]

  /// The codes of a function.
  ///
  /// - Parameters:
  ///   - features: the greatest value of each feature.
  ///   - least: the least value of all.
  ///   - room: columns of a crossbar.
  init(
    _ kind: Models.GraphOperation.Activation, features: [Double], least: Double, room: Int
  ) throws(XFormerError) {
    let (function, floor): (UnaryFunction, Double) =
      switch kind {
      case .gelu: (.gelu, -4)
      case .geluTanh: (.geluTanh, -4)
      case .relu: (.relu, 0)
      case .silu: (.silu, -8)
      case .tanh: (.tanh, -.infinity)
      case .quickGelu: throw .node("activation", "\(kind) has no table")
      }
    let whole = max(features.max() ?? 0, 1)
    var top = whole
    if kind != .tanh {
      // The least range that the spare columns allow.
      func extra(_ top: Double) -> Int {
        features.reduce(0) { $0 + max(0, Int((($1 - top) / top).rounded(.up))) }
      }
      for candidate in stride(from: whole, through: max(4, whole / 8), by: -whole / 256) where extra(candidate) <= room
      {
        top = candidate
      }
      // A column of crossbars more has to be worth it.
      if top > 0.8 * whole { top = whole }
    }
    var columns = features.indices.map { Column(feature: $0, below: 0) }
    if top < whole {
      for (feature, value) in features.enumerated() where value > top {
        for part in 1...max(1, Int(((value - top) / top).rounded(.up))) {
          columns.append(Column(feature: feature, below: Double(part) * top))
        }
      }
      while columns.count % room != 0 { columns.append(Column(feature: nil, below: 0)) }
    }
    let bottom = kind == .tanh ? -max(whole, -least) : max(least, floor)
    let input = Range(bottom, kind == .tanh ? max(whole, -least) : top)
    /// The function in steps of 2⁻¹⁶, rounded to nearest once.
    guard let fine = Dyadic(exactly: 0x1p-16), let step = Dyadic(exactly: input.step),
      let centre = Dyadic(exactly: input.centre), let format = try? IntegerFormat(width: 32, isSigned: true)
    else { throw .node("activation", "its range is no number") }
    func value(_ code: Int) -> Double {
      let x = RealValue(Dyadic(Int64(code)) * step + centre)
      return Double(format.integer(of: function.code(for: x, in: format, scale: fine))) * 0x1p-16
    }
    let values = (-127...127).map(value)
    // A code 0 of a result is 0: a row that is always driven would carry the errors of its cells into every sum.
    let greatest = values.reduce(0) { max($0, abs($1)) }
    let output = Range(-greatest, greatest)
    table = (0..<256).map { index in
      let code = max(Int(Int8(truncatingIfNeeded: index)), -127)
      let result = ((values[code + 127] - output.centre) / output.step).rounded(.toNearestOrEven)
      return Int8(min(max(result, -127), 127))
    }
    self.columns = columns.map { Column(feature: $0.feature, below: $0.below + ($0.feature == nil ? 0 : input.centre)) }
    (self.input, self.output) = (input, output)
  }
}
