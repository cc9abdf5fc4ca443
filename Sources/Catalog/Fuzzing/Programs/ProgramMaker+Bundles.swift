import HDL
import Netlist

extension ProgramMaker {
  mutating func addBundle() {
    let isVector = random.flip()
    let lanes = ValueType(.unsigned, 1 + random.below(6))
    var types = [ValueType.bit, ValueType(.signed, 1 + random.below(random.chance(6) ? 70 : 9))]
    types += (0..<random.below(4)).map { _ in lanes }
    types.append(ValueType(.bits, 1 + random.below(9)))
    var content = BundleUse.Content.parcel
    if isVector {
      let kind = SignalKind.allCases[random.below(4)]
      let element = ValueType(kind, kind == .bit ? 1 : 1 + random.below(random.chance(6) ? 40 : 9))
      types = Array(repeating: element, count: 1 + random.below(random.chance(6) ? 20 : 5))
      content = .vector(kind)
    }
    let holder: BundleUse.Holder =
      switch random.below(9) {
      case 0: .mux
      case 1: .select
      case 2: .packed
      case 3: .register
      case 4: .variable
      case 5: .wire
      case 6: .delay(random.below(4))
      case 7: .memory
      default: .queue(depth: 1 + random.below(4), inMemory: random.flip())
      }
    let items = (0..<2).map { _ in types.map { pick($0, .main) } }
    let (control, index) = (pick(.bit, .main), pick(ValueType(.unsigned, 2), .main))
    let reset = random.flip() ? types.map { bits($0.width) } : nil
    let results = (isVector ? types + [types[0]] : types).map { made($0) }
    program.statements.append(
      .bundle(
        BundleUse(
          name: "\(isVector ? "vector" : "parcel")_\(results[0].id)", content: content, holder: holder, items: items,
          control: control, index: index,
          results: results, reset: reset)))
    pool[.main]! += results
  }
}
