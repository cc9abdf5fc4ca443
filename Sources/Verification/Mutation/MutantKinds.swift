import Netlist

/// A number of 128 bits that equal modules share and others, for all that matters, do not.
struct MutantFingerprint: Hashable, Sendable {
  private let definition: Int
  private let first: Int
  private let second: Int

  /// Of the one module of a circuit that a mutant changes.
  init(_ circuit: Circuit, _ index: Int) {
    var bare = circuit.definitions[index]
    bare.places = []
    definition = index
    var hasher = Hasher()
    hasher.combine(bare)
    first = hasher.finalize()
    hasher = Hasher()
    hasher.combine("second")
    hasher.combine(bare)
    second = hasher.finalize()
  }
}

/// Mutants sorted out before anything runs: those that are no circuits, no changes, or the same as others.
struct MutantKinds {
  private enum Kind {
    case refused
    case repeated
    case unchanged
    case open
  }

  private let kinds: [Kind]

  init(of mutants: [Mutant], in circuit: Circuit, _ fingerprints: [MutantFingerprint??]) {
    var originals: [Int: MutantFingerprint] = [:]
    var seen: Set<MutantFingerprint> = []
    kinds = zip(mutants, fingerprints).map { mutant, fingerprint in
      guard let begun = fingerprint else { return .open }
      guard let fingerprint = begun else { return .refused }
      let index = mutant.definition
      if originals[index] == nil { originals[index] = MutantFingerprint(circuit.simplified(), index) }
      if fingerprint == originals[index] { return .unchanged }
      return seen.insert(fingerprint).inserted ? .open : .repeated
    }
  }

  var refused: Int { kinds.count { $0 == .refused } }
  var repeated: Int { kinds.count { $0 == .repeated } }

  /// The mutants that count, those that change nothing with their verdict.
  func verdicts(_ mutants: [Mutant]) -> [MutantResult] {
    zip(mutants, kinds).compactMap { mutant, kind in
      switch kind {
      case .refused, .repeated: nil
      case .unchanged: MutantResult(mutant: mutant, verdict: .equivalent("the same circuit after simplification"))
      case .open: MutantResult(mutant: mutant, verdict: .notTried)
      }
    }
  }
}
