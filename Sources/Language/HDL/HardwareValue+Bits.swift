import Netlist

extension HardwareValue {
  /// Bits of ``packed``.
  public var packedWidth: Int { fields.lazy.map(\.signal.declaredWidth).reduce(0, clampedSum) }

  /// All signals of the value as one vector, the first field in the low bits and the first element of an array in the low
  /// bits of its own. ``Bits/unpacked(as:)`` is the way back.
  public var packed: Bits {
    let signals = fields.map(\.signal)
    return signals.count == 1 ? signals[0].read(as: Bits.self) : concatenate(signals.reversed())
  }
}

extension Bits {
  /// The value of the form of `shape` of which these are all the bits, as ``HardwareValue/packed`` joins them.
  ///
  /// - Parameter shape: A shape, or any value of the same form.
  public func unpacked<T: HardwareValue>(as shape: T) -> T {
    let fields = shape.fields
    let width = shape.packedWidth
    if let own = ownWidth, own != width {
      let last = fields.last.map { field in
        ", whose last field '\(field.name.path)' has bits \(width - field.signal.declaredWidth)..<\(width)"
      }
      let refused: Bits = refusing(
        .bundleMismatch, "\(own) bits are unpacked as a bundle of \(width)\(last ?? "")",
        fix: "use \(width) bits, or a shape of \(own)")
      return shape.refused(refused.refusal)
    }
    var low = 0
    return shape.replacing(
      fields.map { field in
        defer { low += field.signal.declaredWidth }
        return self[low..<(low + field.signal.declaredWidth)]
      })
  }
}

extension Signal {
  /// What became of a value that could not be made; nil for others.
  var refusal: Refusal? { if case .literal(let literal) = handle { literal.refusal } else { nil } }
}
