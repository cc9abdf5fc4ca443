import HDL

/// A linear feedback shift register with a primitive polynomial: it runs through all values but zero.
///
/// The period is 2ⁿ − 1. After reset the state is 1.
public struct LFSR: WidthConfigurable {
  /// Where the feedback goes.
  public enum Form: String, Hashable, Sendable, CaseIterable {
    /// The parity of the taps enters at the low end.
    case fibonacci
    /// The bit that leaves at the high end is added to the taps: the state is multiplied by x.
    case galois
  }

  public var width = 8
  public var form = Form.galois

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("width", \.width, in: 2...64, "Bits of the state"),
    .choice("form", \.form, "Where the feedback goes"),
  ]

  public struct Ports {
    public let step: Input<Bit>
    public let state: Output<Bits>
  }

  public var ports: Ports {
    Ports(step: .init("1 to go on at the coming clock edge"), state: .init(width, "The state, never 0"))
  }

  /// Exponents of the primitive polynomial of each degree from 2 to 64, the constant term 1 left out: a trinomial with
  /// the least middle exponent where one is primitive, otherwise the first pentanomial in the order of its exponents.
  ///
  /// `[8, 4, 3, 2]` is x⁸ + x⁴ + x³ + x² + 1.
  public static let primitivePolynomials: [[Int]] = [
    [2, 1], [3, 1], [4, 1], [5, 2], [6, 1], [7, 1], [8, 4, 3, 2], [9, 4], [10, 3], [11, 2], [12, 6, 4, 1],
    [13, 4, 3, 1], [14, 5, 3, 1], [15, 1], [16, 5, 3, 2], [17, 3], [18, 7], [19, 5, 2, 1], [20, 3], [21, 2], [22, 1],
    [23, 5], [24, 4, 3, 1], [25, 3], [26, 6, 2, 1], [27, 5, 2, 1], [28, 3], [29, 2], [30, 6, 4, 1], [31, 3],
    [32, 7, 6, 2], [33, 13], [34, 8, 4, 3], [35, 2], [36, 11], [37, 6, 4, 1], [38, 6, 5, 1], [39, 4], [40, 5, 4, 3],
    [41, 3], [42, 7, 4, 3], [43, 6, 4, 3], [44, 6, 5, 2], [45, 4, 3, 1], [46, 8, 7, 6], [47, 5], [48, 9, 7, 4],
    [49, 9], [50, 4, 3, 2], [51, 6, 3, 1], [52, 3], [53, 6, 2, 1], [54, 8, 6, 3], [55, 24], [56, 7, 4, 2], [57, 7],
    [58, 19], [59, 7, 4, 2], [60, 1], [61, 5, 2, 1], [62, 6, 5, 3], [63, 1], [64, 4, 3, 1],
  ]

  public var documentation: String {
    let terms = Self.primitivePolynomials[width - 2].map { $0 == 1 ? "x" : "x^\($0)" }
    return """
      Linear feedback shift register, \(form.rawValue) form, of \((terms + ["1"]).joined(separator: " + ")).
      Starts at 1 after reset and runs through all values but 0.
      """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let exponents = Self.primitivePolynomials[width - 2]
    let state = m.register("shifted", Bits.self, width: width, reset: 1)
    let low = state[0..<(width - 1)]
    let next: Bits
    switch form {
    case .fibonacci:
      // The recurrence s(t + n) = s(t) + Σ s(t + e): bit i holds s(t + n − 1 − i).
      let feedback = exponents.dropFirst().reduce(state[width - 1]) { $0 ^ state[width - 1 - $1] }
      next = concatenate(low, feedback)
    case .galois:
      let top = state[width - 1]
      let taps = exponents.dropFirst() + [0]
      let moved = (0..<width).reversed().map { bit -> any Signal in
        guard bit > 0 else { return top }
        return taps.contains(bit) ? state[bit - 1] ^ top : state[bit - 1]
      }
      next = concatenate(moved)
    }
    m.when(io.step) { state.next <== next }
    m.assert(state .!= 0, "is_never_zero", "the state is 0, which has no successor")
    io.state <== state
  }
}
