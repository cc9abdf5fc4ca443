import Netlist

/// Turns the assignments to one target into one node: conditions become choices, parts are joined.
///
/// Linear in the assignments and the choices between them, whatever the number of parts.
struct Resolution {
  let module: Module
  let target: Target

  /// The driver of the target; nil when something was reported.
  func run() -> NodeID? {
    if target.isRefused { return nil }
    if let first = target.first, target.others.isEmpty, first.width == target.width, first.scope == .root {
      return first.value
    }
    let assignments = target.assignments
    guard !assignments.isEmpty || target.fallback != nil else {
      module.report(
        .notDriven, "'\(module.name(of: target))' is not driven", fix: "drive it with <==",
        at: target.declaration(in: module))
      return nil
    }
    let segments = Segments(assignments, width: target.width)
    guard !reportSeveralDrivers(assignments, segments) else { return nil }
    var parts: [NodeID] = []
    for (index, covering) in segments.covering(assignments).enumerated() {
      let (low, high) = (segments.bounds[index], segments.bounds[index + 1])
      guard let part = segment(covering.map { assignments[Int($0)] }, low: low, width: high - low) else { return nil }
      parts.append(part)
    }
    let joined = parts.count == 1 ? parts[0] : module.concatenation(parts.reversed())
    return module.reinterpreted(joined, signed: target.isSigned)
  }

  private func reportSeveralDrivers(_ assignments: [Assignment], _ segments: Segments) -> Bool {
    // The assignment that drives each segment.
    var owners = [Int](repeating: -1, count: segments.count)
    for (index, second) in assignments.enumerated() where second.scope == .root {
      let range = segments.range(of: second)
      guard let other = owners[range].filter({ $0 >= 0 }).min() else {
        for segment in range { owners[segment] = index }
        continue
      }
      let first = assignments[other]
      let low = max(first.low, second.low)
      let high = min(first.low + first.width, second.low + second.width)
      let bits = high - low == target.width ? "" : " at bits \(low)..<\(high)"
      module.elaboration.report(
        Diagnostic(
          .severalDrivers, "'\(module.name(of: target))' has several drivers\(bits)", module: module.title,
          notes: [Diagnostic.Note("first driven here", at: nil)],
          fix: "drive it once, or put the second assignment under m.when"),
        at: Statement(module: module.ordinal, number: second.statement),
        noted: [(0, Statement(module: module.ordinal, number: first.statement))])
      return true
    }
    return false
  }

  private func segment(_ assignments: [Assignment], low: Int, width: Int) -> NodeID? {
    let bits = width == target.width ? "" : " at bits \(low)..<\(low + width)"
    if assignments.isEmpty, case .register(let index) = target.kind, !module.isDefined(register: index) {
      module.report(
        .notDriven, "register '\(module.name(of: target))' is never assigned\(bits), and has no value to start with",
        fix: "assign it through .next, or give it a value in reset", at: target.place)
      return nil
    }
    var fold = AssignmentFold(
      module: module, low: low, width: width, isRegister: target.isRegister,
      fallback: target.fallback.map { module.part(of: $0, low: low, width: width) })
    for assignment in assignments { fold.add(assignment) }
    guard let result = fold.finish() else {
      let isPartial = !assignments.isEmpty
      module.report(
        .partlyDriven,
        "'\(module.name(of: target))' is not driven\(bits)\(isPartial ? " on every path" : "")",
        fix: isPartial ? "assign a default before m.when, or add otherwise" : "drive every bit", at: target.place,
        statement: assignments.last?.statement ?? target.assignments.last?.statement)
      return nil
    }
    return result
  }
}

extension Module {
  /// Whether a register has a value at power-up or in reset.
  fileprivate func isDefined(register index: Int32) -> Bool {
    let register = definition.registers[Int(index)]
    return register.resetValue != nil || register.initialValue != nil
  }
}

/// The parts of a target that are assigned alike: between two neighbouring bounds every assignment covers all bits or none.
private struct Segments {
  /// Where segments begin, ascending, and the width of the target.
  let bounds: [Int]

  var count: Int { bounds.count - 1 }

  init(_ assignments: [Assignment], width: Int) {
    var cuts = Set([0, width])
    for assignment in assignments {
      cuts.insert(assignment.low)
      cuts.insert(assignment.low + assignment.width)
    }
    bounds = cuts.sorted()
  }

  /// The segments that `assignment` covers.
  func range(of assignment: Assignment) -> Range<Int> {
    position(of: assignment.low)..<position(of: assignment.low + assignment.width)
  }

  /// For each segment the assignments that cover it, by their indices, in order.
  func covering(_ assignments: [Assignment]) -> [[Int32]] {
    var result = [[Int32]](repeating: [], count: count)
    for (index, assignment) in assignments.enumerated() {
      for segment in range(of: assignment) { result[segment].append(Int32(index)) }
    }
    return result
  }

  private func position(of bound: Int) -> Int {
    var (low, high) = (0, bounds.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
