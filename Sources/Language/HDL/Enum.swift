import Netlist

/// How the cases of an enum become bits.
public enum EnumEncoding: Hashable, Sendable {
  /// The number of the case: fewest bits.
  case binary
  /// One bit a case: a comparison is one bit, and a value with any other number of ones never occurs.
  case oneHot
  /// Neighbouring cases differ in one bit.
  case gray
}

/// A Swift enum without associated values that signals carry.
///
/// ```swift
/// enum Operation: HardwareEnum { case add, subtract, pass }
/// ```
public protocol HardwareEnum: CaseIterable, Hashable, Sendable {
  /// How the cases become bits; binary unless stated otherwise.
  static var encoding: EnumEncoding { get }
}

extension HardwareEnum {
  /// The number of the case.
  public static var encoding: EnumEncoding { .binary }

  /// Bits of a signal.
  public static var width: Int {
    let count = max(allCases.count, 1)
    return encoding == .oneHot ? count : BitVector.bitsNeeded(unsigned: UInt64(count - 1))
  }

  /// The bits of the case as a number; -1, which fits no signal, where one bit for each case makes it too long for one,
  /// and for a case that is not among `allCases`.
  public var code: Int { position.map(Self.code(at:)) ?? -1 }

  /// The bits of the case with this number.
  static func code(at index: Int) -> Int {
    switch encoding {
    case .binary: index
    case .oneHot: index < mostOneHotCases ? 1 << index : -1
    case .gray: index ^ index >> 1
    }
  }

  /// The number of the case; nil when it is not among `allCases`.
  var position: Int? { Self.allCases.enumerated().first { $0.element == self }?.offset }

  static var mostOneHotCases: Int { 62 }

  /// Name and cases, each with its bits.
  static var enumeration: Enumeration {
    let positions = CasePositions<Self>()
    let width = width
    return Enumeration(
      name: String("\(Self.self)".map { Identifier.isWellFormed("_\($0)") ? $0 : "_" }),
      cases: allCases.map {
        Enumeration.Case(name: "\($0)", code: BitVector(signed: code(at: positions[$0] ?? 0), width: width))
      })
  }
}

/// A signal that holds a case of an enum.
public struct Enum<E: HardwareEnum>: Signal, NamedCases {
  /// How the bits are read.
  public static var isSigned: Bool { false }
  /// The node or literal behind the value.
  public let handle: Handle

  /// Wraps a node or literal.
  public init(handle: Handle) { self.handle = handle }
  /// A case; it takes its place where a signal of the enum stands.
  public init(_ value: E) {
    guard let position = value.position else {
      self = .refused(
        Refusal.Mistake(
          code: .badEnum, message: "case '\(value)' of enum '\(E.self)' is not among its allCases",
          fix: "list every case there"), width: E.width)
      return
    }
    self.init(caseAt: position)
  }

  /// The case with this number; `width` for those who know it, as it takes all cases.
  init(caseAt position: Int, width: Int = E.width) {
    var code = BitVector(signed: E.code(at: position), width: width)
    if E.encoding == .oneHot {
      code = .zeros(width)
      code[position] = true
    }
    handle = .literal(Literal(sized: code))
  }

  /// Adds the vector; an enum without cases carries nothing.
  public static func declare(
    _ shape: Int, in walker: PortWalker, name: String, path: String, direction: PortDirection
  ) -> PortEntry {
    if E.allCases.isEmpty {
      walker.refuse(
        .badEnum, "port '\(path)' carries enum '\(E.self)', which has no cases", fix: "give it at least one")
    }
    return walker.leaf(
      name, path: path, direction: direction, width: shape, isSigned: false, format: "\(E.self)")
  }

  /// What replaces the signal: the bits of one enum are not those of another one.
  public func mapSignals(_ transform: any SignalTransform, at name: FieldName) -> Enum {
    transform.apply(self, at: name.reading("\(E.self)"))
  }

  /// 1 when both hold one case.
  public static func .== (a: Enum, b: Enum) -> Bit { a.isEqual(to: b) }
  /// 1 when they hold different cases.
  public static func .!= (a: Enum, b: Enum) -> Bit { !a.isEqual(to: b) }

  /// 1 when the signal holds `value`.
  public static func .== (a: Enum, b: E) -> Bit { a.holds(b, at: b.position) }
  /// 1 when the signal holds another case.
  public static func .!= (a: Enum, b: E) -> Bit { !(a .== b) }

  /// The bits.
  public var asBits: Bits { Bits(handle: handle) }

  func nameCases(in module: Module, at place: Int32) { module.enumerate(self, at: place) }

  /// 1 when the signal holds `value`, of which the number is known; nil when it is not among the cases.
  func holds(_ value: E, at position: Int?, width: Int = E.width) -> Bit {
    guard let position else { return isEqual(to: Enum(value)) }
    guard E.encoding == .oneHot, case .node(let module, let id) = handle else {
      return isEqual(to: Enum(caseAt: position, width: width))
    }
    return Bit(handle: .node(module, module.slice(id, low: position, width: 1)))
  }
}

/// The numbers of the cases of an enum, for those who ask for many.
struct CasePositions<E: HardwareEnum> {
  private let positions: [E: Int]
  /// Bits of a signal.
  let width = E.width

  init() { positions = Dictionary(zip(E.allCases, 0...), uniquingKeysWith: { first, _ in first }) }

  var count: Int { positions.count }

  /// The number of `value`; nil when it is not among the cases.
  subscript(value: E) -> Int? { positions[value] }
}

extension Input {
  /// A case of an enum.
  public init<E: HardwareEnum>(file: StaticString = #fileID, line: Int = #line) where T == Enum<E> {
    self.init(shape: E.width, file: file, line: line)
  }
}

extension Output {
  /// A case of an enum.
  public init<E: HardwareEnum>(file: StaticString = #fileID, line: Int = #line) where T == Enum<E> {
    self.init(shape: E.width, file: file, line: line)
  }
}

/// Drives `sink` with a case.
public func <== <E: HardwareEnum>(sink: Sink<Enum<E>>, value: E) { sink <== Enum(value) }

extension Module {
  /// A case as a signal.
  public func constant<E: HardwareEnum>(_ value: E) -> Enum<E> {
    let literal = Enum(value)
    guard case .literal(let number) = literal.handle, number.refusal == nil else { return literal }
    return Enum(handle: .node(self, node(number, width: E.width, signed: false)))
  }

  /// A register that holds a case and is assigned through ``PortElement/next``; its cases have names in the Verilog and in waves.
  public func register<E: HardwareEnum>(
    _ name: String, _ type: E.Type, reset: E? = nil, initial: E? = nil, file: StaticString = #fileID,
    line: Int = #line
  ) -> Enum<E> {
    let result: Enum<E> = variable(
      name, width: E.width, reset: reset.map { Enum($0) }, initial: initial.map { Enum($0) }, at: place(file, line))
    // What has no cases cannot be assigned either.
    if E.allCases.isEmpty, !targets.isEmpty { targets[targets.count - 1].isRefused = true }
    enumerate(result, at: place(file, line))
    return result
  }

  /// A wire that holds a case and is assigned through ``PortElement/driver``.
  public func wire<E: HardwareEnum>(
    _ name: String, _ type: E.Type, default value: E? = nil, file: StaticString = #fileID, line: Int = #line
  ) -> Enum<E> {
    let result: Enum<E> = net(
      name, width: E.width, default: value.map { Enum($0) }, at: place(file, line))
    enumerate(result, at: place(file, line))
    return result
  }

  fileprivate func enumerate<E: HardwareEnum>(_ signal: Enum<E>, at place: Int32) {
    guard case .node(_, let id) = signal.handle, definition.table[id].operation == .signal else { return }
    let enumeration = E.enumeration
    guard
      check(
        E.encoding != .oneHot || E.allCases.count <= E.mostOneHotCases, .badEnum,
        "enum '\(enumeration.name)' has \(E.allCases.count) cases, too many for one bit each",
        fix: "use .binary or .gray; .oneHot takes up to \(E.mostOneHotCases) cases", at: place),
      checkCases(of: enumeration, at: place)
    else { return }
    let known = definition.enumerations.firstIndex(of: enumeration)
    if known == nil { definition.enumerations.append(enumeration) }
    definition.signals[Int(definition.table[id].a)].enumeration = Int32(known ?? definition.enumerations.count - 1)
  }

  /// Cases are names in the Verilog and in waves, so each must be there once and have a name of its own.
  private func checkCases(of enumeration: Enumeration, at place: Int32) -> Bool {
    guard
      check(
        !enumeration.cases.isEmpty, .badEnum, "enum '\(enumeration.name)' has no cases",
        fix: "give it at least one", at: place)
    else { return false }
    var codes: [BitVector: String] = [:]
    var names: Set<String> = []
    for one in enumeration.cases {
      guard
        check(
          codes.updateValue(one.name, forKey: one.code) == nil, .badEnum,
          "enum '\(enumeration.name)' has the case '\(one.name)' twice", fix: "list each case once in allCases",
          at: place),
        check(
          names.insert(one.name).inserted, .badEnum,
          "two cases of enum '\(enumeration.name)' are called '\(one.name)'", fix: "give each a description of its own",
          at: place),
        check(
          Identifier.isWellFormed(one.name), .badEnum,
          "the case '\(one.name)' of enum '\(enumeration.name)' is no identifier",
          fix: "use letters, digits and underscores for its name, or for its description where it has one", at: place)
      else { return false }
    }
    return true
  }

  /// One branch for each case of `subject`; with a branch for every case none is left over.
  public func `switch`<E: HardwareEnum>(_ subject: Enum<E>, _ cases: (EnumCases<E>) -> Void) {
    // One bit for each case says nothing of values with several.
    cases(EnumCases(module: self, choice: openChoice(isExclusive: E.encoding != .oneHot), subject: subject))
  }
}

/// The branches of a `switch` over an enum.
public final class EnumCases<E: HardwareEnum> {
  let module: Module
  let choice: Int32
  let subject: Enum<E>
  private let positions = CasePositions<E>()
  private var seen: Set<E> = []

  init(module: Module, choice: Int32, subject: Enum<E>) {
    self.module = module
    self.choice = choice
    self.subject = subject
  }

  /// Assignments that hold while the subject is one of `values`. The branch that names the last missing case needs no
  /// condition: it also stands for codes that no case has.
  public func `case`(_ values: E..., body: () -> Void) {
    guard let first = values.first else { return module.refuseEmptyCase(body) }
    for value in values where !seen.insert(value).inserted {
      module.report(.unreachableChoice, "the case '\(value)' has a branch before", fix: "name each case once")
      return module.discarding(body)
    }
    guard seen.count < positions.count else { return module.branch(of: choice, when: nil, body) }
    let width = positions.width
    let condition = values.dropFirst().reduce(subject.holds(first, at: positions[first], width: width)) {
      $0 | subject.holds($1, at: positions[$1], width: width)
    }
    module.branch(of: choice, when: condition, body)
  }

  /// Assignments that hold while no case does.
  public func `default`(_ body: () -> Void) { module.branch(of: choice, when: nil, body) }
}
