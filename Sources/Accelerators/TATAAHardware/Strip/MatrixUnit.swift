import HDL
import Netlist
import TATAA

/// The register files of X and Y, the table of biases, and the array that multiplies them.
///
/// A product takes a cycle a step, and the next one may begin in the cycle after its last step. Banks of X and Y may be
/// loaded while others are multiplied. A product may follow the loads of its banks: then each step waits for its operands. And
/// a load may follow a product, each step behind its read. While `isQuiet` is 1 the lanes have the multipliers.
public struct MatrixUnit: DefaultConfigurable {
  /// Sizes.
  public var configuration: Configuration
  /// How cells multiply.
  public var multiplier: CellMultiplier

  /// The unit of a configuration.
  public init(configuration: Configuration = .tiny, multiplier: CellMultiplier = .packed) {
    self.configuration = configuration
    self.multiplier = multiplier
  }

  /// The default configuration.
  public init() { self.init(configuration: .tiny) }

  /// Commands, operands, captured rows and lanes.
  public struct Ports {
    public let command: StreamInput<ProductCommand>
    public let xIsLoading, yIsLoading: Input<Bit>
    public let x, y: Input<OperandWrite>
    public let table: Input<TableWrite>
    public let preset: Input<RowPreset>
    public let capture: Input<Bit>
    public let left, right: Input<Vector<UInt>>?
    public let products: Output<Vector<UInt>>?
    public let rowValid: Output<Bit>
    public let rowIndex: Output<UInt>
    public let row: Output<Vector<SInt>>
    public let xReads, yReads: Output<BankReads>
    public let isIdle, isQuiet, isEnding, usesBias, steps: Output<Bit>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let c = configuration
    let significand = DualModeCell.significandWidth
    let hasLanes = c.vectorRegisters > 0
    return Ports(
      command: .init(ProductCommand(), "What is to be multiplied"),
      xIsLoading: .init("1 while the bank of X of the command is loaded: each step waits for its operands"),
      yIsLoading: .init("The same of Y"),
      x: .init(OperandWrite(c.tileRows, of: c.operandWidth), "A word of X"),
      y: .init(OperandWrite(c.tileColumns, of: c.operandWidth), "A word of Y"),
      table: .init(TableWrite(c.tileColumns), "A table; of biases the set that is not used while usesBias is 1"),
      preset: .init(RowPreset(c), "A row of sums, while the unit is quiet"),
      capture: .init("1 to let the sums leave, a cycle after isEnding was 1"),
      left: hasLanes
        ? .init(c.vectorLanes, of: significand, "Significands of the lanes, while the unit is quiet") : nil,
      right: hasLanes ? .init(c.vectorLanes, of: significand, "Their other significands") : nil,
      products: hasLanes ? .init(c.vectorLanes, of: 2 * significand, "Their products, one cycle later") : nil,
      rowValid: .init("1 when there is a captured row"),
      rowIndex: .init(bits(for: c.tileRows - 1), "Which row it is"),
      row: .init(c.tileColumns, of: c.accumulatorWidth, "The captured sums of a row"),
      xReads: .init(BankReads(), "What X a load must not overtake"), yReads: .init(BankReads(), "The same of Y"),
      isIdle: .init("1 when a product can begin"), isQuiet: .init("1 when all sums are settled"),
      isEnding: .init(
        "1 when the last step of a product is read, or none is: the sums may be captured one cycle later"),
      usesBias: .init("1 while the table of biases is read"), steps: .init("1 when a step of a product is read"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    \(configuration.operandBanks) bank(s) of X and of Y, \(configuration.maximumDepth) deep, and an array of \(configuration.tileRows) x \(configuration.tileColumns) sums.
    A step a cycle; is_quiet comes \(array.settleCycles + 2) cycles after the last one.
    """
  }

  private var array: ComputeArray { ComputeArray(configuration: configuration, multiplier: multiplier) }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) { array.validate(&parameters) }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let c = configuration
    let command = m.register("command_held", of: ProductCommand())
    let isRunning = m.register("is_running", Bit.self, reset: 0)
    let step = m.register("step", UInt.self, width: 10)
    let isLast = step .== command.lastStep
    let followed = (
      follow("x", io.x, command.xBank, step, io.xIsLoading & !io.x.ends(io.command.payload.xBank), m),
      follow("y", io.y, command.yBank, step, io.yIsLoading & !io.y.ends(io.command.payload.yBank), m)
    )
    let reads = (isRunning & followed.0.isThere & followed.1.isThere).named("reads_step")
    let takes = io.command.take(when: !isRunning | reads & isLast)
    m.when(takes) {
      isRunning.next <== 1
      command.next <== io.command.payload
      step.next <== 0
      followed.0.isFollowing.next <== followed.0.starts
      followed.1.isFollowing.next <== followed.1.starts
    }
    .otherwise(when: reads) {
      step.next <== step &+ 1
      m.when(isLast) { isRunning.next <== 0 }
    }
    io.steps <== reads
    io.xReads <== BankReads(isReading: isRunning & !followed.0.isFollowing, bank: command.xBank, step: step)
    io.yReads <== BankReads(isReading: isRunning & !followed.1.isFollowing, bank: command.yBank, step: step)

    // A step is read in one cycle and enters the array in the next one.
    let steps = m.register("steps", reads, reset: 0)
    let isFirst = reads & (step .== 0)
    func starts(_ start: Opcode.Start) -> Bit {
      m.register("starts_from_\(start)", isFirst & (command.start .== UInt(start.rawValue)), reset: 0)
    }
    let startsFromBias = starts(.bias)
    let isBias = command.start .== UInt(Opcode.Start.bias.rawValue)
    let array = m.instance(array, "strips")
    let x = operands("x", io.x, command.xBank, step, m)
    array.x <== mux(steps, x, Vector(Array(repeating: 0, count: c.tileRows), of: c.operandWidth))
    // Nothing that was never loaded comes to the multipliers.
    let y = operands("y", io.y, command.yBank, step, m)
    array.y <== mux(steps, y, Vector(Array(repeating: 0, count: c.tileColumns), of: c.operandWidth))
    array.clear <== starts(.zero)
    array.capture <== io.capture

    let biases = [false, true].map { isSecond in
      let bias = m.register(
        isSecond ? "second_bias" : "bias", of: Vector<SInt>.shape(c.tileColumns, of: c.accumulatorWidth),
        reset: Vector(Array(repeating: 0, count: c.tileColumns), of: c.accumulatorWidth))
      m.when(io.table.writes(.bias, second: isSecond)) {
        bias.next <== Vector(io.table.entries.map { $0[0..<c.accumulatorWidth].asSigned })
      }
      return bias
    }
    // The set stays until every sum that starts from it has done so.
    let biasIsSecond = m.register("bias_is_second", command.biasIsSecond, when: isFirst & isBias)
    let bias = mux(biasIsSecond, biases[1], biases[0])
    let rows = (0..<c.tileRows).map { startsFromBias | io.preset.enable & (io.preset.row .== UInt($0)) }
    array.preset <== concatenate(rows.reversed())
    array.presetValue <== mux(io.preset.isActive, io.preset.values, bias)
    array.presetEnable <== mux(io.preset.isActive, io.preset.columns, m.constant(.ones(c.tileColumns), as: Bits.self))

    let settles = self.array.settleCycles
    let settling = m.register("settling", UInt.self, width: bits(for: settles), reset: 0)
    m.when(steps | io.preset.enable) { settling.next <== UInt(settles) }
      .otherwise(when: settling .!= 0) { settling.next <== settling &- 1 }
    let isQuiet = (!isRunning & !steps & (settling .== 0)).named("is_quiet_now")
    if let isVector = array.isVector { isVector <== isQuiet }
    for (lanes, own) in [(array.left, io.left), (array.right, io.right)] {
      if let lanes, let own { lanes <== own }
    }
    if let products = io.products, let own = array.products { products <== own }
    io.rowValid <== array.rowValid
    io.rowIndex <== array.rowIndex
    io.row <== array.row
    let presetting = m.register("presetting", UInt.self, width: bits(for: settles), reset: 0)
    m.when(startsFromBias) { presetting.next <== UInt(settles) }
      .otherwise(when: presetting .!= 0) { presetting.next <== presetting &- 1 }
    io.usesBias <== (isRunning & (step .== 0) & isBias | startsFromBias | (presetting .!= 0))
    io.isEnding <== (!isRunning | reads & isLast)
    io.isIdle <== !isRunning
    io.isQuiet <== isQuiet
  }

  /// How far the load has come that the product of a command follows.
  private struct Followed {
    /// 1 while it has not ended.
    let isFollowing: Bit
    /// 1 when the step that is to be read stands in the bank.
    let isThere: Bit
    /// 1 when a new product follows a load that goes on behind this cycle.
    let starts: Bit
  }

  private func follow(
    _ name: String, _ write: OperandWrite, _ bank: Bit, _ step: UInt, _ starts: Bit, _ m: Module
  ) -> Followed {
    // Of each bank, the steps of the load that comes; none between loads.
    let levels = (0..<2).map { number -> UInt in
      let level = m.register("\(name)_level_\(number)", UInt.self, width: 11, reset: 0)
      m.when(write.enable & (write.bank .== Bit(booleanLiteral: number == 1))) {
        level.next <== mux(write.isLast, 0, write.step.extended(to: 11) &+ 1)
      }
      return level
    }
    let isFollowing = m.register("follows_\(name)", Bit.self, reset: 0)
    m.when(write.ends(bank)) { isFollowing.next <== 0 }
    let level = mux(bank, levels[1], levels[0])
    return Followed(
      isFollowing: isFollowing, isThere: !isFollowing | (level .> step.extended(to: 11)), starts: starts)
  }

  /// A register file: the operands of a step, one cycle later.
  private func operands(_ name: String, _ write: OperandWrite, _ bank: Bit, _ step: UInt, _ m: Module) -> Vector<SInt> {
    let count = write.operands.count
    let depth = configuration.maximumDepth
    let stepWidth = bits(for: depth - 1)
    func address(_ bank: Bit, _ step: UInt) -> UInt {
      let within = step[0..<stepWidth]
      return configuration.operandBanks == 1 ? within.asUnsigned : concatenate(bank, within).asUnsigned
    }
    // The bank is the highest bit of the address.
    let file = m.memory(
      "\(name)_file", Bits.self, width: count * configuration.operandWidth,
      depth: configuration.operandBanks == 1 ? depth : 2 << stepWidth)
    file.write(write.operands.bits, at: address(write.bank, write.step), when: write.enable)
    return Vector(file.read(at: address(bank, step)), count: count, of: configuration.operandWidth)
  }
}
