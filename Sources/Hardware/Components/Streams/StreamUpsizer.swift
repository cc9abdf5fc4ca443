import HDL

/// Gathers items of a packet into beats of several.
///
/// A beat is complete with `factor` items or with the last one of a packet, whichever comes first; then lanes that hold
/// no item have `keep` 0 and data 0. It shows one clock after its last item. An item a clock passes.
public struct StreamUpsizer: WidthConfigurable {
  public var width = 8
  public var factor = 4

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("width", \.width, in: 1...65536, "Bits of an item"),
    .integer("factor", \.factor, in: 1...1024, "Items of a beat"),
  ]

  public typealias Ports = StreamPorts<PacketItem, PacketBeat>

  public var ports: Ports {
    Ports(
      push: .init(PacketItem(width: width), "Items"), pop: .init(PacketBeat(width: width, lanes: factor), "Beats"))
  }

  public var documentation: String {
    """
    Gathers \(factor) items of \(width) bits into a beat, the first one in the low bits. The last item of a packet ends
    the beat early; lanes without an item then have keep 0 and data 0. A beat shows one clock edge after its last item.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let isFull = m.register("is_full", Bit.self, reset: 0)
    let lane = m.register("lane", UInt.self, width: bits(for: max(1, factor - 1)), reset: 0)
    let isFree = !isFull | io.pop.ready
    let takes = io.push.take(when: isFree).named("takes")
    let isFirst = lane .== 0
    let ends = io.push.payload.last | (lane .== UInt(factor - 1))
    m.when(isFree) { isFull.next <== (takes & ends) }
    m.when(takes) { lane.next <== mux(ends, 0, lane &+ 1) }

    let keep = m.register("keep", Bits.self, width: factor, reset: 0)
    m.when(takes) {
      keep.next
        <== mux(isFirst, 1, factor == 1 ? (true as Bit).asBits : concatenate(keep[0..<(factor - 1)], true as Bit))
    }
    m.assert(
      (keep.asUnsigned & (keep.asUnsigned &+ 1)) .== 0, "lanes_fill_from_the_first",
      "a lane without an item is below one that has one")
    m.assert(!isFull | keep[0], "full_beats_hold_items", "a beat without an item is offered")
    if factor != 1 << lane.width, factor > 1 {
      m.assert(lane .< UInt(factor), "lane_is_in_the_beat", "there is no such lane")
    }
    let words = (0..<factor).map { index in
      m.register("word_\(index)", io.push.payload.data, when: takes & (lane .== UInt(index)))
    }
    io.pop.valid <== isFull
    io.pop.payload.data <== Vector(words.indices.map { mux(keep[$0], words[$0], 0) })
    io.pop.payload.keep <== keep
    io.pop.payload.last <== m.register("last", io.push.payload.last, when: takes)
  }
}
