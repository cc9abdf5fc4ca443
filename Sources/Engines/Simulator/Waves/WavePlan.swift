import Netlist

/// What a wave shows: names, scopes and where the values are.
struct WavePlan {
  /// A line of the declarations.
  enum Item {
    case scope(String)
    case endOfScope
    case variable(VariableKind, name: String, width: Int, track: Int)
  }

  enum VariableKind: String {
    case wire, reg, string
  }

  struct Track {
    var number: Int
    var address: Address
    var type: LaneType
    var width: Int
    /// Names of values, for a track of names.
    var names: [UInt64: String]?
  }

  private(set) var items: [Item] = []
  /// Values in the file, those of ``clocks`` included.
  private(set) var trackCount = 0
  private(set) var tracks: [Track] = []
  /// Tracks of the clocks of the top.
  private(set) var clocks: [Int] = []
  private var known: [LaneSource: Int] = [:]
  private var resets: [Int?] = []

  /// Every name of every instance; `lowering` computes all of them when it settles.
  init(_ lowering: Lowering) {
    let tree = lowering.tree
    for (index, _) in tree.definitions[tree.top].clocks.enumerated() {
      clocks.append(nextTrack())
      resets.append(lowering.resetPins[index].map { addTrack($0, .bits8, width: 1) })
    }
    // An explicit stack: hierarchies may be deep. A nil entry closes a scope.
    var stack: [(definition: Int, lane: Int, name: String, inputs: [LaneSource])?] = []
    let top = tree.definitions[tree.top]
    let inputs = top.ports.indices.filter { top.ports[$0].driver == nil }
    stack.append(
      (tree.top, 0, top.name, inputs.map { LaneSource(value: tree.inputBase + Int32($0), lane: 0) }))
    while let entry = stack.popLast() {
      guard let (definition, lane, name, inputs) = entry else {
        items.append(.endOfScope)
        continue
      }
      items.append(.scope(name))
      declare(definition, lane, inputs, lowering)
      stack.append(nil)
      for (number, instance) in tree.definitions[definition].instances.enumerated().reversed() {
        let drivers = tree.definitions[definition].drivers(of: instance)
        let sources = drivers.map { tree.source(definition, $0.index, lane: lane) }
        stack.append(
          (Int(instance.definition), tree.child(of: definition, lane: lane, instance: number), instance.name, sources))
      }
    }
  }

  private mutating func declare(_ index: Int, _ lane: Int, _ inputs: [LaneSource], _ lowering: Lowering) {
    let definition = lowering.tree.definitions[index]
    for (number, clock) in definition.clocks.enumerated() {
      let top = lowering.clock(Int32(number), of: index)
      items.append(.variable(.wire, name: clock.clock, width: 1, track: clocks[top]))
      // A reset that is made inside the design is a port like any other.
      if let reset = clock.reset, let track = resets[top], lowering.tree.derivedResets[index][number] == nil,
        clock.resetPolarity == lowering.tree.definitions[lowering.tree.top].clocks[top].resetPolarity
      {
        items.append(.variable(.wire, name: reset, width: 1, track: track))
      }
    }
    var names = Self.names(of: definition)
    var next = 0
    for port in definition.ports {
      if let driver = port.driver {
        declare(.wire, port.shape.name, lowering.tree.source(index, driver.index, lane: lane), lowering)
      } else {
        declare(.wire, port.shape.name, inputs[next], lowering)
        next += 1
      }
    }
    // A stage of a delay line has no name: the line is shown whole.
    for signal in definition.signals where !signal.name.isEmpty {
      let base: Int32
      switch signal.kind {
      case .input, .instanceOutput, .foreign: continue
      case .net(let driver):
        let source = lowering.tree.source(index, driver.index, lane: lane)
        declare(.wire, signal.name, source, lowering)
        declareNames(of: signal, in: definition, &names, source, lowering)
        continue
      case .register(let register): base = lowering.tree.registerBase[index] + register
      case .memoryRead(let memory, let port):
        base = lowering.tree.readBase[index] + lowering.tree.firstReadPort[index][Int(memory)] + port
      }
      let isComputed = lowering.info(base).kind.isComputed
      declare(isComputed ? .wire : .reg, signal.name, LaneSource(value: base, lane: Int32(lane)), lowering)
      declareNames(of: signal, in: definition, &names, LaneSource(value: base, lane: Int32(lane)), lowering)
    }
  }

  /// The names that a scope has; none where nothing is added to them.
  private static func names(of definition: Definition) -> NameSet {
    var names = NameSet(capacity: 64)
    guard definition.signals.contains(where: { $0.enumeration >= 0 }) else { return names }
    for clock in definition.clocks { for name in [clock.clock, clock.reset ?? ""] { _ = names.insert(name) } }
    for port in definition.ports { _ = names.insert(port.shape.name) }
    for signal in definition.signals { _ = names.insert(signal.name) }
    return names
  }

  /// The values of an enum once more as text, called `<signal>_name`.
  private mutating func declareNames(
    of signal: NetlistSignal, in definition: Definition, _ taken: inout NameSet, _ source: LaneSource,
    _ lowering: Lowering
  ) {
    guard signal.enumeration >= 0 else { return }
    let cases = definition.enumerations[Int(signal.enumeration)].cases
    let place = lowering.place(source)
    let names = Dictionary(uniqueKeysWithValues: cases.map { ($0.code.words[0], $0.name) })
    let track = addTrack(
      lowering.address(place), lowering.vectors[Int(place.vector)].type, width: signal.width, names: names)
    items.append(.variable(.string, name: taken.unique(signal.name + "_name"), width: 1, track: track))
  }

  private mutating func declare(_ kind: VariableKind, _ name: String, _ source: LaneSource, _ lowering: Lowering) {
    let width = Int(lowering.info(source.value).width)
    if known[source] == nil {
      let place = lowering.place(source)
      known[source] = addTrack(lowering.address(place), lowering.vectors[Int(place.vector)].type, width: width)
    }
    items.append(.variable(kind, name: name, width: width, track: known[source]!))
  }

  private mutating func nextTrack() -> Int {
    defer { trackCount += 1 }
    return trackCount
  }

  private mutating func addTrack(
    _ address: Address, _ type: LaneType, width: Int, names: [UInt64: String]? = nil
  ) -> Int {
    let number = nextTrack()
    tracks.append(Track(number: number, address: address, type: type, width: width, names: names))
    return number
  }
}
