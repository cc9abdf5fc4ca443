import NumberFormats

/// Codes of the heaters of a row that move its resonances as wanted, in integers: what neighbours heat is taken off before.
///
/// A step of the heater of ring j moves the resonance of ring i by K of i and j steps; K is heating^|i−j| in a bank. For wanted codes s
///
///     pᵢ = clamp(rne(Σⱼ Cᵢⱼ · sⱼ / 2^F), −2048…2047),  C = rne(2^F · K⁻¹)
///
/// with ties to even, so that K · p is s but for roundings: p is within ½ + Σⱼ |sⱼ| / 2^(F + 1) of K⁻¹ · s, and only those j count
/// whose C is not exact. For the coupling of a bank C has three diagonals; ``RingLock/solved(shifts:heating:)`` has them in real numbers.
public struct HeaterPredistortion: Hashable, Sendable {
  /// Bits of a code, signed.
  public static let codeBits = 12
  /// The codes that a heater has.
  public static let codes = -1 << (codeBits - 1)...1 << (codeBits - 1) - 1

  /// F.
  public let fractionBits: Int
  /// C, ring by ring.
  public let coefficients: [[Int]]

  /// The inverse of a coupling, such as a measured one.
  ///
  /// - Parameters:
  ///   - coupling: K, ring by ring: what the heater of the column moves at the ring of the row, in steps of its own ring's.
  ///   - fractionBits: F, 1 to 20.
  /// - Returns: nil where the coupling is no square or has no inverse whose entries are below 64 in magnitude.
  public init?(coupling: [[Double]], fractionBits: Int = 14) {
    precondition((1...20).contains(fractionBits), "fractionBits is \(fractionBits): give 1 to 20")
    guard let inverse = Self.inverse(coupling), inverse.allSatisfy({ $0.allSatisfy { abs($0) < 64 } }) else {
      return nil
    }
    self.fractionBits = fractionBits
    let one = Double(1 << fractionBits)
    coefficients = inverse.map { $0.map { Int(($0 * one).rounded(.toNearestOrEven)) } }
  }

  /// The inverse of the coupling of a row of a bank.
  public init(_ geometry: RingBankGeometry, _ effects: RingEffects) {
    let coupling = Self.coupling(rings: geometry.wavelengths, heating: effects.heating)
    // A share of at most 0.9 keeps the entries of the inverse below 10.
    guard let own = HeaterPredistortion(coupling: coupling) else {
      preconditionFailure("heating is \(effects.heating), and must be 0 to 0.9")
    }
    self = own
  }

  /// Rings of a row.
  public var rings: Int { coefficients.count }

  /// K of a row of rings: heating^|i−j|.
  public static func coupling(rings: Int, heating: Double) -> [[Double]] {
    var shares = [1.0]
    while shares.count < rings { shares.append(shares[shares.count - 1] * heating) }
    return (0..<rings).map { ring in (0..<rings).map { shares[abs(ring - $0)] } }
  }

  /// The codes of heaters for wanted codes, which have the range of a heater's as well.
  public func codes(_ wanted: [Int]) -> [Int] {
    precondition(wanted.count == rings, "a row has \(rings) rings, not \(wanted.count)")
    precondition(wanted.allSatisfy(Self.codes.contains), "a wanted code is not -2048 to 2047")
    return coefficients.map { row in
      let sum = zip(row, wanted).reduce(Int64(0)) { $0 + Int64($1.0) * Int64($1.1) }
      return min(max(Int(sum.roundedShiftRight(by: fractionBits)), Self.codes.lowerBound), Self.codes.upperBound)
    }
  }

  /// The inverse by elimination, the greatest pivot of a column first; nil where there is none.
  private static func inverse(_ matrix: [[Double]]) -> [[Double]]? {
    let count = matrix.count
    guard count > 0, matrix.allSatisfy({ $0.count == count }) else { return nil }
    var rows = matrix.enumerated().map { index, row in row + (0..<count).map { $0 == index ? 1 : 0 } }
    for column in 0..<count {
      let pivot = (column..<count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      guard abs(rows[pivot][column]) > 1e-9 else { return nil }
      rows.swapAt(column, pivot)
      let scale = 1 / rows[column][column]
      rows[column] = rows[column].map { $0 * scale }
      for other in 0..<count where other != column {
        let factor = rows[other][column]
        guard factor != 0 else { continue }
        for place in rows[other].indices { rows[other][place] -= factor * rows[column][place] }
      }
    }
    return rows.map { Array($0[count...]) }
  }
}
