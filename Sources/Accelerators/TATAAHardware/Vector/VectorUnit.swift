import HDL
import Netlist
import NumberFormats
import TATAA

/// The vector registers, the constant registers and the lanes, without the multipliers, which are those of the array.
///
/// A command a cycle, and a result ``latency`` cycles later; a command that reads a register of which the result is still
/// under way waits. A loaded vector is written in a cycle without a result; when five cycles on end have one, the next command
/// waits a cycle for it. A reduction goes through the lanes once for each level of its tree, neighbours first, and nothing else
/// does meanwhile. What was never written reads as +0.
public struct VectorUnit: DefaultConfigurable {
  /// Lanes and registers.
  public var configuration: Configuration

  /// The unit of a configuration.
  public init(configuration: Configuration = .tiny) { self.configuration = configuration }

  /// The default configuration.
  public init() { self.init(configuration: .tiny) }

  /// Commands, writes from outside, multipliers and stored results.
  public struct Ports {
    public let command: StreamInput<VectorCommand>
    public let load: Input<RegisterWrite>
    public let constant: Input<RegisterWrite>
    public let range: Input<CodeRange>
    public let left, right: Output<Vector<UInt>>
    public let products: Input<Vector<UInt>>
    public let stores: Output<Bit>
    public let stored: Output<Vector<Bits>>
    public let storesCode: Output<Bit>
    public let isWriting: Output<Bit>
    public let loadWaits: Input<Bit>
    public let isReducing: Output<Bit>
    public let isIdle: Output<Bit>
    public let waits: Output<Bit>
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let lanes = configuration.vectorLanes
    let significand = DualModeCell.significandWidth
    return Ports(
      command: .init(VectorCommand(), "What is to be done"),
      load: .init(RegisterWrite(width: 16 * lanes), "A vector register to be written, while isWriting is 0"),
      constant: .init(RegisterWrite(width: 16), "A constant register to be written"),
      range: .init(CodeRange(), "The codes of stored results"),
      left: .init(lanes, of: significand, "Significands for the multipliers"),
      right: .init(lanes, of: significand, "The other significands for the multipliers"),
      products: .init(lanes, of: 2 * significand, "Their products, one cycle later"),
      stores: .init("1 when there is a stored result"), stored: .init(lanes, of: 16, "The stored result"),
      storesCode: .init("1 when that is a code"), isWriting: .init("1 when a result is written to a register"),
      loadWaits: .init("1 when a load waits for a cycle without a result"),
      isReducing: .init("1 until the result of a reduction is written"),
      isIdle: .init("1 when nothing is under way"), waits: .init("1 when a command waits for a result under way"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    \(configuration.vectorRegisters) vector registers of \(configuration.vectorLanes) bfloat16 lanes, \(configuration.constantRegisters) constant registers, and the lanes.
    A command a cycle; its result is written \(Self.latency) cycles later, and a command that reads it waits for it.
    """
  }

  /// Cycles from a command to the cycle in which its result can be read.
  public static let latency = VectorLane.latency + 2

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(ConfigurationError) { try configuration.validate() } catch {
      parameters.require(false, "the configuration is refused", fix: "\(error)")
    }
  }

  /// A command on its way, from the read of its operands on.
  private struct Token: SignalBundle {
    let isValid, isReduction, isStored: Bit
    let operation, destination, lastLane: UInt

    static var shape: Token {
      Token(
        isValid: .shape, isReduction: .shape, isStored: .shape, operation: .shape(LaneOperation.width),
        destination: .shape(8), lastLane: .shape(8))
    }
    static var empty: Token {
      Token(isValid: 0, isReduction: 0, isStored: 0, operation: 0, destination: 0, lastLane: 0)
    }
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let lanes = configuration.vectorLanes
    // Stage 0 has the operands; the last stage the result.
    var stages: [Token] = []
    let entering = m.wire("entering", of: Token.shape)
    let first = m.register("stage", of: Token.shape, reset: Token.empty)
    first.next <== entering
    stages = m.delays("stages", first, upTo: VectorLane.latency, reset: Token.empty)
    let last = stages[VectorLane.latency]

    let command = io.command.payload
    let isReducing = m.register("is_reducing", Bit.self, reset: 0)
    let isUnderWay = anyOf(stages.map(\.isValid)).named("is_under_way")
    let pending = stages.map { stage in
      let reads = (0..<3).map { number -> Bit in
        let operand = command.operands[number]
        return command.reads[number] & !operand[8] & (operand[0..<8].asUnsigned .== stage.destination)
      }
      return stage.isValid & !stage.isStored & anyOf(reads)
    }
    // Every cycle from now on has a result.
    let isFull = stages.dropLast().reduce(io.loadWaits) { $0 & $1.isValid & !$1.isStored }
    let mustWait =
      mux(command.isReduction, isUnderWay, anyOf(pending)) | isReducing | isFull & !command.isStored
    let takes = io.command.take(when: !mustWait).named("takes")
    io.waits <== (io.command.valid & mustWait)
    io.isIdle <== (!isUnderWay & !isReducing)
    io.isReducing <== isReducing
    let overwritten = stages.map { $0.isValid & !$0.isStored & ($0.destination .== io.load.index) }
    m.assert(
      !(io.load.enable & anyOf(overwritten)), "results_are_older",
      "a register is loaded before the result of an earlier operation is written to it")

    // A reduction goes around, each time with half as many lanes.
    let goesAround = (last.isValid & last.isReduction & (last.lastLane .!= 0)).named("goes_around")
    m.when(takes & command.isReduction) { isReducing.next <== 1 }
      .otherwise(when: last.isValid & last.isReduction & !goesAround) { isReducing.next <== 0 }
    let again = m.register("goes_around_again", Bit.self, reset: 0)
    again.next <== goesAround
    let levelLane = m.register("level_last_lane", last.lastLane)
    entering.driver
      <== mux(
        goesAround,
        Token(
          isValid: 1, isReduction: 1, isStored: 0, operation: last.operation, destination: last.destination,
          lastLane: last.lastLane >> 1),
        Token(
          isValid: takes, isReduction: command.isReduction, isStored: command.isStored, operation: command.operation,
          destination: command.destination, lastLane: command.lastLane))

    let results = m.wire("results", of: Vector<Bits>.shape(lanes, of: 16))
    let around = m.register("around", results)
    let operands = readOperands(command, results, last, io, m)
    let unit = m.grid(VectorLane(), "lane", rows: 1, columns: lanes)
    // In the tree lane i has lanes 2 i and 2 i + 1 of the level before; a last one without neighbour goes on as it is.
    let copy = UInt(LaneOperation.code(.copy)).extended(to: LaneOperation.width)
    let operations = (0..<lanes).map { lane -> UInt in
      let joins = 2 * lane + 1 < lanes ? again & (levelLane .>= UInt(2 * lane + 1)) : false
      return mux(first.isReduction & !joins, copy, first.operation)
    }
    func operand(_ number: Int) -> [Bits] {
      (0..<lanes).map { lane in mux(again, around[min(2 * lane + number, lanes - 1)], operands[number][lane]) }
    }
    unit.operation <== .columns(operations)
    unit.a <== .columns(operand(0))
    unit.b <== .columns(operand(1))
    unit.c <== .columns(operands[2])
    unit.range <== io.range
    unit.product <== .columns(io.products.map { $0 })
    io.left <== Vector(unit.left.firstRow)
    io.right <== Vector(unit.right.firstRow)
    results.driver <== Vector(unit.result.firstRow)
    io.stored <== results
    io.stores <== (last.isValid & last.isStored)
    io.storesCode <== (last.operation .== UInt(LaneOperation.quantize))
  }

  /// The operands of a command, one cycle later, and the writes of registers.
  private func readOperands(
    _ command: VectorCommand, _ results: Vector<Bits>, _ last: Token, _ io: Interior<Ports>, _ m: Module
  ) -> [[Bits]] {
    let lanes = configuration.vectorLanes
    let registers = configuration.vectorRegisters
    let addressWidth = bits(for: registers - 1)
    let writes = (last.isValid & !last.isStored & (!last.isReduction | (last.lastLane .== 0))).named("writes")
    io.isWriting <== writes
    m.assert(!(writes & io.load.enable), "one_write", "a register is loaded while a result is written")
    let reduced = Vector(Array(repeating: results[0], count: lanes))
    let loaded = Vector<Bits>(io.load.value, count: lanes, of: 16).map { FloatingNumber(bfloat16: $0).canonical.bits }
    let value = mux(writes, mux(last.isReduction, reduced, results), Vector(loaded)).bits
    let index = mux(writes, last.destination, io.load.index).truncated(to: addressWidth)
    let enable = writes | io.load.enable
    let file = m.memory("registers", Bits.self, width: 16 * lanes, depth: registers)
    file.write(value, at: index, when: enable)
    let isWritten = m.register("is_written", Bits.self, width: registers, reset: 0)
    for number in 0..<registers {
      m.when(enable & (index .== UInt(number))) { isWritten.next[number] <== 1 }
    }

    let constants = m.register(
      "constants", of: Vector<Bits>.shape(configuration.constantRegisters, of: 16),
      reset: Vector(Array(repeating: 0, count: configuration.constantRegisters), of: 16))
    let constant = FloatingNumber(bfloat16: io.constant.value).canonical.bits
    for number in 0..<configuration.constantRegisters {
      m.when(io.constant.enable & (io.constant.index .== UInt(number))) { constants.next[number] <== constant }
    }

    return (0..<3).map { number in
      let operand = command.operands[number]
      let address = operand[0..<addressWidth].asUnsigned
      let read = file.read(at: address)
      let isKnown = m.register("operand_\(number)_is_written", isWritten[address])
      let isConstant = m.register("operand_\(number)_is_constant", operand[8])
      let isNegated = m.register("operand_\(number)_is_negated", operand[9])
      let broadcast = m.register(
        "operand_\(number)_constant", constants[operand[0..<bits(for: configuration.constantRegisters - 1)].asUnsigned])
      return (0..<lanes).map { lane in
        let own = mux(isKnown, read[16 * lane..<16 * (lane + 1)], 0)
        let chosen = FloatingNumber(bfloat16: mux(isConstant, broadcast, own))
        return mux(isNegated, chosen.negated, chosen).bits
      }
    }
  }
}
