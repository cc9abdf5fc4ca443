/// The rule that every value is used with the clock that it follows, and crosses to another one only where the netlist
/// says so.
///
/// Ports say to which clock they belong, so that each module is checked alone: an output of an instance belongs to the
/// clock that its port names, whatever happens inside, and inside the driver of the port is checked against it.
struct ClockDomainCheck {
  private let definition: Definition
  private let definitions: [Definition]
  private var origins: ClockOrigins
  private let clockOfPort: (_ instance: Int32, _ port: Int32) -> Int32
  private var mistakes: [Diagnostic] = []

  /// What crosses in `definition`, of which the tables are sound.
  static func mistakes(in definition: Definition, of definitions: [Definition]) -> [Diagnostic] {
    guard !definition.crossesFreely, isNeeded(definition, definitions) else { return [] }
    var check = ClockDomainCheck(definition, definitions)
    check.run()
    return check.mistakes
  }

  /// With one clock everywhere nothing can cross.
  private static func isNeeded(_ definition: Definition, _ definitions: [Definition]) -> Bool {
    if definition.clocks.count > 1 || !definition.clockMaps.isEmpty { return true }
    if definition.ports.contains(where: { $0.clock != 0 }) { return true }
    return Set(definition.instances.map(\.definition)).contains { used in
      definitions[Int(used)].ports.contains { $0.clock == Port.anyTime }
    }
  }

  private init(_ definition: Definition, _ definitions: [Definition]) {
    self.definition = definition
    self.definitions = definitions
    let maps = Self.maps(definition, definitions)
    let clockOfPort = { (instance: Int32, port: Int32) -> Int32 in
      let used = definition.instances[Int(instance)]
      let own = definitions[Int(used.definition)].ports[Int(port)].clock
      guard own != Port.anyTime else { return Port.anyTime }
      let map = maps[Int(instance)]
      return map.clocks.indices.contains(Int(own)) ? map.clocks[Int(own)] : map.others
    }
    self.clockOfPort = clockOfPort
    origins = ClockOrigins(definition, clockOfPort: clockOfPort)
  }

  private static func maps(_ definition: Definition, _ definitions: [Definition]) -> [ClockMap] {
    var byName: [Int32: ClockMap] = [:]
    return definition.instances.map { instance in
      guard instance.clockMap < 0 else { return definition.clockMaps[Int(instance.clockMap)] }
      if let known = byName[instance.definition] { return known }
      let map = definition.clockMap(of: instance, in: definitions) ?? ClockMap(clocks: [])
      byName[instance.definition] = map
      return map
    }
  }

  private mutating func run() {
    for register in definition.registers { check(register) }
    for memory in definition.memories { check(memory) }
    for assertion in definition.assertions {
      let sink = Sink("assertion '\(assertion.label)'", assertion.clock, assertion.place)
      check(assertion.condition, sink)
      if let enable = assertion.enable { check(enable, sink) }
    }
    for (index, instance) in definition.instances.enumerated() { check(instance, Int32(index)) }
    for port in definition.ports {
      guard let driver = port.driver else { continue }
      var sink = Sink("output '\(port.shape.name)'", port.clock, port.place)
      sink.takesAny = port.clock == Port.anyTime
      check(driver, sink)
    }
  }

  // MARK: Uses

  private struct Sink {
    var name: String
    var clock: Int32
    var place: Int32
    /// Takes what belongs to any clock, but to one.
    var takesAny = false

    init(_ name: String, _ clock: Int32, _ place: Int32) {
      self.name = name
      self.clock = clock
      self.place = place
    }
  }

  private mutating func check(_ register: NetlistRegister) {
    let signal = definition.signals[Int(register.signal)]
    var sink = Sink("register '\(signal.name)'", register.clock, signal.place)
    sink.takesAny = register.crossing != .none
    check(register.next, sink)
    guard let enable = register.enable else { return }
    sink.takesAny = false
    sink.name = "the enable of " + sink.name
    check(enable, sink)
  }

  private mutating func check(_ memory: NetlistMemory) {
    func sink(_ what: String, _ clock: Int32) -> Sink {
      Sink("the \(what) of memory '\(memory.name)'", clock, memory.place)
    }
    for port in memory.writePorts {
      check(port.address, sink("write address", port.clock))
      for lane in port.lanes {
        check(lane.data, sink("write data", port.clock))
        check(lane.enable, sink("write enable", port.clock))
      }
    }
    for port in memory.readPorts {
      guard let clock = port.clock else { continue }
      check(port.address, sink("read address", clock))
      if let enable = port.enable { check(enable, sink("read enable", clock)) }
      for lane in port.bypasses.joined() {
        check(lane.data, sink("bypass", clock))
        check(lane.enable, sink("bypass", clock))
      }
      guard !memory.isShared, let writer = memory.writePorts.first(where: { $0.clock != clock }) else { continue }
      let signal = definition.signals[Int(port.signal)]
      mistakes.append(
        Diagnostic(
          .clockCrossing,
          "memory '\(memory.name)' is written with \(name(writer.clock)) and read with \(name(clock))",
          at: definition.place(signal.place), module: definition.name,
          notes: [Diagnostic.Note("the memory is declared here", at: definition.place(memory.place))],
          fix: "declare it with isShared: true when no word is read while it is written, as in a queue"))
    }
  }

  private mutating func check(_ instance: Instance, _ index: Int32) {
    let used = definitions[Int(instance.definition)]
    var inputs = definition.drivers(of: instance).makeIterator()
    for (number, port) in used.ports.enumerated() where port.shape.direction == .input {
      guard let driver = inputs.next() else { break }
      var sink = Sink(
        "input '\(port.shape.name)' of instance '\(instance.name)'", clockOfPort(index, Int32(number)), instance.place)
      sink.takesAny = sink.clock == Port.anyTime
      check(driver, sink)
    }
    guard instance.clockMap >= 0 else { return }
    let map = definition.clockMaps[Int(instance.clockMap)]
    for (number, reset) in map.resets.enumerated() {
      guard let reset else { continue }
      // A synchronizer of resets is where a reset may come from anywhere.
      let isSynchronizer = used.registers.contains { $0.crossing == .synchronizer && $0.clock == number }
      var sink = Sink("the reset of instance '\(instance.name)'", map.clocks[number], instance.place)
      sink.takesAny = isSynchronizer && used.clocks[number].resetKind == .asynchronous
      check(reset, sink, .resetCrossing)
    }
  }

  private mutating func check(_ node: NodeID, _ sink: Sink, _ code: Diagnostic.Code = .clockCrossing) {
    let origin = origins.origin(of: node)
    if sink.takesAny {
      guard let first = origin.sources.first, let second = origin.sources.second else { return }
      mistakes.append(
        Diagnostic(
          code, "\(sink.name) takes a mixture of \(name(first.clock)) and \(name(second.clock))",
          at: definition.place(sink.place), module: definition.name, notes: [note(first), note(second)],
          fix: "register the value with one clock before it crosses"))
      return
    }
    guard let source = origin.stranger(to: sink.clock) else { return }
    var notes = [note(source)]
    if let first = origin.sources.first, let second = origin.sources.second {
      notes.append(note(first == source ? second : first))
    }
    mistakes.append(
      Diagnostic(
        code,
        "\(sink.name) belongs to \(name(sink.clock)) and follows '\(name(ofSignal: source))' of \(name(source.clock))",
        at: definition.place(sink.place), module: definition.name, notes: notes,
        fix: fix(source, sink, code)))
  }

  // MARK: Words

  private func name(_ clock: Int32) -> String {
    switch clock {
    case Port.anyTime: "no clock"
    case Port.noClock: "the default clock"
    default:
      definition.clocks.indices.contains(Int(clock))
        ? "clock '\(definition.clocks[Int(clock)].clock)'" : "the default clock"
    }
  }

  private func name(ofSignal source: ClockOrigin.Source) -> String {
    definition.name(ofSignal: source.signal, in: definitions)
  }

  private func note(_ source: ClockOrigin.Source) -> Diagnostic.Note {
    let signal = definition.signals[Int(source.signal)]
    var place = signal.place
    let what: String
    switch signal.kind {
    case .input(let port):
      what = "input"
      place = definition.ports[Int(port)].place
    case .register: what = "register"
    case .memoryRead: what = "read port"
    case .foreign, .net: what = "signal"
    case .instanceOutput(let instance, let port):
      let used = definition.instances[Int(instance)]
      let child = definitions[Int(used.definition)]
      what = "port '\(child.ports[Int(port)].shape.name)' of instance '\(used.name)' of \(child.name), called"
    }
    let comma = what.hasSuffix("called") ? "," : ""
    let owner = source.clock == Port.anyTime ? "changes at any time" : "belongs to \(name(source.clock))"
    return Diagnostic.Note("\(what) '\(name(ofSignal: source))'\(comma) \(owner)", at: definition.place(place))
  }

  private func fix(_ source: ClockOrigin.Source, _ sink: Sink, _ code: Diagnostic.Code) -> String {
    if code == .resetCrossing { return "release it with that clock: pass it through a ResetSynchronizer" }
    if case .input(let port) = definition.signals[Int(source.signal)].kind, definition.ports[Int(port)].place < 0 {
      return "declare the input with .in(…) when it belongs to \(name(sink.clock)); else pass it through a synchronizer"
    }
    return "pass it through m.synchronizer, or through a component such as BusSynchronizer or AsynchronousFIFO"
  }
}
