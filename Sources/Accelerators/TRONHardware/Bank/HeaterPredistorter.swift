import Components
public import HDL
public import TRON

/// Codes of heaters for wanted codes, so that no ring is moved by its neighbours: every code is that of ``/TRON/HeaterPredistortion``.
///
/// One ring a clock: its sum over the wanted codes, rounded to nearest with ties to even, and saturated to twelve bits. Only diagonals of
/// the matrix that are not 0 have a multiplier, which is three for the coupling of a bank. A row is taken when the unit is idle; its codes
/// are there rings + 4 clock edges later, and the next row may be given in the clock behind that in which they are taken.
public struct HeaterPredistorter: Generator {
  /// The matrix.
  public var predistortion: HeaterPredistortion

  /// The unit of a matrix.
  public init(_ predistortion: HeaterPredistortion) { self.predistortion = predistortion }

  /// All ports belong to one clock.
  public struct Ports {
    public let wanted: StreamInput<Bits>
    public let codes: StreamOutput<Bits>
  }
  public var ports: Ports {
    let width = predistortion.rings * HeaterPredistortion.codeBits
    return Ports(
      wanted: .init(width, "Wanted codes, signed, that of wavelength 0 lowest"),
      codes: .init(width, "Codes of heaters, signed, that of wavelength 0 lowest"))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    "Heaters of \(predistortion.rings) rings without their neighbours' heat; \(offsets.count) diagonal(s) in "
      + "2^-\(predistortion.fractionBits)."
  }

  /// How far behind its ring a wanted code stands, around the end, for each coefficient of any ring that is not 0.
  private var offsets: [Int] {
    let count = predistortion.rings
    return (0..<count).filter { offset in
      (0..<count).contains { predistortion.coefficients[$0][($0 + offset) % count] != 0 }
    }
  }

  private enum Phase: HardwareEnum { case idle, work, drain, give }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let (count, width) = (predistortion.rings, HeaterPredistortion.codeBits)
    let place = m.register("place", UInt.self, width: bits(for: count))
    let takes = m.wire("takes", Bit.self, default: 0)
    let works = m.wire("works", Bit.self, default: 0)
    // The row turns by a ring a clock, so that the code of the present ring is the lowest.
    let turning = m.register("turning", Bits.self, width: count * width)
    m.when(takes) { turning.next <== io.wanted.payload }
      .otherwise(when: works) {
        if count > 1 { turning.next <== concatenate(turning[0..<width], turning[width..<count * width]) }
      }
    let magnitudes = predistortion.coefficients.flatMap { $0.map { $0 < 0 ? ~$0 : $0 } }
    let coefficientBits = bits(for: max(1, magnitudes.max() ?? 1)) + 1
    let products = offsets.map { offset -> SInt in
      let coefficients = (0..<count).map { ring in
        predistortion.coefficients[ring][(ring + offset) % count] & (1 << coefficientBits - 1)
      }
      let coefficient = m.rom(
        "coefficients_\(offset)", Bits.self, width: coefficientBits, contents: .words(coefficients)
      ).read(at: place.fitted(to: bits(for: count - 1))).asSigned
      let wanted = m.register("wanted_\(offset)", turning[offset * width..<(offset + 1) * width].asSigned)
      return coefficient * wanted
    }
    let isRead = m.register("is_read", works, reset: 0)
    let total = m.register("total", HDL.sum(products))
    let isTotal = m.register("is_total", isRead, reset: 0)
    let code = m.register(
      "code", total.roundedRight(by: predistortion.fractionBits).saturated(to: width))
    let isCode = m.register("is_code", isTotal, reset: 0)
    let held = m.register("codes_held", Bits.self, width: count * width)
    m.when(isCode) {
      held.next <== (count > 1 ? concatenate(code.asBits, held[width..<count * width]) : code.asBits)
    }
    let left = m.register("left", UInt.self, width: bits(for: count))
    m.when(takes) { left.next <== UInt(count) }.otherwise(when: isCode) { left.next <== left &- 1 }
    let machine = m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
      phase.when(.idle) {
        place.next <== 0
        m.when(io.wanted.valid) {
          takes.driver <== 1
          phase.go(.work)
        }
      }
      phase.when(.work) {
        works.driver <== 1
        place.next <== place &+ 1
        m.when(place .== UInt(count - 1)) { phase.go(.drain) }
      }
      phase.when(.drain) { m.when(left .== 0) { phase.go(.give) } }
      phase.when(.give) { m.when(io.codes.ready) { phase.go(.idle) } }
    }
    io.wanted.ready <== machine.isIn(.idle)
    io.codes.valid <== machine.isIn(.give)
    io.codes.payload <== held
  }
}
