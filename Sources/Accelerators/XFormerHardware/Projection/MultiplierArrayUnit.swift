import AnalogMacros
import AnalogMacrosHardware
import Components
import HDL

/// Products of a vector with the weights of one block, by multipliers and a memory of weights: in place of a ``CrossbarProductUnit``.
///
/// `product`ⱼ = Σᵢ xᵢ · wᵢⱼ in 32 bits, wrapping. In each clock `rowsPerCycle` inputs meet their weights of all outputs: an array of
/// outputs × `rowsPerCycle` multipliers. A vector is taken when the unit is idle; its products are there
/// rows / `rowsPerCycle` + 3 clock edges later. A row of weights is written in a clock, as w + 128 for each output.
public struct MultiplierArrayUnit: Generator {
  /// Rows and outputs, as `XFormerSizes.multiplierCells` gives them.
  public var configuration: CrossbarProduct.Configuration
  /// Rows that are multiplied in a clock: a divisor of the rows.
  public var rowsPerCycle: Int

  /// The unit of a configuration.
  public init(_ configuration: CrossbarProduct.Configuration, rowsPerCycle: Int) {
    (self.configuration, self.rowsPerCycle) = (configuration, rowsPerCycle)
  }

  /// Those of a unit of crossbars; the number of a read and the temperature mean nothing here.
  public typealias Ports = CrossbarProductUnit.Ports

  /// The interface for these parameters.
  public var ports: Ports { CrossbarProductUnit(configuration).ports }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Block of \(configuration.geometry.rows) x \(outputs) weights of 8 bits with \(rowsPerCycle) x \(outputs) multipliers: products \
    \(steps + 3) clock edges after the vector.
    """
  }

  /// Requires the cells of a memory, and whole steps.
  public func validate(_ parameters: inout ParameterCheck) {
    let (c, g) = (configuration, configuration.geometry)
    parameters.require(
      c.encoding == .offset && g.cellBits == 4 && c.weightBits == 8 && c.inputBits == 8,
      "weights are not bytes", fix: "use the configuration of XFormerSizes.multiplierCells")
    parameters.require("rowsPerCycle", rowsPerCycle, in: 1...g.rows)
    parameters.require(
      rowsPerCycle.nonzeroBitCount == 1 && g.rows.isMultiple(of: max(1, rowsPerCycle)),
      "rowsPerCycle is \(rowsPerCycle), no power of two that divides \(g.rows) rows", fix: "use one that does")
  }

  private var outputs: Int { configuration.outputs }
  private var steps: Int { configuration.geometry.rows / max(1, rowsPerCycle) }

  private enum Phase: HardwareEnum { case idle, multiply, settle, give }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let (rows, shift) = (configuration.geometry.rows, rowsPerCycle.trailingZeroBitCount)
    // A word holds the rows of a step, each a lane.
    let weights = m.memory(
      "weights", Bits.self, width: 8 * outputs * rowsPerCycle, depth: max(2, steps), lanes: rowsPerCycle)
    let isLane = (0..<rowsPerCycle).reversed().map { lane -> Bit in
      shift == 0 ? 1 : io.writeRow.asBits[0..<shift].asUnsigned .== UInt(lane)
    }
    weights.write(
      concatenate((0..<rowsPerCycle).map { _ in io.writeLevels }),
      at: (io.writeRow >> shift).fitted(to: weights.addressWidth), when: io.write,
      lanes: rowsPerCycle > 1 ? concatenate(isLane) : nil)
    io.writeDone <== m.register("is_written", io.write, reset: 0)
    io.writeFailed <== 0
    io.writePulses <== 1

    let vector = m.register("vector", Bits.self, width: 8 * rows)
    let step = m.register("step", UInt.self, width: weights.addressWidth)
    let starts = m.wire("starts", Bit.self, default: 0)
    let reads = m.wire("reads", Bit.self, default: 0)
    let isRead = m.register("weights_are_read", reads, reset: 0)
    let isMultiplied = m.register("products_are_there", isRead, reset: 0)
    let machine = m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) {
        m.when(io.vector.valid) {
          starts.driver <== 1
          vector.next <== io.vector.payload
          step.next <== 0
          phase.go(.multiply)
        }
      }
      phase.when(.multiply) {
        reads.driver <== 1
        step.next <== step &+ 1
        if steps > 1 {
          vector.next
            <== concatenate(
              m.constant(0, width: 8 * rowsPerCycle, as: Bits.self), vector[8 * rowsPerCycle..<8 * rows])
        }
        m.when(step .== UInt(steps - 1)) { phase.go(.settle) }
      }
      phase.when(.settle) { m.when(!isRead) { phase.go(.give) } }
      phase.when(.give) { m.when(io.products.ready) { phase.go(.idle) } }
    }
    io.vector.ready <== machine.isIn(.idle)
    io.products.valid <== machine.isIn(.give)

    let word = weights.read(at: step)
    let inputs = m.register("inputs", vector[0..<8 * rowsPerCycle])
    let sums = (0..<outputs).map { output -> UInt in
      let products = (0..<rowsPerCycle).map { row -> SInt in
        let place = 8 * (row * outputs + output)
        // w + 128 without its offset.
        let weight = concatenate(!word[place + 7], word[place..<place + 7]).asSigned
        return inputs[8 * row..<8 * row + 8].asSigned * weight
      }
      let dot = m.register("dot_\(output)", HDL.sum(products))
      let sum = m.register("sum_\(output)", SInt.self, width: 32)
      m.when(starts) { sum.next <== 0 }.otherwise(when: isMultiplied) { sum.next <== sum &+ dot.extended(to: 32) }
      return sum.asBits.asUnsigned
    }
    io.products.payload <== concatenate(sums.reversed())
  }
}
