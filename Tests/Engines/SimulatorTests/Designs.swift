import HDL

/// A weight-stationary cell, and the array of them.
struct ProcessingElement: DefaultConfigurable {
  var operandWidth = 8
  var sumWidth = 32

  struct Ports {
    let activation, weight: Input<SInt>
    let partial: Input<SInt>
    let load: Input<Bit>
    let activationOut, weightOut, partialOut: Output<SInt>
  }
  var ports: Ports {
    Ports(
      activation: .init(operandWidth), weight: .init(operandWidth), partial: .init(sumWidth), load: .init(),
      activationOut: .init(operandWidth), weightOut: .init(operandWidth), partialOut: .init(sumWidth))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let weight = m.register("weight", io.weight, when: io.load)
    io.weightOut <== weight
    io.activationOut <== m.register("activation", io.activation)
    io.partialOut <== m.register("partial", (io.partial + io.activation * weight).truncated(to: sumWidth))
  }
}

/// size² cells.
struct SystolicArray: DefaultConfigurable {
  var size = 4
  var cell = ProcessingElement()

  struct Ports {
    let rows, weights: [Input<SInt>]
    let load: Input<Bit>
    let sums: [Output<SInt>]
  }
  var ports: Ports {
    let vector = (0..<size).map { _ in Input<SInt>(cell.operandWidth) }
    return Ports(
      rows: vector, weights: vector, load: .init(), sums: (0..<size).map { _ in .init(cell.sumWidth) })
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    var down = io.weights.map { (weight: $0, partial: m.constant(0, width: cell.sumWidth, as: SInt.self)) }
    for row in 0..<size {
      var activation = io.rows[row]
      for column in 0..<size {
        let cell = m.instance(cell, "pe_\(row)_\(column)")
        cell.activation <== activation
        cell.weight <== down[column].weight
        cell.partial <== down[column].partial
        cell.load <== io.load
        activation = cell.activationOut
        down[column] = (cell.weightOut, cell.partialOut)
      }
    }
    for column in 0..<size { io.sums[column] <== down[column].partial }
  }
}

/// Adds with a carry that ripples through the instances of the module.
struct FullAdder: DefaultConfigurable {
  struct Ports {
    let a, b, carryIn: Input<Bit>
    let sum, carryOut: Output<Bit>
  }
  var ports: Ports {
    Ports(a: .init(), b: .init(), carryIn: .init(), sum: .init(), carryOut: .init())
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    io.sum <== io.a ^ io.b ^ io.carryIn
    io.carryOut <== (io.a & io.b) | (io.carryIn & (io.a ^ io.b))
  }
}

/// A chain of full adders between registers.
struct RippleAdder: DefaultConfigurable {
  var width = 16

  struct Ports {
    let a, b: [Input<Bit>]
    let sum: [Output<Bit>]
  }
  var ports: Ports {
    let bits = (0..<width).map { _ in Input<Bit>() }
    return Ports(a: bits, b: bits, sum: (0...width).map { _ in .init() })
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    var carry: Bit = 0
    for index in 0..<width {
      let adder = m.instance(FullAdder(), "bit_\(index)")
      adder.a <== io.a[index]
      adder.b <== io.b[index]
      adder.carryIn <== carry
      io.sum[index] <== m.register("sum_\(index)_late", adder.sum)
      carry = adder.carryOut
    }
    io.sum[width] <== m.register("carry_late", carry)
  }
}

/// An item a cycle, doubled; for the names of streams.
struct Doubler: DefaultConfigurable {
  struct Ports {
    let items: StreamInput<SInt>
    let results: StreamOutput<SInt>
    let count: Output<UInt>
  }
  var ports: Ports { Ports(items: .init(8), results: .init(9), count: .init(8)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let taken = io.items.take(when: io.results.ready)
    io.results.valid <== io.items.valid
    io.results.payload <== io.items.payload + io.items.payload
    let count = m.register("taken", UInt.self, width: 8, reset: 0)
    m.when(taken) { count.next <== count &+ 1 }
    io.count <== count
  }
}

/// Input `k` comes out `k` clocks later; the last output goes round in a ring of its own.
struct Skew: DefaultConfigurable {
  var lanes = 5
  var width = 8

  struct Ports {
    let rows: [Input<SInt>]
    let late: [Output<SInt>]
    let ring: [Output<SInt>]
  }
  var ports: Ports {
    Ports(
      rows: (0..<lanes).map { _ in .init(width) }, late: (0..<lanes).map { _ in .init(width) },
      ring: (0..<lanes).map { _ in .init(width) })
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    for lane in 0..<lanes {
      var value = io.rows[lane]
      for stage in 0..<lane { value = m.register("row_\(lane)_\(stage)", value) }
      io.late[lane] <== value
    }
    let ring = (0..<lanes).map { m.register("ring_\($0)", SInt.self, width: width) }
    for lane in 0..<lanes {
      ring[lane].next <== ring[(lane + 1) % lanes]
      io.ring[lane] <== ring[lane]
    }
  }
}

/// A table read without a clock, and words written with one.
struct Lookup: DefaultConfigurable {
  struct Ports {
    let index: Input<UInt>
    let write: Input<Bit>
    let value, stored: Output<UInt>
  }
  var ports: Ports { Ports(index: .init(4), write: .init(), value: .init(4), stored: .init(4)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let table = m.rom("entries", UInt.self, width: 4, contents: .words((0..<16).map { 7 * $0 % 16 }))
    let words = m.memory("words", UInt.self, width: 4, depth: 16, lanes: 2, contents: .words((0..<16).map { 15 - $0 }))
    let value = table.readAsync(at: io.index)
    io.value <== value
    io.stored <== words.readAsync(at: value)
    words.write(io.index, at: value, when: io.write, lanes: 2)
  }
}

/// Every lookup asks for what the one before it found, so that a path leads through all instances.
struct LookupChain: DefaultConfigurable {
  var length = 4

  struct Ports {
    let index: Input<UInt>
    let write: [Input<Bit>]
    let values: [Output<UInt>]
  }
  var ports: Ports {
    Ports(
      index: .init(4), write: (0..<length).map { _ in .init() }, values: (0..<length).map { _ in .init(4) })
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    var index = io.index
    for position in 0..<length {
      let lookup = m.instance(Lookup(), "lookup_\(position)")
      lookup.index <== index
      lookup.write <== io.write[position]
      index = lookup.stored
      io.values[position] <== lookup.value
    }
  }
}

/// Two bits, each repeated: lists of operands that are far longer than the table of nodes.
struct Repeater: DefaultConfigurable {
  var count = 8

  struct Ports {
    let a, b: Input<Bit>
    let left, right: Output<Bits>
  }
  var ports: Ports { Ports(a: .init(), b: .init(), left: .init(count), right: .init(count)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    io.left <== concatenate([Bit](repeating: io.a, count: count))
    io.right <== concatenate([Bit](repeating: io.b, count: count))
  }
}

/// Several of them side by side.
struct Repeaters: DefaultConfigurable {
  var instances = 2
  var repeater = Repeater()

  struct Ports {
    let a, b: [Input<Bit>]
    let left, right: [Output<Bits>]
  }
  var ports: Ports {
    let bits = (0..<instances).map { _ in Input<Bit>() }
    let words = (0..<instances).map { _ in Output<Bits>(repeater.count) }
    return Ports(a: bits, b: bits, left: words, right: words)
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    for index in 0..<instances {
      let part = m.instance(repeater, "repeater_\(index)")
      part.a <== io.a[index]
      part.b <== io.b[index]
      io.left[index] <== part.left
      io.right[index] <== part.right
    }
  }
}
