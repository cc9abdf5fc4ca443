import HDL

/// A register in a stream.
struct Stage: Generator {
  struct Ports {
    let push: StreamInput<Bits>
    let pop: StreamOutput<Bits>
  }
  var ports: Ports { Ports(push: .init(8), pop: .init(8)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let isFull = m.register("is_full", Bit.self, reset: 0)
    let isFree = !isFull | io.pop.ready
    let takes = io.push.take(when: isFree)
    m.when(isFree) { isFull.next <== io.push.valid }
    io.pop.valid <== isFull
    io.pop.payload <== m.register("item", io.push.payload, when: takes)
  }
}

/// A queue of registers with two addresses and a count; the depth is a power of two.
struct Queue: Generator {
  var width = 3
  var depth = 2

  struct Ports {
    let push: StreamInput<Bits>
    let pop: StreamOutput<Bits>
  }
  var ports: Ports { Ports(push: .init(width), pop: .init(width)) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let bits = depth.trailingZeroBitCount
    let count = m.register("count", UInt.self, width: bits + 1, reset: 0)
    let write = m.register("write_address", UInt.self, width: bits, reset: 0)
    let read = m.register("read_address", UInt.self, width: bits, reset: 0)
    let takes = io.push.take(when: count .!= UInt(depth))
    let gives = ((count .!= 0) & io.pop.ready).named("gives")
    let items = (0..<depth).map { index in
      m.register("item_\(index)", io.push.payload, when: takes & (write .== UInt(index)))
    }
    io.pop.valid <== (count .!= 0)
    io.pop.payload <== select(read, items)
    m.when(takes) { write.next <== write &+ 1 }
    m.when(gives) { read.next <== read &+ 1 }
    m.when(takes & !gives) { count.next <== count &+ 1 }
      .otherwise(when: !takes & gives) { count.next <== count &- 1 }
    m.assert((write &- read) .== count.truncated(to: bits), "addresses_are_apart_as_counted")
  }
}
