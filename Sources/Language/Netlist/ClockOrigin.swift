/// The clocks that the changes of a value follow: none for a constant, one for a well-behaved signal.
struct ClockOrigin: Equatable {
  /// A clock and a signal through which it comes in.
  struct Source: Equatable {
    /// Index in ``Definition/clocks``, ``Port/noClock`` or ``Port/anyTime``.
    var clock: Int32
    /// Index in ``Definition/signals``.
    var signal: Int32
  }

  /// At most two: more say no more than that clocks are mixed.
  private(set) var sources: (first: Source?, second: Source?)

  /// A constant.
  static let constant = ClockOrigin(sources: (nil, nil))

  private init(sources: (first: Source?, second: Source?)) { self.sources = sources }

  /// What follows one clock.
  init(_ clock: Int32, through signal: Int32) { sources = (Source(clock: clock, signal: signal), nil) }

  /// Adds what another operand follows.
  mutating func join(_ other: ClockOrigin) {
    join(other.sources.first)
    join(other.sources.second)
  }

  private mutating func join(_ source: Source?) {
    guard let source else { return }
    guard let first = sources.first else {
      sources.first = source
      return
    }
    if first.clock != source.clock, sources.second == nil { sources.second = source }
  }

  /// A source of another clock than `clock`; nil when there is none.
  func stranger(to clock: Int32) -> Source? {
    if let first = sources.first, first.clock != clock { return first }
    return sources.second
  }

  static func == (a: ClockOrigin, b: ClockOrigin) -> Bool {
    a.sources.first == b.sources.first && a.sources.second == b.sources.second
  }
}

/// Finds the clocks that the nodes of one definition follow, each node once.
struct ClockOrigins {
  private let definition: Definition
  private var known: [ClockOrigin?]
  /// For each instance, the clock to which each of its ports belongs.
  private let clockOfPort: (_ instance: Int32, _ port: Int32) -> Int32

  init(_ definition: Definition, clockOfPort: @escaping (_ instance: Int32, _ port: Int32) -> Int32) {
    self.definition = definition
    self.clockOfPort = clockOfPort
    known = Array(repeating: nil, count: definition.table.nodes.count)
  }

  /// What `root` follows. An explicit stack: expressions may be long.
  mutating func origin(of root: NodeID) -> ClockOrigin {
    var stack = [root]
    while let id = stack.last {
      guard known[Int(id.index)] == nil else {
        stack.removeLast()
        continue
      }
      let node = definition.table[id]
      var waits = false
      var result = ClockOrigin.constant
      func read(_ operand: NodeID, _ known: [ClockOrigin?]) {
        if let value = known[Int(operand.index)] {
          result.join(value)
        } else {
          stack.append(operand)
          waits = true
        }
      }
      if node.operation == .signal {
        let signal = definition.signals[Int(node.a)]
        switch signal.kind {
        case .net(let driver): read(driver, known)
        case .memoryRead(let memory, let port):
          let memory = definition.memories[Int(memory)]
          let read = memory.readPorts[Int(port)]
          if let clock = read.clock {
            result = ClockOrigin(clock, through: node.a)
          } else {
            // The words change with their writers.
            if !memory.isShared {
              for writer in memory.writePorts { result.join(ClockOrigin(writer.clock, through: node.a)) }
            }
            if let value = known[Int(read.address.index)] {
              result.join(value)
            } else {
              stack.append(read.address)
              waits = true
            }
          }
        default: result = ClockOrigin(clock(of: signal.kind), through: node.a)
        }
      } else {
        definition.table.forEachOperand(of: node) { read($0, known) }
      }
      if !waits {
        known[Int(id.index)] = result
        stack.removeLast()
      }
    }
    return known[Int(root.index)] ?? .constant
  }

  private func clock(of kind: NetlistSignal.Kind) -> Int32 {
    switch kind {
    case .input(let port), .foreign(let port): definition.ports[Int(port)].clock
    case .register(let register): definition.registers[Int(register)].clock
    case .instanceOutput(let instance, let port): clockOfPort(instance, port)
    case .net, .memoryRead: preconditionFailure("followed to where it comes from")
    }
  }
}
