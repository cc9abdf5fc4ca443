import Foundation
import Netlist
import Verilog

/// Leads nets of a flattened netlist back to names of the design and to the Swift lines that declare them.
struct NamedPath {
  private let circuit: Circuit
  private let map: NameMap
  /// Lines of the Verilog by file.
  private let lines: [String: [Substring]]

  init(_ circuit: Circuit, _ design: EmittedDesign) {
    self.circuit = circuit
    map = circuit.nameMap
    lines = Dictionary(
      design.files.filter { $0.name.hasSuffix(".v") }.map {
        ($0.name, $0.text.split(separator: "\n", omittingEmptySubsequences: false))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Stretches of a path, each ending at the next name of the design.
  func steps(of path: [RouterReport.Step]) -> [SynthesisResult.PathStep] {
    var steps: [SynthesisResult.PathStep] = []
    var delay = 0.0
    for step in path {
      delay += step.delay
      guard let net = step.net, let (name, place) = name(of: net, step.sources) else { continue }
      if let last = steps.indices.last, steps[last].name == name {
        steps[last].delay += delay
      } else {
        steps.append(SynthesisResult.PathStep(name: name, place: place, delay: delay))
      }
      delay = 0
    }
    if delay > 0, let last = steps.indices.last { steps[last].delay += delay }
    return steps.map { step in
      var step = step
      step.delay = (step.delay * 1000).rounded() / 1000
      return step
    }
  }

  /// The name in the design nearest to a net, with its place; nil for a net between names.
  func name(of net: String, _ sources: [String]) -> (name: String, place: String?)? {
    if let known = place(ofPath: net) { return known }
    for source in sources {
      guard let match = source.firstMatch(of: /([^\/:]+\.v):(\d+)\./), let lines = lines[String(match.output.1)],
        let number = Int(match.output.2), lines.indices.contains(number - 1)
      else { continue }
      let module = String(match.output.1.dropLast(2))
      guard let found = declared(on: lines[number - 1], in: module) else { continue }
      return (module == circuit.top.name ? found.verilog : "\(module).\(found.verilog)", found.place)
    }
    return nil
  }

  /// The name that a line of Verilog declares or assigns.
  private func declared(on line: Substring, in module: String) -> NameMap.Name? {
    let code = line.prefix { $0 != "/" }
    let names = Dictionary(
      (map.modules[module] ?? []).map { ($0.verilog, $0) }, uniquingKeysWith: { first, _ in first })
    let head = code.prefix { $0 != "=" && $0 != "(" }
    for word in head.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") }).reversed() {
      if let found = names[String(word)] { return found }
    }
    return nil
  }

  /// A path of instances and a name below the shell's `block`, where all of it is known.
  private func place(ofPath net: String) -> (name: String, place: String?)? {
    var path = net.split(separator: ".").map(String.init)
    guard path.first == "block" else { return nil }
    path.removeFirst()
    var module = circuit.definitions.count - 1
    var walked: [String] = []
    while path.count > 1 {
      let definition = circuit.definitions[module]
      // A cell of a grid stands below its loops: the definition of the cell says enough.
      let instance = definition.instances.first { $0.name == path[0] }
      guard let instance, circuit.definitions[Int(instance.definition)].grid == nil else { break }
      walked.append(path.removeFirst())
      module = Int(instance.definition)
    }
    guard let last = path.last else { return nil }
    if path.count > 1 { return nil }
    let plain = String(last.prefix { $0 != "[" })
    let definition = circuit.definitions[module]
    guard let found = map.modules[definition.name]?.first(where: { $0.verilog == plain }) else { return nil }
    return ((walked + [plain]).joined(separator: "."), found.place)
  }
}
