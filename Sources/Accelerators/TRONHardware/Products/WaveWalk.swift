import Components
import HDL
import TRON

/// The order in which the vectors of a block meet the tiles of a product: wave by wave, in a wave vector by vector, and of each
/// vector tile by tile. Tile number n goes to lane n modulo lanes.
struct WaveWalk {
  let left, lane, tile, group, slot, vector: UInt
  let waveLane, waveTile, waveGroup, waveSize: UInt
  let isLastSlot, isLastVector, isLastTile, isLastWave: Bit
  let nextTile: UInt
  private let nextLane, nextGroup: UInt
  private let order: ProductOrder
  private let sizes: TRONSizes
  private let m: Module

  init(_ sizes: TRONSizes, _ order: ProductOrder, _ m: Module) {
    (self.sizes, self.order, self.m) = (sizes, order, m)
    func register(_ name: String, _ width: Int) -> UInt { m.register(name, UInt.self, width: width) }
    let laneBits = bits(for: sizes.banks - 1)
    left = m.register("tiles_left", UInt.self, width: 16, reset: 0)
    (lane, tile, group) = (register("lane", laneBits), register("tile", 16), register("row_group", 16))
    (slot, vector) = (register("slot", 4), register("vector_number", 16))
    (waveLane, waveTile) = (register("wave_lane", laneBits), register("wave_tile", 16))
    (waveGroup, waveSize) = (register("wave_group", 16), register("wave_size", 4))
    isLastSlot = (slot .== (waveSize &- 1)).named("is_last_slot")
    isLastVector = (vector .== (order.vectors &- 1)).named("is_last_vector")
    isLastTile = (tile .== (order.inner &- 1)).named("is_last_tile")
    isLastWave = (left .== waveSize.extended(to: 16)).named("is_last_wave")
    nextTile = mux(isLastTile, 0, tile &+ 1)
    nextGroup = mux(isLastTile, group &+ 1, group)
    nextLane = mux(lane .== UInt(sizes.banks - 1), 0, lane &+ 1)
  }

  /// Before the first tile.
  func start() {
    for register in [lane, tile, group, slot, vector] { register.next <== 0 }
    left.next <== order.tiles
  }

  /// Before the first vector of a wave.
  func begin() {
    waveLane.next <== lane
    waveTile.next <== tile
    waveGroup.next <== group
    waveSize.next <== mux(left .< UInt(sizes.wave), left, UInt(sizes.wave).extended(to: 16)).fitted(to: 4)
  }

  /// To the next part.
  func advance() {
    m.when(!isLastSlot) {
      lane.next <== nextLane
      tile.next <== nextTile
      group.next <== nextGroup
      slot.next <== slot &+ 1
    }
    .otherwise(when: !isLastVector) {
      lane.next <== waveLane
      tile.next <== waveTile
      group.next <== waveGroup
      slot.next <== 0
      vector.next <== vector &+ 1
    }
    .otherwise {
      lane.next <== nextLane
      tile.next <== nextTile
      group.next <== nextGroup
      slot.next <== 0
      vector.next <== 0
      left.next <== left &- waveSize.extended(to: 16)
    }
  }
}
