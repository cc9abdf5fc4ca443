/// Something that a cover point looks at: a field of a transaction, a port, or the state of a stream.
///
/// Made by ``CoverageModel``, which knows the names. Values are 64-bit integers; signed fields count as such, and of a
/// field wider than 64 bits the low ones are seen.
public struct CoverVariable: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// A field of the transactions of a stream.
    case field(stream: Int, field: Int)
    /// A port in each clock of a bench for pins.
    case pin(Int)
    /// How a transaction came: bit 0 for one that had to wait, bit 1 for one with idle clocks before it, bit 2 for one in
    /// the clock after the one before.
    case arrival(stream: Int)
    /// Clocks that a transaction waited for ready.
    case wait(stream: Int)
    /// Clocks without valid before a transaction was offered.
    case gap(stream: Int)
    /// Clocks from the nth transaction of one stream to the nth of another.
    case latency(from: Int, to: Int)
    /// Valid in bit 0 and ready in bit 1, in each clock.
    case handshake(stream: Int)
    /// Transactions of one stream less those of another, in each clock.
    case occupancy(from: Int, to: Int)
  }

  let kind: Kind
  /// Name for people, such as `input.data`.
  public let name: String

  init(_ kind: Kind, _ name: String) {
    self.kind = kind
    self.name = name
  }

  /// The event at which a variable has a value.
  var event: CoverEvent {
    switch kind {
    case .field(let stream, _), .arrival(let stream), .wait(let stream), .gap(let stream): .transaction([stream])
    case .latency(let from, let to): .transaction([from, to].sorted())
    case .pin: .vector
    case .handshake, .occupancy: .clock
    }
  }
}

/// When a point is sampled.
enum CoverEvent: Hashable, Sendable {
  /// At the nth transaction of each of these streams, when all have passed.
  case transaction([Int])
  /// At each vector of a bench for pins.
  case vector
  /// At each clock of the streams.
  case clock

  /// The event at which both have values; nil when there is none.
  func joined(_ other: CoverEvent) -> CoverEvent? {
    switch (self, other) {
    case (.transaction(let mine), .transaction(let others)): .transaction(Set(mine + others).sorted())
    default: self == other ? self : nil
    }
  }
}

/// The values of a point's variables at one sample, in the order of the point.
public struct CoverValues {
  let values: UnsafePointer<Int>

  /// The value of variable `index`.
  public subscript(index: Int) -> Int { values[index] }
}
