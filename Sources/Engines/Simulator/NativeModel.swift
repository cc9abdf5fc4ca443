import CLanes
public import Engine
public import Netlist

/// A model of a circuit that runs in this process without any external tool.
///
/// Two-state, right to the bit for every width. Storage is organised by module, not by instance: a register of a module
/// is one vector with a lane for each instance of the module, and an operation is computed for all lanes at once by the
/// vector units of the machine. A combinational path that leads from one instance of a module to another splits the lanes
/// by their distance along the path. Lanes have 8, 16, 32 or 64 bits; wider values are words of 64 bits.
///
/// Making a model takes time in proportion to the number of instances and nodes; running it allocates nothing. Pins have
/// the layout of every engine. Outputs sampled between ``settle()`` and ``step(clocks:)`` are what synchronous logic
/// outside sees at the edge. A read of a memory past its last word gives zero unless
/// ``InitialState/ones`` is chosen; a write there does nothing.
public final class NativeModel: Engine {
  /// What registers, memories and the data of read ports hold at the start unless the design says so.
  public enum InitialState: Hashable, Sendable {
    /// All bits zero.
    case zero
    /// All bits one, and so is what is read past the last word of a memory: where a model with zeros shows something else,
    /// what is shown follows from something undefined.
    case ones
    /// Random bits that follow from the seed.
    case random(seed: UInt64)
  }

  /// How a model is made.
  public struct Options: Hashable, Sendable {
    /// Contents of state that the design does not define.
    public var initialState: InitialState
    /// Whether the circuit is simplified first; turning it off keeps every operation as it is written.
    public var simplifies: Bool
    /// Whether assertions are checked and covers are counted.
    public var checksAssertions: Bool

    /// Zeros, and a simplified circuit, unless stated otherwise.
    public init(initialState: InitialState = .zero, simplifies: Bool = true, checksAssertions: Bool = true) {
      self.checksAssertions = checksAssertions
      self.initialState = initialState
      self.simplifies = simplifies
    }
  }

  /// Name, ports and clocks of the module.
  public let interface: ModuleInterface
  /// Rising edges of clock 0 since the model was made.
  public var cycle: UInt64 { edges }

  let tree: InstanceTree
  private let models: ForeignModels
  @exclusivity(unchecked) private(set) var checks: [AssertionCheck] = []
  /// The number of the assertion that failed, counted from 1, and the lane; nil when nothing is checked.
  @exclusivity(unchecked) private var failure: UnsafeMutablePointer<UInt64>?
  @exclusivity(unchecked) private var isDead = false
  let options: Options
  /// Calls of ``step(clocks:)`` since the model was made.
  @exclusivity(unchecked) private(set) var steps: UInt64 = 0
  @exclusivity(unchecked) private(set) var program: NativeProgram
  @exclusivity(unchecked) var wave: WaveRecorder?
  @exclusivity(unchecked) private var edges: UInt64 = 0
  @exclusivity(unchecked) private var isSettled = false
  /// Blocks that hold the state of the design, in an order that all its programs share.
  private var stateBlocks: [(block: Int32, bytes: Int)]
  private let pinStorage: UnsafeMutableRawPointer
  private let pinStarts: [Int32: UnsafeMutableRawPointer]
  private let dataPins: [Pin]
  private let resetPins: [Pin?]
  private let resets: [(level: UnsafeMutablePointer<UInt8>, active: UInt8, isAsynchronous: Bool)]
  private let clockMask: UInt64

  /// Makes a model of `circuit` in its initial state; inputs are zero, resets are inactive.
  ///
  /// - Throws: ``/Engine/EngineFailure/noSoftwareModel(module:)`` when a black box has no software model.
  public init(_ circuit: Circuit, options: Options = Options()) throws(EngineFailure) {
    let flat = circuit.unrolled()
    let tree = InstanceTree(
      ClockedDesign(options.simplifies ? flat.simplified() : flat, hasAssertions: options.checksAssertions))
    let models = try ForeignModels(tree)
    self.models = models
    let lowering = Lowering(tree, options: options, models: models)
    lowering.run(observingNets: false)
    self.tree = tree
    self.options = options
    stateBlocks = lowering.stateBlocks
    let top = circuit.top
    interface = top.interface

    var offsets: [Int32: Int] = [:]
    var size = 0
    for (index, block) in lowering.draft.blocks.enumerated() where block.isPin {
      offsets[Int32(index)] = size
      size += (block.bytes + 63) / 64 * 64
    }
    let storage = UnsafeMutableRawPointer.allocate(byteCount: size + 64, alignment: 64)
    storage.initializeMemory(as: UInt8.self, repeating: 0, count: size + 64)
    pinStorage = storage
    let starts = offsets.mapValues { storage + $0 }
    pinStarts = starts
    dataPins = zip(top.ports, lowering.pins).map { port, address in
      Pin(
        storage: starts[address.block]! + Int(address.offset), width: port.shape.width, isSigned: port.shape.isSigned)
    }
    resetPins = lowering.resetPins.map { address in
      address.map { Pin(storage: starts[$0.block]!, width: 1, isSigned: false) }
    }
    resets = zip(top.clocks, resetPins).compactMap { clock, pin in
      pin.map {
        (
          $0.storage.assumingMemoryBound(to: UInt8.self), clock.resetPolarity == .activeHigh ? 1 : 0,
          !lowering.draft.asynchronousReset.isEmpty
        )
      }
    }
    for reset in resets { reset.level.pointee = 1 - reset.active }
    clockMask = lowBits(top.clocks.count)
    program = NativeProgram(lowering.draft, pins: starts)
    takeChecks(lowering)
  }

  private func takeChecks(_ lowering: Lowering) {
    checks = lowering.checks
    failure = lowering.failureAddress.map { program.pointer($0).assumingMemoryBound(to: UInt64.self) }
  }

  private func failed(_ check: AssertionCheck, lane: Int) -> EngineFailure {
    isDead = true
    let definition = tree.definitions[check.definition]
    let assertion = definition.assertions[check.assertion]
    return .assertion(
      kind: assertion.kind.rawValue, label: assertion.label, instance: tree.path(of: check.definition, lane: lane),
      cycle: edges, place: definition.place(assertion.place)?.description ?? "", message: assertion.message)
  }

  deinit {
    try? stopTrace()
    pinStorage.deallocate()
  }

  /// The storage of data port `index`.
  public func pin(at index: Int) -> Pin { dataPins[index] }

  /// The storage of the reset of clock `index`; nil when the clock has none.
  public func resetPin(ofClock index: Int) -> Pin? { resetPins[index] }

  /// Propagates inputs and state through the combinational logic.
  public func settle() {
    if let code = program.derivedReset { systole_execute(code, .max) }
    for reset in resets where reset.isAsynchronous && reset.level.pointee == reset.active {
      systole_execute(program.asynchronousReset, .max)
      break
    }
    if let code = program.derivedReset { systole_execute(code, .max) }
    systole_execute(program.settle, .max)
    isSettled = true
  }

  /// One rising edge of every clock of which the bit is set in `clocks`, after ``settle()``.
  ///
  /// - Throws: ``/Engine/EngineFailure/assertion(kind:label:instance:cycle:place:message:)`` when an assertion fails at the edge,
  ///   ``/Engine/EngineFailure/dead`` after that.
  public func step(clocks: UInt64) throws(EngineFailure) {
    if isDead { throw .dead }
    if !isSettled { settle() }
    isSettled = false
    wave?.sample(clocks: 0)
    var code = program.step
    for reset in resets where reset.level.pointee == reset.active { code = program.stepInReset }
    // The code of a design with one clock does not look at the mask.
    if clocks & clockMask != 0 { systole_execute(code, clocks) }
    // A reset that the edge has made acts even if the next inputs take it back.
    if let code = program.derivedReset { systole_execute(code, .max) }
    edges &+= clocks & clockMask & 1
    steps &+= 1
    if let wave {
      settle()
      isSettled = false
      wave.sample(clocks: clocks & clockMask)
    }
    if let failure, failure[0] != 0 { throw failed(checks[Int(failure[0]) - 1], lane: Int(failure[1])) }
  }

  /// Settles and steps all clocks `cycles` times with the inputs as they stand.
  public func run(cycles: Int) throws(EngineFailure) {
    for _ in 0..<max(0, cycles) {
      settle()
      try step(clocks: .max)
    }
  }

  /// Makes another program of the design, which computes every named value or only what is needed, and moves the state
  /// into it. The plan of a wave of all names is given when they are computed.
  @discardableResult
  func observe(_ allNames: Bool) -> WavePlan? {
    let lowering = lowered(observing: allNames)
    // The plan adds constants that only names have, so it comes before the storage is laid out.
    let plan = allNames ? WavePlan(lowering) : nil
    let other = NativeProgram(lowering.draft, pins: pinStarts)
    for (old, new) in zip(stateBlocks, lowering.stateBlocks) {
      other.pointer(Address(block: new.block, offset: 0))
        .copyMemory(from: program.pointer(Address(block: old.block, offset: 0)), byteCount: old.bytes)
    }
    stateBlocks = lowering.stateBlocks
    program = other
    takeChecks(lowering)
    isSettled = false
    return plan
  }

  /// Where the values of a program of the design lie: the same at every call.
  func lowered(observing allNames: Bool) -> Lowering {
    let lowering = Lowering(tree, options: options, models: models)
    lowering.run(observingNets: allNames)
    return lowering
  }
}
