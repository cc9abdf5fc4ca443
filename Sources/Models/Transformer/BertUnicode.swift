import Foundation

/// What characters are, by the tables of Hugging Face `tokenizers`.
///
/// `tokenizers` takes its tables from three places of different age, checked over every Unicode scalar with release 0.23:
/// - general categories are those of Unicode 8.0. A character that came later has none: it is no punctuation, no mark, no
///   control. Four marks and two signs have changed since, and are listed.
/// - decomposition and combining classes are those of Unicode 9.0.
/// - white space and lower case are those of the newest Unicode, where nothing assigned earlier ever changes.
///
/// The platform's tables are newer than the first two, and give the age of each character: what is younger is left out.
enum BertUnicode {
  private static func isKnown(_ properties: Unicode.Scalar.Properties, since version: Unicode.Version) -> Bool {
    guard let age = properties.age else { return false }
    return age <= version
  }

  private static let categories: Unicode.Version = (8, 0)
  private static let normalization: Unicode.Version = (9, 0)

  /// White space, the four ASCII controls of it included.
  static func isWhitespace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

  /// What cleaning drops.
  static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D: return false
    case 0x20..<0x7F: return false
    case 0xFFFD: return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .privateUse: return isKnown(scalar.properties, since: categories)
    default: return false
    }
  }

  /// Chinese characters of `tokenizers`: extensions A to E (the first 256 characters of E are missing there), without the
  /// extensions since, and the two blocks of compatibility ideographs.
  static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F, 0x2B920...0x2CEAF,
      0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  /// Punctuation, which is a word of its own: all ASCII signs that are neither letter nor digit, and the categories P.
  static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return true
    case 0..<0x80: return false
    case 0x166D, 0x111C9: return true  // Punctuation in Unicode 8.0; a symbol and a mark since.
    default: break
    }
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return isKnown(scalar.properties, since: categories)
    default: return false
    }
  }

  /// A nonspacing mark, category Mn.
  static func isNonspacingMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x300: return false
    case 0x1734, 0x1171E: return true  // Nonspacing in Unicode 8.0, spacing since.
    case 0x1885, 0x1886, 0xA9BD, 0x111C9: return false  // The reverse, or no mark at all then.
    default:
      return scalar.properties.generalCategory == .nonspacingMark && isKnown(scalar.properties, since: categories)
    }
  }

  /// The canonical decomposition (NFD).
  static func decomposed(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(scalars.count)
    for scalar in scalars {
      if scalar.value < 0xC0 || !isKnown(scalar.properties, since: normalization) {
        result.append(scalar)
      } else {
        result += String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars
      }
    }
    orderMarks(&result)
    return result
  }

  /// Sorts each run of combining characters by class; equal classes keep their order.
  private static func orderMarks(_ scalars: inout [Unicode.Scalar]) {
    func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
      guard scalar.value >= 0x300, isKnown(scalar.properties, since: normalization) else { return 0 }
      return scalar.properties.canonicalCombiningClass.rawValue
    }
    var start = 0
    while start < scalars.count {
      var classes: [UInt8] = []
      while start + classes.count < scalars.count {
        let next = combiningClass(scalars[start + classes.count])
        if next == 0 { break }
        classes.append(next)
      }
      if classes.count > 1 {
        // A stable sort, also of the long runs that nobody writes by hand.
        let order = classes.indices.sorted { (classes[$0], $0) < (classes[$1], $1) }
        scalars.replaceSubrange(start..<start + classes.count, with: order.map { scalars[start + $0] })
      }
      start += classes.count + 1
    }
  }
}
