package import XFormer

/// The sizes of a TRON machine: heads, banks of rings, and how products are put on them.
public struct TRONSizes: Hashable, Sendable {
  /// Where partial sums of an inner dimension beyond one bank are added.
  public enum Accumulation: String, Hashable, Sendable, Codable, CaseIterable {
    /// Each is converted, and codes are added.
    case electrical
    /// A detector drives the laser of the next pass; what is converted is the sum.
    case optical
  }

  /// How scores come about.
  public enum ScorePath: String, Hashable, Sendable, Codable, CaseIterable {
    /// Q · Kᵀ, with K formed as V is.
    case direct
    /// (Q · W_Kᵀ) · Xᵀ: K is never formed, for d_model / d_head times the products.
    case decomposed
  }

  /// What a head's unit of the control keeps on the chip, and what its other units are made for.
  public struct Buffers: Hashable, Sendable {
    /// Vectors that pass a tile at most: rows of a block, 1 to 1024.
    public var vectors = 64
    /// Operands of all vectors of a block, in words of a bank's wavelengths, 16 to 65536.
    public var operands = 8192
    /// Results of all vectors of a block, in words of a bank's rows, 16 to 65536.
    public var results = 4096
    /// Groups of rows whose scales are held, 8 to 4096.
    public var scales = 512
    /// Tokens of a row of softmax at most, 2 to 4096.
    public var tokens = 512
    /// Features of a row of normalisation at most, a multiple of 8 up to 2048.
    public var features = 1024

    /// The buffers of the named machines.
    public init() {}
  }

  /// Attention heads that work at once, 1 to 64.
  public var heads: Int
  /// Banks of a head, each with two arms: 1 to 16.
  public var banks: Int
  /// Rows, wavelengths, operands and converters of a bank.
  public var bank: RingBankGeometry
  /// What is not ideal about banks.
  public var effects: RingEffects
  /// Whether codes undo the matrix of crosstalk.
  public var predistorts: Bool
  /// Where partial sums are added.
  public var accumulation: Accumulation
  /// How scores come about.
  public var scorePath: ScorePath
  /// Phase error of the coherent adders of residuals, in radians.
  public var phaseError: Double
  /// Bits of the gains of normalisation, 2 to 16.
  public var gainBits: Int
  /// The buffers of the control unit.
  public var buffers = Buffers()
  /// Clock edges in which rings settle, 2 to 64: 20 ns at 1 GHz.
  public var settleCycles = 20
  /// Clock edges of a conversion, 2 to 64.
  public var convertCycles = 2
  /// Whether each bank has a controller that finds its heaters by dither; for Lorentzian tuning and separate detection.
  public var locks = false
  /// Clock edges in which a heater settles, 1 to 65,535: 4 µs at 1 GHz.
  public var heaterCycles = 4000
  /// Sweeps of a controller over the rings of a row, 1 to 4.
  public var lockSweeps = 3
  /// Whether a controller takes what neighbours heat off its codes, see ``HeaterPredistortion``; otherwise sweeps alone make up for it.
  public var predistortsHeaters = false

  /// Makes sizes; ``validate()`` says whether there is a machine of them.
  public init(
    heads: Int, banks: Int = 7, bank: RingBankGeometry, effects: RingEffects = RingEffects(), predistorts: Bool = false,
    accumulation: Accumulation = .electrical, scorePath: ScorePath = .direct, phaseError: Double = 0, gainBits: Int = 16
  ) {
    (self.heads, self.banks, self.bank, self.effects) = (heads, banks, bank, effects)
    (self.predistorts, self.accumulation, self.scorePath) = (predistorts, accumulation, scorePath)
    (self.phaseError, self.gainBits) = (phaseError, gainBits)
  }

  /// Twelve heads of banks of 10 × 15 with calibration at a quality factor of 8000.
  public static let reference: TRONSizes = {
    let bank = RingBankGeometry(rows: 10, wavelengths: 15)
    var effects = RingEffects()
    (effects.crosstalk, effects.fractionBits) = (.matrix, 5)
    return TRONSizes(heads: 12, bank: bank, effects: effects.calibrated(bank, predistorts: true), predistorts: true)
  }()
  /// Two heads of banks of 4 × 8 with calibration.
  public static let tiny: TRONSizes = {
    let bank = RingBankGeometry(rows: 4, wavelengths: 8)
    var effects = RingEffects()
    (effects.crosstalk, effects.fractionBits) = (.matrix, 4)
    return TRONSizes(heads: 2, bank: bank, effects: effects.calibrated(bank, predistorts: true), predistorts: true)
  }()
  /// One head of a bank of 2 × 4, ideal, for tests.
  public static let micro = TRONSizes(heads: 1, banks: 2, bank: RingBankGeometry(rows: 2, wavelengths: 4))

  /// The named sizes.
  public static let named: [(name: String, sizes: TRONSizes)] = [
    ("micro", micro), ("tiny", tiny), ("reference", reference),
  ]

  /// The sizes by the names a user gives.
  public static let settings: [(name: String, path: WritableKeyPath<TRONSizes, Int> & Sendable)] = [
    ("heads", \.heads), ("banks", \.banks), ("rows", \.bank.rows), ("wavelengths", \.bank.wavelengths),
    ("settle-cycles", \.settleCycles), ("convert-cycles", \.convertCycles), ("heater-cycles", \.heaterCycles),
    ("lock-sweeps", \.lockSweeps), ("gain-bits", \.gainBits),
    ("vectors", \.buffers.vectors), ("operands", \.buffers.operands), ("results", \.buffers.results),
    ("scales", \.buffers.scales), ("tokens", \.buffers.tokens), ("features", \.buffers.features),
  ]

  /// What sizes may be, by their names in ``settings``; those that are not here depend on one another.
  static let ranges: [String: ClosedRange<Int>] = [
    "heads": 1...64, "banks": 1...16, "gain-bits": 2...16, "vectors": 1...1024, "operands": 16...65536,
    "results": 16...65536, "scales": 8...4096, "tokens": 2...4096, "features": 8...2048, "settle-cycles": 2...64,
    "heater-cycles": 1...65535, "lock-sweeps": 1...4, "convert-cycles": 2...64,
  ]

  /// Banks of all heads.
  public var allBanks: Int { heads * banks }

  /// What a controller makes of the codes of heaters that it wants; nil where they are the same.
  public var heaterPredistortion: HeaterPredistortion? {
    predistortsHeaters ? HeaterPredistortion(bank, effects) : nil
  }

  /// Tiles that are passed at once; the next ones are set on the other banks meanwhile.
  public var wave: Int { max(1, banks / 2) }
  /// Bytes of a word of the buses.
  public static let busBytes = 8

  /// Engines of the hardware: units of heads, their softmax, and normalisation.
  public var engines: Int { 2 * heads + 1 }
  /// The sizes of what is shared with X-Former: dispatcher, buses and vector unit.
  package var control: XFormerSizes {
    var control = XFormerSizes.micro
    (control.projectionEngines, control.attentionTiles) = (heads, heads)
    (control.rowLength, control.normalizations, control.busBytes) = (buffers.features, 2, Self.busBytes)
    return control
  }

  /// Banks that an inner dimension takes one behind the other, and groups of rows that outputs take.
  public func tiles(inputs: Int, outputs: Int) -> (inner: Int, groups: Int) {
    ((inputs + bank.wavelengths - 1) / bank.wavelengths, (outputs + bank.rows - 1) / bank.rows)
  }

  /// Refuses sizes of which no machine can be made.
  ///
  /// - Throws: ``TRONError``.
  public func validate() throws(TRONError) {
    if let fault = bank.fault ?? effects.fault { throw .bank(fault) }
    for (name, path) in Self.settings {
      guard let range = Self.ranges[name], !range.contains(self[keyPath: path]) else { continue }
      throw .range(name, self[keyPath: path], range)
    }
    guard bank.operandBits == 8 else { throw .range("operand-bits", bank.operandBits, 8...8) }
  }

  /// Refuses sizes of which there is no hardware.
  ///
  /// - Throws: ``TRONError``.
  public func validateHardware() throws(TRONError) {
    try validate()
    guard (1...3).contains(heads) else { throw .range("heads", heads, 1...3) }
    guard accumulation == .electrical else { throw .bank("the shell adds codes, not currents: set electrical") }
    guard bank.rows <= 32, bank.wavelengths <= 32 else {
      throw .range("rows and wavelengths", max(bank.rows, bank.wavelengths), 1...32)
    }
    guard !locks || effects.tuning == .lorentzian && bank.detection == .separate else {
      throw .bank("the lock shifts resonances and reads each arm: set Lorentzian tuning and separate detection")
    }
    guard locks || !predistortsHeaters else {
      throw .bank("heaters are predistorted by the controllers that find them: set locks")
    }
    guard buffers.features.isMultiple(of: 8) else { throw .bank("features of a row are a multiple of 8") }
    guard bank.rows * buffers.scales >= 8 else { throw .range("scales", buffers.scales, 8...4096) }
  }

  /// What makes the design impossible in light; see ``DesignCheck``.
  public var findings: [DesignCheck.Finding] {
    DesignCheck(bank, effects, isCalibrated: predistorts || effects.crosstalk == .none).findings
  }
}

/// Why a machine, a program or a model is refused.
public enum TRONError: Error, Hashable, CustomStringConvertible {
  /// A value is out of its range.
  case range(String, Int, ClosedRange<Int>)
  /// The banks are refused.
  case bank(String)
  /// A part of a model cannot be run.
  case node(String, String)
  /// A tensor of a program takes more than a buffer holds: how much of what, the limit, and the size of the machine that says so.
  case tensor(String, takes: Int, String, limit: Int, setting: String)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .range(let name, let value, let range):
      "\(name) is \(value): give \(range.lowerBound) to \(range.upperBound)"
    case .bank(let fault): "bank: \(fault)"
    case .node(let name, let reason): "'\(name)': \(reason)"
    case .tensor(let name, let count, let unit, let limit, let setting):
      "'\(name)' takes \(count) \(unit), and \(setting) is \(limit): \(Self.remedy(setting, count))"
    }
  }

  private static func remedy(_ setting: String, _ count: Int) -> String {
    let most = TRONSizes.ranges[setting]?.upperBound ?? count
    return count <= most ? "set \(setting)=\(count) or more" : "no machine has more than \(most)"
  }
}
