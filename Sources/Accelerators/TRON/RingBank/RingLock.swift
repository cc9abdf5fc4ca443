import Foundation

/// How the heaters of a bank bring its resonances onto their light.
public enum RingLock {
  /// The heaters of a row and arm that move its resonances by `shifts`, in steps of the heater: p = K⁻¹ · shifts, with the coupling of
  /// neighbours K|i−j| = heating^|i−j| inverted, so that no heater is undone by another.
  ///
  /// The inverse of this matrix has three diagonals: 1 / (1 − h²) times 1 at both ends and 1 + h² between them, −h beside them.
  public static func solved(shifts: [Double], heating: Double) -> [Double] {
    let last = shifts.count - 1
    guard heating > 0, last > 0 else { return shifts }
    let scale = 1 / (1 - heating * heating)
    return shifts.indices.map { place in
      var sum = shifts[place] * (place == 0 || place == last ? 1 : 1 + heating * heating)
      if place > 0 { sum -= heating * shifts[place - 1] }
      if place < last { sum -= heating * shifts[place + 1] }
      return sum * scale
    }
  }

  /// What `powers` shift, with coupling: K · powers.
  public static func shifts(powers: [Double], heating: Double) -> [Double] {
    powers.indices.map { place in
      powers.indices.reduce(0) { $0 + powers[$1] * pow(heating, Double(abs(place - $1))) }
    }
  }

  /// Finds the heaters of a bank by dither, from the codes of its converters alone, and sets them.
  ///
  /// Only one wavelength is lit and all codes of rings are 0, so that a ring on its resonance gives the least current. A ring's heater
  /// walks by `reach`, half of it, … one step to the lower of its two neighbours; with coupling, sweeps over all rings of a row
  /// are repeated. Where heaters are predistorted it is the wanted place that walks, and neighbours follow so that their rings stay. The
  /// codes of rings are written anew afterwards.
  ///
  /// - Parameters:
  ///   - bank: for ``RingEffects/Tuning/lorentzian``, with heaters; each arm is converted by itself
  ///     (``RingBankGeometry/Detection/separate``), for the arms of a row would cancel.
  ///   - temperature: at which it is locked.
  ///   - sweeps: over the rings of a row.
  ///   - reach: the first step of a heater, in codes.
  ///   - predistortion: what makes codes of heaters of wanted ones; nil where they are the same.
  /// - Returns: the number of conversions.
  @discardableResult
  public static func lock(
    _ bank: inout RingBank, temperature: Int8 = 0, sweeps: Int = 3, reach: Int = 64,
    predistortion: HeaterPredistortion? = nil
  ) -> Int {
    let (geometry, zeros) = (bank.geometry, [Int](repeating: 0, count: bank.geometry.wavelengths))
    precondition(geometry.detection == .separate, "the lock reads each arm by itself")
    for row in 0..<geometry.rows { bank.write(row: row, positive: zeros, negative: zeros) }
    var conversions = 0
    for row in 0..<geometry.rows {
      var heaters = [zeros, zeros]
      func heat(_ wanted: [[Int]]) {
        let codes = wanted.map { predistortion?.codes($0) ?? $0 }
        bank.heat(row: row, positive: codes[0], negative: codes[1])
      }
      func code(_ ring: Int, _ arm: Int, _ heater: Int) -> Int {
        var other = heaters
        other[arm][ring] = heater
        heat(other)
        var light = zeros
        light[ring] = bank.greatestActivation
        conversions += 1
        return bank.armCodes(activations: light, event: UInt32(conversions), temperature: temperature)[row][arm]
      }
      for sweep in 0..<sweeps {
        for arm in 0..<2 {
          for ring in 0..<geometry.wavelengths {
            var step = sweep == 0 ? reach : max(1, reach >> (2 * sweep))
            var least = code(ring, arm, heaters[arm][ring])
            while step >= 1 {
              let place = heaters[arm][ring]
              let (below, above) = (code(ring, arm, place - step), code(ring, arm, place + step))
              if below < least && below <= above {
                (heaters[arm][ring], least) = (place - step, below)
              } else if above < least {
                (heaters[arm][ring], least) = (place + step, above)
              } else {
                step /= 2
              }
            }
          }
        }
      }
      heat(heaters)
    }
    return conversions
  }
}
