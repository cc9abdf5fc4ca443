import Netlist

/// What runs of a bench have to show: cover points over transactions, ports and the state of streams, and crosses of
/// them. Declared beside the golden model.
///
/// A new model has the points that follow from the interface alone: see ``init(_:)``. Further ones are added to it:
///
/// ```swift
/// var model = try CoverageModel(divider.interface)
/// let divisor = try model.field("input", "divisor")
/// try model.point("divisor", over: divisor, [.value("zero", 0), .value("one", 1), .range("more", 2...255)])
/// ```
///
/// A point is sampled when its variables have values: fields of one stream at each transaction, fields of several streams
/// at the nth transaction of each, ports at each vector of a bench for pins, handshakes in each clock.
public struct CoverageModel: Sendable {
  /// The module.
  public let interface: ModuleInterface
  /// Its streams.
  public let streams: [StreamShape]
  /// All points in the order in which they were added.
  public private(set) var points: [CoverPoint] = []
  /// All crosses in the order in which they were added.
  public private(set) var crosses: [CoverCross] = []
  /// The ports as a bench for pins sees them.
  let pins: RowShape

  /// A model without points.
  public static func empty(_ interface: ModuleInterface) throws(BenchError) -> CoverageModel {
    CoverageModel(interface, streams: try StreamShape.all(in: interface))
  }

  private init(_ interface: ModuleInterface, streams: [StreamShape]) {
    self.interface = interface
    self.streams = streams
    pins = RowShape(interface.ports)
  }

  // MARK: Variables

  private func stream(_ name: String) throws(CoverageError) -> Int {
    guard let index = streams.firstIndex(where: { $0.name == name }) else {
      throw .unknown(name, kind: "stream", known: streams.map(\.name))
    }
    return index
  }

  /// A field of the transactions of a stream.
  public func field(_ stream: String, _ name: String) throws(CoverageError) -> CoverVariable {
    let index = try self.stream(stream)
    let fields = streams[index].payload.fields
    guard let field = fields.firstIndex(where: { $0.name == name }) else {
      throw .unknown(name, kind: "field of '\(stream)'", known: fields.map(\.name))
    }
    return CoverVariable(.field(stream: index, field: field), "\(stream).\(name)")
  }

  /// A port in each clock of a bench for pins; where such a bench does not care for an output, there is no sample.
  public func pin(_ port: String) throws(CoverageError) -> CoverVariable {
    guard let index = interface.ports.firstIndex(where: { $0.name == port }) else {
      throw .unknown(port, kind: "port", known: interface.ports.map(\.name))
    }
    return CoverVariable(.pin(index), port)
  }

  /// How each transaction of a stream came: bit 0 for one that had to wait, bit 1 for one with idle clocks before it,
  /// bit 2 for one in the clock after the one before.
  public func arrival(_ stream: String) throws(CoverageError) -> CoverVariable {
    CoverVariable(.arrival(stream: try self.stream(stream)), "\(stream) arrival")
  }

  /// Clocks that each transaction of a stream waited for ready.
  public func wait(_ stream: String) throws(CoverageError) -> CoverVariable {
    CoverVariable(.wait(stream: try self.stream(stream)), "\(stream) wait")
  }

  /// Clocks without valid before each transaction of a stream.
  public func gap(_ stream: String) throws(CoverageError) -> CoverVariable {
    CoverVariable(.gap(stream: try self.stream(stream)), "\(stream) gap")
  }

  /// Clocks from the nth transaction of one stream to the nth of another; negative when that came first.
  public func latency(from: String, to: String) throws(CoverageError) -> CoverVariable {
    CoverVariable(.latency(from: try stream(from), to: try stream(to)), "\(from) to \(to) latency")
  }

  /// The handshake of a stream in each clock: valid in bit 0 and ready in bit 1.
  public func handshake(_ stream: String) throws(CoverageError) -> CoverVariable {
    CoverVariable(.handshake(stream: try self.stream(stream)), "\(stream) handshake")
  }

  /// Transactions of one stream so far less those of another, in each clock before its edge.
  public func occupancy(from: String, to: String) throws(CoverageError) -> CoverVariable {
    CoverVariable(.occupancy(from: try stream(from), to: try stream(to)), "\(from) less \(to)")
  }

  // MARK: Points

  /// Adds a point over the value of one variable.
  ///
  /// - Parameters:
  ///   - name: Its name, unique in the model.
  ///   - goal: Hits that are wanted in each bin, unless a bin says otherwise.
  ///   - weight: How much it counts in the share of the whole; 0 for not at all.
  public mutating func point(
    _ name: String, over variable: CoverVariable, _ bins: [CoverBin], goal: Int? = nil, weight: Int = 1
  ) throws(CoverageError) {
    try add(name, [variable], bins, .value, goal: goal, weight: weight)
  }

  /// Adds a point over a value that follows from several variables.
  ///
  /// - Parameter value: Makes it; nil leaves a sample out. It must give the same for the same values.
  public mutating func point(
    _ name: String, over variables: [CoverVariable], _ bins: [CoverBin], goal: Int? = nil, weight: Int = 1,
    value: @escaping @Sendable (CoverValues) -> Int?
  ) throws(CoverageError) {
    try add(name, variables, bins, .computed(value), goal: goal, weight: weight)
  }

  /// Adds a point for the corner values of a field or port: zero, one, the top bit alone (the smallest of a signed one),
  /// all ones (minus one), and the largest.
  public mutating func corners(_ name: String, of variable: CoverVariable) throws(CoverageError) {
    let field = try layout(variable)
    let bins = FieldCorners.names(width: field.width, isSigned: field.isSigned).enumerated().map {
      CoverBin.value($1, $0)
    }
    try add(name, [variable], bins, .corners, goal: nil, weight: 1)
  }

  /// Adds a point for each bit of a field or port at 0 and at 1.
  public mutating func bits(_ name: String, of variable: CoverVariable) throws(CoverageError) {
    let field = try layout(variable)
    let bins = (0..<field.width).flatMap { bit in
      [CoverBin.value("bit \(bit) at 0", 2 * bit), .value("bit \(bit) at 1", 2 * bit + 1)]
    }
    try add(name, [variable], bins, .bits, goal: nil, weight: 1)
  }

  func layout(_ variable: CoverVariable) throws(CoverageError) -> RowField {
    switch variable.kind {
    case .field(let stream, let field): return streams[stream].payload.fields[field]
    case .pin(let port): return pins.fields[port]
    default:
      throw .unknown(variable.name, kind: "field or port", known: interface.ports.map(\.name))
    }
  }

  private mutating func add(
    _ name: String, _ variables: [CoverVariable], _ bins: [CoverBin], _ sampling: CoverPoint.Sampling, goal: Int?,
    weight: Int
  ) throws(CoverageError) {
    guard !(points.map(\.name) + crosses.map(\.name)).contains(name) else { throw .duplicate(name, kind: "point") }
    guard let first = variables.first else {
      throw .badNumber("variables of '\(name)'", value: 0, needed: "at least 1")
    }
    var event = first.event
    for variable in variables.dropFirst() {
      guard let joined = event.joined(variable.event) else {
        throw .differentEvents(name, parts: variables.map(\.name))
      }
      event = joined
    }
    guard !bins.isEmpty else { throw .badNumber("bins of '\(name)'", value: 0, needed: "at least 1") }
    guard weight >= 0 else { throw .badNumber("weight of '\(name)'", value: weight, needed: "at least 0") }
    var names: Set<String> = []
    for bin in bins {
      guard names.insert(bin.name).inserted else { throw .duplicate(bin.name, kind: "bin of '\(name)'") }
      guard goal ?? bin.goal >= 1 else {
        throw .badNumber("goal of '\(name)', '\(bin.name)'", value: goal ?? bin.goal, needed: "at least 1")
      }
      guard BinMatcher(bin.match) != nil else {
        var pattern = ""
        if case .pattern(let text) = bin.match { pattern = text }
        throw .badPattern(pattern, bin: bin.name, point: name)
      }
    }
    points.append(
      CoverPoint(
        name: name, variables: variables, bins: goal.map { goal in bins.map { $0.wanted(goal) } } ?? bins,
        weight: weight, event: event, sampling: sampling))
  }

  // MARK: Crosses

  /// Adds the cross of two or more points: a bin for every combination of their counted bins.
  ///
  /// The points must be sampled at the same time.
  public mutating func cross(
    _ name: String, _ names: [String], _ combinations: [CoverCombination] = [], goal: Int = 1, weight: Int = 1
  ) throws(CoverageError) {
    guard !(points.map(\.name) + crosses.map(\.name)).contains(name) else { throw .duplicate(name, kind: "point") }
    guard names.count >= 2 else {
      throw .badNumber("points of cross '\(name)'", value: names.count, needed: "at least 2")
    }
    guard goal >= 1 else { throw .badNumber("goal of '\(name)'", value: goal, needed: "at least 1") }
    guard weight >= 0 else { throw .badNumber("weight of '\(name)'", value: weight, needed: "at least 0") }
    var chosen: [Int] = []
    for part in names { chosen.append(try self.point(part)) }
    guard let event = chosen.first.map({ points[$0].event }), chosen.allSatisfy({ points[$0].event == event }),
      chosen.allSatisfy({ points[$0].isCrossable })
    else { throw .differentEvents(name, parts: names) }
    let parts = chosen.map { point in points[point].bins.indices.filter { points[point].bins[$0].kind == .counted } }
    var bins: [CoverBin] = []
    for number in 0..<parts.reduce(1, { $0 * $1.count }) {
      var rest = number
      var words: [String] = []
      for (point, part) in zip(chosen, parts).reversed() {
        words.insert(points[point].bins[part[rest % part.count]].name, at: 0)
        rest /= part.count
      }
      var bin = CoverBin.value(words.joined(separator: " × "), number)
      bin.goal = goal
      if let rule = combinations.first(where: { $0.covers(words) }) { bin.kind = rule.kind }
      bins.append(bin)
    }
    for rule in combinations {
      for (word, point) in zip(rule.parts, chosen) where word != "*" {
        guard points[point].bins.contains(where: { $0.name == word }) else {
          throw .unknown(word, kind: "bin of '\(points[point].name)'", known: points[point].bins.map(\.name))
        }
      }
      guard rule.parts.count == chosen.count else {
        throw .badNumber("parts of a combination of '\(name)'", value: rule.parts.count, needed: "\(chosen.count)")
      }
    }
    crosses.append(CoverCross(name: name, points: chosen, parts: parts, bins: bins, weight: weight, event: event))
  }

  private func point(_ name: String) throws(CoverageError) -> Int {
    guard let index = points.firstIndex(where: { $0.name == name }) else {
      throw .unknown(name, kind: "point", known: points.map(\.name))
    }
    return index
  }

  // MARK: Exclusions

  /// Leaves bins of a point or cross out, because they cannot be hit or need not be.
  ///
  /// - Parameters:
  ///   - names: Names of the bins; nil for all that the point has.
  ///   - reason: Why; it stands in every report.
  public mutating func exclude(
    _ name: String, _ names: [String]? = nil, because reason: String
  ) throws(CoverageError) {
    if let index = crosses.firstIndex(where: { $0.name == name }) {
      try Self.exclude(&crosses[index].bins, of: name, names, reason)
    } else {
      try Self.exclude(&points[point(name)].bins, of: name, names, reason)
    }
  }

  private static func exclude(
    _ bins: inout [CoverBin], of point: String, _ names: [String]?, _ reason: String
  ) throws(CoverageError) {
    for name in names ?? bins.map(\.name) {
      guard let index = bins.firstIndex(where: { $0.name == name }) else {
        throw .unknown(name, kind: "bin of '\(point)'", known: bins.map(\.name))
      }
      if bins[index].kind == .counted { bins[index].kind = .excluded(because: reason) }
    }
  }

  // MARK: Identity

  /// Digits that tell models with other bins, goals or order apart.
  public var fingerprint: String {
    var text = interface.name
    for point in points {
      text += "\n\(point.name)|\(point.event)|\(point.variables.map(\.name))|\(point.weight)"
      for bin in point.bins { text += "\n \(bin.name)|\(bin.match)|\(bin.kind)|\(bin.goal)" }
    }
    for cross in crosses {
      text += "\n\(cross.name)|\(cross.points)|\(cross.weight)"
      for bin in cross.bins { text += "\n \(bin.name)|\(bin.kind)|\(bin.goal)" }
    }
    return hexadecimal(Seed(0).derived(text).value, digits: 16)
  }

  /// All counters: those of the points and then those of the crosses, bin after bin.
  var counterCount: Int {
    points.reduce(0) { $0 + $1.bins.count } + crosses.reduce(0) { $0 + $1.bins.count }
  }
}

extension CoverPoint {
  /// Whether a sample has one value, which may fall into bins.
  var isCrossable: Bool {
    switch sampling {
    case .value, .computed, .corners: true
    case .bits: false
    }
  }
}
