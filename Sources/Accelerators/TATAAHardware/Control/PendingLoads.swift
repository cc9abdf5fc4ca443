import HDL
import TATAA

/// What the load unit has been given and has not ended, in order: for each load where it goes, which bytes it reads, and the
/// instruction that it is.
struct PendingLoads {
  /// A load that is under way.
  struct Entry: SignalBundle {
    let isValid: Bit
    let target: LoadTarget
    /// The bank of X or Y; for a table whether it is that of biases.
    let bank, isBias: Bit
    /// The first and the last byte.
    let low, high: UInt
    /// The first and the last vector register.
    let firstRegister, lastRegister: UInt
    /// The place of the instruction.
    let place: UInt

    static var shape: Entry {
      Entry(
        isValid: .shape, target: LoadTarget(), bank: .shape, isBias: .shape, low: .shape(32), high: .shape(32),
        firstRegister: .shape(8), lastRegister: .shape(8), place: .shape(32))
    }

    static var none: Entry {
      Entry(
        isValid: 0, target: LoadTarget(x: 0, y: 0, sums: 0, table: 0, vector: 0), bank: 0, isBias: 0, low: 0, high: 0,
        firstRegister: 0, lastRegister: 0, place: 0)
    }

    /// Whether a vector register is among those that are loaded.
    func loads(_ register: UInt) -> Bit {
      isValid & target.vector & (firstRegister .<= register) & (register .<= lastRegister)
    }

    /// Whether one of some vector registers is.
    func loads(from first: UInt, to last: UInt) -> Bit {
      isValid & target.vector & (firstRegister .<= last) & (first .<= lastRegister)
    }
  }

  /// The loads; where they stand says nothing of their order.
  let entries: [Entry]
  private let head, tail: UInt

  init(_ m: Module) {
    let width = bits(for: LoadUnit.queueDepth - 1)
    head = m.register("oldest_load", UInt.self, width: width, reset: 0)
    tail = m.register("next_load", UInt.self, width: width, reset: 0)
    entries = (0..<LoadUnit.queueDepth).map { m.register("load_\($0)", of: Entry.shape, reset: Entry.none) }
  }

  /// The place of the load that ends next.
  var oldest: UInt { select(head, entries.map(\.place)) }

  /// Whether something holds for a load that is under way.
  func any(_ condition: (Entry) -> Bit) -> Bit { anyOf(entries.map { $0.isValid & condition($0) }) }

  /// Takes up `entry` when a load is given to the unit, and drops the oldest one when it ends.
  func follow(_ entry: Entry, begins: Bit, ends: Bit, _ m: Module) {
    for (number, old) in entries.enumerated() {
      let isNew = begins & (tail .== UInt(number))
      m.when(isNew) { old.next <== entry }
        .otherwise(when: ends & (head .== UInt(number))) { old.isValid.next <== 0 }
    }
    m.when(begins) { tail.next <== tail &+ 1 }
    m.when(ends) { head.next <== head &+ 1 }
  }
}
