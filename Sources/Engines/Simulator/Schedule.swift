import Netlist

/// Some lanes of one operation that are computed together.
struct Part {
  var value: Int32
  /// Lanes of the module; nil for all of them.
  var lanes: [Int32]?
}

/// The order in which operations are computed, all instances of a module together.
///
/// An operation is computed for all lanes at once unless a combinational path leads from one of its lanes to another; then
/// the lanes are split by their depth on that path. Operations that nothing asks for are not there.
final class Schedule {
  /// What resets need that act at once.
  private(set) var resets: [Part] = []
  /// What the outputs need.
  private(set) var settle: [Part] = []
  /// What only the next state needs.
  private(set) var step: [Part] = []
  /// How often each value is an operand or a root.
  private(set) var uses: [Int32]

  private let tree: InstanceTree
  private var sources: [Int32: [Int32]] = [:]
  private var search: ComponentSearch

  /// Orders what the node roots `resetRoots`, `settleRoots` and `stepRoots` need, each a node of a module.
  ///
  /// `observed` are further values, each of which is computed when the model settles.
  init(
    _ tree: InstanceTree, resetRoots: [(Int, Int32)], settleRoots: [(Int, Int32)], observed: [Int32],
    stepRoots: [(Int, Int32)]
  ) {
    self.tree = tree
    uses = Array(repeating: 0, count: tree.values.count)
    search = ComponentSearch(count: tree.values.count)
    for (definition, node) in resetRoots { resets += visit(values(definition, node)) }
    for (definition, node) in settleRoots { settle += visit(values(definition, node)) }
    settle += visit(observed)
    for (definition, node) in stepRoots { step += visit(values(definition, node)) }
  }

  private func visit(_ values: [Int32]) -> [Part] {
    var parts: [Part] = []
    for value in values {
      uses[Int(value)] += 1
      guard tree.values[Int(value)].kind.isComputed else { continue }
      search.run(
        from: value, successors: { self.operands(of: $0) },
        component: { members, isLoop in
          if isLoop { parts += self.split(members) } else { parts.append(Part(value: members[0], lanes: nil)) }
        })
    }
    return parts
  }

  /// The values that a node of a module has over all lanes.
  private func values(_ definition: Int, _ node: Int32) -> [Int32] {
    let own = tree.nodeBase[definition] + node
    guard tree.nodes(of: definition)[Int(node)].operation == .signal else { return [own] }
    if tree.laneCounts[definition] == 1 { return [tree.source(definition, node, lane: 0).value] }
    if let known = sources[own] { return known }
    var seen: Set<Int32> = []
    var found: [Int32] = []
    for lane in 0..<tree.laneCounts[definition] {
      let value = tree.source(definition, node, lane: lane).value
      if seen.insert(value).inserted { found.append(value) }
    }
    sources[own] = found
    return found
  }

  private func operands(of value: Int32) -> [Int32] {
    let info = tree.values[Int(value)]
    var result: [Int32] = []
    for node in tree.operands(of: info) {
      for operand in values(Int(info.definition), node) {
        uses[Int(operand)] += 1
        if tree.values[Int(operand)].kind.isComputed { result.append(operand) }
      }
    }
    return result
  }

  /// Splits the lanes of operations that depend on one another by the length of the longest path to them.
  private func split(_ members: [Int32]) -> [Part] {
    var position: [Int32: Int] = [:]
    for (index, member) in members.enumerated() { position[member] = index }
    var depths = members.map { member in
      [Int32](repeating: -1, count: tree.laneCounts[Int(tree.values[Int(member)].definition)])
    }
    for (start, _) in members.enumerated() {
      for lane in depths[start].indices where depths[start][lane] < 0 {
        var stack: [(member: Int, lane: Int)] = [(start, lane)]
        while let (member, lane) = stack.last {
          let info = tree.values[Int(members[member])]
          var depth: Int32 = 0
          var isReady = true
          for node in tree.operands(of: info) {
            let source = tree.source(Int(info.definition), node, lane: lane)
            guard let operand = position[source.value] else { continue }
            let known = depths[operand][Int(source.lane)]
            if known < 0 {
              stack.append((operand, Int(source.lane)))
              isReady = false
            } else {
              depth = max(depth, known + 1)
            }
          }
          if isReady {
            depths[member][lane] = depth
            stack.removeLast()
          }
        }
      }
    }
    var found: [(depth: Int32, part: Part)] = []
    for (index, member) in members.enumerated() {
      var lanes: [Int32: [Int32]] = [:]
      for (lane, depth) in depths[index].enumerated() { lanes[depth, default: []].append(Int32(lane)) }
      for (depth, lanes) in lanes { found.append((depth, Part(value: member, lanes: lanes))) }
    }
    found.sort { ($0.depth, $0.part.value) < ($1.depth, $1.part.value) }
    return found.map(\.part)
  }
}

/// Strongly connected components, operands first, with an explicit stack.
struct ComponentSearch {
  private var order: [Int32]
  private var low: [Int32]
  private var isOpen: [Bool]
  private var next: Int32 = 0
  private var members: [Int32] = []

  init(count: Int) {
    order = Array(repeating: -1, count: count)
    low = order
    isOpen = Array(repeating: false, count: count)
  }

  /// Reports every new component below `root`; `isLoop` is false for a vertex that does not reach itself.
  mutating func run(
    from root: Int32, successors: (Int32) -> [Int32], component: ([Int32], Bool) -> Void
  ) {
    guard order[Int(root)] < 0 else { return }
    var path: [(vertex: Int32, operands: [Int32], next: Int, reachesItself: Bool)] = []
    func open(_ vertex: Int32, _ search: inout ComponentSearch) {
      search.order[Int(vertex)] = search.next
      search.low[Int(vertex)] = search.next
      search.next += 1
      search.isOpen[Int(vertex)] = true
      search.members.append(vertex)
      path.append((vertex, successors(vertex), 0, false))
    }
    open(root, &self)
    while let last = path.last {
      if last.next < last.operands.count {
        path[path.count - 1].next += 1
        let operand = last.operands[last.next]
        if operand == last.vertex { path[path.count - 1].reachesItself = true }
        if order[Int(operand)] < 0 {
          open(operand, &self)
        } else if isOpen[Int(operand)] {
          low[Int(last.vertex)] = min(low[Int(last.vertex)], order[Int(operand)])
        }
        continue
      }
      path.removeLast()
      if let parent = path.last {
        low[Int(parent.vertex)] = min(low[Int(parent.vertex)], low[Int(last.vertex)])
      }
      guard low[Int(last.vertex)] == order[Int(last.vertex)] else { continue }
      var found: [Int32] = []
      repeat {
        found.append(members.removeLast())
        isOpen[Int(found[found.count - 1])] = false
      } while found[found.count - 1] != last.vertex
      component(found.reversed(), found.count > 1 || last.reachesItself)
    }
  }
}
