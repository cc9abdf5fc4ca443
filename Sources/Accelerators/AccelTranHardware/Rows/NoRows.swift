import AccelTran
import HDL

/// What stands in the place of softmax and normalisation in a machine of integers: it is idle, and takes nothing.
struct NoRows: DefaultConfigurable {
  /// The sizes.
  var sizes: EngineSizes

  init(sizes: EngineSizes) { self.sizes = sizes }
  init() { self.init(sizes: .tinyInt8) }

  typealias Ports = RowPorts

  var ports: Ports { RowPorts(sizes) }

  var documentation: String { "No rows: a machine of integers computes products alone." }

  func build(_ io: Interior<Ports>, in m: Module) {
    io.tableIndex <== 0
    io.push.ready <== 0
    io.pop.valid <== 0
    io.pop.payload
      <== RowWord(codes: Vector((0..<sizes.wordElements).map { _ in m.constant(0, width: sizes.width, as: SInt.self) }))
    io.isIdle <== 1
  }
}
