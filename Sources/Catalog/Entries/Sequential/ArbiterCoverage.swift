import Catalog
import Components
import Testbench

extension Catalog {
  /// Every pair of the first few members.
  static func addPairs(
    _ count: Int, _ model: inout CoverageModel,
    _ add: (inout CoverageModel, Int, Int) throws(CoverageError) -> Void
  ) throws(CoverageError) {
    let most = min(count, 8)
    for first in 0..<most {
      for second in first + 1..<max(first + 1, most) { try add(&model, first, second) }
    }
  }

  /// Every member after every member.
  static func transitions(_ count: Int) -> [CoverBin] {
    let most = min(count, 8)
    return (0..<most).flatMap { first in (0..<most).map { .transition("\(first), \($0)", first, $0) } }
  }
}
