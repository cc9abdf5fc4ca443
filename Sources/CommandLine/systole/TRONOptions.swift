import ArgumentParser
import Catalog
import TRON

/// The sizes of a TRON machine, and what is not ideal about its rings.
struct TRONOptions: ParsableArguments {
  @Option(help: "How scores come about: direct or decomposed.")
  var scores = TRONSizes.ScorePath.direct

  @Option(
    help: "The sizes to start from: micro (2 x 4, ideal), tiny (4 x 8) or reference (10 x 15, golden machine alone).",
    completion: .list(["micro", "tiny", "reference"]))
  var config = "tiny"

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Set a size of the machine, such as banks=4; may be repeated.", valueName: "name=value"))
  var settings: [Setting] = []

  @Flag(help: "No effects: sums of integers.")
  var ideal = false

  @Option(help: "Standard deviation of the current relative to it, 0 to 0.25.")
  var noise = 0.0

  @Option(help: "Seed of noise and of what fabrication leaves.")
  var noiseSeed: UInt64 = 1

  @Option(help: "Kelvins from where the bank was calibrated, -6 to 6; rings follow Lorentzian tuning then.")
  var temperature = 0.0

  @Flag(help: "Find the heaters of all banks at this temperature first, by the controllers in hardware.")
  var lock = false

  @Flag(
    help: "Take what neighbours heat off the codes of heaters, by a unit of the controllers. For --lock and --drift.")
  var predistortHeaters = false

  @Option(
    help: "Share of a heater's shift at the next ring, 0 to 0.9. For --lock and --drift; 0.05 where it is left out.")
  var heating: Double?

  /// The temperature as the machine takes it.
  var temperatureSteps: Int8 { Int8((temperature * RingBank.temperatureSteps).rounded()) }

  /// The sizes that the options say.
  ///
  /// - Parameter drifts: whether temperatures are gone through, with and without the lock.
  func sizes(drifts: Bool = false) throws -> TRONSizes {
    guard var sizes = TRONSizes.named.first(where: { $0.name == config })?.sizes else {
      throw RequestError(
        "no configuration is called '\(config)'; there are \(TRONSizes.named.map(\.name).joined(separator: ", "))")
    }
    let isTuned = temperature != 0 || lock || drifts
    guard !ideal || noise == 0 && !isTuned else {
      throw RequestError("--ideal has no effects: leave out --noise, --temperature, --lock and --drift, or --ideal")
    }
    guard lock || drifts || !predistortHeaters && heating == nil else {
      throw RequestError("--predistort-heaters and --heating are about heaters that are found: give --lock or --drift")
    }
    guard (-6...6).contains(temperature) else { throw RequestError("--temperature \(temperature): give -6 to 6") }
    for setting in settings {
      guard let size = TRONSizes.settings.first(where: { $0.name == setting.name }) else {
        let names = TRONSizes.settings.map(\.name).joined(separator: ", ")
        throw RequestError("TRON has no size '\(setting.name)'; there are \(names)")
      }
      guard let value = Int(setting.value) else {
        throw RequestError("\(setting.name)=\(setting.value): give a number")
      }
      sizes[keyPath: size.path] = value
    }
    if let fault = sizes.bank.fault { throw TRONError.bank(fault) }
    if lock || drifts {
      (sizes.bank.detection, sizes.locks, sizes.predistortsHeaters) = (.separate, true, predistortHeaters)
    }
    sizes.bank.converterBits = sizes.bank.losslessBits
    sizes.scorePath = scores
    if ideal {
      sizes.effects = RingEffects()
      sizes.predistorts = false
    }
    if isTuned {
      (sizes.effects.tuning, sizes.effects.drift) = (.lorentzian, sizes.effects.spectrum.driftPerKelvin)
      (sizes.effects.heaterStep, sizes.effects.heating) = (0.001, heating ?? 0.05)
    }
    sizes.effects.relativeNoise = noise
    sizes.effects.seed = noiseSeed
    sizes.effects.gain = 1
    if let fault = sizes.effects.fault { throw TRONError.bank(fault) }
    sizes.effects = sizes.effects.calibrated(sizes.bank, predistorts: sizes.predistorts)
    try sizes.validate()
    return sizes
  }
}
