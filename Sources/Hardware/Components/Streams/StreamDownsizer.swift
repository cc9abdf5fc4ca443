import HDL

/// Takes beats of several items apart.
///
/// The items of a beat follow one another from lane 0 on, as many as `keep` says; `keep` must be 1 from lane 0 on without
/// a gap and for lane 0 at least. The last item of the last beat is marked. Latency 0; an item a clock.
public struct StreamDownsizer: WidthConfigurable {
  public var width = 8
  public var factor = 4

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integer("width", \.width, in: 1...65536, "Bits of an item"),
    .integer("factor", \.factor, in: 1...1024, "Items of a beat"),
  ]

  public typealias Ports = StreamPorts<PacketBeat, PacketItem>

  public var ports: Ports {
    Ports(
      push: .init(PacketBeat(width: width, lanes: factor), "Beats"), pop: .init(PacketItem(width: width), "Items"))
  }

  public var documentation: String {
    """
    Takes beats of up to \(factor) items of \(width) bits apart, from the low bits on. push_keep must be 1 from lane 0 on
    without a gap, and for lane 0. A beat is taken with its last item. No clock edge from input to output.
    """
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let beat = io.push.payload
    let lane = m.register("lane", UInt.self, width: bits(for: max(1, factor - 1)), reset: 0)
    // Lane i is the last one when lane i + 1 holds nothing.
    let ends = (0..<factor).map { index -> Bit in
      index == factor - 1 ? 1 : !beat.keep[index + 1]
    }
    let isEnd = select(lane, ends).named("is_end")
    io.pop.valid <== (io.push.valid & beat.keep[0])
    io.pop.payload.data <== beat.data[lane]
    io.pop.payload.last <== (beat.last & isEnd)
    io.push.take(when: (io.pop.ready & isEnd) | !beat.keep[0])
    if factor > 1 {
      let isInside = lane .!= 0
      m.assert(
        !isInside | (io.push.valid & select(lane, (0..<factor).map { beat.keep[$0] })), "beat_stays_until_taken",
        "a beat was withdrawn or changed of which some items have gone")
      m.assert(
        !io.push.valid | ((beat.keep.asUnsigned & (beat.keep.asUnsigned &+ 1)) .== 0), "lanes_fill_from_the_first",
        "a lane without an item is below one that has one")
    }
    m.when(io.push.valid & beat.keep[0] & io.pop.ready) { lane.next <== mux(isEnd, 0, lane &+ 1) }
  }
}
