import NumberFormats
import Testing
import Units

/// What the units do with bfloat16 numbers that are not ordinary, each result written out.
@Suite struct SpecialCaseTests {
  static let (zero, minusZero): (UInt64, UInt64) = (0x0000, 0x8000)
  static let (one, minusOne, two): (UInt64, UInt64, UInt64) = (0x3F80, 0xBF80, 0x4000)
  static let (infinity, minusInfinity, nan): (UInt64, UInt64, UInt64) = (0x7F80, 0xFF80, 0x7FC0)
  static let (greatest, least, greatestSubnormal): (UInt64, UInt64, UInt64) = (0x7F7F, 0x0080, 0x007F)

  /// Rows of operands with the result as the last element.
  private func check(
    _ unit: UnitUnderTest, _ rows: [[UInt64]], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let results = Dictionary(rows.map { (Array($0.dropLast()), $0[$0.count - 1]) }) { first, _ in first }
    try compare(unit, rows.map { $0.dropLast() }, sourceLocation: sourceLocation) { results[$0] ?? 0 }
  }

  private let multiplier = UnitUnderTest.multiplier(.init())
  private let adder = UnitUnderTest.adder(.init())
  private let subtracter = UnitUnderTest.adder(.init { $0.operation = .subtract })
  private let multiplyAdd = UnitUnderTest.multiplyAdd(.init())

  @Test func `Every NaN in gives the one NaN out`() throws {
    let notNumbers: [UInt64] = [0x7F81, 0x7FC0, 0x7FFF, 0xFF81, 0xFFC0, 0xFFFF]
    let numbers: [UInt64] = [0, Self.one, Self.infinity, Self.minusInfinity, Self.least, 0x7FC0]
    let rows = pairs(notNumbers, numbers).flatMap { [$0 + [Self.nan], $0.reversed() + [Self.nan]] }
    for unit in [multiplier, adder, subtracter] { try check(unit, rows) }
    try check(
      multiplyAdd, notNumbers.flatMap { [[$0, 0, 0, Self.nan], [0, $0, 0, Self.nan], [0, 0, $0, Self.nan]] })
  }

  @Test func `Zero times infinity is NaN`() throws {
    let pairs = [[Self.zero, Self.infinity], [Self.minusZero, Self.infinity], [Self.minusInfinity, Self.zero]]
    try check(multiplier, pairs.map { $0 + [Self.nan] })
    try check(multiplyAdd, pairs.flatMap { [$0 + [Self.one, Self.nan], $0 + [Self.infinity, Self.nan]] })
    // A subnormal operand is zero.
    try check(multiplier, [[Self.greatestSubnormal, Self.infinity, Self.nan]])
  }

  @Test func `Infinity less infinity is NaN, and with the same sign infinity`() throws {
    try check(
      adder,
      [
        [Self.infinity, Self.minusInfinity, Self.nan], [Self.minusInfinity, Self.infinity, Self.nan],
        [Self.infinity, Self.infinity, Self.infinity], [Self.minusInfinity, Self.minusInfinity, Self.minusInfinity],
        [Self.infinity, 0xFF7F, Self.infinity], [Self.greatest, Self.minusInfinity, Self.minusInfinity],
      ])
    try check(subtracter, [[Self.infinity, Self.infinity, Self.nan], [Self.zero, Self.infinity, Self.minusInfinity]])
    try check(
      multiplyAdd,
      [
        [Self.infinity, Self.one, Self.minusInfinity, Self.nan],
        [Self.infinity, Self.minusOne, Self.infinity, Self.nan],
        [Self.infinity, Self.minusOne, Self.one, Self.minusInfinity], [Self.one, Self.one, Self.minusInfinity, 0xFF80],
        [Self.infinity, Self.minusOne, Self.minusInfinity, Self.minusInfinity],
      ])
  }

  @Test func `Signed zeros of products`() throws {
    try check(
      multiplier,
      [
        [Self.zero, Self.one, Self.zero], [Self.zero, Self.minusOne, Self.minusZero],
        [Self.minusZero, Self.minusOne, Self.zero], [Self.minusZero, Self.zero, Self.minusZero],
      ])
  }

  @Test func `Signed zeros of sums`() throws {
    try check(
      adder,
      [
        [Self.zero, Self.zero, Self.zero], [Self.zero, Self.minusZero, Self.zero],
        [Self.minusZero, Self.zero, Self.zero], [Self.minusZero, Self.minusZero, Self.minusZero],
        [Self.one, Self.minusOne, Self.zero], [Self.minusOne, Self.one, Self.zero],
      ])
    try check(
      subtracter,
      [
        [Self.one, Self.one, Self.zero], [Self.minusZero, Self.zero, Self.minusZero],
        [Self.zero, Self.zero, Self.zero], [Self.minusZero, Self.minusZero, Self.zero],
      ])
    try check(
      multiplyAdd,
      [
        [Self.one, Self.minusOne, Self.one, Self.zero], [Self.minusZero, Self.one, Self.minusZero, Self.minusZero],
        [Self.minusZero, Self.one, Self.zero, Self.zero], [Self.two, Self.zero, Self.minusZero, Self.zero],
      ])
  }

  @Test func `Subnormal operands are zero of their sign`() throws {
    try check(
      multiplier,
      [[0x007F, Self.two, Self.zero], [0x807F, Self.two, Self.minusZero], [0x0001, 0x7F00, Self.zero]])
    try check(
      adder,
      [
        [0x007F, 0x007F, Self.zero], [0x807F, 0x8001, Self.minusZero], [Self.least, 0x007F, Self.least],
        [0x807F, Self.least, Self.least],
      ])
    try check(multiplyAdd, [[0x007F, 0x7F00, Self.least, Self.least], [Self.one, Self.one, 0x807F, Self.one]])
  }

  @Test func `Results below the least normal number are zero of their sign`() throws {
    try check(
      multiplier,
      [
        [Self.least, 0x3F7F, Self.zero], [0x8080, 0x3F00, Self.minusZero],
        // Rounded to 8 bits first: (1 + 127/128) / 2 · 2^−126 · (1 + 1/128) reaches the least normal number.
        [0x00FF, 0x3F01, Self.least], [0x00FE, 0x3F01, Self.least], [0x00FD, 0x3F01, Self.zero],
      ])
    try check(subtracter, [[0x0081, Self.least, Self.zero], [Self.least, 0x0081, Self.minusZero]])
    try check(multiplyAdd, [[Self.least, Self.one, 0x8081, Self.minusZero]])
  }

  @Test func `Results beyond the greatest number are infinite`() throws {
    try check(
      multiplier, [[Self.greatest, 0x3F81, Self.infinity], [Self.greatest, 0xC000, Self.minusInfinity]])
    try check(
      adder,
      [
        [Self.greatest, Self.greatest, Self.infinity], [0xFF7F, 0xFF7F, Self.minusInfinity],
        // Half of the last place is a tie, and the even neighbour is beyond.
        [Self.greatest, 0x7B00, Self.infinity], [Self.greatest, 0x7AFF, Self.greatest],
      ])
    try check(
      multiplyAdd,
      [
        [Self.greatest, Self.two, 0, Self.infinity], [Self.greatest, Self.two, 0xFF7F, Self.greatest],
        [Self.greatest, Self.greatest, Self.minusInfinity, Self.minusInfinity],
      ])
  }

  @Test func `Ties go to the even neighbour`() throws {
    try check(
      adder,
      [
        [Self.one, 0x3B80, Self.one], [0x3F81, 0x3B80, 0x3F82], [Self.one, 0x3B81, 0x3F81],
        [Self.minusOne, 0xBB80, Self.minusOne], [Self.one, 0xBB00, Self.one], [Self.one, 0xBB01, 0x3F7F],
      ])
    try check(multiplier, [[0x3F81, 0x3FC0, 0x3FC2], [0x3F83, 0x3FC0, 0x3FC4]])
  }

  @Test func `A multiply-add rounds once`() throws {
    // (1 + 2^−7)² = 1 + 2^−6 + 2^−14; the square alone would be rounded to 1 + 2^−6.
    try check(multiplyAdd, [[0x3F81, 0x3F81, 0xBF82, 0x3880], [0x3F81, 0x3F81, 0x3B80, 0x3F83]])
    try check(multiplier, [[0x3F81, 0x3F81, 0x3F82]])
  }

  @Test func `Formats without infinity overflow as they say`() throws {
    try check(
      .multiplier(.init { $0.format = .float8E4M3 }), [[0x7E, 0x40, 0x7F], [0xFE, 0x40, 0x7F], [0x7E, 0x38, 0x7E]])
    try check(.adder(.init { $0.format = .float4E2M1 }), [[7, 7, 7], [15, 15, 15], [7, 15, 0]])
  }
}
