import Netlist

/// Number of an operation or assignment in a module: the same in every elaboration of one design.
struct Statement: Hashable {
  var module: Int
  var number: Int
}

/// One run over a design: every generator value is built once.
final class Elaboration {
  let reset: ResetStyle
  /// Statements of which the place is wanted; empty in a first elaboration.
  let traced: Set<Statement>

  private(set) var definitions: [Definition] = []
  /// Streams among the ports of each module of ``definitions``, and those that it offers.
  private(set) var streams: [[StreamLeaves]] = []
  private(set) var offers: [OfferedStreams] = []
  private(set) var diagnostics: [Diagnostic] = []
  /// Statements that have a diagnostic but no place yet.
  private(set) var unplaced: Set<Statement> = []
  private var stacks: [Statement: CallStack] = [:]
  private var pending: [(diagnostic: Int, note: Int?, statement: Statement)] = []
  /// Mistakes that waited in values, with the calls that led to them.
  private var carried: [(diagnostic: Int, refusal: Refusal)] = []

  /// Finished modules by generator type: each value is the `Shelf` of that type.
  private var shelves: [ObjectIdentifier: AnyObject] = [:]
  private var open: [AnyHashable] = []
  /// Instances within instances; more are a recursion that does not end.
  private static let deepest = 1024
  /// Input ports of finished modules, where somebody asked.
  private var inputShapes: [Int32: [PortShape]] = [:]
  /// What finished modules declare, where somebody asked.
  private var declaredNames: [Int32: Set<String>] = [:]
  private var moduleNames: Set<String> = []
  /// The last number that was put behind each name.
  private var lastNumbers: [String: Int] = [:]
  private var begun = 0

  /// Whether this elaboration looks for places.
  private let isTracing: Bool

  /// A first elaboration, or, to find the places of its mistakes, another one that traces these statements.
  init(reset: ResetStyle, tracing: Set<Statement>? = nil) {
    self.reset = reset
    traced = tracing ?? []
    isTracing = tracing != nil
  }

  func run<G: Generator>(_ generator: G) throws(DiagnosticList) -> Circuit {
    DeepThread.run(for: self) { _ = self.build(generator, ResetStyles(usual: self.reset), from: nil) }
    return try checkedCircuit()
  }

  /// The modules that were built, unless there are mistakes.
  func checkedCircuit() throws(DiagnosticList) -> Circuit {
    guard diagnostics.isEmpty else { throw mistakes() }
    var paths: [CombinationalPaths] = []
    let circuit = try Circuit(definitions: definitions, paths: &paths)
    checkStreams(paths)
    guard diagnostics.isEmpty else { throw mistakes() }
    return circuit
  }

  /// Ends the elaboration under way on this thread with a mistake after which there is nothing to go on with.
  static func end(_ mistake: Refusal.Mistake) -> Never {
    guard let elaboration = DeepThread.elaboration else { preconditionFailure("\(mistake.message): \(mistake.fix)") }
    elaboration.add(Refusal(mistake, width: 1), module: elaboration.building?.title ?? "-")
    DeepThread.exit()
  }

  /// The module that is being built.
  private(set) var building: Module?

  // MARK: Diagnostics

  private func mistakes() -> DiagnosticList {
    if isTracing { fillPlaces() }
    // What one statement says of several parts, or on each round of a loop, is told once.
    var told: Set<Diagnostic> = []
    return DiagnosticList(diagnostics.filter { $0.place == nil || told.insert($0).inserted })
  }

  /// Records a mistake; `noted` are the statements of notes by their index.
  func report(_ diagnostic: Diagnostic, at statement: Statement, noted: [(note: Int, statement: Statement)] = []) {
    let index = diagnostics.count
    diagnostics.append(diagnostic)
    if diagnostic.place == nil { wait(for: statement, diagnostic: index, note: nil) }
    for (note, statement) in noted { wait(for: statement, diagnostic: index, note: note) }
  }

  /// Records the mistake that a value carries, unless it has been.
  func report(_ refusal: Refusal, in module: Module) { add(refusal, module: module.title) }

  private func add(_ refusal: Refusal, module: String) {
    guard let mistake = refusal.mistake, !carried.contains(where: { $0.refusal === refusal }) else { return }
    carried.append((diagnostics.count, refusal))
    diagnostics.append(Diagnostic(mistake.code, mistake.message, module: module, fix: mistake.fix))
  }

  private func wait(for statement: Statement, diagnostic: Int, note: Int?) {
    unplaced.insert(statement)
    pending.append((diagnostic, note, statement))
  }

  func capture(_ module: Module) {
    let statement = Statement(module: module.ordinal, number: module.statements)
    if traced.contains(statement), stacks[statement] == nil { stacks[statement] = CallStack.current() }
  }

  private func fillPlaces() {
    let wanted = pending.compactMap { item in stacks[item.statement].map { (item.statement, $0) } }
    guard !wanted.isEmpty || !carried.isEmpty else { return }
    let found = SourcePlace.ofUser(wanted.map(\.1) + carried.map(\.refusal.stack))
    for (item, place) in zip(carried, found.dropFirst(wanted.count)) { diagnostics[item.diagnostic].place = place }
    let places = Dictionary(zip(wanted.map(\.0), found), uniquingKeysWith: { first, _ in first })
    for item in pending {
      guard let known = places[item.statement], let place = known else { continue }
      if let note = item.note {
        diagnostics[item.diagnostic].notes[note].place = place
      } else {
        diagnostics[item.diagnostic].place = place
      }
    }
  }

  // MARK: Modules

  /// The module of `generator` for surroundings with these resets, built on first use; nil when it cannot be built.
  ///
  /// - Parameter origin: Where the instance is made; nil for the top.
  func build<G: Generator>(_ generator: G, _ styles: ResetStyles, from origin: Place?) -> Built<G.Ports>? {
    let shelf = shelf(of: G.self)
    if let known = shelf.find(generator, styles) { return known }
    let key = AnyHashable(generator)
    let ordinal = begun
    begun += 1
    let identity = GeneratorIdentity(generator)
    let module = Module(
      elaboration: self, ordinal: ordinal, name: unique(identity.name), summary: identity.summary,
      styles: styles, origin: origin)
    if open.contains(key) {
      module.report(
        .recursiveInstance, "\(identity.summary) contains itself", fix: "change a parameter on each level")
      return nil
    }
    guard open.count < Self.deepest else {
      module.report(
        .recursiveInstance, "\(identity.summary) is nested in \(open.count) instances, each in another one",
        fix: "end the recursion at some parameter")
      return nil
    }

    let unstable = UnstableParameters(of: generator).mistakes
    for mistake in unstable { module.report(.badParameter, mistake.message, fix: mistake.fix) }
    guard unstable.isEmpty else { return nil }
    let parameters = ParameterCheck(of: generator)
    for mistake in parameters.mistakes { module.report(.badParameter, mistake.message, fix: mistake.fix) }
    guard parameters.mistakes.isEmpty else { return nil }

    open.append(key)
    let outer = building
    building = module
    defer {
      open.removeLast()
      building = outer
    }
    let ports = generator.ports
    let walker = PortWalker()
    let layout = walker.group(ports, name: "", path: "")
    for (mistake, origin) in walker.mistakes {
      module.report(mistake.code, mistake.message, fix: mistake.fix, at: module.place(origin))
    }
    module.definition.parts = walker.parts
    let scope = declare(walker.leaves, in: module)
    module.isBeingBuilt = true
    generator.build(Interior(ports: ports, layout: layout, scope: scope), in: module)
    module.isBeingBuilt = false
    if let box = generator as? any BlackBox { module.becomeForeign(box) }
    module.finish()
    if module.hasOwnNameInside { module.definition.name = unique(module.definition.name + "_module") }
    module.definition.documentation = generator.documentation
    module.definition.latency = (generator as? any FixedLatencyGenerator)?.latency
    module.definition.parameters = ModuleParameters(
      identity.parameters,
      declared: G.parameters.filter { $0.obstacle(in: generator) == nil }.map { $0.declaration(in: generator) })
    offers.append(
      diagnostics.isEmpty
        ? module.offeredStreams(walker.streams, streams)
        : OfferedStreams(module: module.title, ordinal: ordinal, streams: []))
    streams.append(walker.streams)
    definitions.append(module.definition)
    let result = Built<G.Ports>(
      definition: Int32(definitions.count - 1), leaves: walker.leaves, layout: layout, ports: ports,
      clocks: UsedClocks(domains: module.clockDomains, clocks: module.definition.clocks))
    shelf.add(result, for: generator)
    return result
  }

  /// Begins a module that no generator value stands for.
  func begin(_ name: String, summary: String) -> Module {
    begun += 1
    let module = Module(
      elaboration: self, ordinal: begun - 1, name: unique(name), summary: summary, styles: ResetStyles(usual: reset))
    building = module
    return module
  }

  /// Takes a finished module over that no generator value stands for.
  func add(_ module: Module) {
    offers.append(OfferedStreams(module: module.title, ordinal: module.ordinal, streams: []))
    streams.append([])
    definitions.append(module.definition)
  }

  /// Whether a finished module declares something of this name: an instance that is called so would be hidden in it.
  func declares(_ name: String, in definition: Int32) -> Bool {
    if let known = declaredNames[definition] { return known.contains(name) }
    let module = definitions[Int(definition)]
    var names = Set(module.signals.map(\.name))
    names.formUnion(module.ports.map(\.shape.name))
    names.formUnion(module.memories.map(\.name))
    names.formUnion(module.instances.map(\.name))
    declaredNames[definition] = names
    return names.contains(name)
  }

  func declare(_ leaves: [PortLeaf], in module: Module) -> PortScope {
    var names: Set<String> = []
    let main = module.styles.shape(of: .main, hasReset: true)
    let clockNames = [main.clock, main.reset!]
    for leaf in leaves {
      if let why = Identifier.problem(with: leaf.name) {
        module.report(
          .badName, "port '\(leaf.path)' becomes '\(leaf.name)', which is \(why)", fix: "rename the port",
          at: module.place(leaf.origin))
      }
      if !names.insert(leaf.name).inserted {
        module.report(
          .nameClash, "two ports become '\(leaf.name)', one of them '\(leaf.path)'",
          notes: leaves.first { $0.name == leaf.name }.map {
            [Diagnostic.Note("the other one, '\($0.path)'", at: $0.origin?.place)]
          } ?? [], fix: "rename one of them", at: module.place(leaf.origin))
      }
      if clockNames.contains(leaf.name) {
        module.report(
          .nameClash, "port '\(leaf.path)' has the name of the clock or reset",
          fix: "rename it; both are added for you",
          at: module.place(leaf.origin))
      }
    }
    module.portNames = names.union(clockNames)
    for name in module.portNames { _ = module.usedNames.insert(name) }
    let source = NodeID(Int32(module.definition.table.nodes.count))
    let drain = TargetID(Int32(module.targets.count))
    for (index, leaf) in leaves.enumerated() {
      let shape = PortShape(name: leaf.name, direction: leaf.direction, width: leaf.width, isSigned: leaf.isSigned)
      let place = leaf.timing.map { module.place($0.file, $0.line) } ?? -1
      let clock = leaf.timing.map { $0.domain.map { module.number(of: $0, at: place) } ?? Port.anyTime } ?? 0
      module.definition.ports.append(Port(shape: shape, path: leaf.path, driver: nil, place: place, clock: clock))
      if leaf.direction == .input {
        let signal = module.addSignal(
          leaf.name, width: leaf.width, isSigned: leaf.isSigned, .input(port: Int32(index)), at: -1)
        _ = module.signalNode(signal)
      } else {
        _ = module.addTarget(
          .output(port: Int32(index)), name: leaf.name, width: leaf.width, isSigned: leaf.isSigned, at: place)
      }
    }
    module.portOrigins = leaves.map(\.origin)
    return PortScope(module: module, owner: .module, leaves: leaves, firstSource: source, firstDrain: drain)
  }

  /// Adds a definition for an array of cells; gives its index.
  func add(_ grid: InstanceGrid, named name: String) -> Int32 {
    definitions.append(Definition(name: name, grid: grid, of: definitions[Int(grid.cell)]))
    streams.append([])
    offers.append(OfferedStreams(module: name, ordinal: 0, streams: []))
    return Int32(definitions.count - 1)
  }

  /// The input ports of a finished module.
  func inputs(of definition: Int32) -> [PortShape] {
    if let known = inputShapes[definition] { return known }
    let shapes = definitions[Int(definition)].ports.map(\.shape).filter { $0.direction == .input }
    inputShapes[definition] = shapes
    return shapes
  }

  /// Different generator types may share a name, or differ in their capitals, which not every file system tells apart;
  /// the later one gets a number.
  private func unique(_ name: String) -> String {
    var result = name
    while !moduleNames.insert(result.lowercased()).inserted {
      let number = lastNumbers[name, default: 1] + 1
      lastNumbers[name] = number
      result = "\(name)_v\(number)"
    }
    return result
  }

  private func shelf<G: Generator>(of type: G.Type) -> Shelf<G> {
    if let known = shelves[ObjectIdentifier(type)] { return unsafeDowncast(known, to: Shelf<G>.self) }
    let shelf = Shelf<G>()
    shelves[ObjectIdentifier(type)] = shelf
    return shelf
  }
}

/// What is known of a finished module.
final class Built<Ports> {
  let definition: Int32
  let leaves: [PortLeaf]
  let layout: PortLayout
  let ports: Ports
  let clocks: UsedClocks
  /// Number of input ports.
  let inputs: Int
  /// Signals that an instance gives its user.
  let outputs: [NetlistSignal]

  init(definition: Int32, leaves: [PortLeaf], layout: PortLayout, ports: Ports, clocks: UsedClocks) {
    self.definition = definition
    self.leaves = leaves
    self.layout = layout
    self.ports = ports
    self.clocks = clocks
    inputs = leaves.count { $0.direction == .input }
    outputs = leaves.enumerated().compactMap { position, leaf in
      guard leaf.direction == .output else { return nil }
      return NetlistSignal(
        name: "", width: leaf.width, isSigned: leaf.isSigned,
        kind: .instanceOutput(instance: -1, port: Int32(position)), place: -1)
    }
  }
}

/// The finished modules of one generator type. An array asks for the same cell thousands of times, so the last answer
/// is kept at hand.
private final class Shelf<G: Generator> {
  /// Several only where the surroundings have different resets.
  private var modules: [G: [Built<G.Ports>]] = [:]
  private var last: (generator: G, module: Built<G.Ports>)?

  func find(_ generator: G, _ styles: ResetStyles) -> Built<G.Ports>? {
    if let last, last.generator == generator, styles.fit(last.module.clocks) { return last.module }
    guard let module = modules[generator]?.first(where: { styles.fit($0.clocks) }) else { return nil }
    last = (generator, module)
    return module
  }

  func add(_ module: Built<G.Ports>, for generator: G) {
    modules[generator, default: []].append(module)
    last = (generator, module)
  }
}
