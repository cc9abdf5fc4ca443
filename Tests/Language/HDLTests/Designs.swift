import HDL

/// The cell of the design document: a weight-stationary multiply-accumulate.
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

/// size² instances of one cell.
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

  func validate(_ parameters: inout ParameterCheck) { parameters.require("size", size, in: 1...1024) }

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
