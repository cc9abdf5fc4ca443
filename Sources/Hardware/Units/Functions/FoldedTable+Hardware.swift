import HDL
import NumberFormats

/// What is left to do once the table of segments is read.
private struct FoldedResult: SignalBundle {
  let operand: FoldedOperand
  let isConstant: Bit
  /// Absent where no part of the function is the identity.
  let isIdentity: Bit?
  /// The constant result; or the offset of the exponent, and the sign above it.
  let constant: Bits
}

/// What of an operand is not in the directory.
private struct FoldedOperand: SignalBundle {
  let fraction: Bits
  /// Absent where the format has no infinity, as is the sign.
  let isInfinite: Bit?
  let isNegative: Bit?
}

extension FoldedTable {
  /// The function of `x`. Registers may stand behind the directory, behind the table of segments, and behind the result.
  func result(of x: FloatingNumber, _ pipeline: PipelineRegisters) -> FloatingNumber {
    let m = pipeline.module
    let width = format.width
    let hasInfinity = infinite != nil
    let operand = pipeline(
      "operand",
      FoldedOperand(
        fraction: x.bits[0..<format.fractionBits], isInfinite: hasInfinity ? x.isInfinite : nil,
        isNegative: hasInfinity ? x.signBit : nil), at: 0)

    let directory = m.rom("directory", Bits.self, width: directoryWidth, contents: .words(directoryWords))
    let entry = pipeline.word(of: directory, at: x.bits[format.fractionBits..<width].asUnsigned, place: 0)
    let hasIdentity = binades.contains { if case .segment(nil, _, _) = $0 { true } else { false } }
    let later = pipeline(
      "found",
      FoldedResult(
        operand: operand, isConstant: entry[0], isIdentity: hasIdentity ? entry[1] : nil,
        constant: entry[2..<(2 + width)]), at: 1)

    var number = later.operand.fraction.extended(to: width)
    if !segments.isEmpty {
      let words = segments.joined().map { Int($0) }
      let table = m.rom("segments", Bits.self, width: entryWidth, contents: .words(words))
      let address =
        segments.count == 1
        ? operand.fraction : concatenate(entry[(2 + width)..<directoryWidth], operand.fraction)
      let read = pipeline.word(of: table, at: address.asUnsigned, place: 1).extended(to: width)
      number = later.isIdentity.map { mux($0, number, read) } ?? read
    }
    return pipeline("result", result(number, later, in: m), at: 2)
  }

  private func result(_ number: Bits, _ found: FoldedResult, in m: Module) -> FloatingNumber {
    let (width, fractionBits) = (format.width, format.fractionBits)
    let offset = found.constant[0..<format.exponentBits].asUnsigned.named("exponent_offset")
    let exponent = (number[fractionBits..<(width - 1)].asUnsigned &+ offset).named("exponent")
    let sign = found.constant[format.exponentBits] | number[width - 1]
    let regular = concatenate(sign, exponent, number[0..<fractionBits])
    var result = mux(found.isConstant, found.constant, regular)
    func constant(_ code: UInt64) -> Bits { m.constant(Int(code), width: width, as: Bits.self) }
    if let infinite, let isInfinite = found.operand.isInfinite, let isNegative = found.operand.isNegative {
      result = mux(isInfinite, mux(isNegative, constant(infinite.minus), constant(infinite.plus)), result)
    }
    return FloatingNumber(result, as: format)
  }

  /// Bits of the number of a segment.
  private var segmentWidth: Int { segments.count > 1 ? bits(for: segments.count - 1) : 0 }

  /// Two flags, a code or what is added to an entry, and the segment.
  private var directoryWidth: Int { 2 + format.width + segmentWidth }

  private var directoryWords: [Int] {
    binades.map { binade in
      switch binade {
      case .constant(let code): 1 | Int(code) << 2
      case .segment(let index, let offset, let isNegative):
        (index == nil ? 2 : 0) | Int(offset) << 2 | (isNegative ? 1 : 0) << (2 + format.exponentBits)
          | (index ?? 0) << (2 + format.width)
      }
    }
  }
}

extension PipelineRegisters {
  /// A word of a table, with the register of `place` in the table itself, where one stands there.
  func word(of table: ROM<Bits>, at address: UInt, place: Int) -> Bits {
    places.contains(place) ? table.read(at: address, when: enable) : table.readAsync(at: address)
  }
}
