/// Latencies and powers of the devices of a technology corner, as data: each with the source it is from.
public struct PhotonicDevices: Hashable, Sendable {
  /// A number with its unit and source.
  public struct Coefficient: Hashable, Sendable {
    /// What it is.
    public var name: String
    /// How much.
    public var value: Double
    /// Its unit.
    public var unit: String
    /// Where it is from.
    public var source: String

    /// A number of a source.
    public init(_ name: String, _ value: Double, _ unit: String, _ source: String) {
      (self.name, self.value, self.unit, self.source) = (name, value, unit, source)
    }
  }

  /// The name of the corner.
  public var name: String
  /// Seconds in which an electro-optic shift settles, a laser, a converter to light, one from light, a detector and an amplifier.
  public var tuning, laser, toAnalog, toDigital, detector, amplifier: Coefficient
  /// Watts for each nanometre of electro-optic shift, and for each of thermal trim.
  public var tuningPower, trimPower: Coefficient
  /// Watts of a converter to light, one from light, a detector and an amplifier while they work.
  public var toAnalogPower, toDigitalPower, detectorPower, amplifierPower: Coefficient
  /// Watts of a ring that stands still, and joules of a code that is set.
  public var ringPower, ringEnergy: Coefficient
  /// The power that a detector needs in dBm, and light over electric power.
  public var sensitivity, wallPlug: Coefficient
  /// Joules of a byte from or to a buffer.
  public var buffer: Coefficient

  /// All of them.
  public var all: [Coefficient] {
    [
      tuning, laser, toAnalog, toDigital, detector, amplifier, tuningPower, trimPower, toAnalogPower, toDigitalPower,
      detectorPower, amplifierPower, ringPower, ringEnergy, sensitivity, wallPlug, buffer,
    ]
  }

  private static let byte = Coefficient(
    "byte of a buffer", 0.83e-12, "J", other + ": bank of 32 KB, 1.66 pJ for two bytes")
  private static let own = "CrossLight and SONIC, device tables"
  private static let other = "Lightening-Transformer simulator, device file"

  /// The devices of the group's earlier accelerators; converters of 8 bits are recalled, not checked.
  public static let csu = PhotonicDevices(
    name: "CSU", tuning: .init("electro-optic tuning", 20e-9, "s", own),
    laser: .init("VCSEL", 0.07e-9, "s", "SONIC; CrossLight has 10 ns"),
    toAnalog: .init("DAC of 8 bits", 0.29e-9, "s", "recalled, not checked"),
    toDigital: .init("ADC of 8 bits", 0.82e-9, "s", "recalled, not checked"),
    detector: .init("photodetector", 5.8e-12, "s", own), amplifier: .init("TIA", 0.15e-9, "s", "CrossLight"),
    tuningPower: .init("electro-optic tuning", 4e-6, "W/nm", own),
    trimPower: .init(
      "thermo-optic trim", 27.5e-3 / 18, "W/nm", "CrossLight: 27.5 mW for a free spectral range of 18 nm"),
    toAnalogPower: .init("DAC of 8 bits", 3e-3, "W", "recalled, not checked"),
    toDigitalPower: .init("ADC of 8 bits", 3.1e-3, "W", "recalled, not checked"),
    detectorPower: .init("photodetector", 2.8e-3, "W", own), amplifierPower: .init("TIA", 7.2e-3, "W", "CrossLight"),
    ringPower: .init("ring at rest", 0, "W", "none given"), ringEnergy: .init("code of a ring", 0, "J", "none given"),
    sensitivity: .init("detector's need", -25, "dBm", "Lightening-Transformer: none is given in the CSU tables"),
    wallPlug: .init("laser", 0.2, "", "Lightening-Transformer"), buffer: byte)

  /// The devices of another group's simulator, at 5 GHz; the tuning time is that of CSU, for its rings are modulators.
  public static let lt = PhotonicDevices(
    name: "LT", tuning: .init("modulation of a ring", 0.2e-9, "s", "Lightening-Transformer: a core of 5 GHz"),
    laser: .init("laser, always lit", 0, "s", other), toAnalog: .init("DAC of 8 bits", 1 / 14e9, "s", other),
    toDigital: .init("ADC of 8 bits", 1 / 10e9, "s", other), detector: .init("photodetector", 5.8e-12, "s", own),
    amplifier: .init("TIA", 0.15e-9, "s", "CrossLight"),
    tuningPower: .init("tuning", 0, "W/nm", "in the ring's energy"),
    trimPower: .init(
      "thermo-optic trim", 27.5e-3 / 18, "W/nm", "CrossLight: 27.5 mW for a free spectral range of 18 nm"),
    toAnalogPower: .init("DAC of 8 bits", 50e-3, "W", other),
    toDigitalPower: .init("ADC of 8 bits", 14.8e-3, "W", other),
    detectorPower: .init("photodetector", 1.1e-3, "W", other), amplifierPower: .init("TIA", 3e-3, "W", other),
    ringPower: .init("ring at rest", 1.2e-3, "W", other), ringEnergy: .init("code of a ring", 42e-15 * 8, "J", other),
    sensitivity: .init("detector's need", -25, "dBm", other), wallPlug: .init("laser", 0.2, "", other), buffer: byte)

  /// Both corners.
  public static let corners = [csu, lt]

  /// Seconds from a code at a converter to a code from one, for a pass whose rings are set for it.
  public var symbolSeconds: Double {
    toAnalog.value + tuning.value + laser.value + detector.value + amplifier.value + toDigital.value
  }
}
