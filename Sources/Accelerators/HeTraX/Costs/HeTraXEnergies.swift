/// Energies of the machine's events, as data: what a coefficient is, in joules, and where it is from.
public struct HeTraXEnergies: Hashable, Sendable {
  /// A coefficient.
  public struct Coefficient: Hashable, Sendable, Codable {
    /// What it is for.
    public var name: String
    /// Joules of an event.
    public var joules: Double
    /// Technology and origin; `default` where nothing is published.
    public var source: String

    /// A coefficient.
    public init(_ name: String, _ joules: Double, source: String) {
      (self.name, self.joules, self.source) = (name, joules, source)
    }
  }

  /// An operation of a multiprocessor of the Volta class at full speed.
  public var voltaOperation = Coefficient(
    "operation of a Volta-class multiprocessor", VoltaTiming().joulesPerOperation,
    source: "12 nm data sheet: 300 W for 125 TFLOPS")
  /// An operation of a small core: half a multiply-accumulate of 8 bits.
  public var liteOperation = Coefficient(
    "operation of SM-lite, 8 bits", 0.25e-12, source: "default, not published: no synthesis stands behind it")
  /// A crossbar that is read for a plane, with its drivers.
  public var crossbarPlane = Coefficient(
    "read of a crossbar of 128 rows for a plane", (0.3e-3 + 128 * 3.9e-6) * 100e-9,
    source: "32 nm PUMA-class components: 0.3 mW + 128 · 3.9 µW for 100 ns")
  /// A conversion of 8 bits.
  public var conversion = Coefficient(
    "conversion of 8 bits", 2e-3 / 1.28e9, source: "32 nm PUMA-class components: 2 mW at 1.28 GS/s")
  /// A row of a crossbar that is written.
  public var rowWrite = Coefficient(
    "write of a row of a crossbar", 21.1e-9 / 128, source: "32 nm PUMA-class components: 21.1 nJ for 128 rows")
  /// A byte from or to memory.
  public var memoryByte = Coefficient(
    "byte from or to memory", 62.4e-12 / 2, source: "published photonic-accelerator baseline: 62.4 pJ for two bytes")
  /// A byte from or to a cache slice.
  public var cacheByte = Coefficient(
    "byte from or to a cache slice", 1.66e-12 / 2, source: "the same: 1.66 pJ for two bytes of a 32 KB bank")
  /// A byte over a link and through a router.
  public var hopByte = Coefficient(
    "byte over a link", 2.0e-12 / 2, source: "the same: 2.0 pJ for two bytes on a network")
  /// A byte through vias, in addition.
  public var viaByte = Coefficient("byte from tier to tier, in addition", 0.4e-12, source: "default, not published")
  /// Watts of a memory controller that is on, for each second.
  public var controllerSecond = Coefficient(
    "second of a memory controller", 1, source: "default, not published")

  /// The coefficients.
  public init() {}

  /// All of them.
  public var all: [Coefficient] {
    [
      voltaOperation, liteOperation, crossbarPlane, conversion, rowWrite, memoryByte, cacheByte, hopByte, viaByte,
      controllerSecond,
    ]
  }

  /// Joules of an operation of a model.
  public func operation(_ model: StreamingModel) -> Double {
    switch model {
    case .volta: voltaOperation.joules
    case .lite: liteOperation.joules
    }
  }

  /// Joules of a plane of a crossbar, its conversions included.
  public func plane(_ core: ResistiveCore) -> Double {
    crossbarPlane.joules * Double(core.geometry.rows) / 128 + Double(core.geometry.columns) * conversion.joules
  }
}
