import CLanes

extension NativeModel {
  /// The instructions of the model, one a line, for a person who wants to know where the time goes.
  public var listing: String {
    func lines(_ name: String, _ drafts: [Draft]) -> [String] {
      func text(_ address: Address?) -> String {
        address.map { "\($0.block)" + ($0.offset == 0 ? "" : ($0.offset > 0 ? "+" : "") + "\($0.offset)") } ?? "-"
      }
      return ["\(name):"]
        + drafts.map {
          let (kind, variant) = ($0.operation / 32, $0.operation % 32)
          let scalar = kind >= systole_scalar
          return
            "  \(scalar ? "scalar " : "")\(scalar ? kind - systole_scalar : kind).\(variant) × \($0.count)  \(text($0.d)) <- \(text($0.a)), \(text($0.b)), \(text($0.c))"
        }
    }
    return (lines("settle", lowering.draft.settle) + lines("step", lowering.draft.step)).joined(separator: "\n")
  }
}
