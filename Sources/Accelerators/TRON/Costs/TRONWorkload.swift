/// An encoder on TRON: passes of light, time, and energy.
public struct TRONWorkload: Hashable, Sendable {
  /// Layers, features, heads, features between the last two matrices, and tokens.
  public var layers, features, heads, inner, tokens: Int

  /// An encoder on a sequence.
  public init(layers: Int, features: Int, heads: Int, inner: Int, tokens: Int) {
    (self.layers, self.features, self.heads, self.inner, self.tokens) = (layers, features, heads, inner, tokens)
  }

  /// BERT-base, sequences of 128.
  public static let bertBase = TRONWorkload(layers: 12, features: 768, heads: 12, inner: 3072, tokens: 128)
  /// ALBERT-base: the sizes of BERT-base with shared weights.
  public static let albertBase = bertBase
  /// The vision transformer of base size, patches of 16 of 224: 197 tokens.
  public static let vitBase = TRONWorkload(layers: 12, features: 768, heads: 12, inner: 3072, tokens: 197)
  /// A small model of six layers of 384 features, 64 tokens.
  public static let miniLM = TRONWorkload(layers: 6, features: 384, heads: 12, inner: 1536, tokens: 64)

  /// A product of a layer: vectors, inner dimension, outputs, how often, and passes for each vector.
  public struct Product: Hashable, Sendable {
    /// What it is.
    public var name: String
    /// Extents.
    public var vectors, inputs, outputs: Int
    /// Times in a layer.
    public var times: Int
    /// 1 where vectors have no negative codes, otherwise 2.
    public var passes: Int
    /// Multiply-accumulates.
    public var products: Int { vectors * inputs * outputs * times }
  }

  /// The products of a layer.
  public func products(_ path: TRONSizes.ScorePath) -> [Product] {
    let (n, d, k, h) = (tokens, features, features / heads, heads)
    func product(_ name: String, _ inputs: Int, _ outputs: Int, times: Int = 1, passes: Int = 2) -> Product {
      Product(name: name, vectors: n, inputs: inputs, outputs: outputs, times: times, passes: passes)
    }
    let scores =
      path == .direct
      ? [product("keys", d, d), product("scores", k, n, times: h)]
      : [product("queries by key weights", k, d, times: h), product("scores", d, n, times: h)]
    return [product("queries", d, d), product("values", d, d)] + scores
      + [
        product("context", n, k, times: h, passes: 1), product("attention output", d, d), product("up", d, inner),
        product("down", inner, d),
      ]
  }

  /// Operations of the plain transformer, two for a multiply-accumulate; what a path adds to it is no useful work.
  public var operations: Double {
    2 * Double(layers) * products(.direct).reduce(0.0) { $0 + Double($1.products) }
  }
}

/// The assumptions of a cost, each a switch.
public struct TRONAssumptions: Hashable, Sendable {
  /// Whether rings are trimmed by heaters all the time, for an offset of so many nanometres; nil leaves trim out, as published
  /// figures of this kind often do. 2.1 nm with the improved rings, 7.1 nm with plain ones.
  public var trim: Double? = 2.1
  /// Whether the laser is raised to 2^bits times for the bits of an amplitude.
  public var amplitudeFactor = false
  /// Whether activations are set by rings, which take a tuning time for each pass; otherwise lasers are modulated.
  public var imprintsByRings = true
  /// Whether a second bank is set while the first one computes.
  public var pingPong = true
  /// Whether negative activations are a pass of their own; otherwise one pass has both signs, as published figures assume.
  public var passesForSigns = true
  /// Whether lasers are dark for codes of 0, and their share.
  public var zeroShare = 0.0
  /// Mean shift of a ring in nanometres.
  public var meanShift = 0.15
  /// Clock of the electronic control unit.
  public var clock = 1e9

  /// What this project's machine does.
  public init() {}
}

/// What a workload costs on a machine in a corner.
public struct TRONCosts: Hashable, Sendable {
  /// Seconds of an inference.
  public let seconds: Double
  /// Joules by part.
  public let parts: [Part]
  /// Operations of the plain transformer.
  public let operations: Double
  /// Passes of light through a bank.
  public let passes: Double

  /// A share of the energy.
  public struct Part: Hashable, Sendable {
    /// What takes it.
    public var name: String
    /// How much.
    public var joules: Double
  }

  /// Energy of an inference.
  public var joules: Double { parts.reduce(0) { $0 + $1.joules } }
  /// Operations in a second, in 10⁹.
  public var gops: Double { operations / seconds / 1e9 }
  /// Joules of a bit: energy / (operations · 8).
  public var joulesPerBit: Double { joules / (operations * 8) }
  /// Mean power.
  public var watts: Double { joules / seconds }

  /// The costs of a workload.
  ///
  /// Products follow each other; the groups and tiles of one are shared by the banks of all heads. A tile is set once and all vectors pass
  /// it. Softmax of a row takes a cycle of the control unit for each element and a pass more for its probabilities, head units in
  /// parallel, behind the products of values; normalisation a cycle for each element, twice.
  public init(
    _ workload: TRONWorkload, on sizes: TRONSizes, _ devices: PhotonicDevices,
    _ assumptions: TRONAssumptions = TRONAssumptions()
  ) {
    let banks = Double(sizes.allBanks) / (assumptions.pingPong ? 2 : 1)
    let (rows, waves) = (Double(sizes.bank.rows), Double(sizes.bank.wavelengths))
    let read = devices.laser.value + devices.detector.value + devices.amplifier.value
    // A pass ends when its slowest part is free again; rings that imprint have to settle for each.
    let pass =
      assumptions.imprintsByRings
      ? devices.symbolSeconds
      : max(devices.toAnalog.value, devices.toDigital.value, read)
    let load = devices.toAnalog.value + devices.tuning.value
    var (passes, loads, seconds, conversions) = (0.0, 0.0, 0.0, 0.0)
    for product in workload.products(sizes.scorePath) {
      let (inner, groups) = sizes.tiles(inputs: product.inputs, outputs: product.outputs)
      let tiles = Double(inner * groups * product.times)
      let each = Double(product.vectors * (assumptions.passesForSigns ? product.passes : 1))
      passes += tiles * each
      loads += tiles
      let busy = assumptions.pingPong ? max(each * pass, load) : each * pass + load
      seconds += (tiles / banks).rounded(.up) * busy
      let converted = sizes.accumulation == .optical ? Double(groups * product.times) : tiles
      conversions += converted * each * rows
    }
    let (n, d) = (Double(workload.tokens), Double(workload.features))
    let softmax = n * 2 * n * Double(workload.heads) / Double(sizes.heads)
    // The values' products hide as much of it as they take; it is small beside them, and counted whole.
    let control = (softmax + 2 * 2 * n * d) / assumptions.clock
    let layers = Double(workload.layers)
    self.seconds = layers * (seconds + control)
    self.passes = layers * passes
    operations = workload.operations
    let rings = rows * waves * 2
    let working = layers * passes * pass
    let converters = sizes.bank.detection == .separate ? 2.0 : 1
    var link = LinkBudget(rows: sizes.bank.rows, wavelengths: sizes.bank.wavelengths)
    (link.sensitivity, link.wallPlugEfficiency) = (devices.sensitivity.value, devices.wallPlug.value)
    link.amplitudeBits = assumptions.amplitudeFactor ? sizes.bank.operandBits : nil
    let all = Double(sizes.allBanks)
    let imprinting = assumptions.imprintsByRings ? waves : 0
    let trim = assumptions.trim.map { $0 * devices.trimPower.value } ?? 0
    parts = [
      Part(name: "lasers", joules: link.wallWatts * (1 - assumptions.zeroShare) * working),
      Part(
        name: "converters to light",
        joules: devices.toAnalogPower.value * devices.toAnalog.value
          * layers * (loads * rings + passes * waves)),
      Part(
        name: "converters from light",
        joules: devices.toDigitalPower.value * devices.toDigital.value * layers * conversions * converters),
      Part(
        name: "detectors",
        joules: (2 * devices.detectorPower.value + converters * devices.amplifierPower.value) * rows * working),
      Part(
        name: "tuning",
        joules: devices.tuningPower.value * assumptions.meanShift * (rings + imprinting) * working
          + devices.ringEnergy.value * layers * (loads * rings + passes * imprinting)),
      Part(name: "rings at rest", joules: devices.ringPower.value * (rings + imprinting) * all * self.seconds),
      Part(name: "static trim", joules: trim * (rings + imprinting) * all * self.seconds),
      Part(
        name: "buffers",
        joules: devices.buffer.value * layers * (loads * rows * waves + passes * (waves + 2 * rows))),
    ]
  }

  /// Operations in a second, in 10⁹, of a bank of K × N whose passes follow each other: 2 K N for each symbol.
  public static func peak(_ bank: RingBankGeometry, _ devices: PhotonicDevices) -> Double {
    2 * Double(bank.rows * bank.wavelengths) / devices.symbolSeconds / 1e9
  }
}
