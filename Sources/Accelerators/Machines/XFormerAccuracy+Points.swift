import AnalogMacros

extension XFormerAccuracy {
  /// The points that are measured where nothing else is asked for.
  ///
  /// Converters are those of whole level steps, and "fine" ones of nine bits with steps of a quarter, whose range still holds the sums of
  /// differential columns.
  public static let points: [Point] =
    [Point("ideal")] + converters + programming + cells + reads + ages + warmth + wires

  private static var converters: [Point] {
    let sweep = "converter bits"
    var points = [8, 7, 6, 5, 4].map {
      Point("adc-\($0)", sweep: sweep, at: Double($0), converterBits: $0)
    }
    points += [9, 8, 7].map {
      Point("offset-adc-\($0)", .offset, sweep: sweep, at: Double($0), converterBits: $0)
    }
    points += [8, 7].map {
      Point("flipped-adc-\($0)", .flippedOffset, sweep: sweep, at: Double($0), converterBits: $0)
    }
    points.append(
      Point("programming-5-adc-7", sweep: sweep, at: 7, converterBits: 7) { $0.relativeProgramming = 0.05 })
    points += [(8, 1), (8, 2), (10, 3)].map { bits, fraction in
      Point(
        "programming-5-adc-\(bits).\(fraction)", sweep: "fraction bits of a converter", at: Double(fraction),
        converterBits: bits, codeFractionBits: fraction
      ) { $0.relativeProgramming = 0.05 }
    }
    return points
  }

  private static var programming: [Point] {
    let sweep = "programming error in percent"
    var points: [Point] = []
    for percent in [1, 2, 3, 5, 10, 20] {
      for fraction in [0, 2] {
        points.append(
          Point(
            "programming-\(percent)\(fraction > 0 ? "-fine" : "")", sweep: sweep, at: Double(percent),
            codeFractionBits: fraction
          ) { $0.relativeProgramming = Double(percent) / 100 })
      }
    }
    points += [1, 5].map { percent in
      Point("offset-programming-\(percent)", .offset, sweep: sweep, at: Double(percent)) {
        $0.relativeProgramming = Double(percent) / 100
      }
    }
    points += [5, 10, 20].map { percent in
      Point("programming-\(percent)-fine-verified", sweep: sweep, at: Double(percent), codeFractionBits: 2) {
        ($0.relativeProgramming, $0.verifyTolerance) = (Double(percent) / 100, 0.1)
      }
    }
    for (name, share) in [("0.3", 0.003), ("1", 0.01)] {
      for fraction in [0, 2] {
        points.append(
          Point(
            "absolute-\(name)\(fraction > 0 ? "-fine" : "")", sweep: "absolute error in percent", at: share * 100,
            codeFractionBits: fraction
          ) { $0.absoluteProgramming = share })
      }
    }
    return points
  }

  private static var cells: [Point] {
    [("0.01", 0.0001), ("0.1", 0.001), ("1", 0.01)].map { name, share in
      Point("stuck-\(name)", sweep: "stuck cells in percent", at: share * 100) {
        // Seven of eight at the lowest level of those that are stuck.
        ($0.stuckLowest, $0.stuckHighest) = (share * 7 / 8, share / 8)
      }
    }
  }

  private static var reads: [Point] {
    [0.25, 0.5, 1].map { noise in
      Point("read-\(noise)", sweep: "read noise in level steps", at: noise) { $0.readNoise = noise }
    }
  }

  private static var ages: [Point] {
    [0.005, 0.02].map { exponent in
      Point("drift-\(exponent)", sweep: "drift exponent", at: exponent, codeFractionBits: 2) {
        ($0.driftExponent, $0.age) = (exponent, 1000)
      }
    }
  }

  /// Warm reads, whose conductance is less by a thousandth a kelvin, and cells that grew old warm: 1.1 eV, the age 10.
  private static var warmth: [Point] {
    [25, 50, 100].map { kelvins in
      Point(
        "warm-\(300 + kelvins)", sweep: "kelvins of reads", at: Double(300 + kelvins), codeFractionBits: 2,
        temperature: UInt8(2 * kelvins)
      ) { $0.temperatureCoefficient = -0.001 }
    }
      + [25, 50, 100].map { kelvins in
        Point("stored-\(300 + kelvins)", sweep: "kelvins of ageing", at: Double(300 + kelvins), codeFractionBits: 2) {
          ($0.driftExponent, $0.age, $0.activationEnergy) = (0.005, 10, 1.1)
          $0.storedKelvins = 300 + Double(kelvins)
        }
      }
  }

  private static var wires: [Point] {
    [("0.01", 0.0001), ("0.03", 0.0003)].map { name, loss in
      Point("wires-\(name)", sweep: "loss a cell of wire in percent", at: loss * 100, codeFractionBits: 2) {
        ($0.lossPerRow, $0.lossPerColumn) = (loss, loss)
      }
    }
  }
}
