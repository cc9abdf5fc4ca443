import HDL

/// Elements that lie side by side, of one width.
struct Elements {
  /// All of them, the first one in the low bits.
  let bits: Bits
  /// Bits of an element.
  let width: Int

  var count: Int { bits.width / width }

  subscript(index: Int) -> Bits { bits[(index * width)..<((index + 1) * width)] }

  /// Moved up by a number of elements, with zeros below; those that leave at the top are lost.
  func movedUp(by amount: UInt, _ name: String, in m: Module) -> Elements {
    moved(by: amount, name) { bits, places in
      concatenate(bits[0..<(bits.width - places)], m.constant(0, width: places, as: Bits.self))
    }
  }

  /// Moved down by a number of elements, with zeros above; those that leave at the bottom are lost.
  func movedDown(by amount: UInt, _ name: String, in m: Module) -> Elements {
    moved(by: amount, name) { bits, places in
      concatenate(m.constant(0, width: places, as: Bits.self), bits[places..<bits.width])
    }
  }

  /// Element 0 at the place that `amount` says, the last ones before it.
  func rotatedUp(by amount: UInt, _ name: String) -> Elements {
    rotated(by: amount, name) { concatenate($0[0..<($0.width - $1)], $0[($0.width - $1)..<$0.width]) }
  }

  /// The element that `amount` names at place 0, the ones before it last.
  func rotatedDown(by amount: UInt, _ name: String) -> Elements {
    rotated(by: amount, name) { concatenate($0[0..<$1], $0[$1..<$0.width]) }
  }

  private func rotated(by amount: UInt, _ name: String, _ turn: (Bits, Int) -> Bits) -> Elements {
    var bits = bits
    for step in 0..<amount.width {
      let places = (1 << step) % count * width
      if places > 0 { bits = mux(amount[step], turn(bits, places), bits).named("\(name)_\(step)") }
    }
    return Elements(bits: bits, width: width)
  }

  private func moved(by amount: UInt, _ name: String, _ shift: (Bits, Int) -> Bits) -> Elements {
    var bits = bits
    for step in 0..<amount.width {
      let places = (1 << step) * width
      bits = mux(amount[step], places < bits.width ? shift(bits, places) : 0, bits).named("\(name)_\(step)")
    }
    return Elements(bits: bits, width: width)
  }

  /// With as many zeros above as make `count` elements.
  func extended(to count: Int) -> Elements {
    Elements(bits: bits.asUnsigned.extended(to: count * width).asBits, width: width)
  }
}
