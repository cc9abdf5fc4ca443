import AnalogMacros
import CRings

/// A stationary matrix on banks of rings, tile by tile, and its products with vectors.
///
/// An output's inner dimension takes ⌈inputs / N⌉ banks one behind the other, K outputs stand in one. Positive and negative activations are
/// passes of their own; a pass in which a bank would see zeros alone is not made. Each pass is converted and the codes are added, or
/// the currents are added and converted once, see ``TRONSizes/Accumulation``.
public struct RingProduct: Sendable {
  /// What products cost.
  public struct Counts: Hashable, Sendable {
    /// Loads of a row of rings, both arms.
    public var rowLoads = 0
    /// Passes of light through a bank, and those left out for zeros.
    public var passes = 0, skippedPasses = 0
    /// Lasers that are lit in passes, and those that are dark for a zero.
    public var lit = 0, dark = 0
    /// Conversions, for each arm that has a converter.
    public var conversions = 0
    /// Products of the matrix and the vectors.
    public var products = 0

    /// Nothing.
    public init() {}

    /// Both together.
    public static func += (left: inout Counts, right: Counts) {
      left.rowLoads += right.rowLoads
      left.passes += right.passes
      left.skippedPasses += right.skippedPasses
      left.lit += right.lit
      left.dark += right.dark
      left.conversions += right.conversions
      left.products += right.products
    }
  }

  /// The machine.
  public let sizes: TRONSizes
  /// Extents.
  public let inputs, outputs: Int
  private let rings: systole_rings
  private let calibration: RingCalibration
  private let starts: [UInt64]
  private let weights: [Int32]
  private let tiles: Int

  /// A matrix on the banks of a machine.
  ///
  /// - Parameters:
  ///   - matrix: codes of −127 to 127; that of output o and input i stands at `start` + o · `outputStride` + i · `inputStride`.
  ///   - unit: the head whose banks take the tiles; nil for all banks.
  ///   - temperature: steps of 0.05 K from where the banks were calibrated.
  ///   - detunings: of all resonances, by bank, arm, row and wavelength, in 1/1024 of half a linewidth; nil for those that
  ///     fabrication and temperature leave without heaters.
  public init(
    _ matrix: [Int8], start: Int = 0, inputs: Int, outputs: Int, outputStride: Int, inputStride: Int,
    sizes: TRONSizes, unit: Int? = nil, temperature: Int8 = 0, detunings: [Int64]? = nil
  ) {
    (self.sizes, self.inputs, self.outputs) = (sizes, inputs, outputs)
    let geometry = sizes.bank
    rings = RingBank.coefficients(geometry, sizes.effects)
    let calibration = RingCalibration(geometry, sizes.effects, predistorts: sizes.predistorts)
    self.calibration = calibration
    let banks = unit.map { $0 * sizes.banks..<($0 + 1) * sizes.banks } ?? 0..<sizes.allBanks
    starts = banks.map {
      CounterNoise(seed: sizes.effects.seed, macro: UInt32($0), purpose: .read).start
    }
    tiles = sizes.tiles(inputs: inputs, outputs: outputs).inner
    let places =
      detunings ?? (sizes.effects.tuning == .linear ? nil : Self.detunings(sizes, of: banks, temperature: temperature))
    var weights = [Int32](repeating: 0, count: 2 * outputs * tiles * geometry.wavelengths)
    withUnsafePointer(to: rings) { rings in
      calibration.withCalibration { calibration in
        withUnsafePointer(to: calibration) { calibration in
          matrix.withUnsafeBufferPointer { matrix in
            weights.withUnsafeMutableBufferPointer { weights in
              func program(_ detunings: UnsafePointer<Int64>?) {
                systole_rings_program(
                  rings, calibration, matrix.baseAddress! + start, Int32(outputs), Int32(inputs), Int64(outputStride),
                  Int64(inputStride), detunings, Int32(banks.count), weights.baseAddress!)
              }
              if let places { places.withUnsafeBufferPointer { program($0.baseAddress) } } else { program(nil) }
            }
          }
        }
      }
    }
    self.weights = weights
  }

  /// Where all resonances of a machine are without heaters, by bank, arm, row and wavelength.
  public static func detunings(_ sizes: TRONSizes, of banks: Range<Int>? = nil, temperature: Int8) -> [Int64] {
    (banks ?? 0..<sizes.allBanks).flatMap { number -> [Int64] in
      let bank = RingBank(sizes.bank, sizes.effects, number: UInt32(number))
      return (0..<2).flatMap { arm in
        (0..<sizes.bank.rows).flatMap { row in
          bank.detunings(row: row, arm: arm, temperature: temperature).map { Int64($0) }
        }
      }
    }
  }

  /// Events that products with so many vectors take.
  public func events(vectors: Int) -> Int {
    let (inner, groups) = sizes.tiles(inputs: inputs, outputs: outputs)
    return inner * groups * vectors * 2
  }

  /// The products of a vector.
  ///
  /// - Parameters:
  ///   - codes: −127 to 127.
  ///   - event: of the first pass of the first vector.
  ///   - vector: the number of the vector among `vectors`, which share the weights.
  public func times(
    _ codes: [Int32], event: UInt32 = 0, vector: Int = 0, of vectors: Int = 1, counts: inout Counts
  ) -> [Int64] {
    var made: [UInt8] = []
    return times(codes, event: event, vector: vector, of: vectors, counts: &counts, made: &made)
  }

  /// The products of a vector; `made` gets how many passes its part for each tile takes, 0 to 2.
  func times(
    _ codes: [Int32], event: UInt32, vector: Int, of vectors: Int, counts: inout Counts, made: inout [UInt8]
  ) -> [Int64] {
    precondition(codes.count == inputs, "the matrix has \(inputs) inputs, not \(codes.count)")
    var activations = [Int32](repeating: 0, count: 2 * tiles * sizes.bank.wavelengths)
    var passes = [UInt8](repeating: 0, count: 2 * tiles)
    var products = [Int64](repeating: 0, count: outputs)
    withUnsafePointer(to: rings) { rings in
      calibration.withCalibration { calibration in
        withUnsafePointer(to: calibration) {
          systole_rings_imprint(rings, $0, codes, Int32(inputs), &activations, &passes)
        }
      }
      systole_rings_products(
        rings, weights, Int32(outputs), Int32(tiles), activations, passes, event, Int32(vectors), Int32(vector), starts,
        Int32(starts.count), sizes.accumulation == .optical ? 1 : 0, GaussianTable.magnitudes, &products)
    }
    count(codes, passes, isFirst: vector == 0, &counts)
    made += (0..<tiles).map { passes[$0] + passes[tiles + $0] }
    return products
  }

  private func count(_ codes: [Int32], _ passes: [UInt8], isFirst: Bool, _ counts: inout Counts) {
    let (_, groups) = sizes.tiles(inputs: inputs, outputs: outputs)
    let made = passes.count { $0 == 1 }
    if isFirst { counts.rowLoads += outputs * tiles }
    counts.products += inputs * outputs
    counts.passes += made * groups
    counts.skippedPasses += (passes.count - made) * groups
    let lit = codes.count { $0 != 0 }
    counts.lit += lit * groups
    counts.dark += (made * sizes.bank.wavelengths - lit) * groups
    let polarities = (0..<2).count { polarity in passes[polarity * tiles..<(polarity + 1) * tiles].contains(1) }
    let converted = sizes.accumulation == .optical ? polarities : made
    counts.conversions += converted * outputs * (sizes.bank.detection == .separate ? 2 : 1)
  }
}
