import NumberFormats

extension XFormerLayer {
  /// A layer of random codes whose sums use the range of their formats: what it computes means nothing.
  ///
  /// - Parameters:
  ///   - inner: Features between the last two matrices.
  ///   - name: What the names of its matrices begin with.
  ///   - exponentFractionBits: Those of the machine's softmax.
  ///   - before: The layer before; its codes are random where there is none.
  ///   - normalizesInputs: Whether it normalises what its matrices read, and not each sum.
  public static func random(
    features: Int, heads: Int, inner: Int, seed: UInt64 = 1, name: String = "random",
    exponentFractionBits: Int = 6, before: XFormerLayer? = nil, normalizesInputs: Bool = false
  ) -> XFormerLayer {
    var state = seed
    func next() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33)
    }
    func scale(_ factor: Double) -> RequantizationScale {
      guard let scale = try? RequantizationScale(factor) else {
        preconditionFailure("the factor \(factor) has a scale")
      }
      return scale
    }
    /// Sums of products of codes have a spread of about 73 · 73 · √inputs.
    func matrix(_ part: String, _ inputs: Int, _ outputs: Int, spread: Double) -> Matrix {
      let codes = (0..<inputs * outputs).map { _ in Int8(next() % 255 - 127) }
      let factor = spread / (5400 * Double(inputs).squareRoot())
      return Matrix(
        name: "\(name).\(part)", inputs: inputs, outputs: outputs, codes: codes,
        bias: (0..<outputs).map { _ in Int32(next() % 20001 - 10000) },
        scales: (0..<outputs).map { _ in scale(factor * (0.75 + Double(next() % 1000) / 2000)) })
    }
    func norm() -> Norm {
      Norm(
        gamma: (0..<features).map { _ in Int32(8000 + next() % 4000) },
        beta: (0..<features).map { _ in Int32(next() % 2001 - 1000) }, shift: RowNumbers.fractionBits,
        small: UInt64(features * features),
        narrowing: .init(shift: 7, shifts: (0..<features).map { _ in UInt8(next() % 4) }),
        keepsSum: normalizesInputs)
    }
    let size = Double(features / heads)
    let inputNorm = normalizesInputs ? before?.outputNorm ?? norm() : nil
    let narrowing =
      inputNorm?.narrowing ?? before?.outputNorm.narrowing
      ?? .init(shift: 7, shifts: (0..<features).map { _ in UInt8(next() % 4) })
    // A curve with both signs and a bend, as GELU has.
    let function = (0..<256).map { index -> Int8 in
      let code = Int(Int8(truncatingIfNeeded: index))
      return Int8(code > 0 ? code : -(-code * (128 + code) / 512))
    }
    return XFormerLayer(
      query: matrix("query", features, features, spread: 40), key: matrix("key", features, features, spread: 40),
      value: matrix("value", features, features, spread: 40),
      output: matrix("output", features, features, spread: 8000), up: matrix("up", features, inner, spread: 40),
      down: matrix("down", inner, features, spread: 8000), heads: heads,
      scoreScale: scale(Double(3 << exponentFractionBits) / (1600 * size.squareRoot())),
      contextScale: scale(1.5 / 65536), function: function,
      attentionNorm: norm(), outputNorm: norm(), inputNarrowing: narrowing, inputNorm: inputNorm)
  }

  /// Random layers, each with the codes that the one before gives.
  public static func random(
    layers: Int, features: Int, heads: Int, inner: Int, seed: UInt64 = 1, exponentFractionBits: Int = 6,
    normalizesInputs: Bool = false
  ) -> [XFormerLayer] {
    var all: [XFormerLayer] = []
    for index in 0..<layers {
      all.append(
        random(
          features: features, heads: heads, inner: inner, seed: seed + UInt64(index), name: "random.\(index)",
          exponentFractionBits: exponentFractionBits, before: all.last, normalizesInputs: normalizesInputs))
    }
    return all
  }

  /// Random codes of 16 bits for the input of a layer.
  public static func randomInput(tokens: Int, features: Int, seed: UInt64 = 1) -> [[Int32]] {
    var state = seed ^ 0x5DEE_CE66
    return (0..<tokens).map { _ in
      (0..<features).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int32(state >> 48) - 32768
      }
    }
  }
}
