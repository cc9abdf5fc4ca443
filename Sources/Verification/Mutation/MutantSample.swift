import Testbench

/// The mutants that are tried: all of them, or a sample that has its share of every kind.
struct MutantSample {
  /// Those tried, in the order of their numbers.
  let mutants: [Mutant]

  /// - Parameters:
  ///   - all: Every mutant.
  ///   - size: How many to try at most; nil for all. Every kind that occurs has at least one.
  ///   - seed: Decides which.
  init(of all: [Mutant], size: Int?, seed: Seed) {
    guard let size, size < all.count else {
      mutants = all
      return
    }
    var chosen: [Mutant] = []
    for kind in MutationOperator.allCases {
      var rest = all.filter { $0.operation == kind }
      guard !rest.isEmpty else { continue }
      var random = seed.generator("mutants " + kind.rawValue)
      let share = max(1, (rest.count * size + all.count / 2) / all.count)
      for _ in 0..<min(share, rest.count) {
        // The chosen one leaves its place to the last.
        let index = random.integer(below: rest.count)
        chosen.append(rest[index])
        rest.swapAt(index, rest.count - 1)
        rest.removeLast()
      }
    }
    mutants = chosen.sorted { $0.number < $1.number }
  }
}
