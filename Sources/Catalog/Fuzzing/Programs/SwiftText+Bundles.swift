import HDL
import Netlist

extension SwiftPrinter {
  mutating func addBundle(_ use: BundleUse) {
    func joined(_ parts: [String]) -> String { parts.joined(separator: ", ") }
    let types = use.items[0].map(\.type)
    let isVector = use.content != .parcel
    let vector = "Vector<\(types[0].kind.swiftName)>"
    func whole(_ fields: [String]) -> String {
      if isVector { return "\(vector)([\(joined(fields))])" }
      return
        "Parcel(flag: \(fields[0]), number: \(fields[1]), lanes: [\(joined(Array(fields[2..<(fields.count - 1)])))], "
        + "inner: .init(vector: \(fields[fields.count - 1])))"
    }
    let shape =
      isVector
      ? "\(vector).shape(\(types.count), of: \(types[0].width))"
      : whole(types.map { $0.kind == .bit ? ".shape" : ".shape(\($0.width))" })
    let (first, second) = ("\(use.name)_first", "\(use.name)_second")
    let control = use.holder.readsControl ? name(use.control) : ""
    let index = use.readsIndex ? name(use.index) : ""
    let reset = use.reset.map { bits in ", reset: " + whole(zip(bits, types).map { constant($0, $1.kind) }) } ?? ""
    line("let \(first) = \(whole(use.items[0].map(name)))")
    if use.holder.readsSecond { line("let \(second) = \(whole(use.items[1].map(name)))") }
    let held = "\(use.name)_held"
    let bit = isVector ? ".bits[0]" : ".flag"
    let made: String
    switch use.holder {
    case .mux: made = "mux(\(control), \(first), \(second))"
    case .select: made = "select(\(index), [\(first), \(second), \(first)])"
    case .packed: made = "(\(first).packed ^ \(second).packed).unpacked(as: \(shape))"
    case .register: made = "m.register(\"\(use.name)\", \(first), when: \(control)\(reset))"
    case .variable:
      line("let \(held) = m.register(\"\(use.name)\", of: \(shape)\(reset))")
      let part = isVector ? "[\(types.count - 1)]" : ".number"
      line("m.when(\(control)) { \(held).next <== \(first) }.otherwise { \(held).next\(part) <== \(second)\(part) }")
      made = held
    case .wire:
      line("let \(held) = m.wire(\"\(use.name)\", of: \(shape), default: \(second))")
      line("m.when(\(control)) { \(held).driver <== \(first) }")
      let part = isVector ? "[0]" : ".inner.vector"
      line("m.when(\(first)\(bit)) { \(held).driver\(part) <== \(second)\(part) }")
      made = held
    case .delay(let count): made = "m.delayed(\"\(use.name)\", \(first), by: \(count))"
    case .memory:
      line("let \(held) = m.memory(\"\(use.name)\", of: \(shape), depth: 4)")
      line("\(held).write(\(first), at: \(index), when: \(control))")
      made = "\(held).read(at: \(index))"
    case .queue(let depth, let inMemory):
      let storage = inMemory ? ".memory" : ".registers"
      line(
        "let \(held) = m.instance(StreamFIFO(carrying: PayloadShape(of: \(shape)), depth: \(depth)) "
          + "{ $0.storage = \(storage) }, \"\(use.name)\")")
      line("\(held).push.valid <== \(control)")
      line("\(held).push.payload <== \(first)")
      line("\(held).pop.ready <== \(second)\(bit)")
      made = "\(held).pop.payload.read(as: \(shape))"
    }
    let paths =
      isVector
      ? types.indices.map { "[\($0)]" } + ["[\(index)]"]
      : [".flag", ".number"] + (0..<max(0, types.count - 3)).map { ".lanes[\($0)]" } + [".inner.vector"]
    // The index is read by the element that it names, whether something reads that or not.
    let isRead = isVector || use.results.contains { self.isRead($0.id) }
    line("\(isRead ? "let \(use.name)" : "_") = \(made)")
    for (result, path) in zip(use.results, paths) where self.isRead(result.id) {
      line("let v\(result.id) = \(use.name)\(path)")
    }
    if isVector, let last = use.results.last, !self.isRead(last.id) { line("_ = \(use.name)[\(index)]") }
  }
}
