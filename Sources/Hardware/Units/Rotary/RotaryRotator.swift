import Golden
import HDL
import NumberFormats

/// Rotary position embedding of bfloat16 vectors, several features a clock: pairs of features turned by an angle that grows with
/// the position.
///
/// Every feature equals ``/Golden/RotaryEmbedding``: cosine and sine, correctly rounded to bfloat16, are words of a table; both
/// products are exact and their sum is rounded once. The table has `positions` · `dimension` / 2 words of 32 bits; a position
/// beyond it is taken for the last one.
///
/// With pairs of neighbours a beat has both features of its pairs. With pairs of halves the partner of a feature is half a vector
/// away: then a vector is held in one half of a memory while the one before leaves the other, and the first turned feature shows
/// one clock edge after the last feature was taken. Either way a beat passes in every clock, and a lane has one pair of
/// multipliers.
public struct RotaryRotator: DefaultConfigurable {
  public var dimension = 32
  public var lanes = 4
  public var positions = 64
  public var base = 10_000
  public var pairing = RotaryEmbedding.Pairing.interleaved
  public var stages = 2

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("dimension", \.dimension, in: 2...1024, "Features of a vector"),
    .integer("lanes", \.lanes, in: 1...64, "Features a clock"),
    .integer("positions", \.positions, in: 2...65536, "Positions that the table has"),
    .integer("base", \.base, in: 2...100_000_000, "The base of the angles"),
    .choice(
      "pairing", \.pairing, [("interleaved", .interleaved), ("halves", .halves)],
      "Which features make a pair: neighbours, or those of the same place in both halves of a vector"),
    .integer("stages", \.stages, in: 0...2, "Pipeline registers: behind the table, then behind the aligned products"),
  ]

  /// Vectors in, turned vectors out.
  public struct Ports {
    public let push: StreamInput<RotaryBeat>
    public let pop: StreamOutput<RotatedBeat>
  }

  public var ports: Ports {
    Ports(
      push: .init(RotaryBeat(lanes: lanes, positionWidth: positionWidth), "Vectors of \(dimension) features"),
      pop: .init(RotatedBeat(lanes: lanes), "Turned vectors in the same order"))
  }

  public var documentation: String {
    """
    Rotary position embedding of vectors of \(dimension) bfloat16 features, \(lanes) a clock; pairs are \(pairing == .halves ? "of both halves" : "neighbours").
    Cosines and sines of \(positions) positions are in a table; a position beyond it is taken for the last one.
    """
  }

  private var positionWidth: Int { bits(for: max(1, positions - 1)) }

  /// Beats of a vector.
  private var beats: Int { dimension / lanes }

  /// Pairs of which the table has a word side by side.
  private var pairs: Int { pairing == .halves ? lanes : lanes / 2 }

  /// Words of the table for each position.
  private var words: Int { dimension / 2 / pairs }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(dimension % 2 == 0, "vectors of \(dimension) features have no pairs", fix: "use an even number")
    let unit = pairing == .halves ? 2 * lanes : lanes
    parameters.require(
      dimension % unit == 0, "\(dimension) features are no whole number of times \(unit)",
      fix: "use another number of lanes")
    parameters.require(
      pairing == .halves || lanes % 2 == 0, "\(lanes) lanes have no whole pairs", fix: "use an even number of lanes")
    parameters.require(
      positions * dimension <= 1 << 24, "a table for \(positions) positions of \(dimension) features",
      fix: "use fewer positions")
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let pairs = pairing == .halves ? halves(io.push, in: m) : neighbours(io.push, in: m)
    io.pop <== pairs.pipelined("rotated", stages: stages, in: m) { rotated($0, enable: $1, in: m) }
  }

  // MARK: Pairs

  private func address(_ position: UInt, _ word: UInt?) -> UInt {
    let isBeyond = position .> UInt(positions - 1)
    let known = positions & (positions - 1) == 0 ? position : mux(isBeyond, UInt(positions - 1), position)
    guard let word else { return known }
    let width = bits(for: positions * words - 1)
    return fitted(known * UInt(words).extended(to: bits(for: words)) + word, to: width)
  }

  private func neighbours(_ push: Stream<RotaryBeat>, in m: Module) -> Stream<RotaryPairs> {
    let isTaken = m.wire("pairs_are_taken", Bit.self)
    push.ready <== isTaken
    let takes = push.valid & isTaken
    let (word, isLast) = counter("beat", below: beats, when: takes, in: m)
    let values = push.payload.values
    func features(_ offset: Int) -> Vector<Bits> {
      Vector((0..<lanes / 2).map { values[2 * $0 + offset] }, of: 16)
    }
    return Stream(
      valid: push.valid,
      payload: RotaryPairs(
        first: features(0), second: features(1), address: address(push.payload.position, word), isSecond: nil,
        isLast: isLast),
      ready: isTaken.driver)
  }

  /// Whether the features in a beat are those of the first half of a vector; both halves wait in memories of their own.
  private func halves(_ push: Stream<RotaryBeat>, in m: Module) -> Stream<RotaryPairs> {
    let isTaken = m.wire("pairs_are_taken", Bit.self)
    let takes = m.wire("takes_beat", Bit.self)
    let gives = m.wire("gives_beat", Bit.self)
    let (stored, isLastStored) = counter("stored_word", below: words, when: takes, in: m)
    let storesSecond = m.register("stores_second", Bit.self, reset: 0)
    let (read, isLastRead) = counter("read_word", below: words, when: gives, in: m)
    let readsSecond = m.register("reads_second", Bit.self, reset: 0)
    m.when(takes & isLastStored) { storesSecond.next <== !storesSecond }
    m.when(gives & isLastRead) { readsSecond.next <== !readsSecond }
    let memory = PingPong(in: m) { isRoom, _ in
      takes.driver <== push.take(when: isRoom)
      return takes & isLastStored & storesSecond
    } leaves: { isFull, _ in
      gives.driver <== (isFull & isTaken)
      return gives & isLastRead & readsSecond
    }
    func place(_ half: Bit, _ word: UInt?) -> UInt { word.map { concatenate(half, $0).asUnsigned } ?? half.asUnsigned }
    let sides = ["first", "second"].enumerated().map { side, name -> Vector<Bits> in
      let features = m.memory(
        "\(name)_features", of: Vector<Bits>.shape(lanes, of: 16), depth: words > 1 ? 2 << bits(for: words - 1) : 2)
      features.write(
        push.payload.values, at: place(memory.filled, stored), when: takes & (side == 0 ? !storesSecond : storesSecond))
      return features.readAsync(at: place(memory.read, read))
    }
    let positions = [!memory.filled, memory.filled].enumerated().map { half, isFilled in
      m.register("position_\(half)", push.payload.position, when: takes & isFilled)
    }
    return Stream(
      valid: memory.isFull,
      payload: RotaryPairs(
        first: sides[0], second: sides[1], address: address(mux(memory.read, positions[1], positions[0]), read),
        isSecond: readsSecond, isLast: readsSecond & isLastRead),
      ready: isTaken.driver)
  }

  /// A counter that begins again; none for a count of one.
  private func counter(
    _ name: String, below count: Int, when steps: Bit, in m: Module
  ) -> (number: UInt?, isLast: Bit) {
    guard count > 1 else { return (nil, 1) }
    let number = m.register(name, UInt.self, width: bits(for: count - 1), reset: 0)
    let isLast = (number .== UInt(count - 1)).named("\(name)_is_last")
    m.when(steps) { number.next <== mux(isLast, 0, number &+ 1) }
    return (number, isLast)
  }

  // MARK: Rotation

  /// cos and sin of a pair at each address.
  private func table(of pair: Int) -> [Int] {
    guard let golden = try? RotaryEmbedding(dimension: dimension, pairing: pairing, base: Double(base)) else {
      preconditionFailure("validate lets no dimension or base through that has no embedding")
    }
    return (0..<positions).flatMap { position -> [Int] in
      guard let rotations = try? golden.rotations(at: position) else { return [] }
      return (0..<words).map { word in
        let rotation = rotations[word * pairs + pair]
        return Int(rotation.sine.bitPattern) << 16 | Int(rotation.cosine.bitPattern)
      }
    }
  }

  private func rotated(_ item: RotaryPairs, enable: Bit, in m: Module) -> RotatedBeat {
    let registers = PipelineRegisters(module: m, enable: enable, places: Set(0..<stages))
    let rotations = (0..<pairs).map { pair in
      let table = m.rom("rotations_\(pair)", Bits.self, width: 32, contents: .words(table(of: pair)))
      return registers.word(of: table, at: item.address, place: 0)
    }
    let early = m.held(
      "pairs",
      TurnedPairs(first: item.first, second: item.second, isSecond: item.isSecond, isLast: item.isLast),
      stages: min(stages, 1), when: enable)
    let values = (0..<lanes).map { lane -> Bits in
      let pair = pairing == .halves ? lane : lane / 2
      let (cosine, sine) = (rotations[pair][0..<16], rotations[pair][16..<32])
      let isSecond = early.isSecond ?? (lane % 2 == 1 ? 1 : 0)
      let unit = m.instance(ProductPair(stages: max(0, stages - 1)), "feature_\(lane)")
      let negated = concatenate(!sine[15], sine[0..<15])
      unit.a <== FloatingNumber(early.first[pair], as: .bfloat16)
      unit.c <== FloatingNumber(early.second[pair], as: .bfloat16)
      unit.b <== FloatingNumber(mux(isSecond, sine, cosine), as: .bfloat16)
      unit.d <== FloatingNumber(mux(isSecond, cosine, negated), as: .bfloat16)
      if let sink = unit.enable { sink <== enable }
      return unit.result.bits
    }
    return RotatedBeat(
      values: Vector(values, of: 16),
      isLast: m.held("turned_is_last", early.isLast, stages: max(0, stages - 1), when: enable))
  }
}

/// What of the pairs goes past the table.
private struct TurnedPairs: SignalBundle {
  let first: Vector<Bits>
  let second: Vector<Bits>
  let isSecond: Bit?
  let isLast: Bit
}
