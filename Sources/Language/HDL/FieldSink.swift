import Netlist

/// Where to assign one vector of a value.
public struct FieldSink {
  let module: Module
  let target: TargetID
  let width: Int
  let isSigned: Bool
  let isRefused: Bool

  init(module: Module, target: TargetID, width: Int, isSigned: Bool, isRefused: Bool) {
    self.module = module
    self.target = target
    self.width = width
    self.isSigned = isSigned
    self.isRefused = isRefused
  }

  init<S: Signal>(_ sink: Sink<S>) {
    self.init(
      module: sink.module, target: sink.target, width: sink.width, isSigned: S.isSigned, isRefused: sink.isRefused)
  }

  /// Drives `sinks`, which have these names, with the signals of `value`: both must have the same fields.
  static func drive(_ sinks: [FieldSink], named names: [FieldName], with value: some HardwareValue) {
    guard let module = sinks.first?.module else { return }
    let values = value.fields
    // What is said of a target that could not be made is enough.
    guard !sinks.contains(where: \.isRefused), fieldsMatch(sinks, names, values, in: module) else {
      for sink in sinks { module.refuse(sink.target, sink.refusedHandle) }
      return
    }
    for (sink, value) in zip(sinks, values.ordered(like: names)) { sink.drive(value) }
  }

  private var refusedHandle: Handle { Bits.refused(width: width).handle }

  private func drive(_ value: FieldSignal) {
    if isRefused { return module.refuse(target, value.signal.handle) }
    if let own = value.signal.ownWidth, own != width {
      let change = own > width ? "truncated(to: \(width))" : "extended(to: \(width))"
      module.report(
        .bundleMismatch,
        "field '\(value.name.path)' is driven by \(own) bits, and '\(module.name(of: target))' has \(width)",
        notes: module.notes(sink: target) + module.notes(value: value.signal),
        fix: "use \(change) for '\(value.name.path)', or give both bundles one shape")
      return module.refuse(target, refusedHandle)
    }
    // The same field may be a number on one side and a vector on the other one.
    let bits = isSigned ? value.signal.read(as: SInt.self).handle : value.signal.read(as: Bits.self).handle
    module.assign(target, low: nil, width: width, bits, isSigned: isSigned)
  }

  /// Whether both sides have the same fields; reports the first one that one side has alone.
  private static func fieldsMatch(
    _ sinks: [FieldSink], _ names: [FieldName], _ values: [FieldSignal], in module: Module
  ) -> Bool {
    for (name, sink) in zip(names, sinks) where name.format != nil {
      guard let value = values.first(where: { $0.name == name }), let own = value.name.format, let format = name.format,
        format != own
      else { continue }
      let field = name == .whole ? "" : "field '\(name.path)' of "
      module.report(
        .bundleMismatch, "\(field)'\(module.name(of: sink.target))' has the format \(format) and is driven by \(own)",
        notes: module.notes(sink: sink.target) + module.notes(value: value.signal), fix: Module.formatFix)
      return false
    }
    if names == values.map(\.name) { return true }
    if let missing = names.firstIndex(where: { name in !values.contains { $0.name == name } }) {
      module.report(
        .bundleMismatch,
        "field '\(names[missing].path)' is missing in the bundle that drives '\(module.name(of: sinks[missing].target))'",
        notes: module.notes(sink: sinks[missing].target) + (values.first.map { module.notes(value: $0.signal) } ?? []),
        fix: "give both bundles one shape")
    } else if let extra = values.first(where: { value in !names.contains(value.name) }) {
      module.report(
        .bundleMismatch,
        "field '\(extra.name.path)' is driven, and the bundle of '\(module.name(of: sinks[0].target))' has none",
        notes: module.notes(sink: sinks[0].target) + module.notes(value: extra.signal),
        fix: "give both bundles one shape")
    } else {
      return true
    }
    return false
  }
}

extension Module {
  static var formatFix: String { "convert one of them, or give both one format" }

  /// Where something that is driven is declared.
  func notes(sink target: TargetID) -> [Diagnostic.Note] {
    let place: Place?
    if let index = target.index {
      let known = targets[index]
      if case .output(let port) = known.kind {
        place = portOrigins[Int(port)]?.place
      } else {
        place = definition.place(known.place)
      }
    } else {
      place = definition.place(definition.instances[port(of: target.connection).instance].place)
    }
    return [Diagnostic.Note("'\(name(of: target))' is declared here", at: place)]
  }

  /// Where a value is declared, when it is the value of something that has a name.
  func notes(value: any Signal) -> [Diagnostic.Note] {
    guard case .node(let module, let id) = value.handle, module === self, definition.table[id].operation == .signal
    else { return [] }
    let signal = definition.signals[Int(definition.table[id].a)]
    guard !signal.name.isEmpty else { return [] }
    var place = definition.place(signal.place)
    if case .input(let port) = signal.kind { place = portOrigins[Int(port)]?.place }
    return [Diagnostic.Note("'\(signal.name)' is declared here", at: place)]
  }
}
