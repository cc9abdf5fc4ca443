import AnalogMacros
import ArgumentParser
import Catalog
import HeTraX

/// The sizes of a generated HeTraX machine, and what is not ideal about its crossbars.
struct HeTraXHardwareOptions: ParsableArguments {
  @Option(help: "How weights become levels: offset, flipped-offset or differential.")
  var encoding = WeightEncoding.flippedOffset

  @Option(help: "Standard deviation of a cell's conductance, relative to its level, 0 to 1.")
  var programmingError = 0.0

  @Option(help: "Standard deviation of a column's current in a read, in steps of a level, 0 to 64.")
  var readNoise = 0.0

  @Option(help: "Change of a cell's conductance for each kelvin above 300 K, relative, where crossbars are warm.")
  var temperatureCoefficient = CrossbarWarmth().temperatureCoefficient

  @Option(help: "Seed of the errors of the crossbars.")
  var noiseSeed: UInt64 = 1

  @Option(
    help: "The sizes to start from: micro, tiny (crossbars of 32 x 32, 20 a core) or layer (128 x 128, 32 a core).",
    completion: .list(["micro", "tiny", "layer"]))
  var config = "layer"

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Set a size of the machine, such as block=8; may be repeated.", valueName: "name=value"))
  var settings: [Setting] = []

  /// The sizes that the options say.
  ///
  /// - Parameter warms: whether temperature changes the cells.
  func sizes(warms: Bool) throws -> HeTraXSizes {
    guard var sizes = HeTraXSizes.named.first(where: { $0.name == config })?.sizes else {
      throw RequestError(
        "no configuration is called '\(config)'; there are \(HeTraXSizes.named.map(\.name).joined(separator: ", "))")
    }
    sizes.resistive.crossbar.encoding = encoding
    if encoding != .flippedOffset {
      sizes.resistive.crossbar.geometry.converterBits = sizes.resistive.crossbar.geometry.losslessBits
    }
    sizes.resistive.crossbar.effects.seed = noiseSeed
    sizes.resistive.crossbar.effects.relativeProgramming = programmingError
    sizes.resistive.crossbar.effects.readNoise = readNoise
    sizes.resistive.crossbar.effects.temperatureCoefficient = warms ? temperatureCoefficient : 0
    for setting in settings {
      guard let size = HeTraXSizes.settings.first(where: { $0.name == setting.name }) else {
        let names = HeTraXSizes.settings.map(\.name).joined(separator: ", ")
        throw RequestError("HeTraX has no size '\(setting.name)'; there are \(names)")
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
