import Engine
import HDL
import Netlist
import Simulator
import TATAAHardware
import Testing

/// A packing cell for each X operand, all with the same Y operands, of which every product is captured.
struct PackedCells: Generator {
  let cell: DualModeCell
  struct Ports {
    let y: Input<Vector<SInt>>
    let sums: Output<Vector<Bits>>
  }
  private var count: Int { 1 << cell.operandWidth }
  private var width: Int { cell.packing * cell.accumulatorWidth }
  var ports: Ports { Ports(y: .init(cell.packing, of: cell.operandWidth), sums: .init(count, of: width)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let cells = m.grid(cell, "cells", rows: 1, columns: count)
    let none = m.constant(BitVector(0, width: width), as: Bits.self)
    let zero = Vector<SInt>(none, count: cell.packing, of: cell.accumulatorWidth)
    cells.x <== .columns((0..<count).map { m.constant($0 - count / 2, width: cell.operandWidth, as: SInt.self) })
    cells.y <== io.y
    cells.clear <== 1
    cells.capture <== 1
    cells.preset <== 0
    cells.shift <== 0
    cells.presetValue <== zero
    cells.presetEnable <== m.constant(0, width: cell.packing, as: Bits.self)
    cells.shadow <== zero
    if let isVector = cells.isVector, let left = cells.left, let right = cells.right {
      isVector <== 0
      left <== m.constant(255, width: 8, as: UInt.self)
      right <== m.constant(255, width: 8, as: UInt.self)
    }
    io.sums <== Vector(cells.shadowOut.firstRow.map(\.bits))
  }
}

struct PackingTests {
  /// Each product is exact before it is added, whatever stands beside it; so a sum of any length is. In the long form all
  /// 2^24 triples of operands, else all pairs with extremes beside them.
  @Test(arguments: [false, true]) func `Two products in one multiplier are exact`(isLane: Bool) throws {
    let cell = DualModeCell(multiplier: .packed, isLane: isLane)
    let model = try NativeModel(PackedCells(cell: cell).elaborate(), options: .init(initialState: .random(seed: 2)))
    let (y, sums) = try (#require(model.pin("y")), #require(model.pin("sums")))
    let extremes = [-128, -1, 127]
    let others = runsLongTests ? Array(-128...127) : extremes
    var pairs: [(Int, Int)] = []
    for a in -128...127 { for b in others { pairs.append((a, b)) } }
    if !runsLongTests { pairs += pairs.map { ($1, $0) } }
    let storage = sums.storage.assumingMemoryBound(to: Int32.self)
    var compared = 0
    for (cycle, pair) in pairs.enumerated() {
      y.unsigned = UInt64(UInt8(truncatingIfNeeded: pair.0)) | UInt64(UInt8(truncatingIfNeeded: pair.1)) << 8
      model.settle()
      if cycle >= DualModeCell.latency {
        let (a, b) = pairs[cycle - DualModeCell.latency]
        var isRight = true
        for x in 0..<256 {
          isRight = isRight && storage[2 * x] == Int32((x - 128) * a) && storage[2 * x + 1] == Int32((x - 128) * b)
        }
        #expect(isRight, "Y operands \(a) and \(b)")
        compared += 512
      }
      try model.step()
    }
    #expect(compared == 512 * (pairs.count - DualModeCell.latency))
  }
}
