import Netlist

/// A struct of values that belong together: signals, arrays of values, optional values and further bundles.
///
/// A bundle is a value like a signal: a port, the payload of a stream, a register, a wire, a word of a memory, an operand
/// of `mux` and `select`. In Verilog each field is a vector of its own, `<name>_<field>`.
///
/// ```swift
/// struct Pass: SignalBundle {
///   let isFirst, isLast: Bit
///   let code: UInt
/// }
/// let shape = Pass(isFirst: .shape, isLast: .shape, code: .shape(8))
/// let pass = Pass(isFirst: io.start, isLast: 0, code: io.code)
/// let later = m.register("later", mux(io.hold, io.input.payload, pass))
/// ```
///
/// A stored property that is no value in hardware is left alone: what registers and `mux` give has that of their first
/// operand.
public protocol SignalBundle: PortElement where Shape == Self, Drain == BundleSink<Self> {}

extension SignalBundle {
  /// The shape is a value of the bundle itself.
  public static func form(_ shape: Self) -> Self { shape }

  /// The same bundle with each of its signals replaced.
  public func mapSignals(_ transform: any SignalTransform, at name: FieldName) -> Self {
    var copy = self
    withUnsafeMutablePointer(to: &copy) { start in
      for field in BundleField.all(of: self) {
        field.replace(in: UnsafeMutableRawPointer(start), by: transform, at: name.field(field.label))
      }
    }
    return copy
  }

  /// Where to assign the fields.
  public static func drain(_ form: Self, _ sinks: ArraySlice<FieldSink>) -> BundleSink<Self> {
    BundleSink(form: form, sinks: Array(sinks))
  }

  /// Drives every field with the one of the same name.
  public static func drive(_ drain: BundleSink<Self>, with value: Self) {
    FieldSink.drive(drain.sinks, named: drain.form.fields.map(\.name), with: value)
  }
}

/// A stored property of a bundle that is a value in hardware.
///
/// Offsets follow from the sizes and alignments of the stored properties, in order: the layout of every Swift struct of a
/// module that is built from source.
struct BundleField {
  let label: String
  let offset, size: Int
  let value: any HardwareValue

  /// The fields of `bundle`, in the order of declaration.
  static func all<B: SignalBundle>(of bundle: B) -> [BundleField] {
    var fields: [BundleField] = []
    var offset = 0
    let mirror = Mirror(reflecting: bundle)
    var isKnown = mirror.displayStyle == .struct
    for child in mirror.children where isKnown {
      let (size, alignment) = PortWalker.measure(child.value)
      offset = (offset + alignment - 1) / alignment * alignment
      defer { offset += size }
      guard let label = child.label, let value = value(child.value) else {
        if child.value is any HardwareValue { isKnown = false }
        if let label = child.label, let type = hiddenValue(in: child.value, depth: 4) {
          Elaboration.end(
            Refusal.Mistake(
              code: .badPort,
              message: "field '\(label)' of \(B.self) is a \(Swift.type(of: child.value)), which hides a \(type)",
              fix:
                "declare \(Swift.type(of: child.value)) as a SignalBundle, or take its signals as fields of their own"))
        }
        continue
      }
      fields.append(BundleField(label: label, offset: offset, size: size, value: value))
    }
    // Whatever is laid out in another way must not be written to.
    guard isKnown, offset == MemoryLayout<B>.size else {
      Elaboration.end(
        Refusal.Mistake(
          code: .badPort, message: "\(B.self) is no struct of values whose types are known",
          fix: "declare each field as a stored property of a concrete type, without any or lazy"))
    }
    return fields
  }

  /// The type of a value in hardware that is somewhere in something that is none.
  private static func hiddenValue(in value: Any, depth: Int) -> Any.Type? {
    for child in Mirror(reflecting: value).children {
      if child.value is any HardwareValue { return type(of: child.value) }
      if depth > 0, let found = hiddenValue(in: child.value, depth: depth - 1) { return found }
    }
    return nil
  }

  /// The value as the type that the property has: a cast alone would look into an optional one.
  private static func value(_ value: Any) -> (any HardwareValue)? {
    func open<T>(_ value: T) -> (any HardwareValue)? {
      func cast<V: HardwareValue>(_ type: V.Type) -> (any HardwareValue)? { value as? V }
      guard let type = T.self as? any HardwareValue.Type else { return nil }
      return cast(type)
    }
    return _openExistential(value, do: open)
  }

  /// Stores the field of the bundle that begins at `start` anew.
  func replace(in start: UnsafeMutableRawPointer, by transform: any SignalTransform, at name: FieldName) {
    value.store(at: start + offset, replaced: transform, name)
  }
}

extension HardwareValue {
  /// Stores the value at `place`, which holds one of its type, with its signals replaced.
  fileprivate func store(at place: UnsafeMutableRawPointer, replaced transform: any SignalTransform, _ name: FieldName)
  {
    place.assumingMemoryBound(to: Self.self).pointee = mapSignals(transform, at: name)
  }
}

/// Where to assign a bundle, or its fields one by one.
@dynamicMemberLookup
public struct BundleSink<B: SignalBundle> {
  let form: B
  let sinks: [FieldSink]

  /// Where to assign a field.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<B, T>) -> T.Drain {
    T.drain(form[keyPath: path], sinks[range(of: path)])
  }

  /// Where to assign an array of fields.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<B, [T]>) -> [T.Drain] {
    var low = range(of: path).lowerBound
    return form[keyPath: path].map { element in
      let high = low + element.fields.count
      defer { low = high }
      return T.drain(element, sinks[low..<high])
    }
  }

  /// Where to assign a field that may be absent.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<B, T?>) -> T.Drain? {
    form[keyPath: path].map { T.drain($0, sinks[range(of: path)]) }
  }

  /// The vectors of a field among those of the bundle.
  private func range<T>(of path: KeyPath<B, T>) -> Range<Int> {
    let offset = MemoryLayout<B>.offset(of: path)
    var low = 0
    for field in BundleField.all(of: form) {
      let count = field.value.fields.count
      // What has no size shares its place with what comes after it.
      if field.offset == offset, field.size == MemoryLayout<T>.size { return low..<(low + count) }
      low += count
    }
    Elaboration.end(
      Refusal.Mistake(
        code: .badPort, message: "\(path) is computed, and a field is a stored property of \(B.self)",
        fix: "assign the stored properties that it is made of"))
  }
}

/// Drives every field of a bundle with the one of the same name.
public func <== <B: SignalBundle>(sink: BundleSink<B>, value: B) { B.drive(sink, with: value) }
