import Components
import HDL
import Netlist

/// Two bundles, or two vectors, of equal shape in something that holds or chooses them.
package struct BundleUse: Hashable, Sendable {
  /// What the values are.
  package enum Content: Hashable, Sendable {
    /// Bundles of a bit, a signed number, unsigned lanes of one width, and bits in a bundle inside.
    case parcel
    /// Vectors of elements of one type.
    case vector(SignalKind)
  }

  /// What takes the values.
  package enum Holder: Hashable, Sendable {
    /// The choice by one bit.
    case mux
    /// The choice by an index.
    case select
    /// Packed, combined as bits and unpacked.
    case packed
    /// A register of the first one.
    case register
    /// A register that blocks assign, whole and by field.
    case variable
    /// A wire that blocks assign, with the second one where nothing is assigned.
    case wire
    /// A delay of the first one.
    case delay(Int)
    /// A memory of four words into which the first one is written.
    case memory
    /// A queue of the first one.
    case queue(depth: Int, inMemory: Bool)

    var readsSecond: Bool {
      switch self {
      case .mux, .select, .packed, .variable, .wire, .queue: true
      case .register, .delay, .memory: false
      }
    }

    var readsControl: Bool {
      switch self {
      case .mux, .register, .variable, .wire, .memory, .queue: true
      case .select, .packed, .delay: false
      }
    }

    var readsIndex: Bool {
      switch self {
      case .select, .memory: true
      case .mux, .packed, .register, .variable, .wire, .delay, .queue: false
      }
    }
  }

  /// Whether the index is read: by the holder, or to name an element.
  var readsIndex: Bool { content != .parcel || holder.readsIndex }

  /// Name in the Verilog.
  package var name: String
  /// What the values are.
  package var content = Content.parcel
  /// What takes them.
  package var holder: Holder
  /// The fields or elements of both.
  package var items: [[Operand]]
  /// One bit.
  package var control: Operand
  /// Two bits.
  package var index: Operand
  /// The fields or elements of the result, in the same order; of a vector also the element that `index` names.
  package var results: [MadeValue]

  /// What the fields of a register have in reset.
  package var reset: [BitVector]?

  /// The statement with other operands, of those that the holder reads.
  func mapped(_ body: (Operand) -> Operand) -> BundleUse {
    var use = self
    use.items[0] = items[0].map(body)
    if holder.readsSecond { use.items[1] = items[1].map(body) }
    if holder.readsControl { use.control = body(control) }
    if readsIndex { use.index = body(index) }
    return use
  }
}
