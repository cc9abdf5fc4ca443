import HDL

/// The sum of the values that come while `enable` is 1.
struct Accumulator: Generator {
  var width = 8

  struct Ports {
    let enable: Input<Bit>
    let value: Input<UInt>
    let sum: Output<UInt>
  }
  var ports: Ports {
    Ports(
      enable: .init("1 when a value comes"), value: .init(width, "The value"), sum: .init(2 * width, "Their sum"))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let sum = m.register("sum", UInt.self, width: 2 * width, reset: 0)
    m.when(io.enable) { sum.next <== sum &+ io.value.extended(to: 2 * width) }
    io.sum <== sum
  }
}
