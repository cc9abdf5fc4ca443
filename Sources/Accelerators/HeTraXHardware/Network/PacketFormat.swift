import HDL

/// What a packet of the machine is for.
public enum PacketKind: Int, Hashable, Sendable, CaseIterable {
  /// To the controller: words of memory are wanted.
  case read
  /// To the controller: the words that follow are to be stored.
  case write
  /// To the controller: an engine has ended a command.
  case done
  /// To a core: the words that were wanted follow.
  case data
  /// To a core: a burst has been stored.
  case acknowledge
  /// To a core: a command for an engine follows, eight words.
  case command

  /// Bits of a kind.
  static let bits = 3
}

/// The first word of a packet: destination, source, kind, the number of the engine at its core, words less one, address.
///
/// A word is 64 bits, and so is a flit. Destination and source have `nodeBits` bits, the kind 3, the engine 3, the words 4 and the
/// address 32.
public struct PacketFormat: Hashable, Sendable {
  /// Bits of the number of a node.
  public var nodeBits: Int

  /// The format of a network of so many nodes.
  public init(nodes: Int) { nodeBits = bits(for: max(1, nodes - 1)) }

  /// Bits of a word.
  public static let width = 64
  /// Words of a burst at most.
  public static let burstWords = 16
  /// Words of a command.
  public static let commandWords = 8

  private var kindPlace: Int { 2 * nodeBits }

  /// What a head says.
  struct Head {
    let source, engine, length, address: UInt
    private let kind: UInt

    init(_ word: Bits, _ format: PacketFormat) {
      let place = format.kindPlace
      source = word[format.nodeBits..<2 * format.nodeBits].asUnsigned
      kind = word[place..<place + 3].asUnsigned
      engine = word[place + 3..<place + 6].asUnsigned
      length = word[place + 6..<place + 10].asUnsigned
      address = word[place + 10..<place + 42].asUnsigned
    }

    func isKind(_ other: PacketKind) -> Bit { kind .== UInt(other.rawValue) }
  }

  /// A head; the interface of the network writes the source.
  func head(
    to destination: UInt, _ kind: PacketKind, engine: UInt, length: UInt? = nil, address: UInt? = nil, in m: Module
  ) -> Bits {
    func zero(_ width: Int) -> UInt { m.constant(0, width: width, as: UInt.self) }
    return concatenate(
      [
        zero(Self.width - kindPlace - 42), address ?? zero(32), length ?? zero(4), engine,
        m.constant(kind.rawValue, width: 3, as: UInt.self), zero(nodeBits), destination,
      ].filter { $0.width > 0 })
  }
}
