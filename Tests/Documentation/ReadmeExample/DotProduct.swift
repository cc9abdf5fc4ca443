import HDL

/// `sum` = a[0] × b[0] + a[1] × b[1] + …, clamped to `sumWidth` bits, one clock later.
struct DotProduct: DefaultConfigurable {
  var length = 4
  var sumWidth = 16

  static let parameters: [Parameter<Self>] = [
    .integer("length", \.length, in: 1...256, "Elements of a vector"),
    .integer("sumWidth", \.sumWidth, in: 2...64, "Bits of the sum"),
  ]

  struct Ports {
    let a, b: [Input<SInt>]
    let sum: Output<SInt>
  }
  var ports: Ports {
    let vector = (0..<length).map { _ in Input<SInt>(8) }
    return Ports(a: vector, b: vector, sum: .init(sumWidth))
  }

  func build(_ io: Interior<Ports>, in m: Module) {
    let products = zip(io.a, io.b).map { $0 * $1 }
    io.sum <== m.register("sum", sum(products).saturated(to: sumWidth))
  }
}
