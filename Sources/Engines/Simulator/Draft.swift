import CLanes

/// A place in the storage of a model before it is laid out: bytes from the start of a block; may lie before it.
struct Address: Hashable {
  var block: Int32
  var offset: Int32

  func advanced(by bytes: Int) -> Address { Address(block: block, offset: offset + Int32(bytes)) }
}

/// A piece of the storage of a model.
struct Block {
  var bytes: Int
  /// Room before and behind, that makes a shifted view of the block a vector of its own.
  var before = 0
  var behind = 0
  /// Contents at the start; the rest is zero.
  var initial: [UInt8] = []
  /// Pointers in the contents.
  var pointers: [(offset: Int, target: Address)] = []
  /// True for ports, which outlive a program.
  var isPin = false
}

/// An instruction before the storage is laid out.
struct Draft {
  var operation: Int
  var count: Int
  var d: Address?
  var a: Address?
  var b: Address?
  var c: Address?
  var mask: UInt64 = 0
  var shift = 0

  init(
    _ kind: Int, variant: Int = 0, count: Int = 0, d: Address? = nil, a: Address? = nil, b: Address? = nil,
    c: Address? = nil, mask: UInt64 = .max, shift: Int = 0
  ) {
    operation = kind * 32 + variant
    self.count = count
    self.d = d
    self.a = a
    self.b = b
    self.c = c
    self.mask = mask
    self.shift = shift
  }
}

/// The storage and the instructions of a model before they are laid out.
struct ProgramDraft {
  var blocks: [Block] = []
  /// Values stored once at the start, over the contents of the blocks.
  var constants: [(address: Address, bytes: [UInt8])] = []
  /// Sets what asynchronous resets hold.
  var asynchronousReset: [Draft] = []
  /// Computes the resets that are made inside the design, and sets what those hold that act at once.
  var derivedReset: [Draft] = []
  var settle: [Draft] = []
  /// A clock edge with no reset active, and with any of them active.
  var step: [Draft] = []
  var stepInReset: [Draft] = []
  /// What instructions call.
  var callouts: [Callout] = []

  mutating func block(
    _ bytes: Int, initial: [UInt8] = [], pointers: [(offset: Int, target: Address)] = [], isPin: Bool = false
  ) -> Address {
    blocks.append(Block(bytes: bytes, initial: initial, pointers: pointers, isPin: isPin))
    return Address(block: Int32(blocks.count - 1), offset: 0)
  }
}

func bytes<T: BitwiseCopyable>(of value: T) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
