import TATAA

/// What a model of images gave on TATAA.
public struct TATAAVisionOutcome: Sendable {
  /// What became of one image.
  public struct Image: Sendable {
    /// The class: of the hardware where it ran, else of the golden machine.
    public let number: Int32
    /// The class of the quantised interpreter, and of the model in binary32.
    public let quantized, reference: Int32
    /// Whether the golden machine computes what the quantised model means, in every bit; and whether the last output does.
    public let goldenIsExact, hiddenIsExact: Bool
    /// The cosine of the last layer's output with that in binary32.
    public let cosine: Double
    /// The stores of the golden machine.
    public let stores: Int
    /// What the hardware did; nil where none ran.
    public let hardware: TATAAOutcome.Hardware?

    /// Whether every step of the chain agrees in every bit.
    public var isExact: Bool { goldenIsExact && hiddenIsExact && number == quantized && hardware?.isExact ?? true }
  }

  /// The images in their order, up to the first that went wrong.
  public let images: [Image]
  /// How many were asked for.
  public let asked: Int
  /// The cycles of one image in the cycle model.
  public let modelCycles: Int
  /// How long golden machine, interpreters and simulation took together; nil without hardware.
  public let seconds: Double?
  /// How far the cycles of the model are from those of the hardware, in percent; nil without hardware, where a store was wrong,
  /// and with a memory that stalls.
  public let modelErrorPercent: Double?
  /// The share of the machine's multiply-accumulates that the model needed; nil without hardware, and where a store was wrong.
  public let utilisation: Double?

  /// Whether all images ran and every step of the chain agrees in every bit and class.
  public var isExact: Bool { images.count == asked && images.allSatisfy(\.isExact) }
  /// Cycles of all images, each from its start to the last acknowledgement; nil without hardware, and where a store was wrong.
  public var cycles: Int? {
    guard isExact, !images.isEmpty else { return nil }
    let cycles = images.compactMap { $0.hardware?.cycles }
    return cycles.count == images.count ? cycles.reduce(0, +) : nil
  }

  /// How many of the first images have the class that `labels` says, and how many in binary32.
  public func right(_ labels: [Int]) -> (hardware: Int, reference: Int) {
    let pairs = zip(images, labels)
    return (pairs.count { Int($0.number) == $1 }, pairs.count { Int($0.reference) == $1 })
  }

  init(
    _ prepared: TATAAVision.Prepared, _ images: [Image], asked: Int, latency: Int, hasStalls: Bool, seconds: Double?
  ) {
    let configuration = prepared.compiled.configuration
    (self.images, self.asked, self.seconds) = (images, asked, seconds)
    let estimate = CycleModel(configuration: configuration, latency: latency).estimate(prepared.compiled.program).cycles
    modelCycles = estimate
    let cycles = images.compactMap { $0.hardware.flatMap { $0.isExact ? $0.cycles : nil } }
    let whole = Double(cycles.reduce(0, +))
    let isWhole = cycles.count == images.count && whole > 0
    modelErrorPercent =
      isWhole && !hasStalls ? 100 * abs(Double(estimate * images.count) - whole) / whole : nil
    let macs = prepared.compiled.multiplications.reduce(0, +) * images.count
    utilisation = isWhole ? Double(macs) / (whole * Double(configuration.tileRows * configuration.tileColumns)) : nil
  }
}
