import HDL
import Netlist

/// One processing element: multiplies one X operand with ``packing`` Y operands, and keeps a sum for each.
///
/// `clear` starts the sums with the products of its cycle; `preset` starts those that ``Ports/presetEnable`` names with
/// ``Ports/presetValue``. `capture` copies the sums, with the products of its cycle, to the shadow registers three cycles
/// later; `shift` moves those of the cell above into them. So the sums go on while the shadows leave.
///
/// A cell with ``isLane`` has a second mode: while `isVector` is 1, its multiplier takes the significands of two bfloat16
/// numbers, their product shows one cycle later, and the sums stay as they are. Mode and operands belong to one cycle.
public struct DualModeCell: DefaultConfigurable {
  /// Bits of an operand, signed.
  public var operandWidth: Int
  /// Y operands for each X operand.
  public var packing: Int
  /// Bits of a sum; it wraps.
  public var accumulatorWidth: Int
  /// How products are made.
  public var multiplier: CellMultiplier
  /// Whether the multiplier serves a bfloat16 lane too.
  public var isLane: Bool

  /// A cell; without arguments the one of the standard configuration that serves no lane.
  public init(
    operandWidth: Int = 8, packing: Int = 2, accumulatorWidth: Int = 32, multiplier: CellMultiplier = .packed,
    isLane: Bool = false
  ) {
    self.operandWidth = operandWidth
    self.packing = packing
    self.accumulatorWidth = accumulatorWidth
    self.multiplier = multiplier
    self.isLane = isLane
  }

  /// The default configuration.
  public init() { self.init(operandWidth: 8) }

  /// Bits of a significand of bfloat16, the leading one among them.
  public static let significandWidth = 8

  /// Left to right: x, clear, preset, capture, shift. Top to bottom: y, shadow.
  public struct Ports {
    public let x: Input<SInt>
    public let y: Input<Vector<SInt>>
    public let clear, preset, capture, shift: Input<Bit>
    public let presetValue: Input<Vector<SInt>>
    public let presetEnable: Input<Bits>
    public let shadow: Input<Vector<SInt>>
    public let isVector: Input<Bit>?
    public let left, right: Input<UInt>?
    public let xOut: Output<SInt>
    public let yOut: Output<Vector<SInt>>
    public let clearOut, presetOut, captureOut, shiftOut: Output<Bit>
    public let shadowOut: Output<Vector<SInt>>
    public let product: Output<UInt>?
  }

  /// The interface for these parameters.
  public var ports: Ports {
    let significand = Self.significandWidth
    return Ports(
      x: .init(operandWidth, "The operand from the left"),
      y: .init(packing, of: operandWidth, "The operands from above"),
      clear: .init("Starts sums from 0"), preset: .init("Starts sums from the preset values"),
      capture: .init("Ends sums"), shift: .init("Moves shadows down"),
      presetValue: .init(packing, of: accumulatorWidth, "What preset starts sums from; stands still meanwhile"),
      presetEnable: .init(packing, "Which sums preset starts; stands still meanwhile"),
      shadow: .init(packing, of: accumulatorWidth, "The shadows of the cell above"),
      isVector: isLane ? .init("1 when the multiplier is the lane's") : nil,
      left: isLane ? .init(significand, "A significand of the lane") : nil,
      right: isLane ? .init(significand, "The other significand of the lane") : nil,
      xOut: .init(operandWidth, "x, one cycle later"), yOut: .init(packing, of: operandWidth, "y, one cycle later"),
      clearOut: .init("clear, one cycle later"), presetOut: .init("preset, one cycle later"),
      captureOut: .init("capture, one cycle later"), shiftOut: .init("shift, one cycle later"),
      shadowOut: .init(packing, of: accumulatorWidth, "The sums of this cell, or what came from above"),
      product: isLane ? .init(2 * significand, "The product of the significands, one cycle later") : nil)
  }

  /// What stands above the emitted module.
  public var documentation: String {
    """
    Processing element: \(packing) sum(s) of \(accumulatorWidth) bits that stay while x passes to the right, y downwards.
      clear    the products of this cycle start new sums;
      preset   the sums named by preset_enable start from preset_value;
      capture  the sums of this cycle are in shadow_out 3 cycles later;
      shift    shadow_out takes shadow, the one of the cell above.
    x = 0 changes no sum. Reset clears x, products, preset and sums.\(isLane ? "\nWhile is_vector is 1 the multiplier is that of a bfloat16 lane, and x counts as 0." : "")
    """
  }

  /// Cycles from operands to the shadow registers.
  public static let latency = 3

  /// Bits of a product, in two's complement: of two operands, or of two significands with a sign of 0.
  private var productWidth: Int { 2 * multiplierWidth }

  /// Bits of a factor, in two's complement.
  private var multiplierWidth: Int { isLane ? Self.significandWidth + 1 : operandWidth }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("operandWidth", operandWidth, in: 2...8)
    parameters.require("packing", packing, in: 1...2)
    parameters.require("accumulatorWidth", accumulatorWidth, in: 2 * operandWidth...32)
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    io.xOut <== m.register("x", io.x, reset: 0)
    io.yOut <== m.register("y", io.y)
    let clears = m.register("clear", io.clear)
    let presets = m.register("preset", io.preset, reset: 0)
    let captures = m.register("capture", io.capture)
    io.clearOut <== clears
    io.presetOut <== presets
    io.captureOut <== captures
    io.shiftOut <== m.register("shift", io.shift)

    var factor = io.x
    var factors = io.y.map { $0 }
    if let isVector = io.isVector, let left = io.left, let right = io.right {
      func wide(_ value: SInt, _ significand: UInt) -> SInt {
        mux(isVector, significand.extended(to: multiplierWidth).asSigned, value.extended(to: multiplierWidth))
      }
      factor = wide(factor, left)
      factors[0] = wide(factors[0], right)
      // Beside the product of significands there is none.
      for place in factors.indices.dropFirst() { factors[place] = mux(isVector, 0, factors[place]) }
    }
    let made = multiplier.products(factor, factors, width: productWidth)
    let held = made.enumerated().map { m.register(made.count == 1 ? "product" : "product_\($0)", $1, reset: 0) }
    var products = multiplier.separated(held, width: productWidth)
    if let isVector = io.isVector, let product = io.product {
      product <== products[0].truncated(to: 2 * Self.significandWidth).asUnsigned
      let wasVector = m.register("was_vector", isVector)
      products = products.map { mux(wasVector, 0, $0) }
    }
    // Of operands alone, and so within an accumulator.
    products = products.map { $0.resized(to: accumulatorWidth) }
    accumulate(products, clears, presets, captures, io, m)
  }

  private func accumulate(
    _ products: [SInt], _ clears: Bit, _ presets: Bit, _ captures: Bit, _ io: Interior<Ports>, _ m: Module
  ) {
    let shape = Vector<SInt>.shape(packing, of: accumulatorWidth)
    let sums = m.register("sums", of: shape, reset: Vector(Array(repeating: 0, count: packing), of: accumulatorWidth))
    sums.next
      <== Vector(
        products.enumerated().map { place, product in
          mux(presets & io.presetEnable[place], io.presetValue[place], mux(clears, 0, sums[place])) &+ product
        })
    let isComplete = m.register("complete", captures)
    let shadow = m.register("shadow", of: shape)
    m.when(isComplete) { shadow.next <== sums }
      .otherwise(when: io.shift) { shadow.next <== io.shadow }
    io.shadowOut <== shadow
  }
}
