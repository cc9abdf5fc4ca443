import Netlist
import Testbench

/// The modules of a circuit below each other, as lists of HTML that open and close.
struct HierarchyTree {
  let circuit: Circuit

  /// The list; the modules below the first level are closed.
  var html: String { "<ul class=\"tree\">\(item(circuit.top, times: 1, depth: 0))</ul>" }

  private func item(_ definition: Definition, times: Int, depth: Int) -> String {
    var children: [(definition: Int32, count: Int)] = []
    func add(_ child: Int32, _ count: Int) {
      if let place = children.firstIndex(where: { $0.definition == child }) {
        children[place].count += count
      } else {
        children.append((child, count))
      }
    }
    for instance in definition.instances { add(instance.definition, 1) }
    if let grid = definition.grid { add(grid.cell, grid.count) }
    let line =
      (times > 1 ? "\(times) × " : "") + "<code>\(HTMLDocument.escaped(definition.name))</code> "
      + "<small>\(HTMLDocument.escaped(definition.summary))</small>"
    guard !children.isEmpty else { return "<li>\(line)</li>" }
    let inner = children.map { item(circuit.definitions[Int($0.definition)], times: $0.count, depth: depth + 1) }
    return
      "<li><details\(depth == 0 ? " open" : "")><summary>\(line)</summary><ul>\(inner.joined())</ul></details></li>"
  }
}
