import Netlist

/// What a module knows of a memory beyond its ports, until it is finished.
struct MemoryPlan {
  /// What a synchronous read port gives of what is written at the same edge.
  struct Read {
    /// By the write port of its own group.
    var own: ReadDuringWrite
    /// By the others.
    var others: ReadDuringWrite
  }

  var lanes: Int
  /// For each read port; nil for an asynchronous one.
  var reads: [Read?] = []
  /// Whether two ports are to be used once each.
  var hasTwoPorts = false
  /// Whether it cannot be as it was declared: nothing is said of its ports.
  var isImpossible = false
  /// Whether a write was refused, so that the memory seems not to be written.
  var isRefused = false
}

extension Module {
  /// A memory of `depth` words of `width` bits.
  ///
  /// - Parameters:
  ///   - name: Name in the Verilog and in waves.
  ///   - type: What a word is.
  ///   - width: Bits of a word.
  ///   - depth: Words.
  ///   - lanes: Equal parts of a word that can be written apart, such as bytes.
  ///   - contents: Words at the start; nil leaves them undefined.
  ///   - style: What synthesis is asked to make of it.
  ///   - isShared: Whether ports may read with one clock what is written with another. The surroundings then see to it
  ///     that no word is read around the time at which it is written, as in a queue.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  public func memory<T: VectorSignal>(
    _ name: String, _ type: T.Type, width: Int, depth: Int, lanes: Int = 1, contents: MemoryContents? = nil,
    style: NetlistMemory.Style = .automatic, isShared: Bool = false, file: StaticString = #fileID, line: Int = #line
  ) -> Memory<T> {
    let memory = addMemory(
      name, of: T.shape(width), depth: depth, lanes: lanes, contents: contents, style: style, at: place(file, line))
    definition.memories[memory.index].isShared = isShared
    return memory
  }

  /// A memory of `depth` words, each of which has the form of `shape`: a bundle, a vector or a number.
  ///
  /// Its other parameters are those of a memory of signals; lanes and contents are those of the packed word.
  public func memory<B: PortElement>(
    _ name: String, of shape: B, depth: Int, lanes: Int = 1, contents: MemoryContents? = nil,
    style: NetlistMemory.Style = .automatic, isShared: Bool = false, file: StaticString = #fileID, line: Int = #line
  ) -> Memory<B> {
    let memory = addMemory(
      name, of: shape, depth: depth, lanes: lanes, contents: contents, style: style, at: place(file, line))
    definition.memories[memory.index].isShared = isShared
    return memory
  }

  /// A memory that is only read: as many words as `contents` has, or `depth` when that is given.
  public func rom<T: VectorSignal>(
    _ name: String, _ type: T.Type, width: Int, depth: Int? = nil, contents: MemoryContents,
    style: NetlistMemory.Style = .automatic, file: StaticString = #fileID, line: Int = #line
  ) -> ROM<T> {
    let place = place(file, line)
    // What is wrong with the form of the memory is said below, and nothing of its words then.
    let isPossible = (1...Self.mostBits).contains(width) && (depth ?? 1) >= 1
    let words =
      isPossible ? loaded(contents, name, width: width, depth: depth, signed: T.isSigned, at: place) : [.zeros(1)]
    return ROM(
      memory: addMemory(
        name, of: T.shape(width), depth: depth ?? words.count, lanes: 1,
        contents: MemoryContents(words, like: contents), style: style, at: place))
  }

  /// A memory with two ports that each read and write at one address in a cycle.
  ///
  /// - Parameters:
  ///   - name: Name in the Verilog and in waves.
  ///   - type: What a word is.
  ///   - width: Bits of a word.
  ///   - depth: Words.
  ///   - lanes: Equal parts of a word that can be written apart, such as bytes.
  ///   - own: What a port gives of a word that it writes itself.
  ///   - other: What a port gives of a word that the other port writes: ``ReadDuringWrite/oldData`` or
  ///     ``ReadDuringWrite/newData``.
  ///   - contents: Words at the start; nil leaves them undefined.
  ///   - style: What synthesis is asked to make of it.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  public func dualPortMemory<T: VectorSignal>(
    _ name: String, _ type: T.Type, width: Int, depth: Int, lanes: Int = 1, duringOwnWrite own: ReadDuringWrite,
    duringOtherWrite other: ReadDuringWrite, contents: MemoryContents? = nil,
    style: NetlistMemory.Style = .automatic, file: StaticString = #fileID, line: Int = #line
  ) -> DualPortMemory<T> {
    let place = place(file, line)
    _ = check(
      other != .noChange, .badMemory, "a port of memory '\(name)' would keep its word while the other port writes",
      fix: "use .oldData or .newData for duringOtherWrite", at: place)
    return addPair(
      addMemory(
        name, of: T.shape(width), depth: depth, lanes: lanes, contents: contents, style: style, at: place),
      MemoryPlan.Read(own: own, others: other), (nil, nil))
  }

  /// A memory with two ports, each with a clock of its own, that each read and write at one address in a cycle.
  ///
  /// A word that one port writes while the other one reads or writes it is not defined; see ``DualPortMemory``.
  ///
  /// - Parameters:
  ///   - name: Name in the Verilog and in waves.
  ///   - type: What a word is.
  ///   - width: Bits of a word.
  ///   - depth: Words.
  ///   - lanes: Equal parts of a word that can be written apart, such as bytes.
  ///   - own: What a port gives of a word that it writes itself.
  ///   - clocks: The domains of the ports, which differ.
  ///   - contents: Words at the start; nil leaves them undefined.
  ///   - style: What synthesis is asked to make of it.
  ///   - file: The caller's file, for messages.
  ///   - line: The caller's line, for messages.
  public func dualPortMemory<T: VectorSignal>(
    _ name: String, _ type: T.Type, width: Int, depth: Int, lanes: Int = 1, duringOwnWrite own: ReadDuringWrite,
    clocks: (a: ClockDomain, b: ClockDomain), contents: MemoryContents? = nil,
    style: NetlistMemory.Style = .automatic, file: StaticString = #fileID, line: Int = #line
  ) -> DualPortMemory<T> {
    let place = place(file, line)
    _ = check(
      clocks.a.name != clocks.b.name, .badMemory,
      "both ports of memory '\(name)' belong to the domain '\(clocks.a.title)'",
      fix: "state what a port gives of what the other one writes: duringOtherWrite in place of clocks", at: place)
    let memory = addMemory(
      name, of: T.shape(width), depth: depth, lanes: lanes, contents: contents, style: style, at: place)
    definition.memories[memory.index].isShared = true
    return addPair(memory, MemoryPlan.Read(own: own, others: .oldData), (clocks.a, clocks.b))
  }

  private func addPair<T: HardwareValue>(
    _ memory: Memory<T>, _ read: MemoryPlan.Read, _ domains: (a: ClockDomain?, b: ClockDomain?)
  ) -> DualPortMemory<T> {
    memoryPlans[memory.index].hasTwoPorts = true
    return DualPortMemory(
      a: MemoryPort(memory: memory, name: "a", group: 1, read: read, domain: domains.a),
      b: MemoryPort(memory: memory, name: "b", group: 2, read: read, domain: domains.b))
  }

  /// 8 GiB: no chip has as much, and no machine could simulate more.
  private static let mostMemoryBits = 1 << 36
  /// Contents are text, or a file.
  private static let mostWordsWithContents = 1 << 24

  private func addMemory<T: HardwareValue>(
    _ name: String, of form: T, depth: Int, lanes: Int, contents: MemoryContents?, style: NetlistMemory.Style,
    at place: Int32
  ) -> Memory<T> {
    countStatement()
    for field in form.fields {
      if let refusal = field.signal.refusal, refusal.shapeWidth == nil { note(refusal) }
    }
    let declared = (width: form.packedWidth, depth: depth)
    let isSigned = (T.self as? any Signal.Type)?.isSigned ?? false
    let isPossible =
      check(
        declared.width >= 1 && depth >= 1, .badMemory, "memory '\(name)' of \(depth) words of \(declared.width) bits",
        fix: "use at least one word of one bit", at: place)
      && check(
        declared.width <= Self.mostMemoryBits / depth, .badMemory,
        "memory '\(name)' of \(depth) words of \(declared.width) bits",
        fix: "use a memory of at most 2^36 bits; a larger one is a black box", at: place)
      && check(
        declared.width <= Self.mostBits, .badMemory, "memory '\(name)' has words of \(declared.width) bits",
        fix: "use words of at most \(Self.mostBits) bits", at: place)
      && check(
        contents == nil || depth <= Self.mostWordsWithContents, .badContents,
        "memory '\(name)' has \(depth) words and contents", fix: "use at most \(Self.mostWordsWithContents) words",
        at: place)
    let (width, depth) = isPossible ? declared : (1, 1)
    let divides =
      !isPossible
      || check(
        lanes >= 1 && width % lanes == 0, .badLanes, "memory '\(name)' has words of \(width) bits in \(lanes) lanes",
        fix: "use a number of lanes that divides the width", at: place)
    var words: [BitVector]?
    if contents != nil, !isPossible { words = [] }
    if let contents, isPossible {
      var list = loaded(contents, name, width: width, depth: depth, signed: isSigned, at: place)
      _ = check(
        list.count <= depth, .badContents, "memory '\(name)' has \(depth) words and contents of \(list.count)",
        fix: "use a depth of at least \(list.count)", at: place)
      list = Array(list.prefix(depth))
      while list.count < depth { list.append(.zeros(width)) }
      words = list
    }
    var memory = NetlistMemory(
      name: unique(name, suffix: "_ram", at: place), depth: depth, width: width, isSigned: isSigned, contents: words,
      writePorts: [], readPorts: [], place: place)
    memory.isLoadedFromFile = (contents?.isFile ?? false) || (words?.count ?? 0) > MemoryContents.mostWordsInText
    memory.style = style
    definition.memories.append(memory)
    let count = divides && isPossible ? lanes : 1
    memoryPlans.append(MemoryPlan(lanes: count))
    memoryPlans[memoryPlans.count - 1].isImpossible = !isPossible || !divides
    return Memory(
      module: self, index: definition.memories.count - 1, form: form, depth: declared.depth, width: declared.width,
      lanes: count)
  }

  // MARK: Ports

  func read<T: HardwareValue>(
    _ memory: Memory<T>, at address: UInt, when enable: Bit?, _ plan: MemoryPlan.Read?, group: Int32, name: String?,
    place: Int32
  ) -> T {
    countStatement()
    let (form, index) = (memory.form, memory.index)
    let memory = shape(of: index)
    if memoryPlans[index].isImpossible { return form.refused() }
    let count = definition.memories[index].readPorts.count
    let suffix = name.map { "_\($0)_data" } ?? (count == 0 ? "_data" : "_data_\(count)")
    let signal = addSignal(
      unique(memory.name + suffix, suffix: "_q", at: place), width: memory.width, isSigned: memory.isSigned,
      .memoryRead(memory: Int32(index), port: Int32(count)), at: place)
    let address = memoryAddress(address, of: memory, at: place) ?? zero(memory.addressWidth, signed: false)
    definition.memories[index].readPorts.append(
      NetlistMemory.ReadPort(
        address: address, enable: enable.flatMap { condition($0, "an enable") }, signal: signal,
        clock: plan == nil ? nil : currentDomain, group: group))
    memoryPlans[index].reads.append(plan)
    let word = Handle.node(self, signalNode(signal))
    if form is any Signal {
      return form.replacing([memory.isSigned ? SInt(handle: word) : Bits(handle: word)])
    }
    return Bits(handle: word).unpacked(as: form)
  }

  func write<T: HardwareValue>(
    _ data: T, to memory: Memory<T>, at address: UInt, when enable: Bit, lanes mask: Bits?, group: Int32, place: Int32
  ) {
    countStatement()
    let (form, index) = (memory.form, memory.index)
    let memory = shape(of: index)
    if memoryPlans[index].isImpossible { return }
    let scoped = scopeCondition().map { Bit(handle: .node(self, $0)) & enable } ?? enable
    guard let address = memoryAddress(address, of: memory, at: place), let enable = condition(scoped, "an enable"),
      let word = word(data, of: form, in: memory, at: place)
    else { return memoryPlans[index].isRefused = true }
    let count = memoryPlans[index].lanes
    var lanes = [NetlistMemory.Lane(data: word, enable: enable)]
    if let mask {
      let lanesOfMask = mask.ownWidth ?? count
      guard
        check(
          lanesOfMask == count, .badLanes,
          "memory '\(memory.name)' has \(count) lanes and is written with \(lanesOfMask)",
          fix: "use a mask of \(count) bits, or declare the memory with lanes: \(lanesOfMask)", at: place)
      else { return memoryPlans[index].isRefused = true }
      lanes = split(lanes, into: count, width: memory.width)
      for lane in lanes.indices {
        guard let bit = bit(lane, of: mask, count: count) else { return memoryPlans[index].isRefused = true }
        lanes[lane].enable = condition(Bit(handle: .node(self, enable)) & bit, "an enable") ?? enable
      }
    }
    definition.memories[index].writePorts.append(
      NetlistMemory.WritePort(address: address, lanes: lanes, clock: currentDomain, group: group))
  }

  /// The memory without ports and contents: whoever holds those while a port is added makes a copy of them.
  private func shape(of index: Int) -> NetlistMemory {
    let memory = definition.memories[index]
    return NetlistMemory(
      name: memory.name, depth: memory.depth, width: memory.width, isSigned: memory.isSigned, writePorts: [],
      readPorts: [], place: memory.place)
  }

  private func bit(_ index: Int, of mask: Bits, count: Int) -> Bit? {
    switch mask.handle {
    case .literal(let literal):
      if let refusal = literal.refusal {
        note(refusal)
        return nil
      }
      // What does not fit is said of the first lane.
      if index > 0, literal.misfit(width: count, signed: false) != nil { return false }
      let node = node(literal, width: count, signed: false)
      return Bit(handle: .node(self, slice(node, low: index, width: 1)))
    case .node(let other, let id):
      guard checkSame(other, "a mask of lanes") else { return nil }
      return Bit(handle: .node(self, slice(id, low: index, width: 1)))
    }
  }

  /// One lane as `count` lanes with one enable.
  func split(_ lanes: [NetlistMemory.Lane], into count: Int, width: Int) -> [NetlistMemory.Lane] {
    guard lanes.count == 1, count > 1 else { return lanes }
    let part = width / count
    return (0..<count).map {
      NetlistMemory.Lane(data: slice(lanes[0].data, low: $0 * part, width: part), enable: lanes[0].enable)
    }
  }

  private func word<T: HardwareValue>(_ data: T, of form: T, in memory: NetlistMemory, at place: Int32) -> NodeID? {
    if let signal = data as? any Signal { return word(signal, of: memory, at: place) }
    let fields = data.fields
    guard match(form.fields, fields, "memory '\(memory.name)' and what is written", at: place) else { return nil }
    // Literals take the widths of the fields.
    var parts: [NodeID] = []
    for (field, shape) in zip(fields.ordered(like: form.fields.map(\.name)), form.fields) {
      guard let part = part(field.signal, width: shape.signal.declaredWidth, at: place) else { return nil }
      parts.append(part)
    }
    return concatenation(parts.reversed())
  }

  private func part<S: Signal>(_ signal: S, width: Int, at place: Int32) -> NodeID? {
    node(
      signal, width: width, signed: S.isSigned, "a write", .widthMismatch, { "\(width) bits are written with \($0)" },
      fix: { _ in "use a field of \(width) bits" }, at: place)
  }

  private func word<S: Signal>(_ data: S, of memory: NetlistMemory, at place: Int32) -> NodeID? {
    node(
      data, width: memory.width, signed: S.isSigned, "a write", .widthMismatch,
      { "memory '\(memory.name)' has words of \(memory.width) bits and is written \($0)" },
      fix: { _ in "use extended(to:), truncated(to:) or saturated(to:)" }, at: place)
  }

  private func memoryAddress(_ address: UInt, of memory: NetlistMemory, at place: Int32) -> NodeID? {
    let width = memory.addressWidth
    return node(
      address, width: width, signed: false, "an address", .badIndex,
      { "memory '\(memory.name)' has addresses of \(width) bits and gets one of \($0)" },
      fix: { _ in "use extended(to: \(width)) or truncated(to: \(width))" }, at: place)
  }
}
