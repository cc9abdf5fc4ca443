public import AnalogMacros
import Foundation

/// What temperature does to a crossbar: its code, and the strengths of ``Nonidealities`` at it.
///
/// Three effects, each by a knob of the macro. Conductance changes by `temperatureCoefficient` a kelvin, in every read, by the
/// temperature code. Drift ages faster by Arrhenius' law: `age` is multiplied when cells are programmed. Johnson noise adds to
/// `readNoise`; by itself it is some seventy times weaker than telegraph noise at 10 µS and explains no loss of accuracy.
public struct CrossbarWarmth: Hashable, Sendable, Codable {
  /// Change of conductance for each kelvin above 300 K, relative.
  public var temperatureCoefficient = 1e-3  // default, not published
  /// Electronvolts of the drift's activation; 0 for none.
  public var activationEnergy = 0.0
  /// Siemens of a cell at the greatest level.
  public var conductance = 10e-6
  /// Volts of a read, and hertz of its bandwidth.
  public var readVoltage = 0.5
  /// Hertz.
  public var bandwidth = 10e6

  /// Boltzmann's constant in J/K and in eV/K.
  private static let boltzmann = (joules: 1.380649e-23, electronvolts: 8.617333e-5)

  /// The default strengths.
  public init() {}

  /// The macro's temperature code: half kelvins above 300 K, to nearest, 0 to 255.
  public static func code(kelvins: Double) -> UInt8 {
    let halves = ((kelvins - CrossbarCoefficients.coldest) * 2).rounded(.toNearestOrEven)
    return UInt8(min(max(halves.isFinite ? halves : 255, 0), 255))
  }

  /// Kelvins of a code.
  public static func kelvins(code: UInt8) -> Double { CrossbarCoefficients.coldest + Double(code) / 2 }

  /// Standard deviation of a cell's conductance by Johnson noise, relative: √(4·G·k·T·F) / (V·G).
  public func johnson(kelvins: Double) -> Double {
    (4 * conductance * Self.boltzmann.joules * kelvins * bandwidth).squareRoot() / (readVoltage * conductance)
  }

  /// How much faster cells drift than at 300 K.
  public func acceleration(kelvins: Double) -> Double {
    activationEnergy == 0
      ? 1 : exp(activationEnergy / Self.boltzmann.electronvolts * (1 / CrossbarCoefficients.coldest - 1 / kelvins))
  }

  /// Relative error of a cell at a temperature: change of conductance and Johnson noise, as one deviation.
  ///
  /// This is the noise objective of the placement.
  public func deviation(kelvins: Double) -> Double {
    let change = temperatureCoefficient * (kelvins - CrossbarCoefficients.coldest)
    let noise = johnson(kelvins: kelvins)
    return (change * change + noise * noise).squareRoot()
  }

  /// The strengths of `base` for cells of `geometry` that are programmed and read at a temperature.
  ///
  /// The change of conductance is not in it twice: reads are given ``code(kelvins:)``.
  public func effects(_ base: Nonidealities, _ geometry: CrossbarGeometry, kelvins: Double) -> Nonidealities {
    var effects = base
    effects.temperatureCoefficient = temperatureCoefficient
    effects.age = min(max(1, base.age * acceleration(kelvins: kelvins)), 1e12)
    // A column's current sums the noise of its cells; half of them conduct at the greatest level.
    let cells = Double(geometry.rows) / 2
    let johnson = johnson(kelvins: kelvins) * Double(geometry.greatestLevel) * cells.squareRoot()
    effects.readNoise = min((base.readNoise * base.readNoise + johnson * johnson).squareRoot(), 64)
    return effects
  }

  /// Root mean square of the error of products with a random matrix at a temperature, relative to that of the exact products:
  /// what the macro's own arithmetic gives, not an estimate.
  ///
  /// - Parameters:
  ///   - rows: inputs, and outputs of the matrix.
  ///   - vectors: products that are made.
  public func productError(
    _ configuration: CrossbarProduct.Configuration, kelvins: Double, rows: Int = 64, vectors: Int = 4, seed: UInt64 = 1
  ) -> Double {
    var random = HeTraXRandom(seed: seed)
    let matrix = (0..<rows).map { _ in (0..<rows).map { _ in Int32(random.next(below: 255)) - 127 } }
    var heated = configuration
    heated.effects = effects(configuration.effects, configuration.geometry, kelvins: kelvins)
    let product = CrossbarProduct(matrix, heated)
    var (error, power) = (0.0, 0.0)
    for vector in 0..<vectors {
      let input = (0..<rows).map { _ in Int32(random.next(below: 255)) - 127 }
      let got = product.times(
        input, event: UInt32(vector * configuration.inputBits), temperature: Self.code(kelvins: kelvins))
      for column in 0..<rows {
        let exact = (0..<rows).reduce(0) { $0 + Int(input[$1]) * Int(matrix[$1][column]) }
        error += Double((Int(got[column]) - exact) * (Int(got[column]) - exact))
        power += Double(exact * exact)
      }
    }
    return (error / power).squareRoot()
  }
}
