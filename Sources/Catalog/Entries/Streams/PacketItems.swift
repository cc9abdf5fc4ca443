import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// How many items the beat has that is offered.
  static func packetCount(of beats: ObservedStream<PacketBeat>, in m: Module) -> UInt {
    let keep = beats.payload.keep
    let items = sum((0..<keep.width).map { keep[$0].asUnsigned })
    return mux(beats.valid, items, m.constant(0, width: items.width, as: UInt.self))
  }

  /// The items of a beat, each with the mark of the last one of a packet above its data.
  static func packetItems(of beat: PacketBeat, width: Int) -> Bits {
    let lanes = beat.keep.width
    return concatenate(
      (0..<lanes).reversed().map { lane -> Bits in
        let isTop = lane == lanes - 1 ? beat.keep[lane] : beat.keep[lane] & !beat.keep[lane + 1]
        return concatenate(beat.last & isTop, beat.data[lane])
      })
  }
}
