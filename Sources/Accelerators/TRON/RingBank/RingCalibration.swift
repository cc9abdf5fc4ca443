import CRings
import NumberFormats

/// How magnitudes of operands become codes of rings: what an electronic control unit does in front of a bank.
///
/// Crosstalk by the matrix is a known mix, and its inverse to first order is
///
///     cᵢ = min(rne(mᵢ · (B + Aᵢ − Σⱼ Ψ|i−j| · mⱼ) / 2^20), top)
///
/// for magnitudes m, with B = g · 2^(f + 20), Aᵢ = B · (1 − Tmin) Σⱼ φ|i−j| and Ψ = B · g · φ · span / greatest. g < 1 leaves room for
/// the correction, and the receiver's gain makes up for it. For Lorentzian tuning a table follows, the inverse of the
/// ring's curve over the compressed range: the transmission Tmin + span · c / top has its shift.
public struct RingCalibration: Hashable, Sendable {
  /// Fraction bits of B, A and Ψ.
  public static let factorBits = 20

  /// Whether the mix is inverted.
  public let predistorts: Bool
  /// Fraction bits of the codes in front of the table.
  public let fractionBits: Int
  /// The greatest code in front of the table.
  public let top: Int
  /// B.
  public let base: Int64
  /// A of each wavelength.
  public let constants: [Int64]
  /// Ψ at each distance; that at 0 is 0.
  public let taps: [Int64]
  /// The code of a ring for each code; nil where they are the same.
  public let table: [Int32]?
  /// g.
  public let range: Double

  /// Codes for a bank.
  ///
  /// - Parameter predistorts: whether crosstalk by the matrix is inverted.
  public init(_ geometry: RingBankGeometry, _ effects: RingEffects, predistorts: Bool) {
    let spectrum = effects.spectrum
    let isLorentzian = effects.tuning == .lorentzian
    let least = isLorentzian ? spectrum.leastTransmission : 0
    let span = isLorentzian ? spectrum.transmission(detuning: effects.greatestShift) - least : 1
    let count = geometry.wavelengths
    let greatest = Double(geometry.greatest)
    let crosstalk = (0..<count).map { $0 == 0 ? 0 : spectrum.crosstalk(distance: $0) }
    let sums = (0..<count).map { place in (0..<count).reduce(0) { $0 + crosstalk[abs(place - $1)] } }
    fractionBits = effects.fractionBits
    top = geometry.greatest << effects.fractionBits
    range = predistorts ? 1 / (1 + (1 - least) * (sums.max() ?? 0)) : 1
    self.predistorts = predistorts
    let one = range * Double(1 << (effects.fractionBits + Self.factorBits))
    func integer(_ value: Double) -> Int64 { Int64(value.rounded(.toNearestOrEven)) }
    base = integer(one)
    constants = sums.map { integer(one * (1 - least) * $0) }
    let scale = one * range * span / greatest
    taps = crosstalk.map { integer(scale * $0) }
    let codes = top
    table =
      isLorentzian
      ? (0...top).map { code in
        let shift = spectrum.shift(for: least + span * Double(code) / Double(codes))
        let steps = Double(1 << effects.tuningBits - 1)
        return Int32(min((shift / effects.greatestShift * steps).rounded(.toNearestOrEven), steps))
      } : nil
  }

  /// The gain that makes up for the range, and for what rings take from light that passes them.
  public func gain(_ geometry: RingBankGeometry, _ effects: RingEffects) -> Double {
    var kept = 1.0
    for _ in 0..<geometry.wavelengths { kept *= 1 - effects.throughLoss }
    let factor = effects.imprintsByRings ? range * range : range
    return 1 / (factor * kept)
  }

  /// The codes of a row of magnitudes in front of the table.
  public func fine(_ magnitudes: [Int]) -> [Int] {
    magnitudes.indices.map { place in
      guard predistorts else { return magnitudes[place] << fractionBits }
      var factor = base + constants[place]
      for other in magnitudes.indices { factor -= taps[abs(place - other)] * Int64(magnitudes[other]) }
      return min(Int((Int64(magnitudes[place]) * factor).roundedShiftRight(by: Self.factorBits)), top)
    }
  }

  /// The codes of rings for a row of magnitudes.
  public func codes(_ magnitudes: [Int]) -> [Int] {
    fine(magnitudes).map { code in table.map { Int($0[code]) } ?? code }
  }

  /// The codes of both arms for a row of signed weights; wavelengths beyond them have 0.
  public func codes(weights: [Int], wavelengths: Int) -> (positive: [Int], negative: [Int]) {
    let padded = weights + [Int](repeating: 0, count: wavelengths - weights.count)
    return (codes(padded.map { max($0, 0) }), codes(padded.map { max(-$0, 0) }))
  }

  /// The same in C, with the table at an address.
  func withCalibration<Result>(_ body: (systole_calibration) -> Result) -> Result {
    var calibration = systole_calibration()
    calibration.predistorts = predistorts ? 1 : 0
    calibration.base = base
    calibration.top = Int32(top)
    withUnsafeMutableBytes(of: &calibration.constants) { raw in
      let all = raw.bindMemory(to: Int64.self)
      for (place, value) in constants.enumerated() { all[place] = value }
    }
    withUnsafeMutableBytes(of: &calibration.taps) { raw in
      let all = raw.bindMemory(to: Int64.self)
      for (place, value) in taps.enumerated() { all[place] = value }
    }
    guard let table else { return body(calibration) }
    return table.withUnsafeBufferPointer {
      calibration.table = $0.baseAddress
      return body(calibration)
    }
  }
}

extension RingEffects {
  /// The effects with the receiver's gain set by a calibration.
  public func calibrated(_ geometry: RingBankGeometry, predistorts: Bool) -> RingEffects {
    var effects = self
    effects.gain = RingCalibration(geometry, self, predistorts: predistorts).gain(geometry, self)
    return effects
  }
}
