/// The names that are taken in a module, by a hash of their bytes, capitals as small letters: some tools and file systems
/// do not tell them apart.
///
/// The hash of a name in two parts follows from the hashes of the parts, so that the outputs of tens of thousands of
/// instances need no strings. Two names may have one hash, if hardly ever: whoever asks must not take "taken" for a proof.
/// The hash is the same in every run.
package struct NameSet {
  /// Hash and length of a name or of a part of one.
  package struct Part {
    fileprivate var hash: UInt64 = 0
    /// The factor that moves what stands before this part.
    fileprivate var power: UInt64 = 1

    package init(_ text: String) {
      for byte in text.utf8 {
        let isCapital = byte &- UInt8(ascii: "A") < 26
        hash = hash &* Self.base &+ UInt64(isCapital ? byte | 0x20 : byte)
        power = power &* Self.base
      }
    }

    private init(hash: UInt64, power: UInt64) {
      self.hash = hash
      self.power = power
    }

    /// The part with `other` after it.
    package func followed(by other: Part) -> Part {
      Part(hash: hash &* other.power &+ other.hash, power: power &* other.power)
    }

    private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15
  }

  /// Open addressing; zero is free. The count is a power of two.
  private var slots: [UInt64]
  private var used = 0

  /// Room for `capacity` names.
  package init(capacity: Int) {
    var count = 64
    while count < capacity * 2 { count *= 2 }
    slots = [UInt64](repeating: 0, count: count)
  }

  /// The keywords of all languages, which nothing may be called.
  package static let keywords: NameSet = {
    var result = NameSet(capacity: 1024)
    for word in Identifier.allKeywords { _ = result.insert(word) }
    return result
  }()

  /// Takes a name that comes from `base`: itself when it is free, else with a number behind it.
  package mutating func unique(_ base: String) -> String {
    var name = base
    var number = 2
    while !insert(name) {
      name = "\(base)_\(number)"
      number += 1
    }
    return name
  }

  /// Takes a name; false when it was taken before.
  package mutating func insert(_ name: String) -> Bool { insert(Part(name)) }

  /// Takes a name; false when it was taken before.
  package mutating func insert(_ name: Part) -> Bool {
    if used * 2 >= slots.count { grow() }
    // The highest bits depend on every byte; zero would mean a free slot.
    let key = name.hash == 0 ? 1 : name.hash
    guard let slot = slots.withUnsafeBufferPointer({ Self.free(for: key, in: $0) }) else { return false }
    slots[slot] = key
    used += 1
    return true
  }

  /// The slot where `key` belongs; nil when it is there.
  private static func free(for key: UInt64, in slots: UnsafeBufferPointer<UInt64>) -> Int? {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: key ^ key >> 32) & mask
    while slots[slot] != 0 {
      if slots[slot] == key { return nil }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    var larger = NameSet(capacity: slots.count)
    for key in slots where key != 0 {
      let slot = larger.slots.withUnsafeBufferPointer { Self.free(for: key, in: $0) }
      larger.slots[slot!] = key
    }
    slots = larger.slots
  }
}
