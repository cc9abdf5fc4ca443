import AnalogMacros
import ArgumentParser
import Catalog
import XFormer

extension WeightEncoding: ExpressibleByArgument {
  /// As the other options are written: `flipped-offset`.
  private var word: String { self == .flippedOffset ? "flipped-offset" : rawValue }

  /// The encoding that a word names.
  public init?(argument: String) {
    guard let encoding = Self.allCases.first(where: { $0.word == argument }) else { return nil }
    self = encoding
  }

  /// All words.
  public static var allValueStrings: [String] { allCases.map(\.word) }
  /// The word of the default.
  public var defaultValueDescription: String { word }
}
/// The sizes of an X-Former machine, and what is not ideal about its crossbars.
struct XFormerOptions: ParsableArguments {
  @Option(help: "How weights become levels: offset, flipped-offset or differential.")
  var encoding = WeightEncoding.differential

  @Option(help: "Standard deviation of a cell's conductance, relative to its level, 0 to 1.")
  var programmingError = 0.0

  @Option(help: "Standard deviation of a column's current in a read, in steps of a level, 0 to 64.")
  var readNoise = 0.0

  @Option(
    help:
      "How near to its level a cell has to be read back when it is written, in steps of a level, 0 to 4; 0: not read back."
  )
  var verifyTolerance = 0.0

  @Option(help: "Pulses that such a cell gets at most, 1 to 15.")
  var verifyPulses = 8

  @Option(help: "Change of conductance for each kelvin above 300 K, relative, -0.01 to 0.01.")
  var temperatureCoefficient = 0.0

  @Option(help: "Seed of the errors of the crossbars.")
  var noiseSeed: UInt64 = 1

  @Option(
    help: "The sizes to start from: micro, compact, tiny or layer.",
    completion: .list(["micro", "compact", "tiny", "layer"]))
  var config = "compact"

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Set a size of the machine, such as block=8; may be repeated.", valueName: "name=value"))
  var settings: [Setting] = []

  /// The sizes that the options say.
  func sizes() throws -> XFormerSizes {
    var sizes = try Self.sizes(config, settings)
    sizes.crossbar.encoding = encoding
    sizes.crossbar.effects.seed = noiseSeed
    sizes.crossbar.effects.relativeProgramming = programmingError
    sizes.crossbar.effects.readNoise = readNoise
    sizes.crossbar.effects.verifyTolerance = verifyTolerance
    sizes.crossbar.effects.verifyPulses = verifyPulses
    sizes.crossbar.effects.temperatureCoefficient = temperatureCoefficient
    try sizes.validate()
    return sizes
  }

  /// Named sizes with settings.
  static func sizes(_ config: String, _ settings: [Setting]) throws -> XFormerSizes {
    guard var sizes = XFormerSizes.named.first(where: { $0.name == config })?.sizes else {
      throw RequestError(
        "no configuration is called '\(config)'; there are \(XFormerSizes.named.map(\.name).joined(separator: ", "))")
    }
    for setting in settings {
      guard let size = XFormerSizes.settings.first(where: { $0.name == setting.name }) else {
        let names = XFormerSizes.settings.map(\.name).joined(separator: ", ")
        throw RequestError("X-Former has no size '\(setting.name)'; there are \(names)")
      }
      guard let value = Int(setting.value) else {
        throw RequestError("\(setting.name)=\(setting.value): give a number")
      }
      sizes[keyPath: size.path] = value
    }
    try sizes.validate()
    return sizes
  }
}
