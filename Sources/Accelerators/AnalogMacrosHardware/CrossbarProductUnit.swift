public import AnalogMacros
import Components
public import HDL

/// Products of a vector with the weights of one block of crossbars: the digital shell that drives the macros bit by bit.
///
/// `product`ⱼ = Σᵢ xᵢ · wᵢⱼ in 32 bits, wrapping, for inputs in two's complement; the codes of every plane and slice are
/// converted before they are shifted and added, and products have the fraction bits of the codes. A vector is taken when the unit is idle; with S columns a converter and C cycles of
/// a conversion its products are there inputBits · (1 + S · (C + 1)) + 1 cycles later. Weights are written row by row, as
/// levels that ``EncodedWeights`` gives, while no vector is under way.
public struct CrossbarProductUnit: Generator {
  /// Format of weights and inputs, and the crossbars.
  public var configuration: CrossbarProduct.Configuration
  /// Number of the first macro; that of the negative weights has the next one.
  public var number: UInt32
  /// Clock edges of a conversion: 2 to 64.
  public var convertCycles: Int

  /// The unit of a configuration.
  public init(_ configuration: CrossbarProduct.Configuration = .init(), number: UInt32 = 0, convertCycles: Int = 2) {
    self.configuration = configuration
    self.number = number
    self.convertCycles = convertCycles
  }

  /// All ports belong to one clock.
  public struct Ports {
    public let vector: StreamInput<Bits>
    public let readEvent: Input<UInt>
    public let temperature: Input<UInt>
    public let products: StreamOutput<Bits>
    public let write: Input<Bit>
    public let writeCrossbar: Input<UInt>?
    public let writeRow: Input<UInt>
    public let writeLevels: Input<Bits>
    public let writeDone: Output<Bit>
    public let writeFailed: Output<Bit>
    public let writePulses: Output<UInt>
    public let flips: Input<Bits>?
  }
  public var ports: Ports {
    let (c, g) = (configuration, configuration.geometry)
    return Ports(
      vector: .init(g.rows * c.inputBits, "Inputs, that of row 0 lowest"),
      readEvent: .init(32, "Number of the read of plane 0 of the vector; plane b has number event + b"),
      temperature: .init(8, "Half kelvins above 300 K"),
      products: .init(c.outputs * 32, "Products, that of column 0 lowest"),
      write: .init("Stores the levels of a row"),
      writeCrossbar: c.encoding == .differential ? .init(1, "0: positive weights, 1: negative ones") : nil,
      writeRow: .init(bits(for: g.rows - 1), "Row to store"),
      writeLevels: .init(g.columns * g.cellBits, "Levels, that of column 0 lowest"),
      writeDone: .init("The levels are stored"),
      writeFailed: .init("A cell of the last row that was written is not near enough to its level"),
      writePulses: .init(4, "Pulses of the cell of that row that got most"),
      flips: c.encoding == .flippedOffset ? .init(g.columns, "Columns that are stored complemented") : nil)
  }

  public func validate(_ parameters: inout ParameterCheck) {
    let c = configuration
    parameters.require("configuration.weightBits", c.weightBits, in: 2...16)
    parameters.require("configuration.inputBits", c.inputBits, in: 2...16)
    parameters.require(
      c.outputs > 0, "a weight takes \(c.slices) cells, and a row has \(c.geometry.columns)",
      fix: "use more columns or more bits a cell")
    // Faults of the crossbars are reported by the macro.
  }

  private var macro: CrossbarMacro {
    CrossbarMacro(
      configuration.geometry, effects: configuration.effects, number: number,
      columnsPerConverter: configuration.columnsPerConverter, convertCycles: convertCycles)
  }

  private enum Phase: HardwareEnum { case idle, drive, convert, settle, correct, give }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let (c, g) = (configuration, configuration.geometry)
    let crossbars = (0..<c.encoding.crossbars).map { index in
      var macro = macro
      macro.number = number &+ UInt32(index)
      return m.instance(macro, index == 0 ? "crossbar" : "negative_crossbar")
    }
    // The inputs, shifted by a bit for each plane: the plane that is driven is that of their highest bits.
    let inputs = m.register("inputs", Bits.self, width: g.rows * c.inputBits)
    let event = m.register("plane_event", UInt.self, width: 32)
    let plane = m.register("plane", UInt.self, width: bits(for: c.inputBits - 1))
    let step = m.register("step", UInt.self, width: macro.stepBits)
    let isSign = (plane .== UInt(c.inputBits - 1)).named("is_sign_plane")
    let isFirst = (step .== 0).named("is_first_step")
    let isLast = (step .== UInt(c.columnsPerConverter - 1)).named("is_last_step")
    let driven = concatenate((1...g.rows).reversed().map { inputs[$0 * c.inputBits - 1] }).named("driven")
    let settled = crossbars[0].codesValid

    let machine = m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) {
        m.when(io.vector.valid) {
          inputs.next <== io.vector.payload
          event.next <== io.readEvent &+ UInt(c.inputBits - 1)
          plane.next <== UInt(c.inputBits - 1)
          phase.go(.drive)
        }
      }
      phase.when(.drive) {
        step.next <== 0
        phase.go(.convert)
      }
      phase.when(.convert) { phase.go(.settle) }
      phase.when(.settle) {
        m.when(settled) {
          step.next <== step &+ 1
          phase.go(.convert)
          m.when(isLast) {
            inputs.next
              <== concatenate(inputs[0..<g.rows * c.inputBits - 1], m.constant(0, width: 1, as: Bits.self))
            event.next <== event &- 1
            plane.next <== plane &- 1
            phase.go(.drive)
            m.when(plane .== 0) { phase.go(.correct) }
          }
        }
      }
      phase.when(.correct) { phase.go(.give) }
      phase.when(.give) { m.when(io.products.ready) { phase.go(.idle) } }
    }
    io.vector.ready <== machine.isIn(.idle)
    io.products.valid <== machine.isIn(.give)
    for (index, crossbar) in crossbars.enumerated() {
      crossbar.read <== machine.isIn(.drive)
      crossbar.plane <== driven
      crossbar.readEvent <== event
      crossbar.temperature <== io.temperature
      crossbar.convert <== machine.isIn(.convert)
      crossbar.step <== step
      if let chosen = io.writeCrossbar {
        crossbar.write <== (io.write & (chosen .== UInt(index)))
      } else {
        crossbar.write <== io.write
      }
      crossbar.writeRow <== io.writeRow
      crossbar.writeLevels <== io.writeLevels
    }
    io.writeDone <== crossbars.dropFirst().reduce(crossbars[0].writeDone) { $0 | $1.writeDone }
    if let chosen = io.writeCrossbar {
      let isNegative = m.register("wrote_negative", chosen.asBits[0], when: io.write)
      io.writeFailed <== mux(isNegative, crossbars[1].writeFailed, crossbars[0].writeFailed)
      io.writePulses <== mux(isNegative, crossbars[1].writePulses, crossbars[0].writePulses)
    } else {
      io.writeFailed <== crossbars[0].writeFailed
      io.writePulses <== crossbars[0].writePulses
    }

    let accumulates = (machine.isIn(.settle) & settled).named("accumulates")
    // Driven rows, and Σ x, plane by plane: for the offset of the weights.
    var offset: (rows: UInt, total: SInt)?
    if c.encoding != .differential {
      let count = populationCount(of: driven).named("driven_rows")
      let total = m.register("total", SInt.self, width: c.inputBits + count.width)
      m.when(accumulates & isFirst) {
        let twice = mux(
          isSign, m.constant(0, width: total.width, as: SInt.self), (total << 1).truncated(to: total.width))
        let rows = count.extended(to: total.width).asSigned.truncated(to: total.width)
        total.next <== mux(isSign, twice &- rows, twice &+ rows)
      }
      offset = (count, total)
    }
    let flips = io.flips.map { m.register("flips_held", $0, when: io.write) }
    func code(_ column: Int) -> SInt {
      let converter = column / c.columnsPerConverter
      let bits = converter * g.converterBits..<(converter + 1) * g.converterBits
      let positive = crossbars[0].codes[bits].asUnsigned
      let plain = positive.extended(to: positive.width + 1).asSigned
      if c.encoding == .differential {
        return plain - crossbars[1].codes[bits].asUnsigned.extended(to: plain.width).asSigned
      }
      guard let flips, let rows = offset?.rows else { return plain }
      let all = (rows * UInt(g.greatestLevel)) << g.codeFractionBits
      let complement = all.extended(to: all.width + 1).asSigned - plain
      let width = max(complement.width, plain.width)
      return mux(flips[column], complement.extended(to: width), plain.extended(to: width))
    }
    let correction = offset.map { $0.total << (c.weightBits - 1 + g.codeFractionBits) }
    var sums: [SInt] = []
    for output in 0..<c.outputs {
      let sum = m.register("product_\(output)", SInt.self, width: 32)
      // Slices that are converted in this step, at their weights.
      let terms = (0..<c.slices).map { slice -> SInt in
        let column = output * c.slices + slice
        let weighted = code(column) << (slice * g.cellBits)
        guard c.columnsPerConverter > 1 else { return weighted }
        let isNow = step .== UInt(column % c.columnsPerConverter)
        return mux(isNow, weighted, m.constant(0, width: weighted.width, as: SInt.self))
      }
      let term = HDL.sum(terms)
      let fitted = term.width > 32 ? term.truncated(to: 32) : term.extended(to: 32)
      let before = mux(isSign, m.constant(0, width: 32, as: SInt.self), (sum << 1).truncated(to: 32))
      let base = mux(isFirst, before, sum)
      m.when(accumulates) { sum.next <== mux(isSign, base &- fitted, base &+ fitted) }
      if let correction {
        m.when(machine.isIn(.correct)) {
          sum.next <== sum &- (correction.width > 32 ? correction.truncated(to: 32) : correction.extended(to: 32))
        }
      }
      sums.append(sum)
    }
    io.products.payload <== concatenate(sums.reversed())
  }
}
