import HDL
import NumberFormats

/// An integer times a floating point number, rounded once to the format of that, to nearest, ties to even.
struct ElementScaler: FixedLatencyGenerator {
  /// Bits of the integer.
  let width: Int

  struct Ports {
    let element: Input<SInt>
    let scale: Input<FloatingNumber>
    let product: Output<FloatingNumber>
  }

  var ports: Ports {
    let format = ReciprocalRoot.format
    return Ports(
      element: .init(width, "The integer"), scale: .init(shape: format, "What it is multiplied with; positive"),
      product: .init(shape: format, "The product, rounded to nearest, ties to even"))
  }

  var documentation: String { "product = element x scale in \(ReciprocalRoot.format), rounded once. Combinational." }

  var latency: Int { 0 }

  func build(_ io: Interior<Ports>, in m: Module) {
    let format = ReciprocalRoot.format
    let scale = io.scale.operand("scale")
    let isNegative = io.element.isNegative
    let magnitude = mux(isNegative, 0 &- io.element, io.element).asUnsigned.named("element_magnitude")
    // The significand has one bit before the binary point, so that the highest bit of the product weighs 2^width of it.
    let exact = UnroundedNumber(
      sign: isNegative,
      exponent: scale.exponent.plus(width, greatest: (1 << format.exponentBits) - 1).named("product_exponent"),
      magnitude: (magnitude * scale.significand).named("scaled_magnitude"), isNaN: nil, isInfinite: nil)
    io.product <== exact.normalized(for: format, in: m).rounded(to: format, in: m)
  }
}
