import Netlist
import NumberFormats

/// A value in hardware: a ``Signal``, a ``SignalBundle`` of values, or an array of values.
///
/// Whatever holds or moves a signal takes every one of them: registers, wires, memories, `mux`, `select`, delays, queues
/// and streams. What it makes of each signal inside is called after the field.
public protocol HardwareValue {
  /// The same value with each of its signals replaced, in the order of declaration.
  ///
  /// - Parameters:
  ///   - transform: What replaces a signal.
  ///   - name: What the value is called where it stands; ``FieldName/whole`` on the outside.
  func mapSignals(_ transform: any SignalTransform, at name: FieldName) -> Self
}

/// Replaces the signals of a ``HardwareValue``.
public protocol SignalTransform {
  /// What stands for the signal called `name`.
  func apply<S: Signal>(_ signal: S, at name: FieldName) -> S
}

/// Where a signal stands in a value.
public struct FieldName: Hashable, Sendable {
  /// As it stands in Verilog, such as `pairs_0_is_last`; empty for the value itself.
  public let verilog: String
  /// As it is written in Swift, such as `pairs[0].isLast`; empty for the value itself.
  public let path: String
  /// The number format in which the bits are read, such as `Q(4, 12)`, where the signal alone does not say it. No part of
  /// the identity.
  public private(set) var format: String?

  /// The value itself.
  public static let whole = FieldName(verilog: "", path: "")

  init(verilog: String, path: String) {
    self.verilog = verilog
    self.path = path
  }

  /// The same name of a signal whose bits are read in a format: values of one name and two formats do not mix.
  public func reading(_ format: some NumberFormat) -> FieldName { reading(format.description) }

  func reading(_ format: String) -> FieldName {
    var name = self
    name.format = format
    return name
  }

  /// The same place in a value.
  public static func == (left: FieldName, right: FieldName) -> Bool {
    left.verilog == right.verilog && left.path == right.path
  }

  /// Hashes the place.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(verilog)
    hasher.combine(path)
  }

  /// What a port is called whose Swift path is `path`: `axi_aw` for `axi.aw`, `input_3` for `input[3]`.
  static func verilog(ofPath path: some StringProtocol) -> String {
    path.split { ".[]".contains($0) }.map { Identifier.snakeCase(String($0)) }.joined(separator: "_")
  }

  /// A stored property of what is called so.
  func field(_ label: String) -> FieldName {
    let own = Identifier.snakeCase(label)
    return FieldName(
      verilog: verilog.isEmpty ? own : verilog + "_" + own, path: path.isEmpty ? label : path + "." + label)
  }

  /// An element of the array that is called so.
  func element(_ index: Int) -> FieldName {
    FieldName(verilog: verilog.isEmpty ? "\(index)" : "\(verilog)_\(index)", path: "\(path)[\(index)]")
  }

  /// What is called `inner` inside of what is called so.
  func inside(_ inner: FieldName) -> FieldName {
    var name = self
    if inner != .whole { name = FieldName(verilog: inner.verilog(after: verilog), path: inner.path(after: path)) }
    name.format = inner.format
    return name
  }

  /// The Verilog name in something called `stem`.
  func verilog(after stem: String) -> String {
    verilog.isEmpty || stem.isEmpty ? stem + verilog : stem + "_" + verilog
  }

  /// The Swift path in something called `stem`.
  func path(after stem: String) -> String {
    path.isEmpty || path.hasPrefix("[") || stem.isEmpty ? stem + path : stem + "." + path
  }
}

extension Array: HardwareValue where Element: HardwareValue {
  /// The same values with each of their signals replaced.
  public func mapSignals(_ transform: any SignalTransform, at name: FieldName) -> [Element] {
    enumerated().map { $1.mapSignals(transform, at: name.element($0)) }
  }
}

extension Optional: HardwareValue where Wrapped: HardwareValue {
  /// The same value with each of its signals replaced, if it is there.
  public func mapSignals(_ transform: any SignalTransform, at name: FieldName) -> Wrapped? {
    map { $0.mapSignals(transform, at: name) }
  }
}

extension Signal {
  /// What replaces the signal.
  public func mapSignals(_ transform: any SignalTransform, at name: FieldName) -> Self {
    transform.apply(self, at: name)
  }
}

/// One signal of a value.
struct FieldSignal {
  let name: FieldName
  let signal: any Signal
}

extension [FieldSignal] {
  /// The same fields in the order of `names`, all of which are there.
  func ordered(like names: [FieldName]) -> [FieldSignal] {
    if map(\.name) == names { return self }
    let places = Dictionary(zip(map(\.name), indices), uniquingKeysWith: { first, _ in first })
    return names.compactMap { places[$0].map { self[$0] } }
  }
}

private final class FieldCollector: SignalTransform {
  var fields: [FieldSignal] = []

  func apply<S: Signal>(_ signal: S, at name: FieldName) -> S {
    fields.append(FieldSignal(name: name, signal: signal))
    return signal
  }
}

/// Puts signals in the places of a value, in order.
final class FieldReplacement: SignalTransform {
  private let signals: [any Signal]
  private var next = 0

  init(_ signals: [any Signal]) { self.signals = signals }

  func apply<S: Signal>(_ signal: S, at name: FieldName) -> S {
    defer { next += 1 }
    return signals[next].read(as: S.self)
  }
}

/// Stands for every signal of a value that could not be made.
private struct FieldRefusal: SignalTransform {
  let refusal: Refusal?

  func apply<S: Signal>(_ signal: S, at name: FieldName) -> S {
    refusal.map { S(handle: .literal(Literal(form: .refused($0)))) } ?? .refused(width: signal.width)
  }
}

extension HardwareValue {
  /// The signals of the value with their names, in the order of declaration.
  var fields: [FieldSignal] {
    if let signal = self as? any Signal { return [FieldSignal(name: .whole, signal: signal)] }
    let collector = FieldCollector()
    _ = mapSignals(collector, at: .whole)
    return collector.fields
  }

  /// The same value with other signals in its places, in the order of declaration.
  func replacing(_ signals: [any Signal]) -> Self { mapSignals(FieldReplacement(signals), at: .whole) }

  /// Stands for a value of this form that could not be made.
  func refused(_ refusal: Refusal? = nil) -> Self { mapSignals(FieldRefusal(refusal: refusal), at: .whole) }

  /// The module that the value belongs to; nil for literals.
  var home: Module? { fields.lazy.compactMap(\.signal.module).first }
}

extension Signal {
  /// The same bits as another kind of signal.
  func read<S: Signal>(as type: S.Type) -> S {
    if let same = self as? S { return same }
    guard case .node(let module, let id) = handle else { return S(handle: handle) }
    return S(handle: .node(module, module.reinterpreted(id, signed: S.isSigned)))
  }
}
